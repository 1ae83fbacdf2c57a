"""Contracts, what changes them, and the signatures under both.

A contract's account stands on its row with the gravest rules as constraints: whatever the code does, the database never
lets more be paid than accepted, or more accepted than contracted.
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.models.base import Base, Code, Hex, Json, Key, Name, Uuid, When, Words, Yuan, new_id

_ZERO = Decimal("0.00")


class Contract(Base):
    """One contract. data: what is signed, canonical JSON; digest: its SHA-256; version: which text."""

    __tablename__ = "contract"
    __table_args__ = (
        Index(
            "uq_contract_live",
            "lot_id",
            unique=True,
            postgresql_where=text("terminated_at IS NULL AND voided_at IS NULL"),
        ),
        UniqueConstraint("no", name="uq_contract_no"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("supplement_total >= 0 AND supplement_total * 10 <= amount", name="supplements_within_tenth"),
        CheckConstraint(
            "accepted_total >= 0 AND accepted_total <= amount + supplement_total", name="accepted_within_contract"
        ),
        CheckConstraint("invoiced_total >= 0 AND invoiced_total <= accepted_total", name="invoiced_within_accepted"),
        CheckConstraint("paid_total >= 0 AND paid_total <= invoiced_total", name="paid_within_invoiced"),
        CheckConstraint("completed_at IS NULL OR terminated_at IS NULL", name="one_end"),
        CheckConstraint("voided_at IS NULL OR signed_at IS NULL", name="signed_is_not_voided"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    no: Mapped[Name]
    award_id: Mapped[Uuid]
    lot_id: Mapped[Uuid] = mapped_column(index=True)
    project_id: Mapped[Uuid] = mapped_column(index=True)
    purchaser_id: Mapped[Uuid] = mapped_column(index=True)
    supplier_id: Mapped[Uuid] = mapped_column(index=True)
    supplier_name: Mapped[Name]
    amount: Mapped[Yuan]
    version: Mapped[int]
    digest: Mapped[Hex]
    data: Mapped[Json]
    drafted_at: Mapped[When]
    drafted_by: Mapped[Uuid]
    signed_at: Mapped[When | None]
    published_at: Mapped[When | None]
    published_text: Mapped[str | None]
    filed_at: Mapped[When | None]
    filing_no: Mapped[Name | None]
    delivery_due: Mapped[When | None]
    completed_at: Mapped[When | None]
    terminated_at: Mapped[When | None]
    termination_ground: Mapped[Code | None]
    voided_at: Mapped[When | None]
    supplement_total: Mapped[Yuan] = mapped_column(default=_ZERO)
    accepted_total: Mapped[Yuan] = mapped_column(default=_ZERO)
    invoiced_total: Mapped[Yuan] = mapped_column(default=_ZERO)
    paid_total: Mapped[Yuan] = mapped_column(default=_ZERO)

    @property
    def over(self) -> bool:
        """Whether nothing more is to be performed."""
        return bool(self.completed_at or self.terminated_at or self.voided_at)

    @property
    def status(self) -> str:
        """draft, signed, completed, terminated or voided."""
        if self.voided_at:
            return "voided"
        if self.terminated_at:
            return "terminated"
        if self.completed_at:
            return "completed"
        return "signed" if self.signed_at else "draft"


class ContractText(Base):
    """Every text a contract ever had, with the files it was rendered to (name → SHA-256)."""

    __tablename__ = "contract_text"

    contract_id: Mapped[Key]
    version: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[Hex]
    data: Mapped[Json]
    files: Mapped[Json]
    at: Mapped[When]
    by: Mapped[Uuid]


class Agreement(Base):
    """A supplementary agreement, an amendment or a termination. data is what is signed."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("kind IN ('supplement', 'amendment', 'termination')", name="known_kind"),
        CheckConstraint("in_force_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    contract_id: Mapped[Uuid] = mapped_column(index=True)
    no: Mapped[int]
    kind: Mapped[Code]
    reason: Mapped[Code]
    amount: Mapped[Yuan] = mapped_column(default=_ZERO)
    both_sign: Mapped[bool] = mapped_column(default=True)
    data: Mapped[Json]
    digest: Mapped[Hex]
    proposed_at: Mapped[When]
    proposed_by: Mapped[Uuid]
    side: Mapped[Code]
    in_force_at: Mapped[When | None]
    withdrawn_at: Mapped[When | None]

    @property
    def status(self) -> str:
        """proposed, in_force or withdrawn."""
        return "in_force" if self.in_force_at else ("withdrawn" if self.withdrawn_at else "proposed")


class Signature(Base):
    """One signature under a contract, an agreement or an acceptance certificate; one for each side or member.

    signed: the whole signed statement (`services.protocol.signatures`), checkable without us.
    """

    __tablename__ = "signature"

    about_id: Mapped[Key]
    side: Mapped[Name] = mapped_column(primary_key=True)
    about: Mapped[Code]
    person_id: Mapped[Uuid]
    person_name: Mapped[Name]
    fingerprint: Mapped[Hex]
    digest: Mapped[Hex]
    signed: Mapped[Json]
    note: Mapped[Words | None]
    at: Mapped[When]
