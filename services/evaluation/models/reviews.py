"""The evaluation of a lot: its facts, checks, votes, questions, prices, rejections and rounds."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from services.evaluation.models.base import Base, Code, Hex, Json, JsonList, Key, Name, Uuid, When, Words, Yuan
from services.evaluation.rules import stages


class Evaluation(Base):
    """One evaluation of one lot; a further attempt only where the law lets it be done again. The stage is derived."""

    __tablename__ = "evaluation"
    __table_args__ = (
        UniqueConstraint("lot_id", "attempt"),
        CheckConstraint("failed_at IS NULL OR settled_at IS NULL", name="one_end"),
    )

    id: Mapped[Key]
    lot_id: Mapped[Uuid]
    project_id: Mapped[Uuid] = mapped_column(index=True)
    attempt: Mapped[int] = mapped_column(default=1)
    panel_id: Mapped[Uuid | None] = mapped_column(ForeignKey("panel.id"), index=True)
    scored: Mapped[bool]
    opened_at: Mapped[When]
    begun_at: Mapped[When | None]
    qualification_closed_at: Mapped[When | None]
    conformity_closed_at: Mapped[When | None]
    corrections_found_at: Mapped[When | None]
    prices_examined_at: Mapped[When | None]
    prices_closed_at: Mapped[When | None]
    sheets_closed_at: Mapped[When | None]
    outliers_seen: Mapped[Words | None]
    ranked_at: Mapped[When | None]
    settled_at: Mapped[When | None]
    failed_at: Mapped[When | None]
    failure: Mapped[Json | None]

    @property
    def facts(self) -> stages.Facts:
        """What has happened, as the rules ask it."""
        return stages.Facts(
            failed_at=self.failed_at,
            begun_at=self.begun_at,
            qualification_closed_at=self.qualification_closed_at,
            conformity_closed_at=self.conformity_closed_at,
            prices_closed_at=self.prices_closed_at,
            scored=self.scored,
            sheets_closed_at=self.sheets_closed_at,
            ranked_at=self.ranked_at,
            settled_at=self.settled_at,
        )

    @property
    def stage(self) -> str:
        """Where it stands (`rules.stages`)."""
        return stages.stage(self.facts)


class QualificationCheck(Base):
    """One side's check of one bid; side: centre or purchaser. The last word of a side counts."""

    __tablename__ = "qualification_check"

    evaluation_id: Mapped[Uuid] = mapped_column(ForeignKey("evaluation.id"), primary_key=True)
    bid_id: Mapped[Uuid] = mapped_column(primary_key=True)
    side: Mapped[Code] = mapped_column(primary_key=True)
    person_id: Mapped[Uuid]
    name: Mapped[Name]
    passed: Mapped[bool]
    reason: Mapped[Words]
    article: Mapped[Code]
    at: Mapped[When]


class Vote(Base):
    """A member's voice in one matter. matter: `conformity:<bid>`, `low:<bid>`, `proof:<bid>`, `reject:<bid>`,
    `abnormal:<bid>:<factor>:<member>` or, with the panel's id for the evaluation, `leader`."""

    __tablename__ = "vote"

    scope_id: Mapped[Uuid] = mapped_column(primary_key=True)
    matter: Mapped[Name] = mapped_column(primary_key=True)
    member_id: Mapped[Uuid] = mapped_column(ForeignKey("member.id"), primary_key=True)
    choice: Mapped[Name]
    reason: Mapped[Words]
    at: Mapped[When]


class Question(Base):
    """What the panel asks a bidder in writing. kind: clarification, correction, words or explanation.

    confirmed: the answer to a correction; amount: the answer to unreadable words.
    """

    __tablename__ = "question"

    id: Mapped[Key]
    evaluation_id: Mapped[Uuid] = mapped_column(ForeignKey("evaluation.id"), index=True)
    bid_id: Mapped[Uuid]
    supplier_id: Mapped[Uuid] = mapped_column(index=True)
    kind: Mapped[Code]
    text: Mapped[Words]
    asked_at: Mapped[When]
    answer_by: Mapped[When]
    answered_at: Mapped[When | None]
    answer: Mapped[Words | None]
    evidence: Mapped[JsonList]
    confirmed: Mapped[bool | None]
    amount: Mapped[Yuan | None]


class Appraisal(Base):
    """A bid's price on its way: quoted, corrected, suspected, deducted. Lists as the report prints them."""

    __tablename__ = "appraisal"

    evaluation_id: Mapped[Uuid] = mapped_column(ForeignKey("evaluation.id"), primary_key=True)
    bid_id: Mapped[Uuid] = mapped_column(primary_key=True)
    quoted: Mapped[Yuan]
    price: Mapped[Yuan]
    corrections: Mapped[JsonList]
    triggers: Mapped[JsonList]
    deductions: Mapped[JsonList]
    evaluation_price: Mapped[Yuan | None]


class Rejection(Base):
    """A bid that is out, once and for all of this evaluation. stage: opening, qualification, conformity, prices …"""

    __tablename__ = "rejection"

    evaluation_id: Mapped[Uuid] = mapped_column(ForeignKey("evaluation.id"), primary_key=True)
    bid_id: Mapped[Uuid] = mapped_column(primary_key=True)
    stage: Mapped[Code]
    code: Mapped[Code]
    reason: Mapped[Words]
    article: Mapped[Code]
    at: Mapped[When]


class Round(Base):
    """A round of a negotiating procedure. kind: negotiation or final_offer; changes: what was told to all."""

    __tablename__ = "round"
    __table_args__ = (UniqueConstraint("evaluation_id", "number"),)

    id: Mapped[Key]
    evaluation_id: Mapped[Uuid] = mapped_column(ForeignKey("evaluation.id"))
    number: Mapped[int]
    kind: Mapped[Code]
    changes: Mapped[Words]
    opened_at: Mapped[When]
    closes_at: Mapped[When]


class RoundOffer(Base):
    """A sealed offer: a commitment while the round is open, the price once its maker has opened it."""

    __tablename__ = "round_offer"

    round_id: Mapped[Uuid] = mapped_column(ForeignKey("round.id"), primary_key=True)
    bid_id: Mapped[Uuid] = mapped_column(primary_key=True)
    commitment: Mapped[Hex]
    sealed_at: Mapped[When]
    price: Mapped[Yuan | None]
    opened_at: Mapped[When | None]


class ScoreSheet(Base):
    """One member's sheet of one evaluation; submitted_at None: a draft only its author sees."""

    __tablename__ = "score_sheet"
    __table_args__ = (UniqueConstraint("evaluation_id", "member_id"),)

    id: Mapped[Key]
    evaluation_id: Mapped[Uuid] = mapped_column(ForeignKey("evaluation.id"))
    member_id: Mapped[Uuid] = mapped_column(ForeignKey("member.id"))
    saved_at: Mapped[When]
    submitted_at: Mapped[When | None]


class Mark(Base):
    """Points for one bid and factor."""

    __tablename__ = "mark"
    __table_args__ = (CheckConstraint("points >= 0", name="points_not_negative"),)

    sheet_id: Mapped[Uuid] = mapped_column(ForeignKey("score_sheet.id"), primary_key=True)
    bid_id: Mapped[Uuid] = mapped_column(primary_key=True)
    factor: Mapped[Code] = mapped_column(primary_key=True)
    points: Mapped[Decimal] = mapped_column(Numeric(7, 2))


class MarkChange(Base):
    """A submitted mark changed on one of the four grounds (87-64)."""

    __tablename__ = "mark_change"
    __table_args__ = (
        CheckConstraint(
            "ground IN ('arithmetic', 'out_of_range', 'objective_unequal', 'abnormal')", name="ground_lawful"
        ),
        Index("ix_mark_change_sheet", "sheet_id"),
    )

    id: Mapped[Key]
    sheet_id: Mapped[Uuid] = mapped_column(ForeignKey("score_sheet.id"))
    bid_id: Mapped[Uuid]
    factor: Mapped[Code]
    old: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    new: Mapped[Decimal] = mapped_column(Numeric(7, 2))
    ground: Mapped[Code]
    reason: Mapped[Words]
    at: Mapped[When]
