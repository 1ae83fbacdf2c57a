"""How is a score rounded?

Half up to two places, at the mean of a factor and at the price score, and nowhere else (87-55); everything between is
exact. Scores are counted in hundredths of a point as integers, so that no rounding can hide in an operation.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

_SCALE = 100


def half_up(numerator: int, denominator: int) -> int:
    """The integer nearest to a non-negative fraction, a half going up. Raises ValueError for anything negative or a
    zero below."""
    if numerator < 0 or denominator <= 0:
        raise ValueError("only a non-negative fraction can be rounded as a score")
    return (2 * numerator + denominator) // (2 * denominator)


def hundredths(value: Decimal | int) -> int:
    """Points or yuan as an integer of hundredths. Raises ValueError where a third place would be lost."""
    numerator, denominator = Decimal(value).as_integer_ratio()
    whole, rest = divmod(numerator * _SCALE, denominator)
    if rest:
        raise ValueError(f"{value} has more than two places")
    return whole


@lru_cache(maxsize=20_000)
def points(count: int) -> Decimal:
    """Hundredths back as a Decimal with two places."""
    return Decimal(count).scaleb(-2)


def mean(marks: Sequence[int]) -> int:
    """The arithmetic mean of all members' marks for one factor, in hundredths like them, rounded half up once (87-55).

    Raises ValueError where nobody marked.
    """
    return half_up(sum(marks), len(marks))


def share_of(base: int, value: int, full: int) -> int:
    """base ÷ value × full in hundredths, rounded half up once: base and value in fen, full in hundredths of a
    point."""
    return half_up(base * full, value)
