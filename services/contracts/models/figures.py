"""The statistics' read model.

`figure_fact`     every fact the figures rest on, written with the change or when it is heard; folded in by the clock
`figure_lot`      what is known of each lot (`rules.lot_record`)
`figure_cell`     the figures: one row for each year, dimension and key
`figure_project`  how many of a project's lots stand in a cell, so that projects are counted once
"""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import BigInteger, Identity, Index, Integer, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from services.contracts.models.base import Base, Code, Json, Key, Uuid, When


class FigureFact(Base):
    """One fact.

    id: the event that brought it (and the fact's place in it); source: the department that announced it.
    """

    __tablename__ = "figure_fact"
    __table_args__ = (Index("ix_figure_fact_waiting", "number", postgresql_where=text("NOT folded")),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity())
    source: Mapped[Code]
    lot_id: Mapped[Uuid]
    kind: Mapped[Code]
    fact: Mapped[Json]
    at: Mapped[When]
    folded: Mapped[bool] = mapped_column(default=False)


class FigureLot(Base):
    """What the figures know of a lot."""

    __tablename__ = "figure_lot"

    lot_id: Mapped[Key]
    project_id: Mapped[Uuid | None] = mapped_column(index=True)
    record: Mapped[Json]


class FigureCell(Base):
    """The measures of `rules.figures.Measures`, and the projects behind them."""

    __tablename__ = "figure_cell"

    year: Mapped[int] = mapped_column(primary_key=True)
    dimension: Mapped[Code] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    projects: Mapped[int] = mapped_column(Integer, default=0)
    lots: Mapped[int] = mapped_column(Integer, default=0)
    budget: Mapped[Decimal] = mapped_column(Numeric(20, 2), default=0)
    ceiling: Mapped[Decimal] = mapped_column(Numeric(20, 2), default=0)
    awarded_lots: Mapped[int] = mapped_column(Integer, default=0)
    award_amount: Mapped[Decimal] = mapped_column(Numeric(20, 2), default=0)
    contracts: Mapped[int] = mapped_column(Integer, default=0)
    contracted_budget: Mapped[Decimal] = mapped_column(Numeric(20, 2), default=0)
    contract_amount: Mapped[Decimal] = mapped_column(Numeric(20, 2), default=0)
    supplements: Mapped[Decimal] = mapped_column(Numeric(20, 2), default=0)
    paid: Mapped[Decimal] = mapped_column(Numeric(20, 2), default=0)
    terminated: Mapped[int] = mapped_column(Integer, default=0)
    failed_lots: Mapped[int] = mapped_column(Integer, default=0)
    failed_budget: Mapped[Decimal] = mapped_column(Numeric(20, 2), default=0)


class FigureProject(Base):
    """How many lots of a project stand in a cell."""

    __tablename__ = "figure_project"

    year: Mapped[int] = mapped_column(primary_key=True)
    dimension: Mapped[Code] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    project_id: Mapped[Key]
    lots: Mapped[int] = mapped_column(Integer)
