"""Tendering (招标): from the entrustment of a purchase to the opened bids.

Owns entrustments, plans, projects and lots, templates, tender documents, notices, amendments, questions, downloads,
sealing sheets, sealed bids, openings, bid bonds as recorded, challenges and complaints.

Never touches: who people are (registry), what a bid is worth (evaluation), who is awarded (contracts), how people are
told (notify). What it knows of them are its own copies, fed by their events.
"""
