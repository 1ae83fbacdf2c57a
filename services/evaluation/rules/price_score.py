"""How many points does a price earn?

The lowest evaluation price among those that passed ÷ this evaluation price × the price points, rounded half up to
two places; neither the highest nor the lowest price is left out (87-55).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from services.evaluation.rules.rounding import hundredths, points, share_of


def scores(evaluation_prices: Sequence[Decimal], price_points: Decimal) -> list[Decimal]:
    """The price score of every bid that passed, in the order given. Raises ValueError for a price that is not
    positive."""
    if not evaluation_prices:
        return []
    fen = [hundredths(price) for price in evaluation_prices]
    base = min(fen)
    if base <= 0:
        raise ValueError("an evaluation price must be more than zero")
    full = hundredths(price_points)
    return [points(share_of(base, price, full)) for price in fen]
