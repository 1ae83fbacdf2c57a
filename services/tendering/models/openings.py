"""The opening of a lot: who was there, which keys were turned, what came out, who signed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.tendering.models.base import Base, Code, Hex, Json, JsonList, Key, Name, Uuid, When, Words, Yuan, new_id


class Opening(Base):
    """The ceremony of one lot. `record`: what is signed, frozen when the prices were read out."""

    __tablename__ = "opening"

    lot_id: Mapped[Key] = mapped_column(ForeignKey("lot.id"))
    host_id: Mapped[Uuid]
    room: Mapped[Name | None]
    began_at: Mapped[When]
    read_out_at: Mapped[When | None]
    record: Mapped[Json | None]
    record_digest: Mapped[Hex | None]
    signed_at: Mapped[When | None]
    finished_at: Mapped[When | None]


class Attendance(Base):
    """Somebody signed in. place: a seat of the sheet, "host" or "supplier"."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("lot_id", "person_id"),)

    id: Mapped[Key] = mapped_column(default=new_id)
    lot_id: Mapped[Uuid] = mapped_column(ForeignKey("opening.lot_id"))
    person_id: Mapped[Uuid]
    person_name: Mapped[Name]
    organisation_id: Mapped[Uuid | None]
    place: Mapped[Code]
    at: Mapped[When]


class TurnedKey(Base):
    """A holder's signed turn of a key, for the bids sealed under one sheet. `short`: bids whose share did not match."""

    __tablename__ = "turned_key"
    __table_args__ = (Index("ix_turned_key_lot_id", "lot_id", "seat"),)

    id: Mapped[Key] = mapped_column(default=new_id)
    lot_id: Mapped[Uuid] = mapped_column(ForeignKey("opening.lot_id"))
    sheet_digest: Mapped[Hex]
    seat: Mapped[Code]
    person_id: Mapped[Uuid]
    fingerprint: Mapped[Hex]
    digest: Mapped[Hex]
    signed: Mapped[Json]
    short: Mapped[JsonList]
    at: Mapped[When]


class PostedShare(Base):
    """A share posted for a bid at a seat, by a holder or the supplier; None where the holder could not read it."""

    __tablename__ = "posted_share"
    __table_args__ = (Index("ix_posted_share_bid_id", "bid_id"),)

    id: Mapped[Key] = mapped_column(default=new_id)
    bid_id: Mapped[Uuid] = mapped_column(ForeignKey("bid.id"))
    seat: Mapped[Code]
    share: Mapped[str | None] = mapped_column(String(64))
    posted_by: Mapped[Uuid]
    at: Mapped[When]


class OpenedBid(Base):
    """What came out of a sealed bid. `key`: the master key, so that an auditor can repeat it all (protected)."""

    __tablename__ = "opened_bid"
    __table_args__ = (
        UniqueConstraint("lot_id", "place"),
        CheckConstraint("status IN ('opened', 'faulty')", name="status_known"),
    )

    bid_id: Mapped[Key] = mapped_column(ForeignKey("bid.id"))
    lot_id: Mapped[Uuid] = mapped_column(ForeignKey("opening.lot_id"))
    place: Mapped[int]
    supplier_id: Mapped[Uuid]
    supplier_name: Mapped[Name]
    status: Mapped[Code]
    whose: Mapped[Code | None]
    fault: Mapped[Words | None]
    sheet: Mapped[Json | None]
    price: Mapped[Yuan | None]
    key: Mapped[str | None] = mapped_column(String(64))
    files: Mapped[JsonList | None]
    files_digest: Mapped[Hex | None]
    files_fault: Mapped[Words | None]
    files_at: Mapped[When | None]
    traces: Mapped[Json | None]


class Remark(Base):
    """A supplier's confirmation of, or objection to, what was read out; the host answers on the spot."""

    __tablename__ = "remark"

    id: Mapped[Key] = mapped_column(default=new_id)
    lot_id: Mapped[Uuid] = mapped_column(ForeignKey("opening.lot_id"), index=True)
    bid_id: Mapped[Uuid]
    supplier_id: Mapped[Uuid]
    person_id: Mapped[Uuid]
    kind: Mapped[Code]
    text: Mapped[Words | None]
    at: Mapped[When]
    answer: Mapped[Words | None]
    answered_by: Mapped[Uuid | None]
    answered_at: Mapped[When | None]


class RecordSignature(Base):
    """A signature of somebody present under the record of the opening."""

    __tablename__ = "record_signature"
    __table_args__ = (UniqueConstraint("lot_id", "person_id"),)

    id: Mapped[Key] = mapped_column(default=new_id)
    lot_id: Mapped[Uuid] = mapped_column(ForeignKey("opening.lot_id"))
    person_id: Mapped[Uuid]
    place: Mapped[Code]
    signed: Mapped[Json]
    at: Mapped[When]


class Signal(Base):
    """An integrity signal: evidence for people, never a verdict. source: opening or evaluation."""

    __tablename__ = "signal"

    id: Mapped[Key] = mapped_column(default=new_id)
    lot_id: Mapped[Uuid] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[Code]
    bids: Mapped[JsonList]
    figures: Mapped[Json]
    article: Mapped[Code]
    source: Mapped[Code]
    at: Mapped[When]
