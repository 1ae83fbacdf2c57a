"""Which marks does the panel's leader look at before the sheets are closed?

Evidence, never a verdict: a mark far from the median of the other members (in shares of the factor's points), and a
member whose whole judgement of one bid lies far from the others'. Whether a mark is abnormally high or low the
panel decides (87-64).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from services.evaluation.rules.score_sheet import Factor, Marks

TOTAL = "*"
"""Stands where a factor's key would, for a member's whole judgement of a bid."""


@dataclass(frozen=True, slots=True)
class Outlier:
    """One member's mark (or sum of marks: factor `*`) for one bid, the median of the others, and the distance
    allowed."""

    bid_id: str
    factor: str
    member: str
    mark: Decimal
    others: Decimal
    allowed: Decimal


def outliers(
    sheets: Mapping[str, Marks],
    factors: Sequence[Factor],
    bids: Sequence[str],
    *,
    mark_share: Decimal,
    total_share: Decimal,
) -> list[Outlier]:
    """Every mark further from the median of the others than its share of the points. Fewer than three members:
    none."""
    if len(sheets) < 3:
        return []
    scored = [factor for factor in factors if factor.kind != "price"]
    everything = sum((factor.points for factor in scored), Decimal(0))
    found = []
    for bid in bids:
        columns = [
            (
                factor.key,
                factor.points * mark_share,
                {member: marks[bid, factor.key] for member, marks in sheets.items()},
            )
            for factor in scored
        ]
        sums = {
            member: sum((marks[bid, factor.key] for factor in scored), Decimal(0)) for member, marks in sheets.items()
        }
        columns.append((TOTAL, everything * total_share, sums))
        for key, allowed, given in columns:
            for member, mark in given.items():
                others = Decimal(median(value for other, value in given.items() if other != member))
                if abs(mark - others) > allowed:
                    found.append(Outlier(bid, key, member, mark, others, allowed))
    return found
