"""Do two spellings name the same? Width, case and white space never make a difference."""

import unicodedata


def plain(text: str) -> str:
    """The text with full-width characters narrowed (NFKC), letters lower and white space removed."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def same_name(one: str, other: str) -> bool:
    """Whether two names of a firm or person are the same; an empty name is nobody's."""
    return bool(plain(one)) and plain(one) == plain(other)


def narrowed(code: str) -> str:
    """An identifier as it is kept: full-width characters narrowed, blanks, dots and hyphens dropped, upper case."""
    kept = unicodedata.normalize("NFKC", code)
    return "".join(each for each in kept if not each.isspace() and each not in "-.·－‐").upper()
