"""Reads with a name, split by noun. Nothing here changes anything or decides anything."""
