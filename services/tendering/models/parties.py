"""What the registry told us: our own copies, fed by its events and by nothing else.

No foreign keys between them: a fact may arrive before the one it follows from.
"""

from __future__ import annotations

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from services.tendering.models.base import Base, Code, Day, Hex, Json, JsonList, Key, Name, Uuid, When, Words


class Organisation(Base):
    """A purchaser, supplier, the centre … as the registry last described it; `barred_until` is the last day barred."""

    __tablename__ = "organisation"

    id: Mapped[Key]
    kind: Mapped[Code | None]
    name: Mapped[Name | None]
    credit_code: Mapped[Code | None]
    budget_level: Mapped[Code | None]
    size: Mapped[Code | None]
    responsible_person: Mapped[Name | None]
    controllers: Mapped[JsonList] = mapped_column(default=list)
    standing: Mapped[Code | None]
    categories: Mapped[JsonList] = mapped_column(default=list)
    reasons: Mapped[JsonList] = mapped_column(default=list)
    barred_until: Mapped[Day | None]


class Person(Base):
    """A person, and where it works."""

    __tablename__ = "person"

    id: Mapped[Key]
    name: Mapped[Name | None]
    organisation_id: Mapped[Uuid | None]


class Appointment(Base):
    """A role somebody holds, from and until."""

    __tablename__ = "appointment"

    person_id: Mapped[Key]
    role: Mapped[Code] = mapped_column(primary_key=True)
    organisation_id: Mapped[Uuid | None]
    from_at: Mapped[When]
    until_at: Mapped[When | None]


class EnrolledCertificate(Base):
    """A certificate bound to a person."""

    __tablename__ = "enrolled_certificate"
    __table_args__ = (Index("ix_enrolled_certificate_person_id", "person_id"),)

    fingerprint: Mapped[Hex] = mapped_column(primary_key=True)
    person_id: Mapped[Uuid]
    purpose: Mapped[Code]
    pem: Mapped[Words | None]
    not_after: Mapped[When | None]
    revoked_at: Mapped[When | None]


class RuleDatum(Base):
    """A dated row the registry published (threshold, catalogue); `row` as `rules.law.row_from` reads it."""

    __tablename__ = "rule_datum"

    kind: Mapped[Code] = mapped_column(primary_key=True)
    in_force_from: Mapped[Day] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    row: Mapped[Json]
