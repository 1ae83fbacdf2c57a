"""Entrypoints, transactions, inbox and journal, called without a bus on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import create_engine, text

from services.chassis import relay
from services.chassis.caller import Caller
from services.chassis.direct import Direct
from services.chassis.execution import Early
from services.chassis.journal import entry_content, leaf_of
from services.chassis.refusal import Refusal
from services.chassis.wire import moment_text
from services.protocol.canonical import canonical
from tests.pair.alpha.service import AlphaService
from tests.pair.beta.service import BetaService
from tests.pair.databases import migrated

MOMENT = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)


@pytest.fixture
def alpha_access(department_database: Any) -> Any:
    return migrated(department_database, "alpha")


@pytest.fixture
def alpha(alpha_access: Any) -> Iterator[Direct]:
    direct = Direct(AlphaService, alpha_access.runtime_url, now=lambda: MOMENT)
    yield direct
    direct.close()


@pytest.fixture
def beta(department_database: Any) -> Iterator[Direct]:
    direct = Direct(BetaService, migrated(department_database, "beta").runtime_url)
    yield direct
    direct.close()


def rows(direct: Direct, sql: str) -> list[Any]:
    with direct.runtime.engines.reading() as session:
        return list(session.execute(text(sql)).all())


def test_a_command_changes_journals_and_answers(alpha: Direct) -> None:
    answer = alpha.call("take_note", key="one", topic="t")
    assert answer["number"] == 1
    (row,) = rows(alpha, "SELECT * FROM journal")
    assert (row.event, row.subject, row.seq, row.actor, row.time) == ("noted", "topic:t", 1, "public", MOMENT)
    content = entry_content(
        entry_id=row.id,
        time=moment_text(row.time),
        actor=row.actor,
        department="alpha",
        event=row.event,
        version=row.version,
        subject=row.subject,
        payload=row.payload,
        salt=row.salt,
    )
    assert leaf_of(canonical(content)).hex() == answer["leaf"] == bytes(row.leaf).hex()


def test_the_same_request_id_gives_the_same_answer_and_one_effect(alpha: Direct) -> None:
    first = alpha.call("take_note", request_id="r1", key="one", topic="t")
    assert alpha.call("take_note", request_id="r1", key="one", topic="t") == first
    assert rows(alpha, "SELECT count(*) FROM note") == [(1,)]
    assert rows(alpha, "SELECT count(*) FROM journal") == [(1,)]


def test_the_same_request_id_with_other_content_is_refused(alpha: Direct) -> None:
    alpha.call("take_note", request_id="r1", key="one", topic="t")
    with pytest.raises(Refusal, match="request_id_reused"):
        alpha.call("take_note", request_id="r1", key="two", topic="t")


def test_the_request_ids_of_two_callers_are_apart(alpha: Direct) -> None:
    first = Caller(person_id="p1")
    second = Caller(person_id="p2")
    alpha.call("take_note", by=first, request_id="r", key="one", topic="t")
    assert alpha.call("take_note", by=second, request_id="r", key="two", topic="t")["number"] == 2


def test_twenty_at_once_with_one_request_id_have_one_effect(alpha: Direct) -> None:
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: alpha.call("take_note", request_id="r", key="k", topic="t"), range(20)))
    assert all(answer == answers[0] for answer in answers)
    assert rows(alpha, "SELECT count(*) FROM note") == [(1,)]


def test_a_refused_command_leaves_nothing_behind(alpha: Direct) -> None:
    alpha.call("take_note", key="one", topic="t")
    with pytest.raises(Refusal, match="noted_already"):
        alpha.call("take_note", request_id="again", key="one", topic="t")
    assert rows(alpha, "SELECT count(*) FROM journal") == [(1,)]
    assert rows(alpha, "SELECT count(*) FROM inbox WHERE request_id = 'again'") == [(0,)]


def test_every_fault_of_the_input_is_told_at_once(alpha: Direct) -> None:
    with pytest.raises(Refusal) as caught:
        alpha.call("take_note", key="", topic=7, colour="blue")
    assert caught.value.code == "invalid_input"
    assert {each.field for each in caught.value.objections} == {"key", "topic", "colour"}


@pytest.mark.parametrize("text_given", ["a\x00b", "\ud800"])
def test_text_no_database_can_hold_is_refused(alpha: Direct, text_given: str) -> None:
    with pytest.raises(Refusal, match="invalid_input"):
        alpha.call("take_note", key=text_given, topic="t")


def test_a_query_cannot_write(alpha: Direct) -> None:
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="read-only"):
        alpha.call("writes_though_it_may_not")


@pytest.mark.parametrize(
    ("by", "code"),
    [(Caller(), "unauthenticated"), (Caller(person_id="p"), "forbidden"), (Caller(department="gamma"), "forbidden")],
)
def test_without_the_permission_the_answer_is_no(alpha: Direct, by: Caller, code: str) -> None:
    with pytest.raises(Refusal) as caught:
        alpha.call("count", by=by)
    assert caught.value.code == code


@pytest.mark.parametrize("by", [Caller(person_id="p", grants={"note.read": "any"}), Caller(department="beta")])
def test_with_the_permission_the_answer_comes(alpha: Direct, by: Caller) -> None:
    assert alpha.call("count", by=by) == {"notes": 0}


KEPT = ("journal", "log_leaf", "log_tile", "log_checkpoint", "witnessed", "log_alarm")


@pytest.mark.parametrize("table", KEPT)
def test_neither_the_service_nor_the_databases_owner_can_change_or_delete_what_is_kept(
    alpha: Direct, alpha_access: Any, table: str
) -> None:
    alpha.call("take_note", key="one", topic="t")
    column = rows(alpha, f"SELECT column_name FROM information_schema.columns WHERE table_name = '{table}'")[0][0]
    owner = create_engine(alpha_access.migration_url)
    for statement in (f'UPDATE {table} SET "{column}" = "{column}"', f"DELETE FROM {table}", f"TRUNCATE {table}"):
        with (
            alpha.runtime.engines.writing() as session,
            pytest.raises(sqlalchemy.exc.ProgrammingError, match="permission denied"),
        ):
            session.execute(text(statement))
        with owner.begin() as connection, pytest.raises(sqlalchemy.exc.IntegrityError, match="are kept"):
            connection.execute(text(statement))
    owner.dispose()


def test_events_of_a_subject_are_numbered_and_know_what_came_before(alpha: Direct) -> None:
    for key in ("one", "two"):
        alpha.call("take_note", key=key, topic="t")
    alpha.call("take_note", key="three", topic="other")
    found = rows(alpha, "SELECT subject, seq, after FROM journal ORDER BY number")
    assert [(row.subject, row.seq) for row in found] == [("topic:t", 1), ("topic:t", 2), ("topic:other", 1)]
    assert found[0].after == {}
    assert found[1].after["noted"][0] == 1


def test_a_slower_transaction_is_not_skipped_by_the_relay(alpha: Direct, alpha_access: Any) -> None:
    """Its journal number is handed out first, its commit comes last: it must still get its position."""
    slow = create_engine(alpha_access.runtime_url)
    with slow.connect() as holding, alpha.runtime.engines.writer.connect() as relaying:
        holding.execute(
            text(
                "SELECT chassis_record('slow', now(), 'a', 'noted', 1, 'topic:slow', '{}', '', "
                "decode(repeat('00', 32), 'hex'), true, true, '')"
            )
        )
        alpha.call("take_note", key="quick", topic="t")
        assert relay.seal(relaying) == 0, "nothing is safe while an older transaction runs"
        holding.commit()
        assert relay.seal(relaying) == 2
    in_order = rows(alpha, "SELECT j.id FROM log_leaf l JOIN journal j USING (number) ORDER BY l.position")
    assert in_order[0].id == "slow"
    slow.dispose()


def test_an_event_has_its_effect_once(beta: Direct) -> None:
    fact = {"key": "one", "topic": "t"}
    assert beta.hear("alpha", "noted", fact, subject="topic:t", seq=1) == "new"
    assert beta.hear("alpha", "noted", fact, subject="topic:t", seq=1) == "seen"
    assert rows(beta, "SELECT count(*) FROM heard_note") == [(1,)]


def test_a_later_event_waits_for_the_missing_one(beta: Direct) -> None:
    with pytest.raises(Early):
        beta.hear("alpha", "noted", {"key": "two", "topic": "t"}, subject="topic:t", seq=2, needed=1)
    beta.hear("alpha", "noted", {"key": "one", "topic": "t"}, subject="topic:t", seq=1)
    assert beta.hear("alpha", "noted", {"key": "two", "topic": "t"}, subject="topic:t", seq=2, needed=1) == "new"


def test_a_failed_effect_leaves_the_event_unheard(beta: Direct) -> None:
    with pytest.raises(ValueError, match="poison"):
        beta.hear("alpha", "noted", {"key": "poison", "topic": "t"}, subject="topic:t", seq=1)
    assert beta.hear("alpha", "noted", {"key": "good", "topic": "t"}, subject="topic:t", seq=1) == "new"


def test_fields_the_listener_does_not_know_are_the_senders_to_add(beta: Direct) -> None:
    beta.hear("alpha", "noted", {"key": "one", "topic": "t", "new": 1}, subject="topic:t")


def test_the_clocks_work_is_done_by_one_instance_at_a_time(beta: Direct) -> None:
    with beta.runtime.engines.writing() as other:
        other.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('beta.turn', 7))"))
        beta.tick("turn")
    assert rows(beta, "SELECT count(*) FROM heard_note") == [(0,)]
    beta.tick("turn")
    assert rows(beta, "SELECT count(*) FROM heard_note") == [(1,)]


def test_the_rehearsals_clock_moves_forward_only(beta: Direct) -> None:
    mover = Caller(person_id="p", grants={"rehearsal.move_clock": "any"})
    beta.call("move_clock", by=mover, offset_seconds=-1000.0)
    beta.call("move_clock", by=mover, offset_seconds=50.0)
    with pytest.raises(Refusal, match="clock_goes_forward"):
        beta.call("move_clock", by=mover, offset_seconds=49.0)
    (shifted,) = rows(beta, "SELECT extract(epoch FROM chassis_now() - clock_timestamp()) AS seconds")
    assert round(shifted.seconds) == 50


def test_production_refuses_to_move_the_clock(department_database: Any) -> None:
    direct = Direct(BetaService, migrated(department_database, "beta").runtime_url, profile="production")
    with pytest.raises(Refusal, match="clock_stands"):
        direct.call("move_clock", by=Caller(person_id="p", grants={"rehearsal.move_clock": "any"}), offset_seconds=1.0)
    direct.close()
