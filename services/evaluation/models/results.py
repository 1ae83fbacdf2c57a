"""Rankings, reports, signatures, recordings, findings, reopenings and conduct."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from services.evaluation.models.base import Base, Code, Hex, Json, JsonList, Key, Name, Uuid, When, Words


class Report(Base):
    """A ranking with its report. body: every figure (canonical JSON); digest: of the body; pdf_digest: of the printed
    form.

    The newest version of an evaluation that is not withdrawn counts; void_at: replaced, what was signed stays on
    record.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("evaluation_id", "version"),
        Index("uq_report_valid", "evaluation_id", unique=True, postgresql_where=text("void_at IS NULL")),
    )

    id: Mapped[Key]
    evaluation_id: Mapped[Uuid] = mapped_column(ForeignKey("evaluation.id"))
    version: Mapped[int]
    made_at: Mapped[When]
    places: Mapped[JsonList]
    rejected: Mapped[JsonList]
    body: Mapped[Json]
    digest: Mapped[Hex]
    pdf_digest: Mapped[Hex]
    void_at: Mapped[When | None]
    void_because: Mapped[Words | None]


class ReportSignature(Base):
    """A signature under a report. capacity: member or supervisor; signed None: refused to sign, dissent is then empty
    and the member counts as agreeing (条例41)."""

    __tablename__ = "report_signature"

    report_id: Mapped[Uuid] = mapped_column(ForeignKey("report.id"), primary_key=True)
    person_id: Mapped[Uuid] = mapped_column(primary_key=True)
    name: Mapped[Name]
    capacity: Mapped[Code]
    signed: Mapped[Json | None]
    dissent: Mapped[Words]
    at: Mapped[When]


class Recording(Base):
    """A recording of the room, by digest; the bytes lie in the store."""

    __tablename__ = "recording"

    id: Mapped[Key]
    panel_id: Mapped[Uuid] = mapped_column(ForeignKey("panel.id"), index=True)
    digest: Mapped[Hex]
    kind: Mapped[Code]
    size: Mapped[int]
    began_at: Mapped[When]
    ended_at: Mapped[When]
    attached_at: Mapped[When]


class Finding(Base):
    """Evidence of something out of the ordinary, with its figures; never a verdict. about: bids or suppliers."""

    __tablename__ = "finding"

    id: Mapped[Key]
    lot_id: Mapped[Uuid] = mapped_column(index=True)
    kind: Mapped[Code]
    about: Mapped[Code]
    bids: Mapped[JsonList]
    figures: Mapped[Json]
    article: Mapped[Code]
    found_at: Mapped[When]


class Reopening(Base):
    """Why and how far an evaluation was done again."""

    __tablename__ = "reopening"

    id: Mapped[Key]
    evaluation_id: Mapped[Uuid] = mapped_column(ForeignKey("evaluation.id"))
    dispute_id: Mapped[Uuid]
    ground: Mapped[Code]
    scope: Mapped[Code]
    article: Mapped[Code]
    finance_report_no: Mapped[Name]
    excluded: Mapped[JsonList]
    person_id: Mapped[Uuid]
    at: Mapped[When]


class Conduct(Base):
    """A line for an expert's record in the registry."""

    __tablename__ = "conduct"
    __table_args__ = (UniqueConstraint("person_id", "lot_id", "kind"),)

    id: Mapped[Key]
    person_id: Mapped[Uuid] = mapped_column(index=True)
    lot_id: Mapped[Uuid]
    kind: Mapped[Code]
    points: Mapped[int]
    note: Mapped[Words]
    at: Mapped[When]
