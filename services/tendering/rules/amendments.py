"""What does an amendment do to the closing time?

One that may affect bids and comes later than the law allows moves the closing by itself (条例31, 招条例21); it moves to
the same time of the first lawful day. Nothing moves a closing forward, and nothing is amended once it has come.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from services.chassis.objection import Objection
from services.tendering.rules.law import Book, Scope
from services.tendering.rules.periods import BEIJING, Calendar, day_of, last_day
from services.tendering.rules.reasons import objection


def moved_closing(
    book: Book,
    procedure: str,
    objects: set[str],
    now: datetime,
    closes_at: datetime,
    calendar: Calendar,
    *,
    wanted: datetime | None = None,
    affects_bids: bool = True,
) -> tuple[datetime, str]:
    """The closing after an amendment made now, and the article that moved it ("" when nothing but the wish did).

    wanted: a later closing the amendment itself asks for.
    """
    closing, article = max(closes_at, wanted or closes_at), ""
    if not affects_bids:
        return closing, article
    local = closing.astimezone(BEIJING)
    for each in sorted(objects):
        row = book.find("amendment_before_closing", day_of(now), Scope(procedure=procedure, object=each))
        if row is None:
            continue
        earliest = last_day(row, day_of(now), calendar)
        if local.date() < earliest:
            local = datetime.combine(earliest, local.timetz())
            article = row.article
    moved = local.astimezone(closing.tzinfo)
    return moved, article


def objections(now: datetime, closes_at: datetime, wanted: datetime | None) -> list[Objection]:
    """Why there may be no amendment now."""
    found = []
    if now >= closes_at:
        found.append(objection("amendment_after_closing", "条例31", "closes_at", closes_at=closes_at.isoformat()))
    if wanted is not None and wanted < closes_at:
        found.append(
            objection(
                "closing_moved_forward",
                "条例31",
                "closes_at",
                closes_at=closes_at.isoformat(),
                wanted=wanted.isoformat(),
            )
        )
    return found


def holder_change_objections(
    before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]
) -> list[Objection]:
    """Every seat keeps one holder of before, so that bids already sealed can still be opened; nobody need tell of them.

    before, after: seat → fingerprints of encryption certificates.
    """
    return [
        objection("seat_keeps_no_holder", "87-40", f"seats.{seat}", seat=seat)
        for seat, keys in sorted(before.items())
        if not set(keys) & set(after.get(seat, ()))
    ]


def a_moment_before(closes_at: datetime) -> datetime:
    """The last instant at which a bid is in time: equal to the closing is late."""
    return closes_at - timedelta(microseconds=1)
