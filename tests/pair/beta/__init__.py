"""Beta hears what alpha noted and keeps it: one row each time the effect happens, so a doubled effect shows."""
