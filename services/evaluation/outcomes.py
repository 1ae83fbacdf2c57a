"""Rejecting a bid, failing a lot, closing a step: the moves every stage shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.evaluation import queries, sheets
from services.evaluation.models import Evaluation, Lot, OpenedBid, Project, Rejection
from services.evaluation.rules import brands, survivors

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk


def reject(desk: Desk, found: Evaluation, bid: OpenedBid, *, stage: str, code: str, reason: str, article: str) -> None:
    """A bid is out; said once, kept with its reason and article."""
    if desk.db.get(Rejection, (found.id, bid.bid_id)) is not None:
        return
    desk.db.add(
        Rejection(
            evaluation_id=found.id,
            bid_id=bid.bid_id,
            stage=stage,
            code=code,
            reason=reason,
            article=article,
            at=desk.now(),
        )
    )
    desk.db.flush()
    desk.tell(
        "bid_rejected",
        f"lot:{found.lot_id}",
        lot_id=found.lot_id,
        bid_id=bid.bid_id,
        supplier_id=bid.supplier_id,
        stage=stage,
        reason=reason,
        article=article,
        at=desk.now(),
    )


def bidders_left(desk: Desk, found: Evaluation, *, by_brand: bool) -> int:
    """How many bidders are still in; by_brand: bids of one brand are one bidder (87-31)."""
    left = queries.left(desk.db, found)
    if not by_brand:
        return len(left)
    return brands.bidders_counted({each.bid_id: sheets.brand(each) for each in left})


def close_step(
    desk: Desk, found: Evaluation, lot: Lot, project: Project, step: str, *, by_brand: bool
) -> dict[str, Any]:
    """A step is done: with too few bidders left the lot fails (法36, 法37), else it goes on. Answers what the caller
    is told."""
    left = bidders_left(desk, found, by_brand=by_brand)
    desk.tell("step_closed", f"lot:{lot.id}", lot_id=lot.id, step=step, left=left, at=desk.now())
    on = project.notice_day
    if on is None:
        raise ValueError(f"project {project.id} has opened bids and no notice day")
    too_few = survivors.objections(desk.law, on, lot.procedure or "", left, lot.exception or "none")
    if too_few:
        figures = dict(too_few[0].figures)
        found.failed_at = desk.now()
        found.failure = {
            "stage": "evaluation",
            "step": step,
            "reason": "too_few_left",
            "figures": figures,
            "articles": [too_few[0].article],
        }
        desk.tell(
            "evaluation_failed",
            f"lot:{lot.id}",
            lot_id=lot.id,
            project_id=project.id,
            stage="evaluation",
            reason="too_few_left",
            figures=figures,
            articles=[too_few[0].article, "法37"],
            at=desk.now(),
        )
    return {"lot_id": lot.id, "stage": found.stage, "left": left, "at": desk.now()}
