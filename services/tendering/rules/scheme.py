"""Is the evaluation scheme of a lot lawful?

The method fits the procedure; the points come to one hundred; price weighs what the law wants for the object and
procedure (87-55, 214-24); standard goods go by the lowest price (条例34).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from services.chassis.objection import Objection
from services.tendering.rules import procedures
from services.tendering.rules.law import Book, Scope
from services.tendering.rules.reasons import objection

COMPREHENSIVE = "comprehensive_scoring"
KINDS = ("price", "subjective", "objective")


@dataclass(frozen=True)
class Scheme:
    """How a lot is evaluated. factors: {key, title, points (Decimal), kind}; none for the lowest price."""

    object: str
    method: str
    factors: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    standard: bool = False
    fixed_price: bool = False

    @property
    def total(self) -> Decimal:
        """All points together."""
        return sum((Decimal(str(each["points"])) for each in self.factors), Decimal())

    @property
    def price_points(self) -> Decimal:
        """The points of the price factors."""
        return sum((Decimal(str(each["points"])) for each in self.factors if each["kind"] == "price"), Decimal())


def objections(book: Book, day: date, procedure: str, scheme: Scheme, path: str = "") -> list[Objection]:
    """Everything the law objects to in this scheme. path: prefix of the fields, "lots.0."."""
    found = _method(book, day, procedure, scheme, path)
    if scheme.method == COMPREHENSIVE:
        found += _shape(scheme, path) + _total(book, day, scheme, path) + _price(book, day, procedure, scheme, path)
    elif scheme.factors:
        found.append(objection("factors_without_scoring", "条例34", f"{path}factors", method=scheme.method))
    return found


def _method(book: Book, day: date, procedure: str, scheme: Scheme, path: str) -> list[Objection]:
    found = []
    lawful = procedures.find(book, procedure, day)
    if lawful and scheme.method not in lawful.award_methods:
        found.append(
            objection(
                "method_unfit",
                lawful.article,
                f"{path}award_method",
                method=scheme.method,
                procedure=procedure,
                methods=", ".join(sorted(lawful.award_methods)),
            )
        )
    row = book.find("standard_goods_method", day, Scope(procedure=procedure, object=scheme.object))
    if scheme.standard and row and scheme.method != row.value:
        found.append(
            objection(
                "standard_needs_lowest_price",
                row.article,
                f"{path}award_method",
                method=scheme.method,
                wanted=row.value,
            )
        )
    return found


def _shape(scheme: Scheme, path: str) -> list[Objection]:
    found, seen = [], set()
    for place, each in enumerate(scheme.factors):
        where = f"{path}factors.{place}"
        if each["key"] in seen:
            found.append(objection("factor_twice", "条例34", f"{where}.key", key=each["key"]))
        seen.add(each["key"])
        if Decimal(str(each["points"])) <= 0:
            found.append(
                objection("factor_without_points", "条例34", f"{where}.points", key=each["key"], points=each["points"])
            )
    return found


def _total(book: Book, day: date, scheme: Scheme, path: str) -> list[Objection]:
    row = book.need("scheme_total", day, Scope(method=scheme.method))
    if scheme.total == row.number:
        return []
    return [objection("scheme_total_wrong", row.article, f"{path}factors", total=scheme.total, wanted=row.number)]


def _price(book: Book, day: date, procedure: str, scheme: Scheme, path: str) -> list[Objection]:
    where = f"{path}factors"
    if scheme.fixed_price:
        row = book.need("price_weight_fixed_price", day, Scope(method=scheme.method))
        return (
            [objection("price_is_no_factor", row.article, where, points=scheme.price_points)]
            if scheme.price_points
            else []
        )
    row_found = book.find("price_weight", day, Scope(procedure=procedure, object=scheme.object, method=scheme.method))
    if row_found is None or not scheme.total:
        return []
    least, most = row_found.range
    weight = scheme.price_points * 100 / scheme.total
    told = {"weight": _short(weight), "least": least, "most": most, "object": scheme.object, "procedure": procedure}
    if weight < least:
        return [objection("price_weight_low", row_found.article, where, **told)]
    if weight > most:
        return [objection("price_weight_high", row_found.article, where, **told)]
    return []


def _short(number: Decimal) -> str:
    text = f"{number:.2f}"
    return text.rstrip("0").rstrip(".")
