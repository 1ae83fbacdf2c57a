"""The opening of a lot."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.tendering.models import (
    Attendance,
    Bid,
    OpenedBid,
    Opening,
    PostedShare,
    Recording,
    RecordSignature,
    Remark,
    Signal,
    TurnedKey,
)
from services.tendering.refusals import no


def opening(db: Session, lot_id: str, *, lock: bool = False) -> Opening:
    """The opening; refuses `opening_unknown` while it has not begun."""
    found = db.get(Opening, lot_id, with_for_update=lock or None)
    return found if found is not None else no("opening_unknown", id=lot_id)


def present(db: Session, lot_id: str) -> list[Attendance]:
    """Who signed in, in their order."""
    return list(
        db.scalars(select(Attendance).where(Attendance.lot_id == lot_id).order_by(Attendance.at, Attendance.id))
    )


def attendance(db: Session, lot_id: str, person_id: str | None) -> Attendance | None:
    """This person's place at the opening."""
    wanted = select(Attendance).where(Attendance.lot_id == lot_id, Attendance.person_id == person_id)
    return db.scalars(wanted).first()


def turned(db: Session, lot_id: str) -> list[TurnedKey]:
    """Every turn of a key, in order."""
    return list(db.scalars(select(TurnedKey).where(TurnedKey.lot_id == lot_id).order_by(TurnedKey.at, TurnedKey.id)))


def shares(db: Session, lot_id: str) -> dict[str, dict[str, list[str | None]]]:
    """Bid → seat → shares posted so far (base64url; None: could not be read)."""
    rows = db.execute(
        select(PostedShare.bid_id, PostedShare.seat, PostedShare.share)
        .join(Bid, Bid.id == PostedShare.bid_id)
        .where(Bid.lot_id == lot_id)
        .order_by(PostedShare.at, PostedShare.id)
    )
    posted: dict[str, dict[str, list[str | None]]] = {}
    for bid_id, seat, share in rows:
        posted.setdefault(bid_id, {}).setdefault(seat, []).append(share)
    return posted


def opened(db: Session, lot_id: str) -> list[OpenedBid]:
    """The opened bids in order of receipt."""
    return list(db.scalars(select(OpenedBid).where(OpenedBid.lot_id == lot_id).order_by(OpenedBid.place)))


def files_waiting(db: Session, at_most: int) -> list[OpenedBid]:
    """Opened bids whose files are still sealed, oldest opening first; their rows locked, another worker's skipped."""
    wanted = (
        select(OpenedBid)
        .where(OpenedBid.status == "opened", OpenedBid.files_at.is_(None))
        .order_by(OpenedBid.lot_id, OpenedBid.place)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
    return list(db.scalars(wanted))


def remarks(db: Session, lot_id: str) -> list[Remark]:
    """What bidders said, in order."""
    return list(db.scalars(select(Remark).where(Remark.lot_id == lot_id).order_by(Remark.at, Remark.id)))


def signatures(db: Session, lot_id: str) -> list[RecordSignature]:
    """Who signed the record."""
    wanted = select(RecordSignature).where(RecordSignature.lot_id == lot_id)
    return list(db.scalars(wanted.order_by(RecordSignature.at, RecordSignature.id)))


def recordings(db: Session, lot_id: str) -> list[Recording]:
    """The room's recordings."""
    return list(
        db.scalars(select(Recording).where(Recording.lot_id == lot_id).order_by(Recording.began_at, Recording.id))
    )


def signals(db: Session, lot_id: str) -> list[Signal]:
    """The integrity signals."""
    return list(db.scalars(select(Signal).where(Signal.lot_id == lot_id).order_by(Signal.at, Signal.id)))


def found(db: Session, lot_id: str) -> Opening | None:
    """The opening, where it has begun."""
    return db.get(Opening, lot_id)
