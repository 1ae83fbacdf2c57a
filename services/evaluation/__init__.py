"""Evaluation (评标): from opened bids to a signed ranking.

Owns panels, draws, calls, check-in, reviews, score sheets, clarifications, price corrections, anomaly findings,
rankings, reports and their signatures. It keeps its own copies of what others own (projects, lots and opened bids of
tendering, people and certificates of registry), fed by events.

It never opens a bid, never decides an award, never publishes: a ranking is the panel's advice.
"""
