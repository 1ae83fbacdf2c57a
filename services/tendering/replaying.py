"""Where a project stood at any moment of the past, told by the journal alone.

The journal's entries up to that moment are folded by `rules.history`; no table but the journal is asked, so that the
answer is what the log can prove (`log_record` with the same `until` gives the entries with their proofs).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.tables import journal
from services.chassis.wire import moment_text
from services.tendering.models import Lot
from services.tendering.rules.history import replay


def as_of(db: Session, project_id: str, moment: datetime) -> dict[str, Any]:
    """The project's state at `moment` (what happened in that very instant included).

    {"at", "status" (None: it was not there yet), "lots": [{"lot_id", "status"}], "entries": how many were folded,
    "last": id of the last of them, or None}
    """
    subjects = [f"project:{project_id}"]
    subjects += [f"lot:{each}" for each in db.scalars(select(Lot.id).where(Lot.project_id == project_id))]
    rows = db.execute(
        select(journal.c.id, journal.c.event, journal.c.payload, journal.c.time)
        .where(journal.c.subject.in_(subjects), journal.c.time <= moment).order_by(journal.c.number)
    ).all()
    events: list[tuple[str, Mapping[str, Any], datetime]] = [(row.event, row.payload, row.time) for row in rows]
    projects, lots = replay(events).states(moment)
    return {
        "at": moment_text(moment),
        "status": projects.get(project_id),
        "lots": [{"lot_id": lot, "status": status} for lot, status in sorted(lots.items())],
        "entries": len(rows),
        "last": rows[-1].id if rows else None,
    }
