"""Who among the opened bids may not stand beside whom? (条例18, 22; 招条例34)

Computed once the bids are open, because an answer before would tell of another's bid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

from services.tendering.rules.law import Book, Scope


@dataclass(frozen=True)
class Taker:
    """A bidder as the registry knew it when it bid. members: supplier ids of its consortium, itself apart."""

    bid_id: str
    supplier_id: str
    name: str = ""
    responsible_person: str | None = None
    controllers: Sequence[str] = ()
    members: Sequence[str] = field(default_factory=tuple)


Signal = dict[str, Any]
"""{"kind", "bids": [bid ids], "figures": {…strings}, "article"}"""


def related(book: Book, day: date, object_: str, takers: Sequence[Taker]) -> list[Signal]:
    """Pairs with one responsible person, or one controlling the other, or one controller."""
    row = book.find("related_firms", day, Scope(object=object_))
    article = row.article if row else "条例18"
    found = []
    for one, other in combinations(takers, 2):
        why = _relation(one, other)
        if why:
            found.append(_signal("related_firms", (one, other), why, article))
    return found


def doubled(book: Book, day: date, takers: Sequence[Taker]) -> list[Signal]:
    """Firms that take part twice: alone and in a consortium, or in two consortia."""
    row = book.coded("consortium", "double_participation", day)
    article = row.article if row else "条例22"
    where: dict[str, list[Taker]] = {}
    for each in takers:
        for supplier in {each.supplier_id, *each.members}:
            where.setdefault(supplier, []).append(each)
    return [
        _signal("double_participation", bids, {"supplier": supplier}, article)
        for supplier, bids in sorted(where.items())
        if len(bids) > 1
    ]


def _relation(one: Taker, other: Taker) -> Mapping[str, str]:
    if one.responsible_person and one.responsible_person == other.responsible_person:
        return {"responsible_person": one.responsible_person}
    if one.supplier_id in other.controllers or (one.name and one.name in other.controllers):
        return {"controller": one.name or one.supplier_id}
    if other.supplier_id in one.controllers or (other.name and other.name in one.controllers):
        return {"controller": other.name or other.supplier_id}
    return {}


def _signal(kind: str, takers: Sequence[Taker], figures: Mapping[str, str], article: str) -> Signal:
    return {"kind": kind, "bids": sorted(each.bid_id for each in takers), "figures": dict(figures), "article": article}
