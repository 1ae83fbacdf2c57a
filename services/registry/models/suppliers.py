"""Suppliers' files, their restrictions and their performance."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.models.base import Base, Key, Line, Moment, Reference, Word


class Supplier(Base):
    """What was last said of a supplier's standing, and when time alone may next change it.

    The standing itself is derived (`rules.standing`); `said` only tells whether the others must be told anew.
    """

    __tablename__ = "supplier"

    organisation_id: Mapped[str] = mapped_column(String(36), ForeignKey("organisation.id"), primary_key=True)
    said: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    look_again_at: Mapped[Moment | None] = mapped_column(index=True)


class SupplierVersion(Base):
    """One version of a supplier's file. A decided version never changes again."""

    __tablename__ = "supplier_version"
    __table_args__ = (
        UniqueConstraint("organisation_id", "number"),
        Index("uq_supplier_version_open", "organisation_id", unique=True, postgresql_where=text("decided_at IS NULL")),
        Index("ix_supplier_version_waiting", "submitted_at", postgresql_where=text("decided_at IS NULL")),
        CheckConstraint("(decided_at IS NULL) = (admitted IS NULL)", name="decided_once"),
        CheckConstraint(
            "decided_at IS NULL OR submitted_at <= decided_at AND examined_at <= decided_at", name="in_order"
        ),
        CheckConstraint(
            "decided_at IS NULL OR submitted_by IS NOT NULL AND examined_by IS NOT NULL", name="by_somebody"
        ),
        CheckConstraint("decided_by <> examined_by AND decided_by <> submitted_by", name="other_hands"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[str] = mapped_column(String(36), ForeignKey("organisation.id"))
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    touched_by: Mapped[list[str]] = mapped_column(JSONB)
    drafted_by: Mapped[Reference]
    drafted_at: Mapped[Moment]
    submitted_by: Mapped[Reference | None]
    submitted_at: Mapped[Moment | None]
    examined_by: Mapped[Reference | None]
    examined_at: Mapped[Moment | None]
    remarks: Mapped[str | None] = mapped_column(String(2000))
    decided_by: Mapped[Reference | None]
    decided_at: Mapped[Moment | None]
    admitted: Mapped[bool | None]
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)

    @property
    def state(self) -> str:
        """draft, submitted, examined, returned or admitted."""
        if self.admitted is not None:
            return "admitted" if self.admitted else "returned"
        if self.examined_at is not None:
            return "examined"
        return "submitted" if self.submitted_at is not None else "draft"


class SupplierRestriction(Base):
    """A suspension or an exclusion by finance. Days of Beijing, both included; `until_day` null: until lifted."""

    __tablename__ = "supplier_restriction"
    __table_args__ = (
        UniqueConstraint("kind", "decision_no"),
        Index("ix_supplier_restriction_organisation", "organisation_id", "kind"),
        CheckConstraint("kind IN ('suspension','bar')", name="kind_known"),
        CheckConstraint("until_day >= from_day", name="forward"),
        CheckConstraint("kind <> 'bar' OR until_day IS NOT NULL", name="bar_ends"),
    )

    id: Mapped[Key]
    organisation_id: Mapped[str] = mapped_column(String(36), ForeignKey("organisation.id"))
    kind: Mapped[Word]
    ground: Mapped[Word]
    article: Mapped[Word]
    decision_no: Mapped[str] = mapped_column(String(80))
    from_day: Mapped[date]
    until_day: Mapped[date | None]
    decided_by: Mapped[Reference]
    recorded_at: Mapped[Moment]
    lifted_at: Mapped[Moment | None]
    lifted_by: Mapped[Reference | None]
    lifted_because: Mapped[str | None] = mapped_column(String(500))


class SupplierPerformance(Base):
    """What contracts recorded of a supplier."""

    __tablename__ = "supplier_performance"

    id: Mapped[Key]
    organisation_id: Mapped[str] = mapped_column(String(36), index=True)
    contract_id: Mapped[Line]
    kind: Mapped[Word]
    grade: Mapped[Word]
    note: Mapped[str] = mapped_column(String(2000))
    at: Mapped[Moment]
