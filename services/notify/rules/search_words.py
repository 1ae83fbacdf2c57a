"""By what can a notice be found, and what does somebody look for?

Chinese has no spaces, so every pair of neighbouring characters of a text is a *mark* (a 32-bit number), and so is every
single character of its title. A word is looked for by its pairs; whether the text really contains it is then read in
the folded text. Latin letters and figures are treated alike, so parts of words and numbers are found too.

Each mark stands twice: for the whole bulletin and for the notice's *segment* (16,384 notices one after another), so
that the newest finds of a frequent word come out of one segment and those of a rare word out of the whole, and neither
costs more as the bulletin grows (`queries/bulletin.py`).
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Mapping
from itertools import pairwise

SEGMENT_BITS = 14
MOST_WORDS = 8


def folded(text: str) -> str:
    """The text as it is compared: NFKC (full width becomes half width), lower case, white space as one blank."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def words_of(wanted: str) -> list[str]:
    """The words somebody typed, folded; the first eight count."""
    return list(dict.fromkeys(folded(wanted).split()))[:MOST_WORDS]


def segment_of(number: int) -> int:
    """The segment a notice belongs to."""
    return number >> SEGMENT_BITS


def marks_of(number: int, title: str, text: str, filters: Mapping[str, Iterable[str]]) -> list[int]:
    """All marks of a notice; `filters`: name → values it can be narrowed by."""
    terms = _pairs(folded(title)) | _pairs(folded(text)) | {f"1{each}" for each in folded(title) if not each.isspace()}
    terms |= {_filter(name, value) for name, values in filters.items() for value in values}
    segment = segment_of(number)
    return sorted({_mark(term) for term in terms} | {_mark(f"{segment}/{term}") for term in terms})


def wanted_marks(words: Iterable[str], filters: Mapping[str, str], segment: int | None = None) -> list[int]:
    """The marks that everything found must carry, in one segment or (None) in the whole."""
    terms: set[str] = set()
    for word in words:
        terms |= _pairs(word) if len(word) > 1 else {f"1{word}"}
    terms |= {_filter(name, value) for name, value in filters.items()}
    return sorted(_mark(term if segment is None else f"{segment}/{term}") for term in terms)


def _pairs(text: str) -> set[str]:
    return {f"2{a}{b}" for a, b in pairwise(text) if not a.isspace() and not b.isspace()}


def _filter(name: str, value: str) -> str:
    return f"={name}={value}"


def _mark(term: str) -> int:
    # Signed, as PostgreSQL's integer is. Two terms that share a mark cost one look at the folded text, no more.
    return zlib.crc32(term.encode()) - 2**31
