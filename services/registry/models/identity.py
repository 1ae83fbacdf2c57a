"""Organisations, people, roles and the supervisors' roster."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models.base import Base, Key, Line, Moment, Reference, Word


class Organisation(Base):
    """An organisation. `controllers`: names or ids of those who control it (条例18)."""

    __tablename__ = "organisation"
    __table_args__ = (
        # One live organisation per credit code, whatever happens at the same time.
        Index("uq_organisation_live_code", "credit_code", unique=True, postgresql_where=text("closed_at IS NULL")),
        Index("ix_organisation_kind_id", "kind", "id"),
        CheckConstraint("kind IN ('centre','purchaser','supplier','finance','hall','agency')", name="kind_known"),
    )

    id: Mapped[Key]
    kind: Mapped[Word]
    name: Mapped[Line]
    credit_code: Mapped[str] = mapped_column(String(18))
    budget_level: Mapped[Word | None]
    size: Mapped[Word | None]
    responsible_person: Mapped[Line | None]
    controllers: Mapped[list[str]] = mapped_column(JSONB, default=list)
    registered_at: Mapped[Moment]
    closed_at: Mapped[Moment | None]
    closed_because: Mapped[str | None] = mapped_column(String(500))


class Person(Base):
    """A person; an expert belongs to no organisation of the registry."""

    __tablename__ = "person"

    id: Mapped[Key]
    organisation_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("organisation.id"), index=True)
    name: Mapped[Line]
    email: Mapped[Line | None]
    phone: Mapped[Word | None]
    language: Mapped[Word]
    registered_at: Mapped[Moment]
    left_at: Mapped[Moment | None]


class Appointment(Base):
    """A role held from `since` until `until` (exclusive; null: until further notice)."""

    __tablename__ = "appointment"
    __table_args__ = (
        Index("uq_appointment_held", "person_id", "role", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_appointment_until", "until", postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("until IS NULL OR until > since", name="forward"),
        CheckConstraint("appointed_by <> person_id", name="not_oneself"),
    )

    id: Mapped[Key]
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"))
    role: Mapped[Word] = mapped_column(index=True)
    organisation_id: Mapped[Reference | None]
    since: Mapped[Moment]
    until: Mapped[Moment | None]
    appointed_by: Mapped[Word]
    ended_at: Mapped[Moment | None]
    ended_because: Mapped[str | None] = mapped_column(String(500))

    def holds(self, now: datetime) -> bool:
        """Whether the role is held at `now`."""
        return self.ended_at is None and self.since <= now and (self.until is None or now < self.until)


class SupervisorDuty(Base):
    """A supervisor's turn on the roster."""

    __tablename__ = "supervisor_duty"
    __table_args__ = (CheckConstraint("until > since", name="forward"),)

    id: Mapped[Key]
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"))
    since: Mapped[Moment] = mapped_column(index=True)
    until: Mapped[Moment]
    note: Mapped[Line]
    scheduled_by: Mapped[Reference]


class RuleRow(Base):
    """One dated row of law kept here: a threshold, a line of the centralised catalogue, a category.

    `row` is the whole row as published; key, scope and first day name it. A later first day of the same key and scope
    takes its place from that day.
    """

    __tablename__ = "rule_row"
    __table_args__ = (Index("uq_rule_row_version", "kind", "key", "scope", "in_force_from", unique=True),)

    id: Mapped[Key]
    kind: Mapped[Word]
    key: Mapped[Word]
    scope: Mapped[Line]
    in_force_from: Mapped[date]
    row: Mapped[dict[str, Any]] = mapped_column(JSONB)
    published_by: Mapped[Word]
    published_at: Mapped[Moment]
