"""A registry that does nothing but tell: real journal, real relay, as much as a test wants."""
