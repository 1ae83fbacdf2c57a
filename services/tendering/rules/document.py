"""May this tender document be submitted?

A draft may be incomplete, a submitted document may not: it holds qualifications, lots, scheme, periods, bonds and
contract terms (条例32), and everything the law fixes is checked at once, lot by lot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from services.chassis.objection import Objection
from services.tendering.rules import amounts, blanks, contract_terms, deductions, factors, periods, procedures, scheme
from services.tendering.rules.law import Book
from services.tendering.rules.periods import Calendar
from services.tendering.rules.reasons import objection

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Plan:
    """What finance confirmed. budget: yuan for the whole project; items: category → yuan."""

    procedure: str
    budget: Decimal
    items: Mapping[str, Decimal]


def objections(
    book: Book,
    day: date,
    content: Content,
    plan: Plan,
    clauses: Sequence[blanks.Clause],
    calendar: Calendar,
    now: datetime,
) -> list[Objection]:
    """Everything that stands against submitting this document. day: whose law counts (that of publication)."""
    lots = content.get("lots") or []
    objects = {lot["object"] for lot in lots}
    found = procedures.objections(book, day, plan.procedure, objects)
    if not lots:
        found.append(objection("no_lots", "条例32", "lots"))
    if not content.get("qualifications"):
        found.append(objection("no_qualifications", "条例32", "qualifications"))
    found += _within_plan(lots, plan)
    for place, lot in enumerate(lots):
        found += lot_objections(book, day, plan.procedure, lot, f"lots.{place}.")
    found += factors.objections(book, day, _texts(content))
    found += blanks.objections(clauses, content.get("clauses") or {})
    if content.get("closes_at") is None:
        found.append(objection("no_closing_time", "条例32", "closes_at"))
    else:
        found += periods.closing_objections(
            book, plan.procedure, objects, now, content["closes_at"], calendar, content.get("available_until")
        )
    if not content.get("bid_validity_days"):
        found.append(objection("no_bid_validity", "条例32", "bid_validity_days"))
    return found


def lot_objections(book: Book, day: date, procedure: str, lot: Mapping[str, Any], path: str) -> list[Objection]:
    """Everything that stands against one lot."""
    conditions = lot.get("conditions") or {}
    found = amounts.objections(
        book,
        day,
        lot["object"],
        budget=lot.get("budget"),
        ceiling=lot.get("ceiling"),
        floor=lot.get("floor"),
        bid_bond=lot.get("bid_bond"),
        performance_bond_percent=conditions.get("performance_bond_percent"),
        path=path,
    )
    how = scheme.Scheme(
        lot["object"],
        lot["award_method"],
        tuple(lot.get("factors") or ()),
        bool(lot.get("standard")),
        bool(lot.get("fixed_price")),
    )
    found += scheme.objections(book, day, procedure, how, path)
    found += deductions.objections(
        book,
        day,
        lot["object"],
        lot.get("deductions") or {},
        reserved_for_small=bool(lot.get("reserved_for_small")),
        consortium_allowed=bool(lot.get("consortium_allowed")),
        path=path,
    )
    found += contract_terms.objections(book, day, conditions, f"{path}conditions.")
    found += contract_terms.low_price_objections(book, day, lot.get("abnormally_low") or {}, f"{path}abnormally_low.")
    if not (lot.get("requirements") or "").strip():
        found.append(objection("no_requirements", "条例15", f"{path}requirements"))
    return found


def _within_plan(lots: Sequence[Mapping[str, Any]], plan: Plan) -> list[Objection]:
    found = []
    numbers = [lot["no"] for lot in lots]
    if len(set(numbers)) != len(numbers):
        found.append(objection("lot_number_twice", field="lots", numbers=", ".join(map(str, numbers))))
    total = sum((lot["budget"] for lot in lots if lot.get("budget")), Decimal())
    if total > plan.budget:
        found.append(objection("lots_over_plan", "法6", "lots", total=f"{total:.2f}", plan=f"{plan.budget:.2f}"))
    spent: dict[str, Decimal] = {}
    for place, lot in enumerate(lots):
        category = lot["category"]
        if category not in plan.items:
            found.append(
                objection(
                    "category_not_planned",
                    "法6",
                    f"lots.{place}.category",
                    category=category,
                    planned=", ".join(sorted(plan.items)),
                )
            )
        spent[category] = spent.get(category, Decimal()) + (lot.get("budget") or Decimal())
    for category, amount in sorted(spent.items()):
        if category in plan.items and amount > plan.items[category]:
            found.append(
                objection(
                    "category_over_plan",
                    "法6",
                    "lots",
                    category=category,
                    total=f"{amount:.2f}",
                    plan=f"{plan.items[category]:.2f}",
                )
            )
    return found


def _texts(content: Content) -> Iterator[tuple[str, str]]:
    """Every text in which a requirement could hide, with its path."""
    for place, each in enumerate(content.get("qualifications") or []):
        yield f"qualifications.{place}.title", each["title"]
    for place, lot in enumerate(content.get("lots") or []):
        yield f"lots.{place}.requirements", lot.get("requirements") or ""
        for at, each in enumerate(lot.get("factors") or []):
            yield f"lots.{place}.factors.{at}.title", each["title"]
    for clause, filled in (content.get("clauses") or {}).items():
        for blank, value in filled.items():
            if isinstance(value, str):
                yield f"clauses.{clause}.{blank}", value
