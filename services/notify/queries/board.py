"""The board's stream and what stands on the wall now."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from services.notify.models import BoardEvent, Lot, Panel, Project, RoomCall
from services.notify.rules.wall import AFTER, SOON, place_of


def append(db: Session, event_id: str, kind: str, at: dt.datetime, shows: dict[str, Any], **about: Any) -> BoardEvent:
    """Add to the stream. Writers take turns until commit, so that whoever saw number n has seen all below."""
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("notify.board", 7))))
    row = BoardEvent(event_id=event_id, kind=kind, at=at, shows=shows, **about)
    db.add(row)
    db.flush()
    return row


def since(db: Session, after: int, most: int) -> list[BoardEvent]:
    """The events after this number, in order."""
    wanted = select(BoardEvent).where(BoardEvent.number > after).order_by(BoardEvent.number).limit(most)
    return list(db.scalars(wanted))


def latest(db: Session, most: int) -> list[BoardEvent]:
    """The last events, in order."""
    wanted = select(BoardEvent).order_by(BoardEvent.number.desc()).limit(most)
    return list(reversed(list(db.scalars(wanted))))


def last_number(db: Session) -> int:
    """The newest event's number, 0 without any."""
    return db.scalar(select(func.max(BoardEvent.number))) or 0


def openings(db: Session, now: dt.datetime) -> list[dict[str, Any]]:
    """The lots on the wall: opening, opened, waiting, next; by their closing."""
    near = or_(Lot.opening_began_at.is_not(None), Lot.closes_at <= now + SOON)
    wanted = (
        select(Lot, Project)
        .join(Project, Lot.project_id == Project.id)
        .where(Lot.ended_at.is_(None), Lot.closes_at.is_not(None), Lot.closes_at > now - 3 * SOON, near)
        .where(or_(Lot.opened_at.is_(None), Lot.opened_at > now - AFTER))
        .order_by(Lot.closes_at, Lot.no)
        .limit(100)
    )
    found = []
    for lot, project in db.execute(wanted):
        place = place_of(now, lot.closes_at, lot.opening_began_at, lot.opened_at, lot.ended_at)
        if place is not None:
            found.append(
                {
                    "place": place, "lot_id": lot.id, "project_id": project.id, "project_no": project.no,
                    "project": project.title, "lot": lot.title, "closes_at": lot.closes_at, "room": lot.room,
                }
            )  # fmt: skip
    return found


def standing_calls(db: Session) -> list[RoomCall]:
    """The calls not taken down, oldest first."""
    wanted = select(RoomCall).where(RoomCall.taken_down_at.is_(None)).order_by(RoomCall.called_at).limit(50)
    return list(db.scalars(wanted))


def hidden_panels(db: Session) -> list[str]:
    """The parts of the wall that are not shown."""
    return list(db.scalars(select(Panel.name).where(~Panel.shown).order_by(Panel.name)))
