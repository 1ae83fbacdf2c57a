"""Deliveries, acceptance, invoices, payments and the supplier's record."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.models.base import (
    Base,
    Code,
    Hex,
    Json,
    JsonList,
    Key,
    Name,
    Quantity,
    Uuid,
    When,
    Words,
    Yuan,
    new_id,
)

_NOTHING = Decimal("0.000")


class ContractLine(Base):
    """One ordered thing.

    A supplement adds lines. The sums of its deliveries and verdicts stand here under constraints.
    """

    __tablename__ = "contract_line"
    __table_args__ = (
        CheckConstraint("ordered > 0 AND amount >= 0", name="something_ordered"),
        CheckConstraint(
            "accepted >= 0 AND rejected >= 0 AND accepted + rejected <= delivered", name="judged_within_delivered"
        ),
        CheckConstraint("delivered - rejected <= ordered", name="delivered_within_ordered"),
    )

    contract_id: Mapped[str] = mapped_column(String(36), ForeignKey("contract.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[Name]
    unit: Mapped[Code]
    unit_price: Mapped[Yuan]
    ordered: Mapped[Quantity]
    amount: Mapped[Yuan]
    agreement_id: Mapped[Uuid | None]
    delivered: Mapped[Quantity] = mapped_column(default=_NOTHING)
    accepted: Mapped[Quantity] = mapped_column(default=_NOTHING)
    rejected: Mapped[Quantity] = mapped_column(default=_NOTHING)


class Delivery(Base):
    """What the supplier says it has delivered, in one go."""

    __tablename__ = "delivery"
    __table_args__ = (UniqueConstraint("contract_id", "no", name="uq_delivery_no"),)

    id: Mapped[Key] = mapped_column(default=new_id)
    contract_id: Mapped[str] = mapped_column(String(36), ForeignKey("contract.id"), index=True)
    no: Mapped[int]
    milestone: Mapped[Name | None]
    note: Mapped[Words | None]
    file_digest: Mapped[Hex | None]
    at: Mapped[When]
    by: Mapped[Uuid]
    late: Mapped[bool]


class DeliveryLine(Base):
    """One line of a delivery and what became of it."""

    __tablename__ = "delivery_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="something_delivered"),
        CheckConstraint(
            "accepted >= 0 AND rejected >= 0 AND accepted + rejected <= quantity", name="judged_within_delivered"
        ),
    )

    delivery_id: Mapped[str] = mapped_column(String(36), ForeignKey("delivery.id"), primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True)
    quantity: Mapped[Quantity]
    accepted: Mapped[Quantity] = mapped_column(default=_NOTHING)
    rejected: Mapped[Quantity] = mapped_column(default=_NOTHING)


class Acceptance(Base):
    """An acceptance certificate: open until every member has signed it. One is open for a delivery at a time."""

    __tablename__ = "acceptance"
    __table_args__ = (
        Index(
            "uq_acceptance_open",
            "delivery_id",
            unique=True,
            postgresql_where=text("certified_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    contract_id: Mapped[str] = mapped_column(String(36), ForeignKey("contract.id"), index=True)
    delivery_id: Mapped[str] = mapped_column(String(36), ForeignKey("delivery.id"))
    members: Mapped[JsonList]
    verdicts: Mapped[JsonList]
    data: Mapped[Json]
    digest: Mapped[Hex]
    amount: Mapped[Yuan] = mapped_column(default=Decimal("0.00"))
    opened_at: Mapped[When]
    opened_by: Mapped[Uuid]
    certified_at: Mapped[When | None]
    withdrawn_at: Mapped[When | None]

    @property
    def status(self) -> str:
        """open, certified or withdrawn."""
        return "certified" if self.certified_at else ("withdrawn" if self.withdrawn_at else "open")


class Invoice(Base):
    """An invoice; it counts until it is returned as not valid."""

    __tablename__ = "invoice"
    __table_args__ = (
        Index("uq_invoice_number", "supplier_id", "number", unique=True, postgresql_where=text("returned_at IS NULL")),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("paid >= 0 AND paid <= amount", name="paid_within_invoice"),
        CheckConstraint("returned_at IS NULL OR paid = 0", name="returned_is_unpaid"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    contract_id: Mapped[str] = mapped_column(String(36), ForeignKey("contract.id"), index=True)
    supplier_id: Mapped[Uuid]
    number: Mapped[Name]
    amount: Mapped[Yuan]
    issued_on: Mapped[date]
    file_digest: Mapped[Hex | None]
    received_at: Mapped[When]
    due: Mapped[When]
    returned_at: Mapped[When | None]
    returned_because: Mapped[Words | None]
    paid: Mapped[Yuan] = mapped_column(default=Decimal("0.00"))

    @property
    def status(self) -> str:
        """open, paid or returned."""
        return "returned" if self.returned_at else ("paid" if self.paid == self.amount else "open")


class Payment(Base):
    """Money that went to the supplier. One bank reference is one payment."""

    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("purchaser_id", "bank_reference", name="uq_payment_bank_reference"),
        CheckConstraint("amount > 0", name="amount_positive"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    contract_id: Mapped[str] = mapped_column(String(36), ForeignKey("contract.id"), index=True)
    invoice_id: Mapped[str] = mapped_column(String(36), ForeignKey("invoice.id"))
    purchaser_id: Mapped[Uuid]
    amount: Mapped[Yuan]
    bank_reference: Mapped[Name]
    at: Mapped[When]
    by: Mapped[Uuid]


class PerformanceRecord(Base):
    """What goes back to the registry about a supplier; one of a kind for a contract (or lot, where there was none)."""

    __tablename__ = "performance_record"
    __table_args__ = (UniqueConstraint("about_id", "kind", name="uq_performance_record_once"),)

    id: Mapped[Key] = mapped_column(default=new_id)
    about_id: Mapped[Uuid]
    contract_id: Mapped[Uuid | None]
    supplier_id: Mapped[Uuid] = mapped_column(index=True)
    kind: Mapped[Code]
    grade: Mapped[Code]
    note: Mapped[Words]
    at: Mapped[When]
    by: Mapped[Uuid | None]
