"""What the person at the terminal has to do when a step cannot go on."""


class Trouble(Exception):
    """A step failed for a reason outside the suite; the text is one line: what is wrong and what to do."""
