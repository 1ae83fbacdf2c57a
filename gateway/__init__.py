"""The gateway: the one door from HTTP to the departments.

Owns the public API, its errors in two languages, its limits, and the line to the broker. It knows no rule of
procurement, joins nothing and decides nothing: it asks the department and passes on the answer.
"""
