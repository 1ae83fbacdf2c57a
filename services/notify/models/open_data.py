"""Open data: one process a project, one release an event."""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import Base, Code, Json, JsonList, Key, Name, Number, Uuid, When


class Process(Base):
    """A contracting process: its ocid, and the release that all releases so far compile to."""

    __tablename__ = "process"

    project_id: Mapped[Key]
    ocid: Mapped[Name] = mapped_column(unique=True)
    compiled: Mapped[Json]
    begun_at: Mapped[When]
    changed_at: Mapped[When] = mapped_column(index=True)


class Release(Base):
    """A published release; never changed. month: "2026-05", of Beijing."""

    __tablename__ = "release"
    __table_args__ = (
        Index("ix_release_month_number", "month", "number"),
        Index("ix_release_ocid_number", "ocid", "number"),
    )

    number: Mapped[Number]
    id: Mapped[Name] = mapped_column(unique=True)
    ocid: Mapped[Name]
    project_id: Mapped[Uuid]
    event_id: Mapped[Code] = mapped_column(unique=True)
    tags: Mapped[JsonList]
    date: Mapped[When]
    month: Mapped[Code]
    body: Mapped[Json]


class SettledRanking(Base):
    """A ranking kept back until the award is announced. ranking: {"ranking": […], "rejected": […]}."""

    __tablename__ = "settled_ranking"

    lot_id: Mapped[Key]
    settled_at: Mapped[When]
    ranking: Mapped[Json]
