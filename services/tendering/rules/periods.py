"""How long must a step take, and until when must a duty be done?

The day something begins is not counted; a last day of rest moves to the next working day; make-up working days count
(94-42, 87-85). The same counting serves both kinds: a duty "within" n days may be done on the last one, a period of
"n days or more" must have reached its last one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Protocol

from services.chassis.objection import Objection
from services.tendering.rules.law import ANYTHING, Book, Row, Scope
from services.tendering.rules.reasons import objection

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")


class Calendar(Protocol):
    """The working days; asking for a year nobody has entered raises LookupError."""

    def add_working_days(self, start: date, n: int) -> date:
        """The n-th working day after `start`."""

    def end_of_period(self, start: date, days: int) -> date:
        """The last of `days` natural days after `start`, moved past days of rest."""


def day_of(moment: datetime) -> date:
    """The calendar day of Beijing on which an aware moment falls."""
    return moment.astimezone(BEIJING).date()


def last_day(row: Row, start: date, calendar: Calendar) -> date:
    """The last day of the row's period begun on `start`. Raises ValueError for a unit that is not counted in days."""
    if row.unit == "working_days":
        return calendar.add_working_days(start, row.days)
    if row.unit == "days":
        return calendar.end_of_period(start, row.days)
    if row.unit == "years":
        try:
            return start.replace(year=start.year + row.days)
        except ValueError:  # the 29th of February, in a year that has none
            return date(start.year + row.days, 3, 1)
    raise ValueError(f"{row.id} is counted in {row.unit}")


def due(book: Book, key: str, since: datetime, calendar: Calendar, scope: Scope = ANYTHING) -> tuple[datetime, Row]:
    """Until when (the last instant of its last day, UTC) a duty begun at `since` is in time, and the rule behind it."""
    row = book.need(key, day_of(since), scope)
    return end_of(last_day(row, day_of(since), calendar)), row


def application_objections(
    book: Book, procedure: str, published: date, until: date, calendar: Calendar
) -> list[Objection]:
    """Why applications for prequalification may not end on that day (条例21). published: when they were called for."""
    row = book.find("prequalification", published, Scope(procedure=procedure))
    earliest = last_day(row, published, calendar) if row else published
    if row is None or until >= earliest:
        return []
    told = {"days": row.days, "earliest": earliest, "until": until}
    return [objection("prequalification_too_short", row.article, "applications_until", **told)]


def still_applying(ends: Iterable[date | None], today: date) -> date | None:
    """The last day of the calls for prequalification that have not run out; None where all have, or none was made.

    ends: the last day of each intention that was published, None where it called for nobody.
    """
    return max((each for each in ends if each is not None and today <= each), default=None)


def end_of(day: date) -> datetime:
    """The last instant of a day of Beijing, in UTC."""
    midnight = datetime.combine(day + timedelta(days=1), time(), BEIJING)
    return (midnight - timedelta(microseconds=1)).astimezone(UTC)


def too_short(
    book: Book, key: str, start: date, end: date, calendar: Calendar, scope: Scope, field: str, rule_day: date
) -> list[Objection]:
    """Why a period from `start` to `end` is shorter than the law of `rule_day` allows; nothing where law is silent."""
    row = book.find(key, rule_day, scope)
    if row is None:
        return []
    earliest = last_day(row, start, calendar)
    if end >= earliest:
        return []
    return [
        objection(
            "period_too_short",
            row.article,
            field,
            rule=row.en,
            start=start,
            end=end,
            earliest=earliest,
            least=row.days,
            unit=row.unit.replace("_", " "),
        )
    ]


def closing_objections(
    book: Book,
    procedure: str,
    objects: set[str],
    issued: datetime,
    closes_at: datetime,
    calendar: Calendar,
    available_until: date | None = None,
    field: str = "closes_at",
) -> list[Objection]:
    """Is the time from the issue of the document to the closing long enough, for every kind of object bought?

    Also: is the document available long enough, when `available_until` is set (法35, 条例31, 招法24 …).
    """
    start, found = day_of(issued), []
    if closes_at <= issued:
        found.append(objection("closing_in_the_past", "法35", field, closes_at=closes_at.isoformat()))
        return found
    for each in sorted(objects):
        scope = Scope(procedure=procedure, object=each)
        found += too_short(book, "document_to_closing", start, day_of(closes_at), calendar, scope, field, start)
        if available_until is not None:
            found += too_short(
                book, "document_available", start, available_until, calendar, scope, "available_until", start
            )
    if available_until is not None and available_until > day_of(closes_at):
        found.append(
            objection(
                "available_past_closing", "条例31", "available_until", until=available_until, closes=day_of(closes_at)
            )
        )
    return list({(each.code, each.article, each.field): each for each in found}.values())


def available_until(book: Book, procedure: str, objects: set[str], issued: date, calendar: Calendar) -> date:
    """The first day until which the document must be available; the day itself where the law is silent."""
    rows = [
        book.find("document_available", issued, Scope(procedure=procedure, object=each)) for each in sorted(objects)
    ]
    return max((last_day(row, issued, calendar) for row in rows if row), default=issued)


def notice_ends(book: Book, procedure: str, published: date, calendar: Calendar) -> date:
    """The last day of the notice period of a tender notice (87-16); the day itself where the law is silent."""
    row = book.find("notice_period", published, Scope(procedure=procedure))
    return last_day(row, published, calendar) if row else published
