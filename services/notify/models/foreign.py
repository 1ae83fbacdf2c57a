"""Own copies of foreign facts, fed by events: who there is, projects and lots, who takes part, which duties run."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.notify.models.base import Base, Code, Key, Name, Uuid, When, Yuan


class Organisation(Base):
    """registry's, as last announced."""

    __tablename__ = "organisation"

    id: Mapped[Key]
    kind: Mapped[Code]
    name: Mapped[Name]
    credit_code: Mapped[Code | None]
    size: Mapped[Code | None]
    standing: Mapped[Code | None]


class Person(Base):
    """registry's. `left`: no longer to be told anything."""

    __tablename__ = "person"

    id: Mapped[Key]
    name: Mapped[Name]
    organisation_id: Mapped[Uuid | None] = mapped_column(index=True)
    email: Mapped[Name | None]
    phone: Mapped[Code | None]
    language: Mapped[Code]
    left: Mapped[bool]


class Role(Base):
    """An appointment; `until` is the first instant it no longer holds."""

    __tablename__ = "role"
    __table_args__ = (Index("ix_role_role_person_id", "role", "person_id"),)

    appointment_id: Mapped[Key]
    person_id: Mapped[Uuid] = mapped_column(index=True)
    role: Mapped[Code]
    organisation_id: Mapped[Uuid | None]
    since: Mapped[When]
    until: Mapped[When | None]


class Project(Base):
    """tendering's, as far as people are told of it."""

    __tablename__ = "project"

    id: Mapped[Key]
    no: Mapped[Code | None]
    title: Mapped[Name]
    purchaser_id: Mapped[Uuid | None]
    purchaser_name: Mapped[Name | None]
    officer_id: Mapped[Uuid | None]
    reviewer_id: Mapped[Uuid | None]
    region: Mapped[Code | None]


class Lot(Base):
    """tendering's. The moments are facts; what the board shows of a lot follows from them."""

    __tablename__ = "lot"
    __table_args__ = (Index("ix_lot_closes_at", "closes_at"),)

    id: Mapped[Key]
    project_id: Mapped[Uuid] = mapped_column(ForeignKey("project.id"), index=True)
    no: Mapped[int | None]
    title: Mapped[Name]
    object: Mapped[Code | None]
    budget: Mapped[Yuan | None]
    closes_at: Mapped[When | None]
    closed_at: Mapped[When | None]
    opening_began_at: Mapped[When | None]
    room: Mapped[Code | None]
    opened_at: Mapped[When | None]
    ended_at: Mapped[When | None]


class Bidder(Base):
    """Who made a bid that was opened, known from the opening on."""

    __tablename__ = "bidder"

    lot_id: Mapped[Key]
    supplier_id: Mapped[Key]
    bid_id: Mapped[Uuid]
    name: Mapped[Name]
    price: Mapped[Yuan | None]


class ForeignDuty(Base):
    """Another department's obligation: what is owed, by whom, until when, whether it still is."""

    __tablename__ = "foreign_duty"
    __table_args__ = (Index("ix_foreign_duty_due", "due"),)

    id: Mapped[Key]
    department: Mapped[Code]
    kind: Mapped[Code]
    about: Mapped[Name]
    article: Mapped[Code]
    since: Mapped[When]
    due: Mapped[When]
    owner_person_id: Mapped[Uuid | None]
    owner_organisation_id: Mapped[Uuid | None]
    supervisor: Mapped[bool]
    paused: Mapped[bool]
    closed_at: Mapped[When | None]
    overdue_at: Mapped[When | None]

