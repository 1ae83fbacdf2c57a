"""Does a requirement or factor shut suppliers out unlawfully?

Registered capital, assets, turnover, headcount, profit and tax are neither qualification nor factor (87-17); the eight
forms of unreasonable conditions (条例20). What words give away is objected to; what needs judgement is listed for the
reviewer (`to_judge`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from services.chassis.objection import Objection
from services.tendering.rules.law import Book, Row
from services.tendering.rules.reasons import objection

_GAPS = re.compile(r"\s+")
# The funds and records a supplier must show by 法22 are named with these words too; they are no condition of size.
_LAWFUL = ("依法缴纳税收", "纳税证明", "非盈利", "非营利", "nonprofit", "non-profit")


def objections(book: Book, day: date, texts: Iterable[tuple[str, str]]) -> list[Objection]:
    """Every forbidden word found. texts: (field path, what the document says there)."""
    forbidden, unfair = book.all("forbidden_factor", day), book.all("discrimination", day)
    found = []
    for field, text in texts:
        plain = _plain(text)
        found += [_said("factor_forbidden", row, field, word) for row in forbidden if (word := _named(row, plain))]
        found += [_said("condition_unfair", row, field, word) for row in unfair if (word := _named(row, plain))]
    return found


def to_judge(book: Book, day: date) -> list[Row]:
    """The forms of discrimination no search for words can settle: the reviewer looks for each."""
    return [row for row in book.all("discrimination", day) if row.value.get("judged")]


def _plain(text: str) -> str:
    plain = _GAPS.sub(" ", text).lower()
    for lawful in _LAWFUL:
        plain = plain.replace(lawful, "")
    return plain


def _named(row: Row, plain: str) -> str:
    squeezed = plain.replace(" ", "")
    return next((word for word in row.value["words"] if word.lower() in plain or word.lower() in squeezed), "")


def _said(code: str, row: Row, field: str, word: str) -> Objection:
    return objection(code, row.article, field, form=row.value["code"], word=word)
