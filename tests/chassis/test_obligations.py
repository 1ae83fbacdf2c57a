"""What becomes of a duty, from its opening to its end."""

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, delete
from sqlalchemy.orm import Session

from services.chassis import obligations, working_days
from services.chassis.journal import Announcement
from services.chassis.obligations import CATALOGUE, Obligation, ObligationHeard, ObligationView, obligation
from services.chassis.refusal import Refusal
from services.chassis.tables_base import metadata
from services.chassis.working_days import Calendar, UnknownDay, extend, load_calendar, working_day, year_as_published
from tests.conftest import DepartmentDatabases

START = dt.datetime(2026, 5, 11, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
DUE = START + 7 * DAY
WAITING = "00000000-0000-4000-8000-000000000001"


@pytest.fixture(scope="module")
def engine(department_database: DepartmentDatabases) -> Iterator[Engine]:
    made = create_engine(department_database.empty("registry").migration_url)
    metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as opened:
        opened.execute(delete(obligation))
        opened.execute(delete(working_day))
        yield opened
        opened.rollback()


@pytest.fixture
def told() -> list[Announcement]:
    return []


def owe(session: Session, told: list[Announcement], **given: object) -> Obligation:
    facts = {
        "kind": "answer", "about": "question:7", "article": "94-13", "since": START, "due": DUE, "now": START,
        "waiting_organisation_id": WAITING, "extendable": True,
    }
    return obligations.open_obligation(session, told.append, **{**facts, **given})  # type: ignore[arg-type]  # cases


def status(session: Session, duty: Obligation, now: dt.datetime) -> str:
    found = next(each for each in obligations.owed(session, about=duty.about, only_open=False) if each.id == duty.id)
    return found.status(now)


def names(told: list[Announcement]) -> list[str]:
    return [each.event for each in told]


@pytest.mark.parametrize(
    ("met_after", "expected"),
    [(DUE - START, "met"), (DUE - START + dt.timedelta(microseconds=1), "met_late"), (DAY, "met")],
)
def test_a_duty_met_at_its_due_instant_is_in_time(
    session: Session, told: list[Announcement], met_after: dt.timedelta, expected: str
) -> None:
    duty = owe(session, told)
    obligations.meet(session, told.append, duty.id, START + met_after)
    assert status(session, duty, START + 90 * DAY) == expected
    assert names(told) == ["obligation_opened", "obligation_met"]


def test_an_unmet_duty_is_overdue_after_its_due_instant_and_is_told_once(
    session: Session, told: list[Announcement]
) -> None:
    duty = owe(session, told)
    assert status(session, duty, DUE) == "open"
    assert obligations.announce_overdue(session, told.append, DUE) == []
    late = DUE + dt.timedelta(seconds=1)
    assert status(session, duty, late) == "overdue"
    assert [each.id for each in obligations.overdue_now(session, late)] == [duty.id]
    assert [each.id for each in obligations.announce_overdue(session, told.append, late)] == [duty.id]
    assert obligations.announce_overdue(session, told.append, late + DAY) == []
    assert names(told) == ["obligation_opened", "obligation_overdue"]


def test_the_due_time_moves_by_the_pause(session: Session, told: list[Announcement]) -> None:
    duty = owe(session, told)
    obligations.pause(session, told.append, duty.id, START + 2 * DAY, by="challenge:1")
    assert status(session, duty, START + 30 * DAY) == "paused"
    assert obligations.overdue_now(session, START + 30 * DAY) == []
    resumed = obligations.resume(session, told.append, duty.id, START + 12 * DAY)
    assert resumed.due == DUE + 10 * DAY
    assert status(session, duty, START + 12 * DAY) == "open"
    assert names(told) == ["obligation_opened", "obligation_paused", "obligation_extended"]
    assert told[-1].payload["due"] == "2026-05-28T01:00:00Z"
    assert "challenge:1" in told[-1].payload["reason"]


def test_a_due_time_moved_onto_a_day_of_rest_goes_on_to_the_next_working_day(
    session: Session, told: list[Announcement]
) -> None:
    duty = owe(session, told, due=working_days.end_of_day(dt.date(2026, 5, 15)))
    obligations.pause(session, told.append, duty.id, START, by="challenge:1")
    resumed = obligations.resume(session, told.append, duty.id, START + DAY, Calendar.seeded())
    assert resumed.due == working_days.end_of_day(dt.date(2026, 5, 18))


def test_a_pause_that_begins_after_the_due_time_excuses_nothing(session: Session, told: list[Announcement]) -> None:
    duty = owe(session, told)
    obligations.pause(session, told.append, duty.id, DUE + DAY, by="challenge:1")
    assert status(session, duty, DUE + 2 * DAY) == "overdue"
    assert [each.id for each in obligations.overdue_now(session, DUE + 2 * DAY)] == [duty.id]
    assert obligations.resume(session, told.append, duty.id, DUE + 9 * DAY).due == DUE


def test_a_duty_met_while_its_time_stands_still_is_met(session: Session, told: list[Announcement]) -> None:
    duty = owe(session, told)
    obligations.pause(session, told.append, duty.id, START + DAY, by="challenge:1")
    obligations.meet(session, told.append, duty.id, DUE + 30 * DAY)
    assert status(session, duty, DUE + 31 * DAY) == "met"


def test_an_extension_is_told_with_its_reason_to_who_waits(session: Session, told: list[Announcement]) -> None:
    duty = owe(session, told)
    later = obligations.extend(session, told.append, duty.id, START + DAY, DUE + 3 * DAY, "expert opinion awaited")
    assert later.due == DUE + 3 * DAY
    assert later.extensions == [
        {
            "at": "2026-05-12T01:00:00Z", "from": "2026-05-18T01:00:00Z", "to": "2026-05-21T01:00:00Z",
            "reason": "expert opinion awaited",
        }
    ]
    heard = ObligationHeard().load({**told[-1].payload, "added_later": 1})
    assert (heard["reason"], heard["waiting_organisation_id"]) == ("expert opinion awaited", WAITING)


@pytest.mark.parametrize(
    ("given", "now", "due", "reason", "code"),
    [
        ({"extendable": False}, START, DUE + DAY, "because", "obligation_not_extendable"),
        ({}, START, DUE, "because", "extension_not_later"),
        ({}, START, DUE + DAY, "  ", "extension_without_reason"),
        ({}, DUE + DAY, DUE + 2 * DAY, "because", "obligation_not_open"),
    ],
)
def test_an_extension_that_may_not_be_is_refused(
    session: Session, told: list[Announcement], given: dict[str, bool], now: dt.datetime, due: dt.datetime,
    reason: str, code: str,
) -> None:
    duty = owe(session, told, **given)
    with pytest.raises(Refusal) as caught:
        obligations.extend(session, told.append, duty.id, now, due, reason)
    assert caught.value.code == code
    assert names(told) == ["obligation_opened"]


def test_moves_on_a_closed_duty_change_and_announce_nothing(session: Session, told: list[Announcement]) -> None:
    duty = owe(session, told)
    obligations.cancel(session, told.append, duty.id, START + DAY, "the purchase was called off")
    told.clear()
    obligations.meet(session, told.append, duty.id, START + 2 * DAY)
    obligations.pause(session, told.append, duty.id, START + 2 * DAY, by="x")
    obligations.resume(session, told.append, duty.id, START + 2 * DAY)
    obligations.cancel(session, told.append, duty.id, START + 2 * DAY, "again")
    assert told == []
    assert status(session, duty, DUE + DAY) == "cancelled"
    with pytest.raises(Refusal, match="obligation_unknown"):
        obligations.meet(session, told.append, "nobody's", START)


def test_meeting_by_subject_leaves_the_other_duties_open(session: Session, told: list[Announcement]) -> None:
    owe(session, told, kind="answer")
    publish = owe(session, told, kind="publish")
    owe(session, told, about="question:8")
    assert len(obligations.meet_all(session, told.append, "question:7", START, kind="answer")) == 1
    assert [each.id for each in obligations.still_open(session, "question:7")] == [publish.id]
    assert len(obligations.cancel_all(session, told.append, "question:7", START, "fell away")) == 1
    assert len(obligations.owed(session, about="question:8")) == 1


def test_announcements_keep_the_duty_as_subject_and_its_secrecy(session: Session, told: list[Announcement]) -> None:
    duty = owe(session, told, public=False)
    obligations.meet(session, told.append, duty.id, START + DAY)
    assert {(each.subject, each.public) for each in told} == {(f"obligation:{duty.id}", False)}
    assert all(CATALOGUE[each.event].schema().validate(each.payload) == {} for each in told)
    assert ObligationView().dump(obligations.view(duty, START))["status"] == "open"


def test_operators_extend_the_calendar_and_everybody_counts_with_it(session: Session) -> None:
    assert load_calendar(session).is_working(dt.date(2026, 5, 12))
    with pytest.raises(UnknownDay):
        load_calendar(session).is_working(dt.date(2027, 1, 4))
    extend(session, year_as_published(2027, [dt.date(2027, 1, 1)], []), source="synthetic notice for 2027")
    assert load_calendar(session).add_working_days(dt.date(2027, 1, 1), 1) == dt.date(2027, 1, 4)
    extend(session, {dt.date(2027, 1, 4): False}, source="synthetic correction")
    assert load_calendar(session).add_working_days(dt.date(2027, 1, 1), 1) == dt.date(2027, 1, 5)
    assert load_calendar(session) is load_calendar(session)


def test_what_is_rolled_back_is_forgotten_by_the_calendar_in_memory(engine: Engine) -> None:
    first, second = dt.date(2029, 3, 1), dt.date(2029, 3, 2)
    with Session(engine) as opened:
        extend(opened, {first: True}, source="synthetic")
        assert load_calendar(opened).knows(first)
        opened.rollback()
        extend(opened, {second: True}, source="synthetic")
        calendar = load_calendar(opened)
        opened.rollback()
        assert calendar.knows(second)
        assert not calendar.knows(first)
        assert not load_calendar(opened).knows(second)
