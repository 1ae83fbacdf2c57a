"""What is published, who took it, who asked. A published notice never changes (a trigger says so too)."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.tendering.models.base import Base, Code, Day, Hex, Json, JsonList, Key, Name, Uuid, When, Words, new_id


class Notice(Base):
    """Published text. `payload`: what was announced with it."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_published_at", "published_at", "id"),
        Index("ix_notice_kind", "kind", "published_at", "id"),
        Index("ix_notice_project_id", "project_id"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    project_id: Mapped[Uuid] = mapped_column(ForeignKey("project.id"))
    kind: Mapped[Code]
    title: Mapped[Name]
    text: Mapped[Words]
    payload: Mapped[Json]
    document_digest: Mapped[Hex | None]
    published_at: Mapped[When]
    published_by: Mapped[Uuid | None]
    period_ends: Mapped[Day | None]


class SealingSheet(Base):
    """A published sealing sheet of a lot; a moved deadline or a changed holder makes a further version."""

    __tablename__ = "sealing_sheet"
    __table_args__ = (UniqueConstraint("lot_id", "version"),)

    digest: Mapped[Hex] = mapped_column(primary_key=True)
    lot_id: Mapped[Uuid] = mapped_column(ForeignKey("lot.id"))
    version: Mapped[int]
    content: Mapped[Json]
    published_at: Mapped[When]


class SeatHolder(Base):
    """Who was named to hold a key of a seat, and the proof that the key is at hand.

    `test` holds the SHA-256 of a wrapped secret, never the secret. place 0 is the principal.
    """

    __tablename__ = "seat_holder"
    __table_args__ = (UniqueConstraint("project_id", "round", "person_id"),)

    id: Mapped[Key] = mapped_column(default=new_id)
    project_id: Mapped[Uuid] = mapped_column(ForeignKey("project.id"))
    round: Mapped[int]
    seat: Mapped[Code]
    place: Mapped[int]
    person_id: Mapped[Uuid]
    fingerprint: Mapped[Hex]
    test: Mapped[Json]
    named_by: Mapped[Uuid]
    named_at: Mapped[When]
    proven_at: Mapped[When | None]


class Download(Base):
    """That somebody took the document. Secret until the closing."""

    __tablename__ = "download"
    __table_args__ = (Index("ix_download_project_id_organisation_id", "project_id", "organisation_id"),)

    id: Mapped[Key] = mapped_column(default=new_id)
    project_id: Mapped[Uuid] = mapped_column(ForeignKey("project.id"))
    organisation_id: Mapped[Uuid]
    person_id: Mapped[Uuid]
    digest: Mapped[Hex]
    at: Mapped[When]


class Amendment(Base):
    """An amendment in the making: one prepares, another publishes; then it is a notice that never changes."""

    __tablename__ = "amendment"
    __table_args__ = (
        CheckConstraint("published_by IS NULL OR published_by <> prepared_by", name="publisher_is_another"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    project_id: Mapped[Uuid] = mapped_column(ForeignKey("project.id"), index=True)
    text: Mapped[Words]
    affects_bids: Mapped[bool]
    closes_at: Mapped[When | None]
    content: Mapped[Json | None]
    new_holders: Mapped[bool]
    prepared_by: Mapped[Uuid]
    prepared_at: Mapped[When]
    published_by: Mapped[Uuid | None]
    published_at: Mapped[When | None]
    notice_id: Mapped[Uuid | None]


class Question(Base):
    """A question about a document; the asker stays unnamed for everybody else."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_project_id", "project_id", "asked_at"),)

    id: Mapped[Key] = mapped_column(default=new_id)
    project_id: Mapped[Uuid] = mapped_column(ForeignKey("project.id"))
    organisation_id: Mapped[Uuid]
    person_id: Mapped[Uuid]
    text: Mapped[Words]
    asked_at: Mapped[When]
    answer: Mapped[Words | None]
    answered_by: Mapped[Uuid | None]
    answered_at: Mapped[When | None]
    notice_id: Mapped[Uuid | None]


class Recording(Base):
    """A recording of the room (录音录像), stored by its digest with the opening it belongs to."""

    __tablename__ = "recording"

    id: Mapped[Key] = mapped_column(default=new_id)
    lot_id: Mapped[Uuid] = mapped_column(ForeignKey("lot.id"), index=True)
    kind: Mapped[Code]
    digest: Mapped[Hex]
    size: Mapped[int] = mapped_column(BigInteger)
    began_at: Mapped[When]
    ended_at: Mapped[When]
    added_by: Mapped[Uuid]
    added_at: Mapped[When]


class Archive(Base):
    """A project's sealed list of everything: documents, bids, recordings, records; kept fifteen years or more."""

    __tablename__ = "archive"

    project_id: Mapped[Key]
    entries: Mapped[JsonList]
    digest: Mapped[Hex]
    sealed_by: Mapped[Uuid]
    sealed_at: Mapped[When]
    kept_until: Mapped[Day]
