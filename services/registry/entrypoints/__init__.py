"""The registry's entrypoints, one file per noun; `service.py` puts them together."""
