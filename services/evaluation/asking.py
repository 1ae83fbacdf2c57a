"""Questions to bidders and their answers, within a time limit, in writing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from services.chassis.caller import Caller
from services.chassis.refusal import Objection, refuse
from services.chassis.working_days import day_of
from services.evaluation import queries
from services.evaluation.models import Evaluation, OpenedBid, Project, Question, new_id
from services.protocol import canonical

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk


def time_objections(desk: Desk, project: Project, answer_by: datetime) -> list[Objection]:
    """Why the time to answer is too short by the centre's own rule."""
    minutes = desk.law.row("house.answer_minutes", project.notice_day or day_of(desk.now())).value
    if answer_by - desk.now() >= timedelta(minutes=minutes):
        return []
    return [
        Objection(
            "answer_time_short",
            f"Give the bidder at least {minutes} minutes.",
            "87-51",
            "answer_by",
            {"minutes": str(minutes)},
        )
    ]


def ask(desk: Desk, found: Evaluation, bid: OpenedBid, kind: str, text: str, answer_by: datetime) -> Question:
    """Put a question on record and tell the bidder."""
    question = Question(
        id=new_id(),
        evaluation_id=found.id,
        bid_id=bid.bid_id,
        supplier_id=bid.supplier_id,
        kind=kind,
        text=text,
        asked_at=desk.now(),
        answer_by=answer_by,
        evidence=[],
    )
    desk.db.add(question)
    desk.db.flush()
    event = "price_explanation_asked" if kind == "explanation" else "clarification_asked"
    desk.tell(
        event,
        f"lot:{found.lot_id}",
        question_id=question.id,
        lot_id=found.lot_id,
        bid_id=bid.bid_id,
        supplier_id=bid.supplier_id,
        kind=kind,
        text=text,
        answer_by=answer_by,
    )
    return question


def own_open_question(desk: Desk, question_id: str, by: Caller, permission: str, kinds: Sequence[str]) -> Question:
    """The caller's own question, still open; refuses a foreign, answered, late or otherwise kinded one."""
    question = queries.question(desk.db, question_id, lock=True)
    by.require(permission, own=by.organisation_id == question.supplier_id)
    if question.kind not in kinds:
        refuse("question_of_another_kind", f"This question is a {question.kind}.")
    if question.answered_at is not None:
        refuse("question_answered", "This question was answered.")
    if desk.now() > question.answer_by:
        refuse(
            "answer_late",
            "The time to answer is over.",
            Objection(
                "answer_late",
                f"Answers were taken until {question.answer_by.isoformat()}.",
                "87-51",
                "",
                {"answer_by": question.answer_by.isoformat()},
            ),
        )
    return question


def answer(
    desk: Desk,
    question: Question,
    by: Caller,
    *,
    text: str,
    evidence: Sequence[str] = (),
    confirmed: bool | None = None,
    amount: Decimal | None = None,
) -> None:
    """Put an answer on record, by its digest in the journal."""
    question.answered_at, question.answer, question.evidence = desk.now(), text, list(evidence)
    question.confirmed, question.amount = confirmed, amount
    desk.db.flush()
    lot_id = desk.db.get_one(Evaluation, question.evaluation_id).lot_id
    what: dict[str, Any] = {"question": question.id, "text": text, "evidence": list(evidence), "confirmed": confirmed}
    desk.tell(
        "question_answered",
        f"lot:{lot_id}",
        question_id=question.id,
        lot_id=lot_id,
        bid_id=question.bid_id,
        digest=canonical.digest(what | {"amount": str(amount) if amount is not None else None, "by": by.actor}),
        at=desk.now(),
    )


def still_open(desk: Desk, found: Evaluation, kinds: Sequence[str]) -> list[Question]:
    """Questions of these kinds whose bidder may still answer."""
    return [
        each
        for each in queries.questions(desk.db, found.id)
        if each.kind in kinds and each.answered_at is None and each.answer_by >= desk.now()
    ]
