"""The rehearsal (演练): a whole purchase played through the public API, by invented people with real certificates."""
