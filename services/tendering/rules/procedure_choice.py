"""Which procedure is lawful for this purchase?

Open tender from the threshold on, for goods and services (法27) and for works (发改16-5); another procedure there needs
the finance department's approval (法27, 条例23), and everywhere a ground of its own (法29–32).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.chassis.objection import Objection
from services.tendering.rules import procedures
from services.tendering.rules.law import Book, Row, Scope
from services.tendering.rules.reasons import objection


@dataclass(frozen=True)
class Purchase:
    """What is to be bought. totals: kind of object → yuan (the sum of its items). approval_no: finance's approval."""

    procedure: str
    totals: Mapping[str, Decimal]
    budget_level: str | None = None
    ground: str | None = None
    approval_no: str | None = None


def threshold(book: Book, day: date, object_: str, level: str | None, key: str = "open_tender_threshold") -> Row:
    """The row of the threshold for this kind of object and budget level. Raises LookupError in an unknown time."""
    return book.need(key, day, Scope(object=object_, budget_level=level))


def over_threshold(book: Book, day: date, purchase: Purchase) -> list[Row]:
    """The thresholds this purchase reaches (equal counts as reached)."""
    rows = (
        (threshold(book, day, each, purchase.budget_level), total) for each, total in sorted(purchase.totals.items())
    )
    return [row for row, total in rows if total >= row.number]


def proposed(book: Book, day: date, purchase: Purchase) -> str:
    """The procedure that follows from the amounts alone."""
    return "open_tender" if over_threshold(book, day, purchase) else purchase.procedure


def objections(
    book: Book, day: date, purchase: Purchase, *, deciding: bool = False, budget: Decimal | None = None
) -> list[Objection]:
    """Why the procedure does not fit. deciding: finance is deciding now, so a missing approval is an objection.

    budget: the ceiling finance confirms, in yuan; never above what was entrusted.
    """
    found = procedures.objections(book, day, purchase.procedure, set(purchase.totals))
    total = sum(purchase.totals.values(), Decimal())
    if budget is not None and not 0 < budget <= total:
        found.append(objection("plan_above_entrusted", "法6", "budget", budget=f"{budget:.2f}", total=f"{total:.2f}"))
    procedure = procedures.find(book, purchase.procedure, day)
    if procedure is None:
        return found
    if procedure.grounds:
        found += _ground(book, day, purchase.ground, procedure.grounds)
    if deciding and purchase.procedure != "open_tender" and not purchase.approval_no:
        found += [
            objection(
                "approval_needed",
                "法27" if row.article.startswith("69") else row.article,
                "approval_no",
                procedure=purchase.procedure,
                threshold=f"{row.number:.2f}",
                object=object_,
                total=f"{purchase.totals[object_]:.2f}",
            )
            for object_ in sorted(purchase.totals)
            for row in [threshold(book, day, object_, purchase.budget_level)]
            if purchase.totals[object_] >= row.number
        ]
    return found


def _ground(book: Book, day: date, ground: str | None, lawful: frozenset[str]) -> list[Objection]:
    if ground in lawful:
        return []
    rows = [row for code in sorted(lawful) if (row := book.coded("procedure_ground", code, day))]
    article = rows[0].article if rows else ""
    return [objection("ground_needed", article, "ground", ground=ground or "-", lawful=", ".join(sorted(lawful)))]


def needs_publicity(book: Book, day: date, purchase: Purchase) -> Row | None:
    """The rule that a single supplier is published beforehand, where it applies to this purchase (条例38)."""
    if purchase.ground != "only_one_supplier" or not over_threshold(book, day, purchase):
        return None
    return book.find("publicity_before_single_source", day, Scope(procedure=purchase.procedure))


def splitting(
    book: Book,
    day: date,
    level: str | None,
    object_: str,
    category: str,
    earlier: Sequence[Decimal],
    now: Decimal,
) -> list[Objection]:
    """A warning, not a refusal: this category's purchases by other procedures within the year add up (条例28).

    earlier: amounts already bought so this fiscal year, under one budget and category; now: this purchase's.
    """
    if not earlier:
        return []
    row = threshold(book, day, object_, level)
    total = sum(earlier, now)
    if total <= row.number:
        return []
    return [
        objection(
            "splitting_suspected",
            "条例28",
            "items",
            category=category,
            times=len(earlier) + 1,
            total=f"{total:.2f}",
            threshold=f"{row.number:.2f}",
        )
    ]
