"""The entrypoints, one room per noun; `service.py` puts them together."""
