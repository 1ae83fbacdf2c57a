"""The department under measurement that hears what the source tells, and commits each."""
