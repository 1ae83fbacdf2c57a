"""Opening an evaluation again: what stays, what is done anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from services.chassis.caller import Caller
from services.chassis.refusal import refuse, refuse_if
from services.evaluation import queries, reporting
from services.evaluation.models import Dispute, Evaluation, Lot, Member, Project, Rejection, Reopening, new_id
from services.evaluation.pricing import notice_day
from services.evaluation.rules import reopening

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk


def reopen(
    desk: Desk, found: Evaluation, lot: Lot, project: Project, wanted: Mapping[str, Any], by: Caller
) -> Reopening:
    """Recheck: the settled ranking is withdrawn and the four grounds are open to the original panel. New panel: a new
    attempt begins after the opening, without the members at fault; everything of the old one stays on record."""
    dispute = desk.db.get(Dispute, wanted["dispute_id"])
    if dispute is None or (dispute.lots and lot.id not in dispute.lots) or dispute.project_id not in (None, project.id):
        refuse("not_found", "There is no such challenge or complaint about this lot.")
    if dispute.closed_at is None or (dispute.kind == "challenge" and not dispute.upheld):
        refuse("dispute_not_upheld", "Only an upheld challenge or a decided complaint reopens anything.")
    people = _persons_at_fault(desk, found, wanted["members_at_fault"])
    made, objections = reopening.decide(
        desk.law,
        notice_day(project),
        reopening.Request(
            ground=wanted["ground"],
            cause="challenge_upheld" if dispute.kind == "challenge" else "complaint_decided",
            outcome=dispute.outcome or "",
            finance_report_no=wanted["finance_report_no"],
            settled=found.settled_at is not None,
            contract_performed=lot.performed_at is not None,
            members_at_fault=people,
            about=dispute.about or "",
        ),
    )
    refuse_if(objections)
    if made is None:
        raise AssertionError("a reopening without objections says how far it reaches")
    row = Reopening(
        id=new_id(),
        evaluation_id=found.id,
        dispute_id=dispute.id,
        ground=wanted["ground"],
        scope=made.scope,
        article=made.article,
        finance_report_no=wanted["finance_report_no"],
        excluded=list(made.excluded),
        person_id=by.person_id,
        at=desk.now(),
    )
    desk.db.add(row)
    if made.scope == "recheck":
        found.settled_at = None
        reporting.withdraw(desk, found, f"依{made.article}重新评审")
    else:
        begin_anew(desk, found)
    desk.db.flush()
    return row


def begin_anew(desk: Desk, found: Evaluation) -> Evaluation:
    """A further attempt, from the opened bids on; the one before stays on record."""
    made = Evaluation(
        id=new_id(),
        lot_id=found.lot_id,
        project_id=found.project_id,
        attempt=found.attempt + 1,
        scored=found.scored,
        opened_at=found.opened_at,
    )
    desk.db.add(made)
    desk.db.flush()
    for each in queries.rejections(desk.db, found.id).values():
        if each.stage == "opening":
            kept = {name: getattr(each, name) for name in ("bid_id", "stage", "code", "reason", "article", "at")}
            desk.db.add(Rejection(evaluation_id=made.id, **kept))
    return made


def _persons_at_fault(desk: Desk, found: Evaluation, member_ids: list[str]) -> tuple[str, ...]:
    people = []
    for member_id in member_ids:
        member = desk.db.get(Member, member_id)
        if member is None or member.panel_id != found.panel_id:
            refuse("not_found", f"{member_id} did not sit on this panel.")
        people.append(member.person_id)
    return tuple(people)
