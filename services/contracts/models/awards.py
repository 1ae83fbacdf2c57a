"""Awards, what holds them back, what losers are told, lots sent back, and bonds."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.models.base import Base, Code, Hex, Json, JsonList, Key, Name, Uuid, When, Words, Yuan, new_id


class Award(Base):
    """The purchaser's decision for one lot. It lives until it is refused or annulled; one lives at a time."""

    __tablename__ = "award"
    __table_args__ = (
        Index("uq_award_live", "lot_id", unique=True, postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("amount >= 0", name="amount_not_negative"),
        CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_somehow"),
        CheckConstraint("by_silence OR decided_by IS NOT NULL", name="somebody_decided"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    lot_id: Mapped[Uuid] = mapped_column(index=True)
    project_id: Mapped[Uuid]
    ranking_id: Mapped[Uuid]
    bid_id: Mapped[Uuid]
    purchaser_id: Mapped[Uuid]
    supplier_id: Mapped[Uuid] = mapped_column(index=True)
    supplier_name: Mapped[Name]
    amount: Mapped[Yuan]
    rank: Mapped[int]
    by_silence: Mapped[bool]
    decided_at: Mapped[When]
    decided_by: Mapped[Uuid | None]
    grounds: Mapped[Json]
    notice_no: Mapped[Name | None]
    announced_at: Mapped[When | None]
    announced_by: Mapped[Uuid | None]
    announcement: Mapped[Json | None]
    signing_due: Mapped[When | None]
    challenge_until: Mapped[When | None]
    ended_at: Mapped[When | None]
    ended_as: Mapped[Code | None]
    ended_ground: Mapped[Code | None]
    ended_note: Mapped[Words | None]
    passes_over: Mapped[bool] = mapped_column(default=False)

    @property
    def status(self) -> str:
        """decided, announced, refused or annulled."""
        return self.ended_as or ("announced" if self.announced_at else "decided")


class AwardHold(Base):
    """A lawful reason the purchaser stated for not deciding in time."""

    __tablename__ = "award_hold"

    ranking_id: Mapped[Key]
    lot_id: Mapped[Uuid]
    ground: Mapped[Code]
    note: Mapped[Words]
    at: Mapped[When]
    by: Mapped[Uuid]


class LoserNotice(Base):
    """What one bidder who did not win was told: its own score, rank or reason."""

    __tablename__ = "loser_notice"

    award_id: Mapped[Key]
    bid_id: Mapped[Key]
    supplier_id: Mapped[Uuid] = mapped_column(index=True)
    lot_id: Mapped[Uuid]
    total: Mapped[Code | None]
    rank: Mapped[int | None]
    reason: Mapped[Words | None]
    article: Mapped[Code | None]
    text: Mapped[str]
    at: Mapped[When]


class LotReturn(Base):
    """A lot that goes back for a new tender; it is not awarded any more."""

    __tablename__ = "lot_return"

    lot_id: Mapped[Key]
    project_id: Mapped[Uuid]
    ground: Mapped[Code]
    note: Mapped[Words]
    at: Mapped[When]
    by: Mapped[Uuid | None]


class Bond(Base):
    """A bid bond or a performance bond. It ends returned or kept, never both."""

    __tablename__ = "bond"
    __table_args__ = (
        Index("uq_bond_bid", "lot_id", "supplier_id", unique=True, postgresql_where=text("kind = 'bid'")),
        Index("uq_bond_performance", "contract_id", unique=True, postgresql_where=text("kind = 'performance'")),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("returned_at IS NULL OR kept_at IS NULL", name="one_end"),
        CheckConstraint("kind = 'bid' OR contract_id IS NOT NULL", name="performance_has_contract"),
    )

    id: Mapped[Key] = mapped_column(default=new_id)
    kind: Mapped[Code]
    lot_id: Mapped[Uuid] = mapped_column(index=True)
    project_id: Mapped[Uuid]
    contract_id: Mapped[Uuid | None]
    purchaser_id: Mapped[Uuid | None]
    supplier_id: Mapped[Uuid] = mapped_column(index=True)
    supplier_name: Mapped[Name]
    amount: Mapped[Yuan]
    form: Mapped[Code | None]
    document_digest: Mapped[Hex | None]
    lodged_at: Mapped[When]
    due: Mapped[When | None]
    returned_at: Mapped[When | None]
    late_fee: Mapped[Yuan] = mapped_column(default=Decimal("0.00"))
    kept_at: Mapped[When | None]
    kept_ground: Mapped[Code | None]
    history: Mapped[JsonList] = mapped_column(default=list)

    @property
    def status(self) -> str:
        """held, due, returned or kept."""
        if self.kept_at:
            return "kept"
        if self.returned_at:
            return "returned"
        return "due" if self.due else "held"
