"""What a call announces: journalled together, by its last statement, and only what was not undone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from marshmallow import fields
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from services.chassis.caller import Caller
from services.chassis.direct import Direct
from services.chassis.entrypoints import PUBLIC, command, every, hears, query
from services.chassis.journal import Announcement
from services.chassis.providers import Announce, Clock, Database, Plumbing, Savepoint
from services.chassis.refusal import Refusal, refuse
from services.chassis.wire import Heard, Schema, moment_text
from tests.pair.alpha.models import Note
from tests.pair.databases import migrated

TOLD = ["topic:a", "topic:b", "topic:a", "topic:é"]


class Nothing(Schema):
    pass


class Parts(Schema):
    failing = fields.List(fields.String(), required=True)


class Hint(Heard):
    key = fields.String(required=True)


def noted(subject: str, **payload: Any) -> Announcement:
    return Announcement("noted", 1, subject, payload)


class Teller:
    """A department that has much to say."""

    name = "alpha"

    db = Database()
    now = Clock()
    announce = Announce()
    savepoint = Savepoint()
    plumbing = Plumbing()

    @command(Nothing, permission=PUBLIC)
    def tell_all(self, given: dict[str, Any], by: Caller) -> dict[str, Any]:
        return {"leaves": [self.announce(noted(each, place=place)).leaf for place, each in enumerate(TOLD)]}

    @command(Parts, permission=PUBLIC)
    def tell_in_parts(self, given: dict[str, Any], by: Caller) -> dict[str, Any]:
        for key in ("one", "two", "three"):
            with suppress(ValueError), self.savepoint():
                self.db.add(Note(key=key, topic="parts"))
                self.announce(noted("topic:parts", key=key))
                if key in given["failing"]:
                    raise ValueError(key)
        return {}

    @command(Nothing, permission=PUBLIC)
    def tell_inside_a_bare_savepoint(self, given: dict[str, Any], by: Caller) -> dict[str, Any]:
        with self.db.begin_nested():
            self.announce(noted("topic:a"))
        return {}

    @command(Nothing, permission=PUBLIC)
    def tell_and_refuse(self, given: dict[str, Any], by: Caller) -> dict[str, Any]:
        self.announce(noted("topic:a"))
        refuse("not_today", "Not today.")

    @command(Nothing, permission=PUBLIC)
    def what_time(self, given: dict[str, Any], by: Caller) -> dict[str, Any]:
        return {"now": moment_text(self.now())}

    @query(Nothing, permission=PUBLIC)
    def ask_and_tell(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        self.announce(noted("topic:a"))
        return {}

    @hears("beta", "hinted", Hint)
    def take_hint(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        self.announce(noted("topic:hint", key=fact["key"]))

    @every(seconds=3600)
    def turn(self) -> None:
        self.announce(noted("topic:clock"))


@pytest.fixture
def teller(department_database: Any) -> Iterator[Direct]:
    direct = Direct(Teller, migrated(department_database, "alpha").runtime_url)
    yield direct
    direct.close()


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is executed meanwhile."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def journal(direct: Direct) -> list[Any]:
    with direct.runtime.engines.reading() as session:
        found = "SELECT subject, seq, payload, encode(leaf, 'hex') AS leaf FROM journal ORDER BY number"
        return list(session.execute(text(found)))


def test_what_a_call_announces_is_journalled_in_its_order_and_numbered_by_subject(teller: Direct) -> None:
    answer = teller.call("tell_all")
    found = journal(teller)
    assert [(each.subject, each.seq) for each in found] == list(zip(TOLD, [1, 1, 2, 1], strict=True))
    assert [each.payload for each in found] == [{"place": 0}, {"place": 1}, {"place": 2}, {"place": 3}]
    assert [each.leaf for each in found] == answer["leaves"]


def test_a_change_costs_its_claim_and_one_statement_for_answer_and_journal_however_much_it_announces(
    teller: Direct,
) -> None:
    teller.call("tell_all")  # connections are open
    with statements() as said:
        teller.call("tell_all")
    assert len(said) == 2, said


@pytest.mark.parametrize("failing", [[], ["one"], ["two", "three"], ["one", "two", "three"]])
def test_a_part_that_fails_takes_what_it_changed_and_announced_with_it(teller: Direct, failing: list[str]) -> None:
    teller.call("tell_in_parts", failing=failing)
    left = [each for each in ("one", "two", "three") if each not in failing]
    assert [each.payload["key"] for each in journal(teller)] == left
    with teller.runtime.engines.reading() as session:
        assert list(session.scalars(text("SELECT key FROM note ORDER BY number"))) == left
    assert [each.payload["key"] for each in teller.announced] == left


def test_a_bare_savepoint_cannot_hold_an_announcement(teller: Direct) -> None:
    with pytest.raises(RuntimeError, match="savepoint"):
        teller.call("tell_inside_a_bare_savepoint")
    assert journal(teller) == []


def test_what_was_announced_before_a_refusal_was_never_said(teller: Direct) -> None:
    with pytest.raises(Refusal, match="Not today"):
        teller.call("tell_and_refuse")
    assert journal(teller) == []


def test_a_question_announces_nothing(teller: Direct) -> None:
    with pytest.raises(RuntimeError, match="question"):
        teller.call("ask_and_tell")
    assert journal(teller) == []


def test_hearing_and_the_clock_journal_what_they_announce(teller: Direct) -> None:
    teller.hear("beta", "hinted", {"key": "k"}, "hint:1")
    teller.tick("turn")
    assert [each.subject for each in journal(teller)] == ["topic:hint", "topic:clock"]


def test_a_change_knows_the_rehearsals_time_without_asking_for_it(teller: Direct) -> None:
    offset = timedelta(days=200).total_seconds()
    with teller.runtime.engines.writing() as session:
        session.execute(text('INSERT INTO clock_offset ("only", seconds) VALUES (true, :seconds)'), {"seconds": offset})
        session.commit()
    with statements() as said:
        told = teller.call("what_time")["now"]
    with teller.runtime.engines.reading() as session:
        behind = session.scalar(text("SELECT chassis_now() - CAST(:told AS timestamptz)"), {"told": told})
    assert timedelta(0) <= behind < timedelta(minutes=1)
    assert len(said) == 2, said
