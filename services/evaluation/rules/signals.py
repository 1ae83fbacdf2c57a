"""What looks like collusion (87-37)? Evidence with its figures, for people; never a verdict.

What the opening itself can see (shared authors, machines, accounts) arrives with the opened bids; here are the
signals that need prices side by side or the winners of the past.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

ARTICLE = "87-37"


@dataclass(frozen=True)
class Signal:
    """One finding. `bids` are bid ids (or supplier ids where `about` is "suppliers"); figures are strings."""

    kind: str
    bids: tuple[str, ...]
    figures: Mapping[str, str] = field(default_factory=dict)
    article: str = ARTICLE
    about: str = "bids"


@dataclass(frozen=True)
class Past:
    """One settled lot: who bid, who was first, when."""

    lot_id: str
    day: date
    suppliers: frozenset[str]
    winner: str


def regular_steps(prices: Mapping[str, Decimal], tolerance: Decimal) -> list[Signal]:
    """Three or more sorted prices with equal differences, or equal ratios, within `tolerance` of the mean step."""
    ordered = sorted(prices, key=lambda bid: (prices[bid], bid))
    if len(ordered) < 3 or len(set(prices.values())) != len(prices):
        return []
    steps = [Fraction(prices[high] - prices[low]) for low, high in itertools.pairwise(ordered)]
    ratios = [Fraction(prices[high]) / Fraction(prices[low]) - 1 for low, high in itertools.pairwise(ordered)]
    found = []
    if _alike(steps, tolerance):
        found.append(
            Signal(
                "regular_price_differences",
                tuple(ordered),
                {
                    "step": f"{float(sum(steps) / len(steps)):.2f}",
                    "prices": "、".join(str(prices[bid]) for bid in ordered),
                },
            )
        )
    if _alike(ratios, tolerance):
        found.append(
            Signal(
                "regular_price_ratios",
                tuple(ordered),
                {
                    "ratio": f"{float(sum(ratios) / len(ratios)):.4f}",
                    "prices": "、".join(str(prices[bid]) for bid in ordered),
                },
            )
        )
    return found


def _alike(steps: Sequence[Fraction], tolerance: Decimal) -> bool:
    mean = sum(steps, Fraction(0)) / len(steps)
    return all(abs(step - mean) <= mean * Fraction(tolerance) for step in steps)


def same_price(prices: Mapping[str, Decimal]) -> list[Signal]:
    """Bids that quote exactly one price."""
    by_price: dict[Decimal, list[str]] = {}
    for bid, price in sorted(prices.items()):
        by_price.setdefault(price, []).append(bid)
    return [
        Signal("same_price", tuple(bids), {"price": str(price)}) for price, bids in by_price.items() if len(bids) > 1
    ]


def rotating_winners(
    past: Sequence[Past], bidders: frozenset[str], *, today: date, meetings: int, months: int
) -> list[Signal]:
    """Suppliers of this lot that met again and again and won by turns.

    Looked at: settled lots of the last `months` in which at least three of these suppliers bid. By turns: at least
    `meetings` such lots, every one won by one of them, no winner twice running, and nobody's wins more than one
    above another winner's.
    """
    since = _months(today) - months, today.day
    met = sorted(
        (each for each in past if len(each.suppliers & bidders) >= 3 and (_months(each.day), each.day.day) >= since),
        key=lambda each: (each.day, each.lot_id),
    )
    winners = [each.winner for each in met]
    if len(met) < max(meetings, 2) or not set(winners) <= bidders or len(set(winners)) < 2:
        return []
    if any(first == second for first, second in itertools.pairwise(winners)):
        return []
    wins = {winner: winners.count(winner) for winner in set(winners)}
    if max(wins.values()) - min(wins.values()) > 1:
        return []
    return [
        Signal(
            "rotating_winners",
            tuple(sorted(wins)),
            {"lots": str(len(met)), "winners": "、".join(winners), "since": str(met[0].day)},
            "法25",
            "suppliers",
        )
    ]


def _months(day: date) -> int:
    return day.year * 12 + day.month
