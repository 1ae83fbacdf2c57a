"""What our answers are made of: rows turned into what their readers get, after `rules.visibility` has said how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from services.chassis.caller import Caller
from services.chassis.refusal import refuse
from services.evaluation import access, drawing, queries, reporting, scoring
from services.evaluation.models import (
    Draw,
    Evaluation,
    ExpertCall,
    Lot,
    Member,
    OpenedBid,
    Panel,
    Participant,
    Project,
    Question,
    Report,
    Vote,
)

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk


def panel(
    desk: Desk, found: Panel, evaluations: Sequence[Evaluation], draw: Draw | None, view: str, by: Caller
) -> dict[str, Any]:
    """A panel; `view` says whether its people have names yet."""
    members = queries.members(desk.db, found.id)
    if view == "self":
        members = [each for each in members if each.person_id == by.person_id]
    named = view in ("names", "self")
    return {
        "panel_id": found.id,
        "project_id": found.project_id,
        "lot_ids": [each.lot_id for each in evaluations],
        "view": view,
        "size": found.size,
        "experts": found.experts,
        "representatives": found.representatives,
        "evaluates_at": found.evaluates_at,
        "room": found.room,
        "begun_at": found.begun_at,
        "draw_id": draw.id if draw else None,
        "members": [_member(each, named) for each in members] if view else [],
        "supervisors": [each.name for each in queries.supervisors(desk.db, found.id)] if view == "names" else [],
    }


def _member(member: Member, named: bool) -> dict[str, Any]:
    return {
        "member_id": member.id if named else None,
        "name": member.name if named else None,
        "kind": member.kind,
        "seat_no": member.seat_no,
        "leader": member.leader,
        "checked_in_at": member.checked_in_at,
    }


def people(db: Session, draw: Draw) -> list[dict[str, Any]]:
    """Who was called, with the salt that proves the pseudonym; the others of the pool stay unnamed."""
    called = {each.pseudonym for each in queries.calls(db, draw.id)}
    return [
        {"pseudonym": each.pseudonym, "name": each.name, "person_id": each.person_id, "salt": each.salt}
        for name, each in sorted(queries.pool(db, draw.id).items())
        if name in called
    ]


def invitation(db: Session, call: ExpertCall) -> dict[str, Any]:
    """An expert's invitation, with the organisations ties to which must be declared."""
    found = queries.panel(db, queries.draw(db, call.draw_id).panel_id)
    evaluations = queries.evaluations_of(db, found.id)
    bidders = {name for name in drawing.bidding(db, found).values() if name}
    project = queries.project(db, found.project_id)
    return {
        "call_id": call.id,
        "panel_id": found.id,
        "lots": [queries.lot(db, each.lot_id).title or "" for each in evaluations],
        "when": found.evaluates_at,
        "room": found.room,
        "answer_by": call.answer_by,
        "outcome": call.outcome,
        "organisations": [project.purchaser_name or "", *sorted(bidders)],
    }


def evaluation(desk: Desk, found: Evaluation, lot: Lot, by: Caller) -> dict[str, Any]:
    """Where an evaluation stands; who is out, and why, is said only to those who see the reviews."""
    seen = access.view(desk.db, by, "reviews", found, lot) == "all"
    out = queries.rejections(desk.db, found.id) if seen else {}
    sheets = queries.sheets(desk.db, found) if found.scored and found.panel_id else {}
    return {
        "lot_id": lot.id,
        "project_id": found.project_id,
        "lot_no": lot.no,
        "title": lot.title,
        "attempt": found.attempt,
        "stage": found.stage,
        "method": lot.award_method,
        "panel_id": found.panel_id,
        "opened_at": found.opened_at,
        "begun_at": found.begun_at,
        "settled_at": found.settled_at,
        "failed_at": found.failed_at,
        "failure": found.failure,
        "members": len(queries.members(desk.db, found.panel_id)) if found.panel_id else None,
        "members_done": sum(each.submitted_at is not None for each in sheets.values()) if sheets else None,
        "bids": [
            {
                "bid_id": each.bid_id,
                "supplier_id": each.supplier_id,
                "supplier_name": each.supplier_name,
                "files_digest": each.files_digest,
                "out": out[each.bid_id].stage if each.bid_id in out else None,
                "reason": out[each.bid_id].reason if each.bid_id in out else None,
            }
            for each in queries.bids(desk.db, lot.id)
        ],
    }


def page(desk: Desk, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
    """Evaluations the caller may follow; `after` is the id of the last one given."""
    asked = select(Evaluation).order_by(Evaluation.opened_at.desc(), Evaluation.id.desc()).limit(wanted["most"] + 1)
    if by.grants.get("evaluation.read") != "any":
        member = (
            select(Panel.project_id)
            .join(Member, Member.panel_id == Panel.id)
            .where(Member.person_id == by.person_id, Member.left_at.is_(None))
        )
        named = select(Participant.project_id).where(Participant.person_id == by.person_id)
        own = select(Project.id).where(Project.purchaser_id == by.organisation_id)
        reach = [Evaluation.project_id.in_(member), Evaluation.project_id.in_(named)]
        if by.grants.get("evaluation.read") == "own":
            reach.append(Evaluation.project_id.in_(own))
        asked = asked.where(or_(*reach))
    if wanted["project_id"]:
        asked = asked.where(Evaluation.project_id == wanted["project_id"])
    if wanted["after"]:
        asked = asked.where(_beyond(desk.db, wanted["after"]))
    rows = list(desk.db.scalars(asked))
    shown = rows[: wanted["most"]]
    if wanted["stage"]:
        shown = [each for each in shown if each.stage == wanted["stage"]]
    more = len(rows) > wanted["most"]
    return {
        "evaluations": [evaluation(desk, each, queries.lot(desk.db, each.lot_id), by) for each in shown],
        "after": rows[wanted["most"] - 1].id if more else None,
    }


def _beyond(db: Session, cursor: str) -> Any:
    last = db.get(Evaluation, cursor)
    if last is None:
        refuse("cursor_unknown", "This page does not exist; begin again.")
    return or_(
        Evaluation.opened_at < last.opened_at, and_(Evaluation.opened_at == last.opened_at, Evaluation.id < last.id)
    )


def reviews(desk: Desk, found: Evaluation, view: str) -> dict[str, Any]:
    """Checks, votes and prices: all of them, or only how many."""
    answer: dict[str, Any] = {"lot_id": found.lot_id, "view": view, "stage": found.stage}
    if view != "all":
        return answer | {"checks": [], "votes": [], "prices": []}
    names = {each.id: each.name for each in queries.members(desk.db, found.panel_id)} if found.panel_id else {}
    rows = desk.db.scalars(
        select(Vote).where(Vote.scope_id == found.id, Vote.member_id.in_(names)).order_by(Vote.matter, Vote.at)
    )
    return answer | {
        "checks": [
            {"bid_id": bid_id, "side": side, "passed": each.passed, "reason": each.reason, "by": each.name}
            for bid_id, sides in sorted(queries.checks(desk.db, found.id).items())
            for side, each in sorted(sides.items())
        ],
        "votes": [
            {"matter": each.matter, "member": names[each.member_id], "choice": each.choice, "reason": each.reason}
            for each in rows
        ],
        "prices": [
            {
                "bid_id": bid_id,
                "quoted": f"{each.quoted:.2f}",
                "price": f"{each.price:.2f}",
                "corrections": each.corrections,
                "triggers": each.triggers,
                "deductions": each.deductions,
                "evaluation_price": f"{each.evaluation_price:.2f}" if each.evaluation_price is not None else None,
            }
            for bid_id, each in sorted(queries.appraisals(desk.db, found.id).items())
        ],
    }


def question(found: Question, lot_id: str) -> dict[str, Any]:
    """A question with the lot it belongs to."""
    fields = (
        "id",
        "bid_id",
        "supplier_id",
        "kind",
        "text",
        "asked_at",
        "answer_by",
        "answered_at",
        "answer",
        "confirmed",
        "evidence",
    )
    return {name: getattr(found, name) for name in fields} | {"lot_id": lot_id}


def sheets(desk: Desk, found: Evaluation, lot: Lot, project: Project, view: str, by: Caller) -> dict[str, Any]:
    """Sheets as far as `view` goes. `progress` counts; it names nobody and tells no mark."""
    read = scoring.read(desk, found, lot)
    names = {each.bid_id: each.supplier_name for each in queries.bids(desk.db, lot.id)}
    mine = {each.id for each in read.members if each.person_id == by.person_id}
    shown = {"all": {each.id for each in read.members}, "own": mine, "outliers": mine}.get(view, set())
    leader = view in ("outliers", "all")
    return {
        "lot_id": lot.id,
        "view": view,
        "factors": [dict(each) for each in lot.factors],
        "bids": [{"bid_id": bid_id, "supplier_name": names[bid_id]} for bid_id in read.bids],
        "members": len(read.members),
        "submitted": read.submitted,
        "sheets": [
            {
                "member_id": each.id,
                "seat_no": each.seat_no,
                "name": each.name,
                "submitted_at": read.sheets[each.id].submitted_at,
                "marks": scoring.as_rows(read.marks[each.id]),
            }
            for each in read.members
            if each.id in shown and each.id in read.sheets
        ],
        "outliers": scoring.standing_out(desk, read, project) if leader else [],
        "unequal": scoring.unequal(read) if leader else [],
        "closed_at": found.sheets_closed_at,
    }


def loser_notice(desk: Desk, found: Evaluation, lot: Lot, bid: OpenedBid) -> dict[str, Any]:
    """One bidder's own outcome: under comprehensive scoring score and rank, else rank; or why it was out."""
    answer: dict[str, Any] = {"lot_id": lot.id, "bid_id": bid.bid_id, "price": bid.price}
    out = queries.rejections(desk.db, found.id).get(bid.bid_id)
    if out is not None:
        return answer | {"rejected": True, "stage": out.stage, "reason": out.reason, "article": out.article}
    made = queries.report(desk.db, found.id)
    places = reporting.places(made) if made is not None else []
    mine = next((each for each in places if each["bid_id"] == bid.bid_id), None)
    if mine is None:
        return answer | {"rejected": False}
    told = ("price", "evaluation_price", "price_score", "factor_scores", "total", "rank", "reason")
    return answer | {name: mine[name] for name in told} | {"rejected": False, "of": len(places)}


def result(desk: Desk, found: Evaluation, lot: Lot, made: Report) -> dict[str, Any]:
    """A published result."""
    draw = queries.draw_of(desk.db, found.panel_id) if found.panel_id else None
    members = queries.members(desk.db, found.panel_id) if found.panel_id else []
    return {
        "lot_id": lot.id,
        "project_id": found.project_id,
        "method": lot.award_method,
        "settled_at": found.settled_at,
        "report_digest": made.digest,
        "panel": [each.name for each in members],
        "ranking": reporting.places(made),
        "rejected": made.rejected,
        "draw_id": draw.id if draw else None,
        "transcript": drawing.transcript(desk.db, draw) if draw else None,
    }
