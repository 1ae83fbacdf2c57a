"""The public pages, the board and signing in, in a real browser, over the played suite."""
