"""The public bulletin and the board."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, DateTime, Index, Integer, Sequence, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import Base, Code, Hex, Json, JsonList, Key, Name, Number, Uuid, When, Yuan, new_id

# Asked for before the row is made: its marks name the number's segment.
NUMBERS = Sequence("notice_number", metadata=Base.metadata)


class Notice(Base):
    """A published notice. Rows are added, never changed: `number` is the order of publication.

    marks: what the notice can be found by, `rules/search_words.py`. folded: its searchable text, for the last look.
    latest_at: the latest `published_at` up to this number. Events of different subjects may arrive late, so that
    `published_at` does not always rise with `number`; `latest_at` never falls.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_marks", "marks", postgresql_using="gin", postgresql_with={"fastupdate": "off"}),
        Index("ix_notice_latest_at", "latest_at", "number"),
        Index("ix_notice_late", "published_at", "number", postgresql_where=sql("published_at < latest_at")),
        CheckConstraint("published_at <= latest_at", name="latest_at_is_the_latest"),
    )

    number: Mapped[int] = mapped_column(BigInteger, NUMBERS, primary_key=True, autoincrement=False)
    id: Mapped[Uuid] = mapped_column(unique=True, default=new_id)
    event_id: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[Code]
    title: Mapped[Name]
    text: Mapped[str] = mapped_column(Text)
    project_id: Mapped[Uuid | None] = mapped_column(index=True)
    project_no: Mapped[Code | None]
    purchaser_id: Mapped[Uuid | None]
    purchaser_name: Mapped[Name | None]
    region: Mapped[Code | None]
    procedure: Mapped[Code | None]
    objects: Mapped[JsonList]
    amount: Mapped[Yuan | None]
    document_digest: Mapped[Hex | None]
    published_at: Mapped[When]
    latest_at: Mapped[When]
    closes_at: Mapped[When | None]
    more: Mapped[Json]
    folded: Mapped[str] = mapped_column(Text)
    marks: Mapped[list[int]] = mapped_column(ARRAY(Integer))


class BoardEvent(Base):
    """One thing the wall shows. Numbers commit in order: writers take turns (`queries/board.py`)."""

    __tablename__ = "board_event"

    number: Mapped[Number]
    event_id: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[Code]
    project_id: Mapped[Uuid | None]
    lot_id: Mapped[Uuid | None]
    shows: Mapped[Json]
    at: Mapped[When] = mapped_column(DateTime(timezone=True), index=True)


class RoomCall(Base):
    """A call of somebody into a room."""

    __tablename__ = "room_call"

    id: Mapped[Key] = mapped_column(default=new_id)
    organisation_id: Mapped[Uuid | None] = mapped_column(index=True)
    name: Mapped[Name]
    room: Mapped[Code]
    note: Mapped[Name | None]
    lot_id: Mapped[Uuid | None]
    called_by: Mapped[Uuid]
    called_at: Mapped[When]
    acknowledged_by: Mapped[Uuid | None]
    acknowledged_at: Mapped[When | None]
    taken_down_at: Mapped[When | None]


class Panel(Base):
    """A part of the wall that the host shows or hides; absent: shown."""

    __tablename__ = "panel"

    name: Mapped[Key]
    shown: Mapped[bool]
    changed_by: Mapped[Uuid]
    changed_at: Mapped[When]
