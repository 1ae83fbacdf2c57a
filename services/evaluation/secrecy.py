"""Whose secrecy has ended: what the log shows of panels, draws, calls, sheets and reports.

Names, marks and ranking are secret until the result is published (87-47, 条例40), and again while a lot is evaluated
anew; of a lot that failed they stay with the entitled. What an expert did is never the public's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.log.reading import CONFIDENTIAL, PERSONAL, SECRET
from services.evaluation import access
from services.evaluation.models import Conduct, Draw, Evaluation, Lot


def secrecy(db: Session, subjects: Collection[str]) -> Mapping[str, str]:
    """See `services.chassis.log.reading.Secrecy`."""
    lots_of = {each: _lots_of(db, *each.split(":", 1)) for each in subjects if ":" in each}
    level_of = {lot: _level(db, lot) for lot in {each for lots in lots_of.values() for each in lots}}
    said = {}
    for subject, lots in lots_of.items():
        levels = {level_of[lot] for lot in lots}
        if levels and SECRET not in levels:
            personal = subject.startswith("expert:") or PERSONAL in levels
            said[subject] = PERSONAL if personal else CONFIDENTIAL
    return said


def _lots_of(db: Session, kind: str, key: str) -> Collection[str]:
    """The lots a subject tells of; none for a kind that is not known here."""
    if kind == "lot":
        return [key]
    if kind == "expert":
        return set(db.scalars(select(Conduct.lot_id).where(Conduct.person_id == key)))
    if kind == "panel":
        return set(db.scalars(select(Evaluation.lot_id).where(Evaluation.panel_id == key)))
    if kind == "draw":
        wanted = select(Evaluation.lot_id).join(Draw, Draw.panel_id == Evaluation.panel_id).where(Draw.id == key)
        return set(db.scalars(wanted))
    return []


def _level(db: Session, lot_id: str) -> str:
    """Of a lot's newest evaluation."""
    newest = select(Evaluation).where(Evaluation.lot_id == lot_id).order_by(Evaluation.attempt.desc()).limit(1)
    found, lot = db.scalars(newest).first(), db.get(Lot, lot_id)
    if found is None or lot is None:
        return SECRET
    if found.failed_at is not None:
        return PERSONAL
    return CONFIDENTIAL if access.is_published(found, lot) else SECRET
