"""Plumbing every department stands on.

Owns: entrypoints, transactions, the inbox and the journal, the relay, retries and dead letters, calls between
departments,
tokens, time, settings, logs and metrics.
Never touches: any trade. No word of it appears here (`tests/walls`).
"""
