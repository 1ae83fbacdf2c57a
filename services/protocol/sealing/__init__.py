"""Sealed bids: from sealing until every seat has turned its key, nobody can read one.

What an outsider can do alone: check a sealing sheet (`sheet`), seal a bid (`seal`), check and sign its manifest
(`manifest`), prove that a key is at hand (`holding`), turn a key (`turning`), put shares together and open (`unseal`),
and prove in public whose fault an unreadable share is (`evidence`). Every byte is written down in README.md;
`vectors/` holds the published test vectors.

It never touches a network, a database or a clock. Keys are in memory only and in no message of any error.
"""
