"""Pure rules: facts and `now` in, answers out. One file per question."""
