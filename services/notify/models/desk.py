"""Enquiries and suggestions, appointments, surveys."""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import Base, Code, Key, Name, Uuid, When, Words, new_id


class Enquiry(Base):
    """A question (询问) or suggestion. The first asked owns it; an answer is public only when the asker agreed."""

    __tablename__ = "enquiry"
    __table_args__ = (
        CheckConstraint("kind IN ('question','suggestion')", name="kind_known"),
        CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name="answered_with_an_answer"),
        CheckConstraint("published_at IS NULL OR (publish_agreed AND answer IS NOT NULL)", name="published_as_agreed"),
        Index("ix_enquiry_published", "number", postgresql_where=text("published_at IS NOT NULL")),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    kind: Mapped[Code]
    title: Mapped[Name]
    text: Mapped[Words]
    project_id: Mapped[Uuid | None] = mapped_column(index=True)
    asker_person_id: Mapped[Uuid | None] = mapped_column(index=True)
    asker_organisation_id: Mapped[Uuid | None] = mapped_column(index=True)
    asker_contact: Mapped[Name | None]
    publish_agreed: Mapped[bool]
    asked_at: Mapped[When]
    due: Mapped[When]
    owner_person_id: Mapped[Uuid | None] = mapped_column(index=True)
    owned_since: Mapped[When | None]
    answer: Mapped[Words | None]
    answered_by: Mapped[Uuid | None]
    answered_at: Mapped[When | None]
    published_at: Mapped[When | None]


class Handover(Base):
    """That an enquiry went from one owner to another, and why."""

    __tablename__ = "handover"

    id: Mapped[Key] = mapped_column(default=new_id)
    enquiry_id: Mapped[Uuid] = mapped_column(ForeignKey("enquiry.id"), index=True)
    from_person_id: Mapped[Uuid]
    to_person_id: Mapped[Uuid]
    reason: Mapped[Name]
    at: Mapped[When]


class Slot(Base):
    """A time somebody of the centre is there to be seen. One host's times never overlap."""

    __tablename__ = "slot"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="lasts"),
        ExcludeConstraint(
            ("host_person_id", "="),
            (func.tstzrange(text("starts_at"), text("ends_at")), "&&"),
            where=text("withdrawn_at IS NULL"),
            name="ex_slot_host_once",
        ),
        Index("ix_slot_starts_at", "starts_at"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    topic: Mapped[Code]
    host_person_id: Mapped[Uuid]
    host_name: Mapped[Name]
    place: Mapped[Name]
    starts_at: Mapped[When]
    ends_at: Mapped[When]
    offered_at: Mapped[When]
    withdrawn_at: Mapped[When | None]
    withdrawn_because: Mapped[Name | None]


class Appointment(Base):
    """A booked slot. One live booking a slot; nobody is in two places at once (both stand in the database)."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index("uq_appointment_slot_live", "slot_id", unique=True, postgresql_where=text("cancelled_at IS NULL")),
        ExcludeConstraint(
            ("person_id", "="),
            (func.tstzrange(text("starts_at"), text("ends_at")), "&&"),
            where=text("cancelled_at IS NULL"),
            name="ex_appointment_person_once",
        ),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    slot_id: Mapped[Uuid] = mapped_column(ForeignKey("slot.id"))
    person_id: Mapped[Uuid] = mapped_column(index=True)
    organisation_id: Mapped[Uuid | None] = mapped_column(index=True)
    name: Mapped[Name]
    matter: Mapped[Name]
    starts_at: Mapped[When]
    ends_at: Mapped[When]
    booked_at: Mapped[When]
    cancelled_at: Mapped[When | None]
    cancelled_because: Mapped[Name | None]


class Survey(Base):
    """What one side of an accepted contract thinks: asked once, answered once."""

    __tablename__ = "survey"
    __table_args__ = (
        UniqueConstraint("contract_id", "side", name="uq_survey_contract_id_side"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_in_range"),
        CheckConstraint("(score IS NULL) = (answered_at IS NULL)", name="answered_with_a_score"),
        Index("ix_survey_answered_at", "answered_at"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    contract_id: Mapped[Uuid]
    project_id: Mapped[Uuid | None]
    side: Mapped[Code]
    organisation_id: Mapped[Uuid] = mapped_column(index=True)
    asked_at: Mapped[When]
    score: Mapped[int | None]
    satisfied: Mapped[bool | None]
    comment: Mapped[Words | None]
    answered_by: Mapped[Uuid | None]
    answered_at: Mapped[When | None]
