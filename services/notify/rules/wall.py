"""What does the wall say of a lot, now?"""

from __future__ import annotations

from datetime import datetime, timedelta

SOON = timedelta(hours=24)
AFTER = timedelta(hours=2)


def place_of(
    now: datetime,
    closes_at: datetime | None,
    began_at: datetime | None,
    opened_at: datetime | None,
    ended_at: datetime | None,
) -> str | None:
    """opening, opened, waiting (closed, not begun), next (closes within a day), or None: not on the wall."""
    if ended_at is not None or closes_at is None:
        return None
    if opened_at is not None:
        return "opened" if now < opened_at + AFTER else None
    if began_at is not None:
        return "opening"
    if closes_at <= now:
        return "waiting" if now < closes_at + SOON else None
    return "next" if closes_at <= now + SOON else None
