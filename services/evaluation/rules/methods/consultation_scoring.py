"""Scoring in a competitive consultation (竞争性磋商): as comprehensive scoring on the final offers; equal totals by
the lower final offer, then by the better technical score, then jointly (214-24, 214-25)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from services.evaluation.rules.methods.comprehensive_scoring import scored
from services.evaluation.rules.placing import Contender, Placed, Scheme, place


def rank(contenders: Sequence[Contender], scheme: Scheme) -> list[Placed]:
    """Everyone by total, final offer, technical score."""
    technical = [factor.key for factor in scheme.factors if factor.kind != "price" and factor.technical]

    def better(each: Placed) -> tuple[Decimal, Decimal, Decimal]:
        means = each.factor_scores or {}
        return -(each.total or Decimal(0)), each.price, -sum((means[key] for key in technical), Decimal(0))

    return place(scored(contenders, scheme), better)
