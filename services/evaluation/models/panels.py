"""Panels, draws, calls and who sits."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.evaluation.models.base import Base, Code, Hex, Json, JsonList, Key, Name, Uuid, When, Words


class Panel(Base):
    """A panel of one project's lots. seats: seat → persons who may turn its key, first the holder, then deputies.

    excluded: persons who may not be drawn again (87-67). laws: ids of the rows of law its size was decided by.
    """

    __tablename__ = "panel"

    id: Mapped[Key]
    project_id: Mapped[Uuid] = mapped_column(index=True)
    host_id: Mapped[Uuid]
    experts: Mapped[int]
    representatives: Mapped[int]
    wanted: Mapped[Json]
    regions: Mapped[JsonList]
    seats: Mapped[Json]
    excluded: Mapped[JsonList]
    laws: Mapped[JsonList]
    evaluates_at: Mapped[When]
    room: Mapped[Name | None]
    formed_at: Mapped[When]
    begun_at: Mapped[When | None]

    @property
    def size(self) -> int:
        """How many members it has when complete."""
        return self.experts + self.representatives


class Draw(Base):
    """One panel's draw. pool: as frozen (`services.protocol.draw`); out: who could not be drawn, and why; rounds:
    refused rounds before the present one; seed: hex, once every seat has revealed."""

    __tablename__ = "draw"

    id: Mapped[Key]
    panel_id: Mapped[Uuid] = mapped_column(ForeignKey("panel.id"), unique=True)
    pool: Mapped[Json]
    pool_digest: Mapped[Hex]
    out: Mapped[JsonList]
    frozen_at: Mapped[When]
    round: Mapped[int] = mapped_column(default=1)
    rounds: Mapped[JsonList]
    seed: Mapped[Hex | None]
    orders: Mapped[JsonList | None]
    drawn_at: Mapped[When | None]


class PoolExpert(Base):
    """Who stands behind a pseudonym of a pool. Secret until the result."""

    __tablename__ = "pool_expert"

    draw_id: Mapped[Uuid] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    pseudonym: Mapped[Hex] = mapped_column(primary_key=True)
    person_id: Mapped[Uuid]
    name: Mapped[Name]
    salt: Mapped[Hex]


class SeatNonce(Base):
    """A seat's commitment in the present round, and the nonce once revealed (hex)."""

    __tablename__ = "seat_nonce"

    draw_id: Mapped[Uuid] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    round: Mapped[int] = mapped_column(primary_key=True)
    seat: Mapped[Code] = mapped_column(primary_key=True)
    person_id: Mapped[Uuid]
    commitment: Mapped[Hex]
    committed_at: Mapped[When]
    nonce: Mapped[Hex | None]
    revealed_at: Mapped[When | None]


class ExpertCall(Base):
    """A call to the next in a specialty's drawn order; outcome None: no answer yet. position counts from 0."""

    __tablename__ = "expert_call"
    __table_args__ = (
        UniqueConstraint("draw_id", "specialty", "position"),
        CheckConstraint("outcome IN ('accepted', 'declined', 'recused', 'absent', 'elsewhere')", name="outcome_known"),
        Index("ix_expert_call_waiting", "answer_by", postgresql_where=text("outcome IS NULL")),
    )

    id: Mapped[Key]
    draw_id: Mapped[Uuid] = mapped_column(ForeignKey("draw.id"))
    specialty: Mapped[Code]
    position: Mapped[int]
    pseudonym: Mapped[Hex]
    person_id: Mapped[Uuid] = mapped_column(index=True)
    called_at: Mapped[When]
    answer_by: Mapped[When]
    outcome: Mapped[Code | None]
    reason: Mapped[Words] = mapped_column(default="")
    answered_at: Mapped[When | None]


class Member(Base):
    """Somebody who sits on a panel. kind: expert or representative; seat_no from 1 once the evaluation began;
    left_at: stood aside or was replaced, so that what was voted and marked is void (87-49)."""

    __tablename__ = "member"
    __table_args__ = (
        Index("uq_member_sitting", "panel_id", "person_id", unique=True, postgresql_where=text("left_at IS NULL")),
        Index("uq_member_leader", "panel_id", unique=True, postgresql_where=text("leader AND left_at IS NULL")),
        CheckConstraint("NOT leader OR kind = 'expert'", name="leader_is_expert"),
    )

    id: Mapped[Key]
    panel_id: Mapped[Uuid] = mapped_column(ForeignKey("panel.id"), index=True)
    person_id: Mapped[Uuid] = mapped_column(index=True)
    name: Mapped[Name]
    kind: Mapped[Code]
    call_id: Mapped[Uuid | None]
    seat_no: Mapped[int | None]
    joined_at: Mapped[When]
    checked_in_at: Mapped[When | None]
    leader: Mapped[bool] = mapped_column(default=False)
    left_at: Mapped[When | None]
    left_because: Mapped[Words | None]


class Attendance(Base):
    """A supervisor who checked in at a panel's evaluation."""

    __tablename__ = "attendance"

    panel_id: Mapped[Uuid] = mapped_column(ForeignKey("panel.id"), primary_key=True)
    person_id: Mapped[Uuid] = mapped_column(primary_key=True)
    name: Mapped[Name]
    checked_in_at: Mapped[When]
