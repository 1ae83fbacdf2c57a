"""When does a calendar day begin and end, and which day is it? In Beijing, where the law counts."""

from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China keeps one time without summer time since 1991; no decision of this suite is older."""


def day_of(moment: datetime) -> date:
    """The day in Beijing at an aware moment."""
    return moment.astimezone(BEIJING).date()


def begin_of(day: date) -> datetime:
    """The first instant of a day, aware UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first instant that is no longer that day (so "valid until" a day includes the whole of it), aware UTC."""
    return begin_of(day) + timedelta(days=1)


def years_before(day: date, years: int) -> date:
    """The same day `years` earlier; for 29 February, the 28th where that year has no 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def years_after(day: date, years: int) -> date:
    """The same day `years` later; for 29 February, the 28th where that year has no 29th."""
    return years_before(day, -years)
