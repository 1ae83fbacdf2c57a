"""Who may be awarded now?

条例43: the purchaser decides among the recommended candidates in their order. 条例49: after a winner's refusal the next
candidate may be taken. 87-68: joint places are decided as the document says (`joint_places`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.chassis.objection import Objection
from services.contracts.rules.reasons import objection


@dataclass(frozen=True)
class Candidate:
    """One place of a settled ranking. price: as quoted or lawfully corrected, yuan; the contract's price."""

    bid_id: str
    supplier_id: str
    supplier_name: str
    price: Decimal
    rank: int
    joint: bool = False
    recommended: bool = True
    total: Decimal | None = None
    price_score: Decimal | None = None


def in_order(ranking: Sequence[Candidate], passed_over: Collection[str]) -> list[Candidate]:
    """The recommended candidates still standing, in order. passed_over: bids of winners who refused or fell away."""
    return sorted(
        (each for each in ranking if each.recommended and each.bid_id not in passed_over),
        key=lambda each: (each.rank, each.bid_id),
    )


def first_place(ranking: Sequence[Candidate], passed_over: Collection[str]) -> list[Candidate]:
    """Who stands first now: nobody, one, or several sharing the place."""
    standing = in_order(ranking, passed_over)
    return [each for each in standing if each.rank == standing[0].rank]


def objections(
    ranking: Sequence[Candidate], passed_over: Collection[str], bid_id: str, drawn: str | None
) -> list[Objection]:
    """Why this bid may not be awarded now; empty means it may.

    drawn: the bid the document's rule for joint places has chosen, None where the purchaser chooses.
    """
    wanted = next((each for each in ranking if each.bid_id == bid_id), None)
    if wanted is None:
        return [objection("not_in_ranking", "条例43", "bid_id")]
    if bid_id in passed_over:
        return [objection("fell_away", "条例49", "bid_id", supplier=wanted.supplier_name)]
    if not wanted.recommended:
        return [objection("not_recommended", "条例43", "bid_id", supplier=wanted.supplier_name)]
    first = first_place(ranking, passed_over)
    if wanted.rank != first[0].rank:
        return [
            objection(
                "out_of_order",
                "条例43",
                "bid_id",
                first=first[0].supplier_name,
                first_rank=first[0].rank,
                wanted=wanted.supplier_name,
                wanted_rank=wanted.rank,
            )
        ]
    if drawn is not None and len(first) > 1 and bid_id != drawn:
        chosen = next(each for each in first if each.bid_id == drawn)
        return [objection("joint_place_decided", "87-68", "bid_id", count=len(first), chosen=chosen.supplier_name)]
    return []


def barred_objections(candidate: Candidate, barred: Collection[str]) -> list[Objection]:
    """法22, 法77: who is excluded from procurement may not be awarded. barred: ids of suppliers barred now."""
    if candidate.supplier_id not in barred:
        return []
    return [objection("supplier_barred", "法77", "bid_id", supplier=candidate.supplier_name)]
