"""A member goes: what they voted and marked is void, and what rested on it is done again (87-49)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, delete

from services.chassis.refusal import refuse
from services.evaluation import calling, queries, reporting
from services.evaluation.models import Evaluation, Member, Panel, Rejection
from services.evaluation.rules import departure, voting
from services.evaluation.schemas.accepted import REJECTION_GROUNDS

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk

BECAUSE = "评标委员会成员更换"


def remove(desk: Desk, panel: Panel, member: Member, outcome: str, reason: str) -> None:
    """A member goes; each lot falls back to the first step that does not stand without them.

    Refuses `member_signed_off` once a ranking is settled.
    """
    evaluations = queries.evaluations_of(desk.db, panel.id, lock=True)
    if any(each.settled_at for each in evaluations):
        refuse("member_signed_off", "The ranking is settled; only a lawful reopening changes the panel.")
    calling.unseat(desk, panel, member, outcome, reason)
    for found in evaluations:
        if found.failed_at is None and found.begun_at is not None:
            _fall_back(desk, panel, found)


def _fall_back(desk: Desk, panel: Panel, found: Evaluation) -> None:
    """To the first step that does not stand; a report is withdrawn."""
    step = departure.first_step(
        readmitted=_readmit(desk, panel, found),
        conformity_closed=found.conformity_closed_at is not None,
        conformity_stands=_conformity_stands(desk, panel, found),
        prices_closed=found.prices_closed_at is not None,
        proofs_stand=_proofs_stand(desk, panel, found),
    )
    if step == "conformity":
        found.conformity_closed_at = found.corrections_found_at = found.prices_examined_at = None
        _drop_rejections(desk, found, Rejection.stage.not_in(departure.NO_VOICE))
    elif step == "prices":
        _drop_rejections(desk, found, Rejection.code.in_(departure.PRICE_DECIDED))
    if step != "sheets":
        found.prices_closed_at = None
    found.sheets_closed_at = found.outliers_seen = None
    reporting.withdraw(desk, found, BECAUSE)


def _readmit(desk: Desk, panel: Panel, found: Evaluation) -> bool:
    """Bids rejected by a majority that is gone are in again; answers whether there are any."""
    gone = [
        each.bid_id
        for each in queries.rejections(desk.db, found.id).values()
        if each.code in REJECTION_GROUNDS and _decided(desk, panel, found, f"reject:{each.code}:{each.bid_id}") is None
    ]
    if gone:
        _drop_rejections(desk, found, Rejection.bid_id.in_(gone))
    return bool(gone)


def _conformity_stands(desk: Desk, panel: Panel, found: Evaluation) -> bool:
    out = queries.rejections(desk.db, found.id)
    return all(
        _decided(desk, panel, found, f"conformity:{bid.bid_id}") is not None
        for bid in queries.bids(desk.db, found.lot_id)
        if bid.bid_id not in out or out[bid.bid_id].stage not in departure.NO_VOICE
    )


def _proofs_stand(desk: Desk, panel: Panel, found: Evaluation) -> bool:
    return all(
        _decided(desk, panel, found, f"proof:{question.bid_id}") is not None
        for question in queries.questions(desk.db, found.id)
        if question.kind == "explanation" and question.answered_at is not None
    )


def _decided(desk: Desk, panel: Panel, found: Evaluation, matter: str) -> voting.Outcome | None:
    return voting.outcome(queries.votes(desk.db, found.id, matter), panel.size)


def _drop_rejections(desk: Desk, found: Evaluation, which: ColumnElement[bool]) -> None:
    desk.db.execute(delete(Rejection).where(Rejection.evaluation_id == found.id, which))
