"""The entrypoints, one file per part of the work; `service.py` puts them together."""
