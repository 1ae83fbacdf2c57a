"""Lowest evaluated price (最低评标价法): what responds to everything essential is ordered by its evaluation price,
the lowest first; equal prices share a place (87-54, 87-56). Bids that gave way within their brand are no longer
among the contenders (87-31)."""

from __future__ import annotations

from collections.abc import Sequence

from services.evaluation.rules.placing import Contender, Placed, Scheme, place


def rank(contenders: Sequence[Contender], scheme: Scheme) -> list[Placed]:
    """Everyone by evaluation price. The scheme is not asked."""
    del scheme  # one interface for all methods; nobody scores here
    return place(
        [Placed(each.bid_id, 0, False, True, None, each.price, each.evaluation_price) for each in contenders],
        better=lambda each: each.evaluation_price,
    )
