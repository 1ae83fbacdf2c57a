"""The evaluation report as data: every figure, what it rests on, and who found it (87-58). Canonical JSON: strings,
whole numbers, lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from services.chassis.wire import moment_text
from services.evaluation import drawing, findings, offers, queries, scoring, sheets
from services.evaluation.models import Evaluation, Lot, MarkChange, OpenedBid, Project, Recording, ScoreSheet
from services.evaluation.rules import voting
from services.evaluation.rules.placing import Placed
from services.evaluation.schemas import announced

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk


def build(
    desk: Desk, found: Evaluation, lot: Lot, project: Project, placed: list[Placed], version: int
) -> dict[str, Any]:
    """Everything a reader needs to work the result out again."""
    bids = {each.bid_id: each for each in queries.bids(desk.db, lot.id)}
    return {
        "what": "evaluation_report",
        "version": version,
        "attempt": found.attempt,
        "made_at": moment_text(desk.now()),
        "project": {
            "id": project.id,
            "no": project.no,
            "title": project.title,
            "purchaser": project.purchaser_name,
            "notice_day": str(project.notice_day),
        },
        "lot": {
            "id": lot.id,
            "no": lot.no,
            "title": lot.title,
            "object": lot.object,
            "category": lot.category,
            "budget": _text(lot.budget),
            "ceiling": _text(lot.ceiling),
            "procedure": lot.procedure,
            "method": lot.award_method,
            "reserved_for_small": lot.reserved_for_small,
            "deductions": dict(lot.deductions),
            "factors": [dict(each) for each in lot.factors],
        },
        "times": {
            name: _moment(getattr(found, name))
            for name in (
                "opened_at",
                "begun_at",
                "qualification_closed_at",
                "conformity_closed_at",
                "prices_examined_at",
                "prices_closed_at",
                "sheets_closed_at",
            )
        },
        "panel": _panel(desk, found),
        "draw": _draw(desk, found),
        "bids": [_bid(each) for each in bids.values()],
        "qualification": _qualification(desk, found),
        "conformity": _matters(desk, found, "conformity", list(bids)),
        "questions": _questions(desk, found),
        "rounds": _rounds(desk, found),
        "prices": _prices(desk, found),
        "low_price_votes": _matters(desk, found, "proof", list(bids)),
        "scores": _scores(desk, found, lot) if found.scored else [],
        "changes": _changes(desk, found),
        "outliers": _outliers(desk, found, lot, project) if found.scored else [],
        "outliers_seen": found.outliers_seen or "",
        "ranking": [_place(each, bids) for each in placed],
        "rejected": _rejected(desk, found, bids),
        "findings": [
            {
                "kind": each.kind,
                "about": each.about,
                "bids": list(each.bids),
                "figures": dict(each.figures),
                "article": each.article,
            }
            for each in findings.of_lot(desk, lot.id)
        ],
        "recordings": _recordings(desk, found),
        "law": _law(desk, found, project),
    }


def _panel(desk: Desk, found: Evaluation) -> list[dict[str, Any]]:
    rows = queries.members(desk.db, found.panel_id) if found.panel_id else []
    made = [
        {"seat": each.seat_no, "name": each.name, "kind": each.kind, "leader": each.leader, "member_id": each.id}
        for each in rows
    ]
    watching = queries.supervisors(desk.db, found.panel_id) if found.panel_id else []
    return made + [
        {"seat": None, "name": each.name, "kind": "supervisor", "leader": False, "member_id": None} for each in watching
    ]


def _draw(desk: Desk, found: Evaluation) -> dict[str, Any]:
    draw = queries.draw_of(desk.db, found.panel_id) if found.panel_id else None
    if draw is None:
        return {}
    made = drawing.transcript(desk.db, draw)
    outcomes: dict[str, int] = {}
    for call in made["calls"]:
        outcomes[call["outcome"]] = outcomes.get(call["outcome"], 0) + 1
    return {
        "pool_digest": draw.pool_digest,
        "seed": draw.seed,
        "rounds": draw.round,
        "transcript_digest": made["digest"],
        "calls": outcomes,
    }


def _bid(bid: OpenedBid) -> dict[str, Any]:
    return {
        "bid_id": bid.bid_id,
        "place": bid.place,
        "supplier_id": bid.supplier_id,
        "supplier": bid.supplier_name,
        "price": _text(bid.price),
        "brand": sheets.brand(bid),
        "domestic": _known(bid.sheet.get("domestic")),
        "maker_size": _known(bid.sheet.get("maker_size")),
        "status": bid.status,
    }


def _qualification(desk: Desk, found: Evaluation) -> list[dict[str, Any]]:
    return [
        {"bid_id": bid_id, "side": side, "by": each.name, "passed": each.passed, "reason": each.reason}
        for bid_id, sides in sorted(queries.checks(desk.db, found.id).items())
        for side, each in sorted(sides.items())
    ]


def _matters(desk: Desk, found: Evaluation, matter: str, bids: list[str]) -> list[dict[str, Any]]:
    panel = queries.panel_of(desk.db, found)
    names = {each.id: each.name for each in queries.members(desk.db, panel.id)}
    made = []
    for bid_id in bids:
        votes = queries.votes(desk.db, found.id, f"{matter}:{bid_id}")
        outcome = voting.outcome(votes, panel.size)
        if outcome is not None:
            dissent = [
                {"member": names[vote.member], "choice": vote.choice, "reason": vote.reason} for vote in outcome.dissent
            ]
            reasons = list(
                dict.fromkeys(vote.reason for vote in votes if vote.choice == outcome.choice and vote.reason)
            )
            made.append(
                {
                    "bid_id": bid_id,
                    "choice": outcome.choice,
                    "counts": outcome.counts,
                    "reasons": reasons,
                    "dissent": dissent,
                }
            )
    return made


def _questions(desk: Desk, found: Evaluation) -> list[dict[str, Any]]:
    return [
        {
            "bid_id": each.bid_id,
            "kind": each.kind,
            "text": each.text,
            "asked_at": moment_text(each.asked_at),
            "answer_by": moment_text(each.answer_by),
            "answered_at": _moment(each.answered_at),
            "answer": each.answer or "",
            "confirmed": each.confirmed,
            "evidence": list(each.evidence),
        }
        for each in queries.questions(desk.db, found.id)
    ]


def _rounds(desk: Desk, found: Evaluation) -> list[dict[str, Any]]:
    return [
        {
            "number": each["number"],
            "kind": each["kind"],
            "changes": each["changes"],
            "opened_at": moment_text(each["opened_at"]),
            "closes_at": moment_text(each["closes_at"]),
            "offers": [
                {"bid_id": one.bid_id, "commitment": one.commitment, "price": _text(one.price)}
                for one in each["offers"]
            ],
        }
        for each in offers.rows(desk.db, found)
    ]


def _prices(desk: Desk, found: Evaluation) -> list[dict[str, Any]]:
    rows = queries.appraisals(desk.db, found.id)
    order = [each.bid_id for each in queries.bids(desk.db, found.lot_id)]
    return [
        {
            "bid_id": bid_id,
            "quoted": _text(rows[bid_id].quoted),
            "price": _text(rows[bid_id].price),
            "corrections": list(rows[bid_id].corrections),
            "triggers": list(rows[bid_id].triggers),
            "deductions": list(rows[bid_id].deductions),
            "evaluation_price": _text(rows[bid_id].evaluation_price),
        }
        for bid_id in order
        if bid_id in rows
    ]


def _scores(desk: Desk, found: Evaluation, lot: Lot) -> list[dict[str, Any]]:
    read = scoring.read(desk, found, lot)
    return [
        {
            "bid_id": bid_id,
            "factor": factor.key,
            "marks": [f"{read.marks[each.id][bid_id, factor.key]:.2f}" for each in read.members],
        }
        for bid_id in read.bids
        for factor in read.factors
        if factor.kind != "price"
    ]


def _changes(desk: Desk, found: Evaluation) -> list[dict[str, Any]]:
    names = {each.id: each.name for each in queries.members(desk.db, found.panel_id)} if found.panel_id else {}
    rows = desk.db.execute(
        select(MarkChange, ScoreSheet.member_id)
        .join(ScoreSheet, ScoreSheet.id == MarkChange.sheet_id)
        .where(ScoreSheet.evaluation_id == found.id)
        .order_by(MarkChange.at, MarkChange.id)
    )
    return [
        {
            "bid_id": each.bid_id,
            "factor": each.factor,
            "member": names.get(member_id, ""),
            "old": _text(each.old),
            "new": _text(each.new),
            "ground": each.ground,
            "reason": each.reason,
            "at": moment_text(each.at),
        }
        for each, member_id in rows
    ]


def _outliers(desk: Desk, found: Evaluation, lot: Lot, project: Project) -> list[dict[str, Any]]:
    read = scoring.read(desk, found, lot)
    names = {each.id: each.name for each in read.members}
    return [
        {
            "bid_id": each.bid_id,
            "factor": each.factor,
            "member": names[each.member],
            "mark": f"{each.mark:.2f}",
            "others": f"{each.others:.2f}",
            "allowed": f"{each.allowed:.2f}",
        }
        for each in scoring.standing_out(desk, read, project)
    ]


def _place(placed: Placed, bids: dict[str, OpenedBid]) -> dict[str, Any]:
    bid = bids[placed.bid_id]
    reason = (
        f"与{bids[placed.stands_for].supplier_name}提供相同品牌产品，由得分较高者获得推荐资格"
        if placed.stands_for
        else None
    )
    fact = {
        "bid_id": bid.bid_id,
        "supplier_id": bid.supplier_id,
        "supplier_name": bid.supplier_name,
        "price": placed.price,
        "evaluation_price": placed.evaluation_price,
        "price_score": placed.price_score,
        "factor_scores": placed.factor_scores,
        "total": placed.total,
        "rank": placed.rank,
        "joint": placed.joint,
        "recommended": placed.recommended,
        "candidate": placed.candidate,
        "reason": reason,
    }
    said: dict[str, Any] = announced.Place().dump(fact)
    return said


def _rejected(desk: Desk, found: Evaluation, bids: dict[str, OpenedBid]) -> list[dict[str, Any]]:
    rows = sorted(queries.rejections(desk.db, found.id).values(), key=lambda each: bids[each.bid_id].place)
    return [
        {
            "bid_id": each.bid_id,
            "supplier_id": bids[each.bid_id].supplier_id,
            "supplier_name": bids[each.bid_id].supplier_name,
            "stage": each.stage,
            "reason": each.reason,
            "article": each.article,
        }
        for each in rows
    ]


def _recordings(desk: Desk, found: Evaluation) -> list[dict[str, Any]]:
    rows = desk.db.scalars(
        select(Recording).where(Recording.panel_id == found.panel_id).order_by(Recording.began_at, Recording.id)
    )
    return [
        {
            "digest": each.digest,
            "kind": each.kind,
            "size": each.size,
            "began_at": moment_text(each.began_at),
            "ended_at": moment_text(each.ended_at),
        }
        for each in rows
    ]


def _law(desk: Desk, found: Evaluation, project: Project) -> list[dict[str, Any]]:
    """The rows of law this evaluation was made under, so that it can be read beside them years later."""
    used = set(queries.panel_of(desk.db, found).laws)
    for each in queries.appraisals(desk.db, found.id).values():
        used |= {one["row"] for one in [*each.triggers, *each.deductions]}
    return [
        {"id": row.id, "article": row.article, "says": row.says, "checked": row.checked}
        for row in desk.law.rows()
        if row.id in used
    ]


def _moment(value: Any) -> str | None:
    return None if value is None else moment_text(value)


def _text(value: Any) -> str | None:
    return None if value is None else f"{value:.2f}"


def _known(value: Any) -> Any:
    return value if value is None or isinstance(value, str | bool) else str(value)
