"""A lot that was evaluated again, and the upheld challenges that are acted upon by it (94-16, 87-64, 87-67)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from services.chassis.journal import Announcement
from services.contracts import awarding
from services.contracts.models import HeardDispute, Lot
from services.contracts.queries import awards, contracts, lots
from services.contracts.rules import acted_upon

Tell = Callable[[Announcement], object]


def follow_new_ranking(session: Session, tell: Tell, lot: Lot, now: datetime) -> None:
    """An award that rests on an older ranking falls away without passing its bid over: the new ranking counts.

    A contract that is signed stands; only finance's decision revokes it.
    """
    ranking, award = lots.latest_ranking(session, lot.id), awards.live_award(session, lot.id, lock=True)
    if ranking is None or award is None or award.ranking_id == ranking.id:
        return
    contract = contracts.live_contract(session, lot.id)
    if contract is not None and contract.signed_at is not None:
        return
    awarding.end_award(
        session,
        tell,
        award,
        "annulled",
        "challenge_upheld",
        "依法重新评审，以新的评审结果为准",
        passes_over=False,
        costs_bond=False,
        record=False,
        now=now,
    )


def settle_after_new_ranking(session: Session, lot: Lot, now: datetime) -> None:
    """Upheld challenges that this lot's new evaluation acted upon stop nothing any more."""
    settled_at = [each.settled_at for each in lots.rankings(session, lot.id)]
    for each in _upheld(session, lot):
        if acted_upon.by_a_new_ranking(each.closed_at, settled_at):
            _settle_if_clear(session, each, now)


def settle_after_annulment(session: Session, lot: Lot, now: datetime) -> None:
    """Upheld challenges all of whose awards are gone stop nothing any more."""
    for each in _upheld(session, lot):
        _settle_if_clear(session, each, now)


def _upheld(session: Session, lot: Lot) -> list[HeardDispute]:
    heard = lots.heard_disputes(session, lot.project_id, lot.id)
    return [each for each in heard if each.kind == "challenge" and each.upheld and each.settled_at is None]


def _settle_if_clear(session: Session, dispute: HeardDispute, now: datetime) -> None:
    """A challenge may be about several lots: it is settled when none has an award left that it was upheld against."""
    about = (each for each in lots.lots_of(session, dispute.project_id or "") if each.id in (dispute.lots or [each.id]))
    live = [award for lot in about if (award := awards.live_award(session, lot.id)) is not None]
    if acted_upon.nothing_left(dispute.closed_at, [each.decided_at for each in live]):
        dispute.settled_at = now
        session.flush()
