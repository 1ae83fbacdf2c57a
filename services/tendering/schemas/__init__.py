"""The department's published wire format: what we hear, what we accept, what we say, what we announce.

Imports nothing but marshmallow and the chassis' wire fields.
"""
