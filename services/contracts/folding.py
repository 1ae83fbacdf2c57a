"""Keeping the figures: facts are folded in by the clock, one folder at a time, and can be made anew from the journals.

A fact costs the same whatever the year holds: the lot's record is read, its old contribution taken out of its cells,
its new one put in. Folding is done by one instance at a time, so the busiest cell (the whole year's) is never fought
over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from services.chassis.tables import journal
from services.contracts import feed
from services.contracts.models import FigureCell, FigureFact, FigureLot, FigureProject
from services.contracts.rules import lot_record
from services.contracts.rules.figures import NAMES, Cell, Measures, contribution

ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtextextended('contracts.figures', 7))")
AT_ONCE = 500


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found: how much it read, and how many cells were not as they should have been."""

    facts: int
    lots: int
    cells: int
    changed: int


def fold(session: Session, at_most: int = AT_ONCE) -> int:
    """Fold in what is waiting; answers how many facts that were."""
    session.execute(ONE_AT_A_TIME)
    waiting = session.execute(
        select(FigureFact.id, FigureFact.lot_id, FigureFact.kind, FigureFact.fact)
        .where(~FigureFact.folded)
        .order_by(FigureFact.number)
        .limit(at_most)
    ).all()
    if not waiting:
        return 0
    touched = sorted({each.lot_id for each in waiting})
    known = session.execute(select(FigureLot.lot_id, FigureLot.record).where(FigureLot.lot_id.in_(touched)))
    before: dict[str, Mapping[str, Any]] = {each.lot_id: each.record for each in known}
    after = {lot_id: before.get(lot_id) or lot_record.blank() for lot_id in touched}
    for each in waiting:
        after[each.lot_id] = lot_record.told(after[each.lot_id], each.kind, each.fact)
    _move(session, before, after)
    session.execute(update(FigureFact).where(FigureFact.id.in_([each.id for each in waiting])).values(folded=True))
    return len(waiting)


def rebuild(session: Session) -> Rebuilt:
    """Make the figures anew: our own facts from our journal, the others' from what we heard of their journals."""
    session.execute(ONE_AT_A_TIME)
    old = cells(session)
    records: dict[str, dict[str, Any]] = {}
    folded: list[str] = []
    for fact_id, lot_id, kind, fact in _all_facts(session):
        records[lot_id] = lot_record.told(records.get(lot_id) or lot_record.blank(), kind, fact)
        folded.append(fact_id)
    for table in (FigureCell, FigureProject, FigureLot):
        session.execute(delete(table))
    _move(session, {}, records)
    for start in range(0, len(folded), 5000):
        session.execute(update(FigureFact).where(FigureFact.id.in_(folded[start : start + 5000])).values(folded=True))
    new = cells(session)
    changed = sum(old.get(cell) != new.get(cell) for cell in set(old) | set(new))
    return Rebuilt(len(folded), len(records), len(new), changed)


def cells(session: Session) -> dict[Cell, tuple[int, Measures]]:
    """Every cell as it stands: how many projects, and the measures."""
    found = session.execute(select(FigureCell.__table__)).mappings()
    return {
        (row["year"], row["dimension"], row["key"]): (row["projects"], Measures(*(row[name] for name in NAMES)))
        for row in found
        if row["projects"] or any(row[name] for name in NAMES)
    }


def _all_facts(session: Session) -> Iterable[tuple[str, str, str, Mapping[str, Any]]]:
    ours = select(journal.c.id, journal.c.event, journal.c.payload).where(journal.c.event.in_(feed.OWN_EVENTS))
    for row in session.execute(ours.order_by(journal.c.number)):
        for place, (lot_id, kind, fact) in enumerate(feed.facts(row.event, row.payload)):
            yield f"{row.id}:{place}", lot_id, kind, fact
    heard = select(FigureFact.id, FigureFact.lot_id, FigureFact.kind, FigureFact.fact)
    for fact_row in session.execute(heard.where(FigureFact.source != feed.OURS).order_by(FigureFact.number)):
        yield fact_row.id, fact_row.lot_id, fact_row.kind, fact_row.fact


def _move(session: Session, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> None:
    """Bring records, projects and cells from what was known to what is known now."""
    if not after:
        return
    measures: dict[Cell, dict[str, Any]] = {}
    counted: dict[tuple[Cell, str], int] = {}
    for lot_id, record in after.items():
        for sign, known in ((-1, before.get(lot_id)), (1, record)):
            if known is None or known["notice"] is None:
                continue
            worth, where = contribution(known)
            parts = [(name, value) for name in NAMES if (value := getattr(worth, name))]
            for cell in where:
                change = measures.setdefault(cell, {})
                for name, value in parts:
                    change[name] = change.get(name, 0) + sign * value
                if worth.lots:
                    key = (cell, str(known["notice"]["project_id"]))
                    counted[key] = counted.get(key, 0) + sign
    _keep_records(session, after)
    projects = _count_projects(session, {key: each for key, each in counted.items() if each})
    _add_to_cells(session, measures, projects)


def _keep_records(session: Session, after: Mapping[str, Mapping[str, Any]]) -> None:
    rows = [
        {"lot_id": lot_id, "project_id": (record["notice"] or {}).get("project_id"), "record": record}
        for lot_id, record in sorted(after.items())
    ]
    arriving = upsert(FigureLot)
    changed = {"record": arriving.excluded.record, "project_id": arriving.excluded.project_id}
    session.execute(arriving.on_conflict_do_update(index_elements=["lot_id"], set_=changed), rows)


_COUNT = text(
    """
    INSERT INTO figure_project AS known (year, dimension, key, project_id, lots)
    SELECT * FROM unnest(CAST(:years AS integer[]), CAST(:dimensions AS text[]), CAST(:keys AS text[]),
                         CAST(:projects AS text[]), CAST(:changes AS integer[]))
    ON CONFLICT (year, dimension, key, project_id) DO UPDATE SET lots = known.lots + excluded.lots
    RETURNING year, dimension, key, project_id, lots
    """
)


def _count_projects(session: Session, counted: Mapping[tuple[Cell, str], int]) -> dict[Cell, int]:
    """Move the lots each project has in a cell; answers by how many the projects of each cell change."""
    if not counted:
        return {}
    rows = sorted(counted.items())
    columns = {
        "years": [cell[0] for (cell, _), _ in rows],
        "dimensions": [cell[1] for (cell, _), _ in rows],
        "keys": [cell[2] for (cell, _), _ in rows],
        "projects": [project for (_, project), _ in rows],
        "changes": [change for _, change in rows],
    }
    moved: dict[Cell, int] = {}
    for year, dimension, key, project, now in session.execute(_COUNT, columns):
        cell = (year, dimension, key)
        was = now - counted[cell, project]
        moved[cell] = moved.get(cell, 0) + (now > 0) - (was > 0)
    return moved


def _add_to_cells(session: Session, measures: Mapping[Cell, Mapping[str, Any]], projects: Mapping[Cell, int]) -> None:
    rows = []
    for cell in sorted(set(measures) | set(projects)):
        change, more = measures.get(cell, {}), projects.get(cell, 0)
        if not any(change.values()) and not more:
            continue
        year, dimension, key = cell
        values = {name: change.get(name, 0) for name in NAMES}
        rows.append({"year": year, "dimension": dimension, "key": key, "projects": more, **values})
    if not rows:
        return
    arriving = upsert(FigureCell)
    table = FigureCell.__table__.c
    sums = {name: table[name] + arriving.excluded[name] for name in ("projects", *NAMES)}
    session.execute(arriving.on_conflict_do_update(index_elements=["year", "dimension", "key"], set_=sums), rows)
