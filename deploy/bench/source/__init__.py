"""The department under measurement that is called and announces: it echoes, waits, and tells things in any number."""
