"""What a challenge is judged by: what its supplier did in the lots, and when the steps ended there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.journal import Announcement
from services.tendering import ending
from services.tendering.models import Complaint, Lot, Project
from services.tendering.queries import bids, disputes, law, projects
from services.tendering.refusals import no
from services.tendering.rules import closing, periods
from services.tendering.rules.challenges import Standing
from services.tendering.rules.periods import day_of
from services.tendering.rules.status import LOT_ENDS
from services.tendering.workdays import load_calendar

Tell = Callable[[Announcement], Any]


def lots_challenged(db: Session, project: Project, lot_ids: Sequence[str]) -> list[Lot]:
    """The lots named, all of the project's where none is; refuses what is not published or not the project's."""
    lots = projects.lots_of(db, project.id)
    if project.published_at is None:
        no("nothing_published", "法52", "project_id")
    if unknown := sorted(set(lot_ids) - {each.id for each in lots}):
        no("lot_unknown", id=", ".join(unknown))
    return [each for each in lots if not lot_ids or each.id in lot_ids]


def standing(db: Session, project: Project, lots: Sequence[Lot], about: str, supplier_id: str) -> Standing:
    """The facts the rules ask for."""
    taken = bids.downloads(db, project.id, supplier_id)
    notice = projects.tender_notice(db, project.id)
    chosen = {each.id for each in lots}
    earlier = [
        each.about
        for each in disputes.challenges(db, project.id, supplier_id)
        if set(each.lot_ids) & chosen and each.withdrawn_at is None
    ]
    return Standing(
        took_at=taken[0].at if taken else None,
        bid=any(_took_part(db, lot, supplier_id) for lot in lots),
        notice_ends=notice.period_ends if notice else None,
        step_ended_at=max((ended for lot in lots if (ended := _step_ended(lot)) is not None), default=None),
        result_ends=max((ends for lot in lots if (ends := _result_ends(db, lot)) is not None), default=None),
        earlier=earlier,
    )


def end_lots(db: Session, tell: Tell, project: Project, complaint: Complaint, now: datetime) -> None:
    """Finance ordered a new tender: the lots end, unless a contract already binds (条例71)."""
    day = project.notice_day or day_of(now)
    for lot in projects.lots_of(db, project.id, lock=True):
        if lot.id not in complaint.lot_ids or lot.status(now) in LOT_ENDS or lot.contracted_at is not None:
            continue
        stage = (
            "award" if lot.ranked_at else "evaluation" if lot.opened_at else "opening" if lot.closed_at else "closing"
        )
        made = closing.failure(
            law.book(db), day, project.procedure, lot.object, "unlawful_acts", stage,
            {"decision_no": complaint.decision_no or ""},
        )  # fmt: skip
        ending.fail(db, tell, lot, project, made, now, complaint.text or "")


def _took_part(db: Session, lot: Lot, supplier_id: str) -> bool:
    # Only once the lot is closed: before, the answer would be the supplier's own secret anyway.
    return any(each.withdrawn_at is None for each in bids.of_supplier(db, lot.id, supplier_id))


def _step_ended(lot: Lot) -> datetime | None:
    return lot.failed_at or lot.opened_at or (lot.closed_at if lot.opening_began_at is None else None)


def _result_ends(db: Session, lot: Lot) -> date | None:
    if lot.announced_at is None:
        return None
    day = day_of(lot.announced_at)
    return periods.last_day(law.book(db).need("result_notice", day), day, load_calendar(db))
