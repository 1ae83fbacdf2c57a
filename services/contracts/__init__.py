"""Contracts: from the award to the last payment, and the year's figures.

Owns awards and award notices, contracts and their signatures, bonds, deliveries, acceptance, invoices, payments,
agreements that change a contract, the supplier's record of performance, and the statistics.

Never touches bids before they are opened, rankings (it only reads them), the standing of suppliers, or another
department's database. What it knows of others it was told by their events.
"""
