"""May this time be offered, booked, cancelled?"""

from __future__ import annotations

from datetime import datetime, timedelta

from services.chassis.objection import Objection
from services.notify.rules.reasons import objection

LONGEST = timedelta(hours=4)


def offer_objections(starts_at: datetime, ends_at: datetime, now: datetime) -> list[Objection]:
    """A time offered lies ahead, has a length, and is no longer than four hours."""
    found = []
    if starts_at <= now:
        found.append(objection("slot_past", field="starts_at", starts_at=starts_at.isoformat()))
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        found.append(objection("slot_length", field="ends_at", hours=int(LONGEST.total_seconds() // 3600)))
    return found


def booking_objections(starts_at: datetime, withdrawn: bool, taken: bool, now: datetime) -> list[Objection]:
    """A time is booked while it lies ahead, stands, and is free."""
    found = []
    if withdrawn:
        found.append(objection("slot_withdrawn", field="slot_id"))
    if starts_at <= now:
        found.append(objection("slot_past", field="slot_id", starts_at=starts_at.isoformat()))
    if taken:
        found.append(objection("slot_taken", field="slot_id"))
    return found
