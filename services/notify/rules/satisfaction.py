"""How satisfied were the two sides in a period?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

SATISFIED_FROM = 4


@dataclass(frozen=True)
class Satisfaction:
    """Counts of one period and side. rate: percent of the answers that are satisfied, two places; None without any."""

    period: str
    side: str
    asked: int
    answered: int
    satisfied: int
    mean: Decimal | None
    rate: Decimal | None


def is_satisfied(score: int) -> bool:
    """Whether 1..5 counts as satisfied: 4 (satisfied) and 5 (very satisfied)."""
    return score >= SATISFIED_FROM


def of_period(period: str, side: str, asked: int, scores: Iterable[int]) -> Satisfaction:
    """The figures of a period from its scores."""
    given = list(scores)
    satisfied = sum(map(is_satisfied, given))
    return Satisfaction(
        period, side, asked, len(given), satisfied,
        _two_places(Decimal(sum(given)), len(given)), _two_places(Decimal(100 * satisfied), len(given)),
    )  # fmt: skip


def _two_places(total: Decimal, count: int) -> Decimal | None:
    return (total / count).quantize(Decimal("0.01"), ROUND_HALF_UP) if count else None
