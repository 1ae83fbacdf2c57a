"""What must the announcement of an award say, and what is each loser told?

条例43: names, addresses and contacts of purchaser and centre, name and number of the project, name and address of the
winner and the amount, name, specification, quantity, unit price and service of the main items, the experts' names.
87-69: each loser its own score and rank, or the reason it did not pass.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from services.chassis.objection import Objection
from services.contracts.rules.reasons import objection

REQUIRED = (
    "purchaser_name",
    "purchaser_address",
    "purchaser_contact",
    "centre_name",
    "centre_address",
    "centre_contact",
    "project_title",
    "project_no",
    "supplier_name",
    "supplier_address",
    "amount",
)
ITEM_REQUIRED = ("name", "specification", "quantity", "unit_price", "service")


def objections(facts: Mapping[str, Any], items: Sequence[Mapping[str, Any]], panel: Sequence[str]) -> list[Objection]:
    """Everything still missing from the announcement, one objection each."""
    found = [_missing(name, name) for name in REQUIRED if not facts.get(name)]
    if not items:
        found.append(_missing("items", "items"))
    for place, item in enumerate(items):
        found.extend(_missing(name, f"items.{place}.{name}") for name in ITEM_REQUIRED if not item.get(name))
    if not panel:
        found.append(_missing("panel", "panel"))
    return found


def total_objections(items: Sequence[Mapping[str, Any]], amount: Decimal) -> list[Objection]:
    """The items announced must come to the amount awarded, to the fen."""
    total = sum((Decimal(each["amount"]) for each in items), Decimal("0.00"))
    if total == amount:
        return []
    return [objection("items_do_not_sum", "条例43", "items", total=f"{total:.2f}", amount=f"{amount:.2f}")]


def losers(
    ranking: Sequence[Mapping[str, Any]], rejected: Sequence[Mapping[str, Any]], winner_bid: str
) -> list[dict[str, Any]]:
    """What each bidder but the winner is told: supplier_id, bid_id, total, rank, reason, article.

    Absent facts are None.
    """
    told = [
        {
            "supplier_id": each["supplier_id"],
            "bid_id": each["bid_id"],
            "total": each.get("total"),
            "rank": each["rank"],
            "reason": None,
            "article": None,
        }
        for each in ranking
        if each["bid_id"] != winner_bid
    ]
    told += [
        {
            "supplier_id": each["supplier_id"],
            "bid_id": each["bid_id"],
            "total": None,
            "rank": None,
            "reason": each.get("reason"),
            "article": each.get("article"),
        }
        for each in rejected
    ]
    return told


def _missing(name: str, path: str) -> Objection:
    return objection("announcement_incomplete", "条例43", path, what=name)
