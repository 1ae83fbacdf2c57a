"""Who stands on which place, and who shares one?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from services.evaluation.rules.score_sheet import Factor


@dataclass(frozen=True, slots=True)
class Contender:
    """One bid that is still in. `price` as quoted or lawfully corrected, `evaluation_price` after policy
    deductions, yuan;
    `marks`: factor key → the members' marks in panel order, in hundredths of a point (price left out)."""

    bid_id: str
    price: Decimal
    evaluation_price: Decimal
    marks: Mapping[str, Sequence[int]]
    brand: str | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """The document's factors, how many members mark, and the seed equal bids of one brand are drawn by."""

    factors: Sequence[Factor] = ()
    members: int = 0
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """One place. `rank` counts everybody and jumps after joint places (1, 1, 3); `candidate` counts only who may be
    awarded.

    `stands_for`: the better bid of the same brand that makes this one no candidate.
    """

    bid_id: str
    rank: int
    joint: bool
    recommended: bool
    candidate: int | None
    price: Decimal
    evaluation_price: Decimal
    price_score: Decimal | None = None
    factor_scores: Mapping[str, Decimal] | None = None
    total: Decimal | None = None
    stands_for: str = ""


def place(placed: Sequence[Placed], better: Callable[[Placed], Any]) -> list[Placed]:
    """Sort by `better` (the smaller key first) and number; equal keys share a place, listed by bid id."""
    ordered = sorted(placed, key=lambda each: (better(each), each.bid_id))
    keys = [better(each) for each in ordered]
    sharing = Counter(keys)
    found: list[Placed] = []
    rank = candidate = candidates_before = 0
    last = object()
    for before, (each, key) in enumerate(zip(ordered, keys, strict=True)):
        if key != last:
            rank, candidate, last = before + 1, candidates_before + 1, key
        candidates_before += each.recommended
        found.append(
            replace(each, rank=rank, joint=sharing[key] > 1, candidate=candidate if each.recommended else None)
        )
    return found
