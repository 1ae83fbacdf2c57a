"""registry: who may take part (名录与身份).

Owns organisations, people, roles, certificates, sessions, supplier files and standing, the expert library, the
supervisors' roster, the category tree, thresholds and the centralised catalogue, and the permission table of the suite.
Never touches projects, bids, scores, contracts or messages: it answers who somebody is and what they may take part in.
"""
