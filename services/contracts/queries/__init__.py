"""Reads with a name, one file per noun."""
