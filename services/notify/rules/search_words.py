"""By what can a notice be found, and what does somebody look for?

Chinese has no spaces, so every pair of neighbouring characters of a text is a *mark* (a 32-bit number), and so is every
single character of its title. A word is looked for by its pairs; whether the text really contains it is then read in
the folded text. Latin letters and figures are treated alike, so parts of words and numbers are found too.

Beside them a notice carries a mark for each *segment* it lies in: the 4,096 notices one after another, the eight times
as many around those, and so on up (`LADDER`). They let the index answer "these words, among the newest so many"
without looking at what is older (`queries/bulletin.py`).
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from itertools import pairwise

LADDER = (12, 15, 18, 21, 24)
"""Sizes of segments, as powers of two; each is eight of the one before."""
MOST_WORDS = 8


def folded(text: str) -> str:
    """The text as it is compared: NFKC (full width becomes half width), lower case, white space as one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words_of(wanted: str) -> list[str]:
    """The words somebody typed, folded; the first eight count."""
    return list(dict.fromkeys(folded(wanted).split()))[:MOST_WORDS]


def marks_of(number: int, title: str, text: str, filters: Mapping[str, Iterable[str]]) -> list[int]:
    """All marks of a notice; `filters`: name → values it can be narrowed by."""
    terms = _pairs(folded(title)) | _pairs(folded(text)) | {f"1{each}" for each in folded(title) if not each.isspace()}
    terms |= {_filter(name, value) for name, values in filters.items() for value in values}
    return sorted({*map(_mark, terms), *(_segment(bits, number >> bits) for bits in LADDER)})


def wanted_marks(words: Iterable[str], filters: Mapping[str, str]) -> list[int]:
    """The marks that everything found must carry."""
    terms: set[str] = set()
    for word in words:
        terms |= _pairs(word) if len(word) > 1 else {f"1{word}"}
    terms |= {_filter(name, value) for name, value in filters.items()}
    return sorted(map(_mark, terms))


def place(top: int, bits: int) -> tuple[int, list[int]]:
    """The newest one to two segments of this size below number `top`, all of the largest size: the first number in
    them, and their marks.
    """
    last = (top - 1) >> bits
    segments = range(0 if bits == LADDER[-1] else max(last - 1, 0), last + 1)
    return segments[0] << bits, [_segment(bits, each) for each in segments]


def _pairs(text: str) -> set[str]:
    return {f"2{a}{b}" for a, b in pairwise(text) if not a.isspace() and not b.isspace()}


def _filter(name: str, value: str) -> str:
    return f"={name}={value}"


def _segment(bits: int, which: int) -> int:
    return _mark(f"/{bits}/{which}")


def _mark(term: str) -> int:
    # Signed, as PostgreSQL's integer is. Two terms that share a mark cost one look at the folded text, no more.
    return zlib.crc32(term.encode()) - 2**31
