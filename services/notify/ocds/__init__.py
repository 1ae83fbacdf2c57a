"""Open data after the Open Contracting Data Standard 1.1: a release from each public fact, as it happens.

Extensions: lots, bids, and one of our own for scores (`ocds/extension/`).
"""
