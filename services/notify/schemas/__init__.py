"""The published wire format: what we accept, what we say, what we hear, what we announce."""
