"""Which days are Chinese working days, and how the law counts them.

The counting rules (94-42, 87-85): the day something begins is not counted; a period whose last day is a day of rest
ends with the next working day; make-up working days (调休上班) count as working days.

The calendar is data, never a rule about weekdays: the State Council publishes one year at a time, so a day nobody has
published yet has no answer and raises `UnknownDay`.

    calendar = load_calendar(session)
    due = end_of_day(calendar.add_working_days(day_of(now), 5))

`Calendar` is pure. What operators entered stands in the table `working_day` and goes before the published seed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

import chinese_calendar
from chinese_calendar.constants import holidays as published_holidays
from sqlalchemy import Boolean, Column, Date, Engine, Integer, Sequence, String, Table, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.chassis.tables_base import metadata

# China has had one clock, without summer time, since 1992.
SHANGHAI = dt.timezone(dt.timedelta(hours=8), "Asia/Shanghai")

_ONE_DAY = dt.timedelta(days=1)

# Never gives a number twice, even after a rollback: one revision, one content.
_revisions = Sequence("working_day_revision", metadata=metadata)

working_day = Table(
    "working_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("source", String(200), nullable=False),
    Column("revision", Integer, nullable=False, index=True),
    comment="days an operator entered over the published calendar",
)


class UnknownDay(LookupError):
    """Nobody has published yet whether this day is a working day; an operator extends the calendar."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(f"The calendar does not say whether {day.isoformat()} is a working day; extend it first.")
        self.day = day


class Calendar:
    """Working days and days of rest, for the days it was given and no others."""

    def __init__(self, rows: Mapping[dt.date, bool] | Iterable[tuple[dt.date, bool]]) -> None:
        """Take rows (day, is it a working day); of two rows for one day the later counts."""
        self._working = dict(rows)
        for day in self._working:
            _plain_day(day)

    @classmethod
    def seeded(cls) -> Calendar:
        """The published calendar that comes with `chinesecalendar`, from its first holiday to its last.

        The package answers for the rest of its last year by weekday; that is a guess, so it is left out.
        """
        first, last = min(published_holidays), max(published_holidays)
        return cls((day, chinese_calendar.is_workday(day)) for day in _days(first, last))

    def with_days(self, rows: Mapping[dt.date, bool]) -> Calendar:
        """A calendar in which `rows` go before what this one says."""
        return Calendar({**self._working, **rows})

    def knows(self, day: dt.date) -> bool:
        """Whether this day can be counted."""
        return day in self._working

    def is_working(self, day: dt.date) -> bool:
        """Whether this is a working day; raises `UnknownDay`."""
        try:
            return self._working[_plain_day(day)]
        except KeyError:
            raise UnknownDay(day) from None

    def add_working_days(self, start: dt.date, n: int) -> dt.date:
        """The n-th working day after `start`, itself not counted (94-42, 87-85); n < 0 counts back; 0 is `start`.

        Raises `UnknownDay` when the count leaves the known days.
        """
        step = _ONE_DAY if n > 0 else -_ONE_DAY
        day, left = _plain_day(start), abs(n)
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def working_days_between(self, start: dt.date, end: dt.date) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` is earlier."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(map(self.is_working, _days(_plain_day(start) + _ONE_DAY, _plain_day(end))))

    def working_day_from(self, day: dt.date) -> dt.date:
        """This day if it is a working day, else the next one."""
        while not self.is_working(day):
            day += _ONE_DAY
        return day

    def end_of_period(self, start: dt.date, days: int) -> dt.date:
        """The last day of a period of natural days, `start` not counted; a last day of rest moves on (94-42, 87-85)."""
        return self.working_day_from(_plain_day(start) + days * _ONE_DAY)


def day_of(moment: dt.datetime) -> dt.date:
    """The Chinese calendar day of an aware moment."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone has no day")
    return moment.astimezone(SHANGHAI).date()


def end_of_day(day: dt.date) -> dt.datetime:
    """The last instant of a Chinese calendar day, in UTC: who acts at it is still in time."""
    midnight = dt.datetime.combine(_plain_day(day) + _ONE_DAY, dt.time(), SHANGHAI)
    return (midnight - dt.timedelta(microseconds=1)).astimezone(dt.UTC)


def year_as_published(year: int, rest: Iterable[dt.date], make_up: Iterable[dt.date]) -> dict[dt.date, bool]:
    """Every day of a year, from the State Council's notice: its days of rest and its make-up working days."""
    rest, make_up = set(rest), set(make_up)
    if both := rest & make_up:
        raise ValueError(f"both a day of rest and a working day: {', '.join(map(str, sorted(both)))}")
    if strangers := [day for day in rest | make_up if day.year != year]:
        raise ValueError(f"not in {year}: {', '.join(map(str, sorted(strangers)))}")
    days = _days(dt.date(year, 1, 1), dt.date(year, 12, 31))
    return {day: day in make_up or (day.weekday() < 5 and day not in rest) for day in days}


class _Held(NamedTuple):
    revision: int
    calendar: Calendar


_seed: list[Calendar] = []
_held: WeakKeyDictionary[Engine, _Held] = WeakKeyDictionary()


def load_calendar(session: Session) -> Calendar:
    """The calendar of this department: the seed, with what its operators entered on top.

    Kept in memory; one look at an index tells whether somebody has extended it since.
    """
    engine = session.get_bind().engine
    revision = session.scalar(select(func.max(working_day.c.revision))) or 0
    held = _held.get(engine)
    if held is None or held.revision != revision:
        entered = session.execute(select(working_day.c.day, working_day.c.working))
        held = _Held(revision, _published().with_days({row.day: row.working for row in entered}))
        _held[engine] = held
    return held.calendar


def extend(session: Session, days: Mapping[dt.date, bool], *, source: str) -> None:
    """Enter days, `source` naming the notice that settles them; a day known before is overridden.

    Duties already open keep the due time they were given.
    """
    if not days:
        return
    # One writer at a time, so that a later revision is also committed later.
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('working_day'))"))
    revision = session.scalar(_revisions)
    rows = [
        {"day": _plain_day(day), "working": working, "source": source, "revision": revision}
        for day, working in days.items()
    ]
    arriving = insert(working_day)
    session.execute(
        arriving.on_conflict_do_update(
            index_elements=["day"],
            set_={name: arriving.excluded[name] for name in ("working", "source", "revision")},
        ),
        rows,
    )


def _published() -> Calendar:
    if not _seed:
        _seed.append(Calendar.seeded())
    return _seed[0]


def _days(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    return (first + n * _ONE_DAY for n in range((last - first).days + 1))


def _plain_day(day: dt.date) -> dt.date:
    # A datetime passes for a date, compares by other rules, and would look up nothing.
    if isinstance(day, dt.datetime) or not isinstance(day, dt.date):
        raise TypeError(f"a day is needed, not {day!r}")
    return day
