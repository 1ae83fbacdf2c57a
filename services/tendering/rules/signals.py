"""What do the opened bids give away of each other? (87-37, 招条例40)

Evidence for people, never a verdict: each signal names the bids, the figures and the article, nothing is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import combinations, pairwise
from typing import Any

from services.tendering.rules.law import Book, Row
from services.tendering.rules.pieces import likeness
from services.tendering.rules.takers import Signal


@dataclass(frozen=True)
class Traces:
    """What one opened bid carries. sheet: the price sheet; agent: the person who handed the bid in.

    pieces: the sketch of the files' pieces (`pieces`). named: other bidders whose credit code or name stands in
    this bid's files.
    """

    bid_id: str
    supplier_id: str
    sheet: Mapping[str, Any]
    agent: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    pieces: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()


def found(book: Book, day: date, bids: Sequence[Traces]) -> list[Signal]:
    """Every signal these bids give, in the order of the table."""
    signals: list[Signal] = []
    for row in book.all("signal", day):
        signals += _LOOKS[row.value["kind"]](row, bids)
    return signals


def _text(value: object) -> str:
    return (
        " ".join(str(value).split()).casefold() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    )


def _of_document(name: str) -> Callable[[Traces], list[str]]:
    def read(bid: Traces) -> list[str]:
        document = bid.sheet.get("document")
        values = [document.get(name)] if isinstance(document, Mapping) else []
        values.append(bid.about.get(name))
        return [_text(each) for each in values]

    return read


def _contacts(bid: Traces) -> list[str]:
    contact = bid.sheet.get("contact")
    if not isinstance(contact, Mapping):
        return []
    return [
        f"{name}:{_text(contact.get(name))}"
        for name in ("phone", "email", "person", "manager")
        if _text(contact.get(name))
    ]


def _account(bid: Traces) -> list[str]:
    bond = bid.sheet.get("bond")
    return [_text(bond.get("account")).replace(" ", "").replace("-", "")] if isinstance(bond, Mapping) else []


def _shared(read: Callable[[Traces], list[str]], figure: str) -> Callable[[Row, Sequence[Traces]], list[Signal]]:
    """Bids of different suppliers that carry the same thing."""

    def look(row: Row, bids: Sequence[Traces]) -> list[Signal]:
        by_value: dict[str, set[tuple[str, str]]] = {}
        for bid in bids:
            for value in read(bid):
                if value:
                    by_value.setdefault(value, set()).add((bid.supplier_id, bid.bid_id))
        return [
            _signal(row, [bid for _, bid in sharing], {figure: value, "count": str(len(sharing))})
            for value, sharing in sorted(by_value.items())
            if len({supplier for supplier, _ in sharing}) >= int(row.value["threshold"])
        ]

    return look


def _alike(row: Row, bids: Sequence[Traces]) -> list[Signal]:
    least = Decimal(row.value["threshold"])
    signals = []
    for one, other in combinations([each for each in bids if each.pieces], 2):
        both, either = likeness(one.pieces, other.pieces)
        if Decimal(both) / either >= least:
            signals.append(_signal(row, [one.bid_id, other.bid_id], {"shared": str(both), "of": str(either)}))
    return signals


def _steps(row: Row, bids: Sequence[Traces]) -> list[Signal]:
    """At least three prices, one apart from the next by the same sum or the same share (within the tolerance)."""
    least, tolerance = int(row.value["threshold"]), Decimal(row.value["tolerance"])
    priced = sorted((price, bid.bid_id) for bid in bids if (price := price_of(bid.sheet)) is not None and price > 0)
    if len(priced) < least:
        return []
    prices = [price for price, _ in priced]
    gaps = [b - a for a, b in pairwise(prices)]
    shares = [b / a - 1 for a, b in pairwise(prices)]
    if not all(gaps):
        return []
    for how, steps in (("sum", gaps), ("share", shares)):
        mean = sum(steps, Decimal()) / len(steps)
        if all(abs(each - mean) <= tolerance * mean for each in steps):
            step = f"{mean:.2f}" if how == "sum" else f"{mean * 100:.4f}%"
            return [_signal(row, [bid for _, bid in priced], {"step": step, "by": how, "count": str(len(priced))})]
    return []


def _mixed(row: Row, bids: Sequence[Traces]) -> list[Signal]:
    by_supplier = {each.supplier_id: each.bid_id for each in bids}
    return [
        _signal(row, [bid.bid_id, by_supplier[other]], {"named": other})
        for bid in bids
        for other in sorted(bid.named)
        if other in by_supplier and other != bid.supplier_id
    ]


def price_of(sheet: Mapping[str, Any]) -> Decimal | None:
    """The price in figures of a sheet, yuan; None where there is none to be read."""
    price = sheet.get("price")
    try:
        found_price = Decimal(price) if isinstance(price, str) else None
    except ArithmeticError:
        return None
    return found_price if found_price is not None and found_price.is_finite() else None


def _signal(row: Row, bids: Sequence[str], figures: dict[str, str]) -> Signal:
    return {"kind": row.value["kind"], "bids": sorted(set(bids)), "figures": figures, "article": row.article}


_LOOKS: Mapping[str, Callable[[Row, Sequence[Traces]], list[Signal]]] = {
    "same_author": _shared(_of_document("author"), "author"),
    "same_machine": _shared(_of_document("machine"), "machine"),
    "same_agent": _shared(lambda bid: [bid.agent], "agent"),
    "same_contact": _shared(_contacts, "contact"),
    "alike_files": _alike,
    "price_steps": _steps,
    "mixed_files": _mixed,
    "same_bond_account": _shared(_account, "account"),
}
