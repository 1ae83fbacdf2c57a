"""Are the policy deductions of a lot within the law?

Small firms' and domestic products' prices are evaluated with something off (46-9, 19-2, 国办发〔2025〕34号); a lot
reserved for small firms gives them nothing more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from services.chassis.objection import Objection
from services.tendering.rules.law import Book, Scope
from services.tendering.rules.reasons import objection

NAMES = ("small", "domestic", "consortium")


def objections(
    book: Book,
    day: date,
    object_: str,
    deductions: Mapping[str, Decimal],
    *,
    reserved_for_small: bool,
    consortium_allowed: bool,
    path: str = "",
) -> list[Objection]:
    """Everything the law objects to. deductions: name → share off, 0.15 for fifteen per cent."""
    found = []
    for name, share in sorted(deductions.items()):
        where = f"{path}deductions.{name}"
        if name not in NAMES:
            found.append(objection("deduction_unknown", "46-9", where, name=name, known=", ".join(NAMES)))
            continue
        if reserved_for_small and name != "domestic" and share:
            row = book.find("deduction_small", day, Scope(object=object_))
            found.append(
                objection("deduction_on_reserved_lot", row.article if row else "46-9", where, name=name, share=share)
            )
            continue
        found += _range(book, day, object_, name, share, where)
    wanted = () if reserved_for_small else ("small", "consortium") if consortium_allowed else ("small",)
    for name in wanted:
        row = book.find(f"deduction_{name}", day, Scope(object=object_))
        if row and name not in deductions:
            least, most = row.range
            found.append(
                objection(
                    "deduction_missing", row.article, f"{path}deductions.{name}", name=name, least=least, most=most
                )
            )
    return found


def _range(book: Book, day: date, object_: str, name: str, share: Decimal, where: str) -> list[Objection]:
    row = book.find(f"deduction_{name}", day, Scope(object=object_))
    if row is None:
        return [objection("deduction_not_in_force", "46-9", where, name=name, object=object_, day=day)] if share else []
    least, most = row.range
    if least <= share <= most:
        return []
    return [
        objection(
            "deduction_out_of_range",
            row.article,
            where,
            name=name,
            share=share,
            least=least,
            most=most,
            since=row.in_force_from,
        )
    ]
