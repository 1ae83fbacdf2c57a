"""How the law counts days."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.working_days import (
    Calendar,
    UnknownDay,
    day_of,
    end_of_day,
    year_as_published,
)

CALENDAR = Calendar.seeded()
UTC = dt.UTC


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "n", "expected", "because"),
    [
        ("2026-05-11", 1, "2026-05-12", "the starting day is not counted"),
        ("2026-05-08", 1, "2026-05-09", "Saturday 9 May makes up for Labour Day"),
        ("2026-05-15", 1, "2026-05-18", "an ordinary weekend"),
        ("2026-04-30", 2, "2026-05-07", "Labour Day, 1 to 5 May"),
        ("2026-02-13", 1, "2026-02-14", "a Saturday worked before Spring Festival"),
        ("2026-02-14", 1, "2026-02-24", "Spring Festival, 15 to 23 February"),
        ("2026-05-11", 0, "2026-05-11", "no days, no move"),
        ("2026-05-03", 1, "2026-05-06", "begun on a day of rest"),
        ("2026-05-12", -2, "2026-05-09", "backwards, over the Sunday"),
        ("2024-02-05", 5, "2024-02-18", "6 to 9 February, then the Sunday that makes up for Spring Festival"),
    ],
)
def test_working_days_are_counted_as_the_orders_say(start: str, n: int, expected: str, because: str) -> None:
    assert CALENDAR.add_working_days(day(start), n) == day(expected), because


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-05-11", 20, "2026-06-01"),  # 31 May is a Sunday
        ("2026-05-12", 20, "2026-06-01"),
        ("2026-04-01", 30, "2026-05-06"),  # 1 May opens Labour Day
        ("2026-04-09", 30, "2026-05-09"),  # a make-up Saturday is a working day and stays
        ("2026-09-01", 25, "2026-09-28"),  # Mid-autumn, 25 to 27 September
    ],
)
def test_a_period_of_natural_days_never_ends_on_a_day_of_rest(start: str, days: int, expected: str) -> None:
    assert CALENDAR.end_of_period(day(start), days) == day(expected)


def test_the_seed_ends_with_its_last_published_holiday() -> None:
    assert CALENDAR.is_working(day("2026-10-07")) is False
    for unknown in ("2026-10-08", "2027-01-04", "2003-12-31"):
        with pytest.raises(UnknownDay, match=unknown):
            CALENDAR.is_working(day(unknown))


def test_counting_past_the_known_days_is_an_error_that_names_the_day() -> None:
    with pytest.raises(UnknownDay) as caught:
        CALENDAR.add_working_days(day("2026-09-30"), 1)
    assert caught.value.day == day("2026-10-08")
    with pytest.raises(UnknownDay):
        CALENDAR.end_of_period(day("2026-09-30"), 30)
    with pytest.raises(UnknownDay):
        CALENDAR.working_days_between(day("2026-09-30"), day("2026-10-09"))


def test_a_published_year_extends_the_calendar() -> None:
    rest = [day(f"2027-01-0{n}") for n in (1, 2, 3)]
    longer = CALENDAR.with_days(year_as_published(2027, rest, [day("2027-01-10")]))
    assert longer.add_working_days(day("2027-01-01"), 1) == day("2027-01-04")
    assert longer.is_working(day("2027-01-10"))
    assert not longer.knows(day("2026-12-31"))
    with pytest.raises(UnknownDay):
        longer.add_working_days(day("2026-10-01"), 1)


@pytest.mark.parametrize(
    ("rest", "make_up"),
    [(["2027-01-01"], ["2027-01-01"]), (["2026-12-31"], []), ([], ["2028-01-01"])],
)
def test_a_notice_that_contradicts_itself_is_refused(rest: list[str], make_up: list[str]) -> None:
    with pytest.raises(ValueError, match=r"both|not in 2027"):
        year_as_published(2027, map(day, rest), map(day, make_up))


def test_a_moment_is_not_a_day() -> None:
    moment = dt.datetime(2026, 5, 11, tzinfo=UTC)
    for use in (CALENDAR.is_working, end_of_day, lambda m: Calendar([(m, True)])):
        with pytest.raises(TypeError):
            use(moment)


def test_a_day_ends_at_midnight_in_china() -> None:
    last = end_of_day(day("2026-05-11"))
    assert last == dt.datetime(2026, 5, 11, 15, 59, 59, 999999, tzinfo=UTC)
    assert day_of(last) == day("2026-05-11")
    assert day_of(last + dt.timedelta(microseconds=1)) == day("2026-05-12")
    with pytest.raises(ValueError, match="time zone"):
        day_of(last.replace(tzinfo=None))


inside = st.dates(day("2004-06-01"), day("2026-03-01"))


@given(inside, st.integers(1, 60))
def test_adding_and_counting_agree(start: dt.date, n: int) -> None:
    end = CALENDAR.add_working_days(start, n)
    assert CALENDAR.is_working(end)
    assert CALENDAR.working_days_between(start, end) == n
    assert CALENDAR.working_days_between(end, start) == -n


@given(inside, st.integers(1, 60), st.integers(1, 60))
def test_adding_twice_is_adding_once(start: dt.date, a: int, b: int) -> None:
    once = CALENDAR.add_working_days(start, a + b)
    assert CALENDAR.add_working_days(CALENDAR.add_working_days(start, a), b) == once


@given(inside, st.integers(0, 90))
def test_a_period_is_never_cut_short(start: dt.date, days: int) -> None:
    end = CALENDAR.end_of_period(start, days)
    assert end >= start + dt.timedelta(days=days)
    assert CALENDAR.is_working(end)
