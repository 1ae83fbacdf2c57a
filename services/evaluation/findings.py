"""Integrity findings: taken over from the opening, computed from prices and past winners, recorded with their
figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from services.chassis.working_days import day_of
from services.evaluation import queries
from services.evaluation.models import Evaluation, Finding, OpenedBid, Report, new_id
from services.evaluation.rules import signals
from services.evaluation.rules.signals import Past, Signal

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk


def take_over(desk: Desk, found: Evaluation, heard: Iterable[Mapping[str, Any]]) -> None:
    """Keep what the opening found; tendering has told the others already."""
    for each in heard:
        figures = {name: str(value) for name, value in (each["figures"] or {}).items()}
        _keep(desk, found, Signal(each["kind"], tuple(each["bids"]), figures, each["article"] or signals.ARTICLE))


def look_at_prices(desk: Desk, found: Evaluation) -> None:
    """Prices side by side, and who won when these bidders met before; each finding is announced."""
    lot, project = queries.lot(desk.db, found.lot_id), queries.project(desk.db, found.project_id)
    day = project.notice_day or day_of(found.opened_at)
    bids = [each for each in queries.bids(desk.db, lot.id) if each.price]
    prices = {each.bid_id: each.price for each in bids if each.price is not None}
    known = {(each.kind, tuple(sorted(each.bids))) for each in of_lot(desk, lot.id)}
    house = desk.law
    step = Decimal(house.row("house.step_share", day).value)
    made = signals.regular_steps(prices, step) + signals.same_price(prices)
    made += signals.rotating_winners(
        past_of(desk, {each.supplier_id for each in bids}),
        frozenset(each.supplier_id for each in bids),
        today=day_of(found.opened_at),
        meetings=house.row("house.rotation_meetings", day).value,
        months=house.row("house.rotation_months", day).value,
    )
    for signal in made:
        if (signal.kind, tuple(sorted(signal.bids))) not in known:
            _keep(desk, found, signal, announce=True)


def past_of(desk: Desk, suppliers: set[str]) -> list[Past]:
    """Settled lots in which any of these suppliers bid, with the first candidate of each."""
    lots = desk.db.scalars(select(OpenedBid.lot_id).where(OpenedBid.supplier_id.in_(suppliers)).distinct()).all()
    rows = desk.db.execute(
        select(Evaluation.lot_id, Evaluation.settled_at, Report.places)
        .join(Report, Report.evaluation_id == Evaluation.id)
        .where(Evaluation.lot_id.in_(lots), Evaluation.settled_at.is_not(None), Report.void_at.is_(None))
    )
    bidders: dict[str, set[str]] = {}
    for lot_id, supplier_id in desk.db.execute(
        select(OpenedBid.lot_id, OpenedBid.supplier_id).where(OpenedBid.lot_id.in_(lots))
    ):
        bidders.setdefault(lot_id, set()).add(supplier_id)
    return [
        Past(lot_id, day_of(settled_at), frozenset(bidders[lot_id]), places[0]["supplier_id"])
        for lot_id, settled_at, places in rows
        if settled_at is not None and places
    ]


def of_lot(desk: Desk, lot_id: str) -> list[Finding]:
    """Everything found about a lot, in order."""
    return list(desk.db.scalars(select(Finding).where(Finding.lot_id == lot_id).order_by(Finding.found_at, Finding.id)))


def _keep(desk: Desk, found: Evaluation, signal: Signal, *, announce: bool = False) -> None:
    row = Finding(
        id=new_id(),
        lot_id=found.lot_id,
        kind=signal.kind,
        about=signal.about,
        bids=list(signal.bids),
        figures=dict(signal.figures),
        article=signal.article,
        found_at=desk.now(),
    )
    desk.db.add(row)
    if announce:
        desk.tell(
            "integrity_finding_recorded",
            f"lot:{found.lot_id}",
            lot_id=found.lot_id,
            kind=row.kind,
            about=row.about,
            bids=row.bids,
            figures=row.figures,
            article=row.article,
            at=row.found_at,
        )
