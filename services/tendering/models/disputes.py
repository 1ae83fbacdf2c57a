"""Challenges (质疑), complaints (投诉) and what they suspend."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.tendering.models.base import Base, Code, Json, JsonList, Key, Name, Uuid, When, Words, new_id


class Challenge(Base):
    """One supplier's challenge of one step. `matters`: [{key, matter, facts, evidence: [digests], basis}]."""

    __tablename__ = "challenge"
    __table_args__ = (
        UniqueConstraint("project_id", "supplier_id", "about", "lots_key"),
        Index("ix_challenge_project_id", "project_id", "lodged_at"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    project_id: Mapped[Uuid] = mapped_column(ForeignKey("project.id"))
    lot_ids: Mapped[JsonList]
    lots_key: Mapped[Words]
    about: Mapped[Code]
    supplier_id: Mapped[Uuid]
    person_id: Mapped[Uuid]
    matters: Mapped[JsonList]
    request: Mapped[Words]
    suspends: Mapped[JsonList]
    lodged_at: Mapped[When]
    reply_due: Mapped[When]
    withdrawn_at: Mapped[When | None]
    answered_at: Mapped[When | None]
    answered_by: Mapped[Uuid | None]
    upheld: Mapped[bool | None]
    decision: Mapped[Words | None]


class Complaint(Base):
    """A complaint to the finance department about the answer to a challenge, or its absence."""

    __tablename__ = "complaint"

    id: Mapped[Key] = mapped_column(default=new_id)
    challenge_id: Mapped[Uuid] = mapped_column(ForeignKey("challenge.id"), unique=True)
    project_id: Mapped[Uuid] = mapped_column(ForeignKey("project.id"), index=True)
    lot_ids: Mapped[JsonList]
    supplier_id: Mapped[Uuid]
    person_id: Mapped[Uuid]
    matters: Mapped[JsonList]
    request: Mapped[Words]
    lodged_at: Mapped[When]
    decision_due: Mapped[When]
    suspended_from: Mapped[When | None]
    suspended_until: Mapped[When | None]
    suspended_days: Mapped[int] = mapped_column(default=0)
    withdrawn_at: Mapped[When | None]
    decided_at: Mapped[When | None]
    decided_by: Mapped[Uuid | None]
    outcome: Mapped[Code | None]
    decision_no: Mapped[Name | None]
    text: Mapped[Words | None]
    figures: Mapped[Json | None]
