"""The expert library."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models.base import Base, Key, Line, Moment, Reference, Word


class Expert(Base):
    """An expert's membership. The declared facts are `ExpertVersion`s; `version` is the one that counts now."""

    __tablename__ = "expert"

    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("person.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    enrolled_by: Mapped[Reference]
    enrolled_at: Mapped[Moment]
    admitted_by: Mapped[Reference | None]
    admitted_at: Mapped[Moment | None]
    left_at: Mapped[Moment | None]
    left_because: Mapped[str | None] = mapped_column(String(500))


class ExpertVersion(Base):
    """What was declared and when; nothing declared is ever overwritten.

    `facts`: as `schemas.experts.ExpertFacts` dumps them.
    """

    __tablename__ = "expert_version"
    __table_args__ = (UniqueConstraint("person_id", "number"),)

    id: Mapped[Key]
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("expert.person_id"))
    number: Mapped[int] = mapped_column(Integer)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    declared_by: Mapped[Reference]
    declared_at: Mapped[Moment]


class ExpertSuspension(Base):
    """A suspension by finance. Days of Beijing, both included."""

    __tablename__ = "expert_suspension"
    __table_args__ = (CheckConstraint("until_day >= from_day", name="forward"),)

    id: Mapped[Key]
    person_id: Mapped[str] = mapped_column(String(36), ForeignKey("expert.person_id"), index=True)
    ground: Mapped[Word]
    decision_no: Mapped[str] = mapped_column(String(80))
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    decided_by: Mapped[Reference]
    lifted_at: Mapped[Moment | None]
    lifted_because: Mapped[str | None] = mapped_column(String(500))


class ExpertPerformance(Base):
    """What evaluation recorded of an expert."""

    __tablename__ = "expert_performance"

    id: Mapped[Key]
    person_id: Mapped[str] = mapped_column(String(36), index=True)
    lot_id: Mapped[Line]
    kind: Mapped[Word]
    points: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(2000))
    at: Mapped[Moment]
