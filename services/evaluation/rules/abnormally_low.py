"""Is a price so low that it must be explained?

For notices from 2026-02-01 (财库〔2026〕2号): strictly below half of the mean of all that passed conformity, or
half of the next lowest, or 45 % of the ceiling (of the budget where there is none), each share raised by the
document to 65 % at most; or the panel finds so. Before: only the panel's finding (87-60). On the quoted price,
lawfully corrected. At least thirty minutes to explain; without proof the bid is invalid.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from services.chassis.objection import Objection
from services.evaluation.rules.law import Law

TRIGGERS = ("mean", "next", "ceiling")


@dataclass(frozen=True)
class Quoted:
    """One bid that passed conformity, at the price it quoted (yuan)."""

    bid_id: str
    price: Decimal


@dataclass(frozen=True)
class Trigger:
    """Why a price must be explained: `measure` is the mean, the next lowest price or the ceiling; `limit` = measure
    × share, exact."""

    bid_id: str
    kind: str
    price: Decimal
    measure: Fraction
    share: Decimal
    limit: Fraction
    article: str
    row: str


def shares(law: Law, on: date, document: Mapping[str, Decimal]) -> dict[str, tuple[Decimal, str, str]]:
    """The three shares in force that day (share, article, row id), raised by the document where it does; empty
    before the order."""
    found = {}
    for kind in TRIGGERS:
        row = law.find(f"price.low.{kind}", on)
        if row is not None:
            found[kind] = (document.get(kind, Decimal(row.value)), row.article, row.id)
    return found


def document_objections(law: Law, on: date, document: Mapping[str, Decimal]) -> list[Objection]:
    """Why the document's own shares are unlawful: below the order's, or above the most it allows."""
    most = law.find("price.low.most", on)
    found = []
    for kind, share in document.items():
        row = law.find(f"price.low.{kind}", on)
        if row is None or most is None:
            continue
        if not Decimal(row.value) <= share <= Decimal(most.value):
            found.append(
                Objection(
                    "low_share_out_of_range",
                    f"The share {share} for the trigger {kind} is outside {row.value} to {most.value}.",
                    row.article,
                    f"abnormally_low.{kind}",
                    {"trigger": kind, "share": str(share), "low": row.value, "high": most.value},
                )
            )
    return found


def triggers(
    law: Law,
    on: date,
    bids: Sequence[Quoted],
    *,
    ceiling: Decimal | None,
    budget: Decimal,
    document: Mapping[str, Decimal] | None = None,
) -> list[Trigger]:
    """Every trigger of every bid, by bid in the order given; a price exactly at the limit triggers nothing."""
    in_force = shares(law, on, document or {})
    if not bids or not in_force:
        return []
    ordered = sorted(bid.price for bid in bids)
    measures: dict[str, Fraction] = {
        "mean": Fraction(sum(ordered, Decimal(0))) / len(ordered),
        "ceiling": Fraction(budget if ceiling is None else ceiling),
    }
    if len(ordered) > 1:
        measures["next"] = Fraction(ordered[1])
    found = []
    for bid in bids:
        for kind, (share, article, row) in in_force.items():
            if kind not in measures:
                continue
            limit = measures[kind] * Fraction(share)
            if Fraction(bid.price) < limit:
                found.append(Trigger(bid.bid_id, kind, bid.price, measures[kind], share, limit, article, row))
    return found


def answer_objections(law: Law, on: date, asked_at: datetime, answer_by: datetime) -> list[Objection]:
    """Why a time limit for the explanation is too short."""
    row = law.find("price.low.minutes", on)
    least = timedelta(minutes=row.value if row is not None else 0)
    if answer_by - asked_at >= least:
        return []
    minutes = int(least.total_seconds() // 60)
    return [
        Objection(
            "low_answer_time_short",
            f"At least {minutes} minutes must be given to explain a price.",
            row.article if row else "",
            "answer_by",
            {"minutes": str(minutes)},
        )
    ]
