"""Projects, from the entrustment on, and their lots. Facts are stored, the status is derived."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.tendering.models.base import (
    Base,
    Code,
    Day,
    Hex,
    Json,
    JsonList,
    Key,
    Name,
    Uuid,
    When,
    Words,
    Yuan,
    new_id,
)
from services.tendering.rules.status import LotFacts, lot_status


class Project(Base):
    """One procurement. `items`: [{category, title, object, budget, quantity?, unit?}], budgets as text."""

    __tablename__ = "project"
    __table_args__ = (
        CheckConstraint("officer_id IS NULL OR officer_id <> reviewer_id", name="reviewer_is_another"),
        CheckConstraint("budget > 0", name="budget_positive"),
        UniqueConstraint("no"),
        Index("ix_project_purchaser_id", "purchaser_id"),
        Index("ix_project_created_at", "created_at", "id"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    no: Mapped[Code | None]
    title: Mapped[Name]
    purchaser_id: Mapped[Uuid]
    plan_no: Mapped[Code]
    fiscal_year: Mapped[int]
    funding: Mapped[Name]
    procedure: Mapped[Code]
    ground: Mapped[Code | None]
    approval_no: Mapped[Name | None]
    budget: Mapped[Yuan]
    budget_level: Mapped[Code | None]
    region: Mapped[Name | None]
    wanted_by: Mapped[Day | None]
    items: Mapped[JsonList]
    note: Mapped[Words | None]
    excluded: Mapped[JsonList] = mapped_column(default=list)
    previous_project_id: Mapped[Uuid | None]
    drafted_by: Mapped[Uuid]
    officer_id: Mapped[Uuid | None]
    reviewer_id: Mapped[Uuid | None]
    host_id: Mapped[Uuid | None]
    created_at: Mapped[When]
    submitted_at: Mapped[When | None]
    returned_at: Mapped[When | None]
    returned_because: Mapped[Words | None]
    plan_confirmed_at: Mapped[When | None]
    plan_confirmed_by: Mapped[Uuid | None]
    accepted_at: Mapped[When | None]
    published_at: Mapped[When | None]
    notice_day: Mapped[Day | None]
    rules: Mapped[Json | None]
    cancelled_at: Mapped[When | None]
    cancelled_because: Mapped[Words | None]


class Lot(Base):
    """A separately awarded part of a project. `terms`: the lot as the document in force describes it."""

    __tablename__ = "lot"
    __table_args__ = (
        UniqueConstraint("project_id", "no"),
        Index("ix_lot_closes_at", "closes_at", postgresql_where="closed_at IS NULL AND failed_at IS NULL"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    project_id: Mapped[Uuid] = mapped_column(ForeignKey("project.id"))
    no: Mapped[int]
    title: Mapped[Name]
    object: Mapped[Code]
    category: Mapped[Code]
    budget: Mapped[Yuan]
    terms: Mapped[Json]
    published_at: Mapped[When | None]
    closes_at: Mapped[When | None]
    closed_at: Mapped[When | None]
    opening_began_at: Mapped[When | None]
    read_out_at: Mapped[When | None]
    opened_at: Mapped[When | None]
    evaluation_began_at: Mapped[When | None]
    ranked_at: Mapped[When | None]
    awarded_at: Mapped[When | None]
    announced_at: Mapped[When | None]
    winner_id: Mapped[Uuid | None]
    contracted_at: Mapped[When | None]
    completed_at: Mapped[When | None]
    failed_at: Mapped[When | None]
    failure: Mapped[Json | None]
    again_project_id: Mapped[Uuid | None]

    def facts(self) -> LotFacts:
        """What happened to it, for the rules."""
        return LotFacts(**{name: getattr(self, name) for name in LotFacts.__dataclass_fields__})

    def status(self, now: datetime) -> str:
        """Where it stands."""
        return lot_status(self.facts(), now)


class Document(Base):
    """A version of the tender document. What was confirmed is frozen; an amendment makes a further version."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("reviewed_by IS NULL OR reviewed_by <> prepared_by", name="reviewer_is_another"),
        UniqueConstraint("project_id", "version"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    project_id: Mapped[Uuid] = mapped_column(ForeignKey("project.id"))
    version: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    template_key: Mapped[Code]
    template_version: Mapped[Code]
    content: Mapped[Json]
    prepared_by: Mapped[Uuid]
    drafted_at: Mapped[When]
    submitted_at: Mapped[When | None]
    reviewed_by: Mapped[Uuid | None]
    reviewed_at: Mapped[When | None]
    confirmed_by: Mapped[Uuid | None]
    confirmed_at: Mapped[When | None]
    returned_because: Mapped[Words | None]
    digest: Mapped[Hex | None]
    size: Mapped[int | None]
    published_at: Mapped[When | None]


class TemplateVersion(Base):
    """A template the centre published beside the shipped ones; never changed, only followed by a newer version."""

    __tablename__ = "template_version"

    key: Mapped[Code] = mapped_column(primary_key=True)
    version: Mapped[Code] = mapped_column(primary_key=True)
    in_force_from: Mapped[Day]
    content: Mapped[Json]
    published_by: Mapped[Uuid]
    published_at: Mapped[When]


class Invitation(Base):
    """A supplier invited or named, by a draw anybody can replay from `draw` (pool, seed, digest)."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("project_id", "supplier_id"),)

    id: Mapped[Key] = mapped_column(default=new_id)
    project_id: Mapped[Uuid] = mapped_column(ForeignKey("project.id"))
    supplier_id: Mapped[Uuid]
    draw: Mapped[Json]
    invited_at: Mapped[When]


class RiskWarning(Base):
    """An integrity risk point at a step: recorded, shown to the supervisor, never a refusal."""

    __tablename__ = "warning"
    __table_args__ = (Index("ix_warning_at", "at", "id"),)

    id: Mapped[Key] = mapped_column(default=new_id)
    project_id: Mapped[Uuid]
    step: Mapped[Code]
    code: Mapped[Code]
    article: Mapped[Code]
    figures: Mapped[Json]
    at: Mapped[When]
