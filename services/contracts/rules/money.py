"""How is money divided so that no fen appears or vanishes?

Money is `Decimal` yuan with two places. Sums are exact; the only roundings are here, half up, and cumulative: what a
part is worth is the worth of everything so far less the worth of everything before, so the parts always add up to the
whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
_ROOMY = Context(prec=60, rounding=ROUND_HALF_UP)


def yuan(value: Decimal | Fraction | int | str) -> Decimal:
    """Any exact number as yuan, half up to the fen. Floats are no money."""
    if isinstance(value, float):
        raise TypeError("money is never a float")
    if isinstance(value, Fraction):
        fen = (abs(value) * 200 + 1) // 2  # half up on the magnitude
        return (Decimal(int(fen)) * FEN).copy_sign(Decimal(-1 if value < 0 else 1))
    return Decimal(value).quantize(FEN, context=_ROOMY)


def is_exact(value: Decimal) -> bool:
    """Whether an amount has at most two places."""
    return value == value.quantize(FEN, context=_ROOMY)


def part_of(amount: Decimal, done: Decimal, whole: Decimal) -> Decimal:
    """What `done` of `whole` is worth when the whole is worth `amount`.

    0 gives 0.00 and the whole gives `amount`, exactly.
    """
    if whole <= 0 or not 0 <= done <= whole:
        raise ValueError(f"{done} of {whole} is no part")
    return yuan(Fraction(amount) * Fraction(done) / Fraction(whole))


def share(amount: Decimal, ratio: Decimal) -> Decimal:
    """`ratio` of an amount, half up to the fen."""
    return yuan(Fraction(amount) * Fraction(ratio))


def most_share(amount: Decimal, ratio: Decimal) -> Decimal:
    """The greatest whole number of fen not above `ratio` of an amount: a statutory limit is never rounded up."""
    return Decimal(int(Fraction(amount) * Fraction(ratio) * 100)) * FEN


def allocate(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Divide `total` in proportion to `weights` so that the parts sum to it to the fen.

    Each part is rounded down; the fen left over go to the largest remainders, the earlier first.
    Raises ValueError without weights, for a negative one, or where all are zero.
    """
    if not weights or any(weight < 0 for weight in weights) or not any(weights):
        raise ValueError("an amount is divided among weights of which none is negative and one is not zero")
    fen = int(total / FEN)
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    exact = [Fraction(fen) * Fraction(weight) / whole for weight in weights]
    parts = [int(each) for each in exact]
    order = sorted(range(len(parts)), key=lambda place: (parts[place] - exact[place], place))
    for place in order[: fen - sum(parts)]:
        parts[place] += 1
    return [Decimal(each) * FEN for each in parts]
