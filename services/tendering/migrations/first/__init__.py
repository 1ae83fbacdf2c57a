"""The tables of the first version, a file a question, as `models/` has them; never changed afterwards."""
