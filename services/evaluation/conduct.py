"""Recording an expert's conduct for the registry; once per person, lot and kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from services.evaluation import queries
from services.evaluation.models import Conduct, Panel, new_id
from services.evaluation.rules import performance

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk


def record(desk: Desk, panel: Panel, person_id: str, kind: str, note: str, lot_id: str | None = None) -> None:
    """One line, under the lot given or the panel's first."""
    lots = [lot_id] if lot_id else [each.lot_id for each in queries.evaluations_of(desk.db, panel.id)][:1]
    for each in lots:
        known = select(Conduct.id).where(Conduct.person_id == person_id, Conduct.lot_id == each, Conduct.kind == kind)
        if desk.db.scalar(known) is not None:
            continue
        said = note or performance.KINDS[kind][1]
        row = Conduct(
            id=new_id(),
            person_id=person_id,
            lot_id=each,
            kind=kind,
            points=performance.points(kind),
            note=said,
            at=desk.now(),
        )
        desk.db.add(row)
        desk.db.flush()
        desk.tell(
            "expert_performance_recorded",
            f"expert:{person_id}",
            person_id=person_id,
            lot_id=each,
            kind=kind,
            points=row.points,
            note=said,
            at=row.at,
        )
