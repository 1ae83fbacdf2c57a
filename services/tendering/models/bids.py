"""Sealed bids and bid bonds. One live bid per supplier and lot; none accepted at or after the closing: both also in the
database (a partial unique index and a trigger that asks the database's clock).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from services.tendering.models.base import Base, Code, Hex, Json, Key, Name, Uuid, When, Yuan, new_id


class Bid(Base):
    """A sealed offer. `supplier`: the bidder as the registry knew it that moment. `arrival`: order of receipt.

    What was replaced or withdrawn leaves a record without content: manifest and signature go, and with them every
    wrapped share.
    """

    __tablename__ = "bid"
    __table_args__ = (
        Index(
            "uq_bid_live",
            "lot_id",
            "supplier_id",
            unique=True,
            postgresql_where="replaced_at IS NULL AND withdrawn_at IS NULL",
        ),
        CheckConstraint("replaced_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        CheckConstraint(
            "(manifest IS NULL) = (replaced_at IS NOT NULL OR withdrawn_at IS NOT NULL)", name="content_while_live"
        ),
    )

    id: Mapped[Key]
    lot_id: Mapped[Uuid] = mapped_column(ForeignKey("lot.id"))
    supplier_id: Mapped[Uuid]
    supplier: Mapped[Json]
    agent_id: Mapped[Uuid]
    arrival: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    manifest: Mapped[Json | None]
    signed: Mapped[Json | None]
    manifest_digest: Mapped[Hex] = mapped_column(unique=True)
    sheet_digest: Mapped[Hex]
    received_at: Mapped[When]
    receipt: Mapped[Json]
    replaced_at: Mapped[When | None]
    replaced_by: Mapped[Uuid | None]
    withdrawn_at: Mapped[When | None]


class Bond(Base):
    """A bid bond as recorded; never cash. Whose it is stays secret until the closing."""

    __tablename__ = "bond"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        Index("uq_bond_live", "lot_id", "supplier_id", unique=True, postgresql_where="returned_at IS NULL"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    lot_id: Mapped[Uuid] = mapped_column(ForeignKey("lot.id"))
    supplier_id: Mapped[Uuid]
    amount: Mapped[Yuan]
    form: Mapped[Code]
    number: Mapped[Name]
    account: Mapped[Name]
    recorded_by: Mapped[Uuid]
    recorded_at: Mapped[When]
    return_because: Mapped[Code | None]
    return_due: Mapped[When | None]
    returned_at: Mapped[When | None]
