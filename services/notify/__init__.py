"""notify — telling people (告知).

Owns messages and their delivery, webhooks, the public bulletin, the board and calls into rooms, enquiries and
suggestions, appointments, surveys, reminders and the open data. It decides nothing about procurement, and touches no
bid, score, award or contract: it knows of them what the other departments announce.
"""
