"""Faults, for real: what is killed is killed with -9, what is cut is a TCP connection."""
