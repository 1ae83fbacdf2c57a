"""The figures as rows for people."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis.working_days import SHANGHAI
from services.contracts.models import FigureCell, Organisation, Project, Survey
from services.contracts.rules.figures import NAMES, Measures, percent


def rows(session: Session, year: int, dimension: str) -> list[dict[str, Any]]:
    """One row for each key of a dimension, in the order of the keys; the purchasers by name."""
    wanted = (
        select(FigureCell).where(FigureCell.year == year, FigureCell.dimension == dimension).order_by(FigureCell.key)
    )
    found = []
    for cell in session.scalars(wanted):
        measures = Measures(*(getattr(cell, name) for name in NAMES))
        if measures == Measures() and not cell.projects:
            continue
        row = {name: getattr(measures, name) for name in NAMES}
        more = {
            "key": cell.key,
            "projects": cell.projects,
            "saved": measures.saved,
            "saved_percent": measures.saved_percent,
        }
        found.append({**row, **more, "name": None})
    if dimension == "purchaser":
        _name_purchasers(session, found)
    return found


def satisfaction(session: Session, year: int) -> tuple[int, Decimal | None]:
    """How many surveys were answered in a year, and the share of the satisfied in percent (one place)."""
    first, last = datetime(year, 1, 1, tzinfo=SHANGHAI), datetime(year + 1, 1, 1, tzinfo=SHANGHAI)
    wanted = select(func.count(), func.count().filter(Survey.satisfied)).where(Survey.at >= first, Survey.at < last)
    answered, satisfied = session.execute(wanted).one()
    return answered, percent(Decimal(satisfied), Decimal(answered))


def _name_purchasers(session: Session, found: list[dict[str, Any]]) -> None:
    """As the registry names them, else as their notices did."""
    keys = [each["key"] for each in found]
    named = func.max(Project.purchaser_name).label("name")
    noticed = select(Project.purchaser_id.label("id"), named).where(Project.purchaser_id.in_(keys))
    names = {row.id: row.name for row in session.execute(noticed.group_by(Project.purchaser_id))}
    registered = select(Organisation.id, Organisation.name).where(Organisation.id.in_(keys))
    names |= {row.id: row.name for row in session.execute(registered) if row.name}
    for each in found:
        each["name"] = names.get(each["key"])
