"""Alpha notes things: one row a note, and announces each."""
