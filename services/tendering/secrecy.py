"""Whose secrecy has ended: what the log shows of bids, bonds, downloads, questions and early challenges.

Who took the documents, who bids and how many they are is nobody's to know before the opening (法79, 条例74, 87-22);
of a lot that failed unopened it stays with the entitled. A challenge lodged while a lot is open names somebody who took
the documents: it is held back, and what is owed about it, though it is announced as public. Who asks a question stays
unnamed for ever, and the duty to answer was opened by the asker.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from services.chassis.log.reading import CONFIDENTIAL, HELD_BACK, PERSONAL, SECRET
from services.chassis.obligations import obligation
from services.tendering.models import Bid, Bond, Challenge, Complaint, Download, Lot, Project, Question

_Pair = tuple[InstrumentedAttribute[str], InstrumentedAttribute[str]]
# kind of subject → its id, and what it belongs to
_IN_A_LOT: Mapping[str, _Pair] = {"bid": (Bid.id, Bid.lot_id), "bond": (Bond.id, Bond.lot_id)}
_IN_A_PROJECT: Mapping[str, _Pair] = {
    "download": (Download.id, Download.project_id),
    "question": (Question.id, Question.project_id),
    "challenge": (Challenge.id, Challenge.project_id),
    "complaint": (Complaint.id, Complaint.project_id),
}
_NAMES_A_TAKER = ("challenge", "complaint")
_NAMES_THE_ASKER = "question"


def secrecy(db: Session, subjects: Collection[str]) -> Mapping[str, str]:
    """See `services.chassis.log.reading.Secrecy`."""
    duties = {each.partition(":")[2] for each in subjects if each.startswith("obligation:")}
    if duties:
        rows = db.execute(select(obligation.c.id, obligation.c.about).where(obligation.c.id.in_(duties)))
        about = {f"obligation:{key}": thing for key, thing in rows}
        known = secrecy(db, {*subjects, *about.values()} - {f"obligation:{key}" for key in duties})
        told = {duty: known[thing] for duty, thing in about.items() if thing in known}
        asked = {duty: HELD_BACK for duty, thing in about.items() if thing.startswith(f"{_NAMES_THE_ASKER}:")}
        return {**known, **told, **asked}
    lot_of, project_of = _homes(db, subjects)
    levels = _levels(db, {*lot_of.values()}, {*project_of.values()})
    said = {}
    for subject in (*lot_of, *project_of):
        home = lot_of.get(subject) or project_of[subject]
        said[subject] = levels.get(home, SECRET)
        if subject.partition(":")[0] in _NAMES_A_TAKER and said[subject] == SECRET:
            said[subject] = HELD_BACK
    return said


def _homes(db: Session, subjects: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Which lot, or else which project, each subject belongs to."""
    ids: dict[str, set[str]] = {}
    for kind, _, key in (each.partition(":") for each in subjects):
        ids.setdefault(kind, set()).add(key)
    lot_of = {f"lot:{key}": key for key in ids.get("lot", ())}
    project_of = {f"project:{key}": key for key in ids.get("project", ())}
    for homes, table in ((lot_of, _IN_A_LOT), (project_of, _IN_A_PROJECT)):
        for kind, (thing, home) in table.items():
            if kind in ids:
                rows = db.execute(select(thing, home).where(thing.in_(ids[kind])))
                homes.update({f"{kind}:{each}": at for each, at in rows})
    return lot_of, project_of


def _levels(db: Session, lots: set[str], projects: set[str]) -> dict[str, str]:
    """Lot id and project id → level. A project is as secret as its most secret lot."""
    rows = db.scalars(select(Lot).where(Lot.id.in_(lots) | Lot.project_id.in_(projects))).all()
    cancelled = set(
        db.scalars(select(Project.id).where(Project.id.in_({*projects, *(each.project_id for each in rows)}),
                                            Project.cancelled_at.is_not(None)))
    )  # fmt: skip
    levels: dict[str, str] = {}
    within: dict[str, list[str]] = {}
    for lot in rows:
        ended = lot.failed_at is not None or lot.project_id in cancelled
        levels[lot.id] = CONFIDENTIAL if lot.opening_began_at else PERSONAL if ended else SECRET
        within.setdefault(lot.project_id, []).append(levels[lot.id])
    for project in projects:
        found = within.get(project, [PERSONAL] if project in cancelled else [SECRET])
        levels[project] = next(level for level in (SECRET, PERSONAL, CONFIDENTIAL) if level in found)
    return levels
