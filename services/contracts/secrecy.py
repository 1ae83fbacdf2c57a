"""Whose secrecy has ended: who is to win is nobody's to know before the announcement (条例43).

Drafts, signatures and proposals of a contract are known to have happened; their content is for the entitled.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.log.reading import CONFIDENTIAL, PERSONAL
from services.contracts.models import Award

_KNOWN = ("contract", "bond", "invoice", "member", "organisation", "obligation")


def secrecy(db: Session, subjects: Collection[str]) -> Mapping[str, str]:
    """See `services.chassis.log.reading.Secrecy`."""
    lots = {each.removeprefix("lot:"): each for each in subjects if each.startswith("lot:")}
    rows = db.execute(select(Award.lot_id, Award.announced_at, Award.ended_at).where(Award.lot_id.in_(lots))).all()
    said = {each: PERSONAL for each in subjects if each.partition(":")[0] in _KNOWN}
    said |= {each: CONFIDENTIAL for each in said if each.startswith("contract:")}
    waiting = {row.lot_id for row in rows if row.announced_at is None and row.ended_at is None}
    told = {row.lot_id for row in rows if row.announced_at is not None}
    return said | {lots[each]: CONFIDENTIAL for each in told - waiting}
