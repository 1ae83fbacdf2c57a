"""The registry's rules: pure functions of facts and `now`, one file per question."""
