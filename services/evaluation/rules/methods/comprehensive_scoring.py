"""Comprehensive scoring (综合评分法): the mean of all members per factor plus the price score, the highest total
first; equal totals by the lower quoted price, then jointly (87-55, 87-57). Bids of one brand count as one bidder
(87-31)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from services.evaluation.rules import brands
from services.evaluation.rules.placing import Contender, Placed, Scheme, place
from services.evaluation.rules.rounding import hundredths, mean, points, share_of


def rank(contenders: Sequence[Contender], scheme: Scheme) -> list[Placed]:
    """Everyone by total, then price. Raises ValueError where a mark is missing, doubled or a price is not positive."""
    return place(scored(contenders, scheme), better=lambda each: (-(each.total or 0), each.price))


def scored(contenders: Sequence[Contender], scheme: Scheme) -> list[Placed]:
    """Everyone with all scores, not yet in order."""
    if not contenders:
        return []
    price_points = sum((factor.points for factor in scheme.factors if factor.kind == "price"), Decimal(0))
    keys = [factor.key for factor in scheme.factors if factor.kind != "price"]
    full = hundredths(price_points)
    fen = {each.bid_id: hundredths(each.evaluation_price) for each in contenders}
    base = min(fen.values())
    if base <= 0:
        raise ValueError("an evaluation price must be more than zero")
    found, totals = [], {}
    for each in contenders:
        means = {key: _mean(each, key, scheme.members) for key in keys}
        price_score = share_of(base, fen[each.bid_id], full)
        totals[each.bid_id] = total = sum(means.values()) + price_score
        found.append(
            Placed(
                each.bid_id,
                0,
                False,
                True,
                None,
                each.price,
                each.evaluation_price,
                points(price_score) if full else None,
                {key: points(value) for key, value in means.items()},
                points(total),
            )
        )
    gone = brands.not_recommended({each.bid_id: each.brand for each in contenders}, totals, scheme.seed)
    return [
        replace(each, recommended=False, stands_for=gone[each.bid_id]) if each.bid_id in gone else each
        for each in found
    ]


def _mean(contender: Contender, key: str, members: int) -> int:
    marks = contender.marks[key]
    if len(marks) != members:
        raise ValueError(f"{key} of {contender.bid_id} has {len(marks)} marks of {members}")
    return mean(marks)
