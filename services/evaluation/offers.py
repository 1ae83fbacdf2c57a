"""Rounds of a negotiating procedure on our tables: which offers were made, which count, who reads them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from services.chassis.refusal import refuse_if
from services.chassis.working_days import day_of
from services.evaluation import outcomes, queries
from services.evaluation.models import Evaluation, Lot, OpenedBid, Project, Rejection, Round
from services.evaluation.rules import rounds

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk

FINAL = "final_offer"


def settle(desk: Desk, found: Evaluation, lot: Lot, project: Project) -> dict[str, Decimal]:
    """Bid → final offer; who made or opened none in time is out (74-33). Empty where none were asked for.

    Refuses while they may still be made or opened.
    """
    final = next((each for each in queries.rounds(desk.db, found.id) if each.kind == FINAL), None)
    offers = queries.offers_of(desk.db, final.id) if final is not None else {}
    left = queries.left(desk.db, found)
    sealed = [each for each in left if each.bid_id in offers and offers[each.bid_id].price is None]
    day = project.notice_day or day_of(found.opened_at)
    refuse_if(
        rounds.pricing_objections(
            lot.procedure or "",
            final_closes_at=final.closes_at if final is not None else None,
            unopened=len(sealed),
            now=desk.now(),
            minutes=desk.law.row("house.answer_minutes", day).value,
        )
    )
    if final is None:
        return {}
    prices = {bid_id: each.price for bid_id, each in offers.items() if each.price is not None}
    for bid in left:
        if bid.bid_id not in prices:
            outcomes.reject(
                desk,
                found,
                bid,
                stage="prices",
                code="no_final_offer",
                reason="未在规定时间内提交并开启最后报价",
                article="74-33",
            )
    return prices


def rows(db: Session, found: Evaluation, supplier_id: str | None = None) -> list[dict[str, Any]]:
    """An evaluation's rounds as their readers get them: every offer, or with `supplier_id` that supplier's own only,
    and no round it was not invited to."""
    bids = [each for each in queries.bids(db, found.lot_id) if supplier_id in (None, each.supplier_id)]
    out = queries.rejections(db, found.id)
    shown = []
    for each in queries.rounds(db, found.id):
        if supplier_id is not None and not any(_invited(bid, out.get(bid.bid_id), each) for bid in bids):
            continue
        offers = queries.offers_of(db, each.id)
        shown.append(
            {
                "round_id": each.id,
                "lot_id": found.lot_id,
                "number": each.number,
                "kind": each.kind,
                "changes": each.changes,
                "opened_at": each.opened_at,
                "closes_at": each.closes_at,
                "offers": [offers[bid.bid_id] for bid in bids if bid.bid_id in offers],
            }
        )
    return shown


def own_rows(db: Session, supplier_id: str | None) -> list[dict[str, Any]]:
    """The rounds a supplier was invited to, newest first."""
    shown = [row for found in queries.negotiated_with(db, supplier_id) for row in rows(db, found, supplier_id)]
    return sorted(shown, key=lambda row: row["opened_at"], reverse=True)


def _invited(bid: OpenedBid, out: Rejection | None, to: Round) -> bool:
    """Whether the bid was still in when the round began."""
    return out is None or out.at > to.opened_at
