"""The log on a real PostgreSQL: sealed by the relay, signed, proved to outsiders, shown to each as the table says."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from services.chassis.caller import Caller
from services.chassis.log import ledger, reading
from services.chassis.log.events import CATALOGUE
from services.chassis.log.store_tables import log_edge, log_leaf, log_tile
from services.chassis.refusal import Refusal
from services.protocol.log import tree, verify
from tests.chassis.log.running import LEVELS, Running

WATCHER = Caller(person_id="w", grants={"journal.read": "any"})


def test_a_receipts_leaf_is_proved_to_be_in_the_signed_log(running: Running) -> None:
    first, *_ = running.note(*"abcdefghijk")
    with pytest.raises(Refusal, match="log_entry_not_sealed"):
        running.alpha.call("log_inclusion", leaf=first["leaf"])
    running.sign()
    for asked in ({"leaf": first["leaf"]}, {"position": 0}):
        file = running.alpha.call("log_inclusion", **asked)
        assert verify.inclusion(file, running.keys).yes
        assert file["entry"]["payload"] == {"key": "a", "topic": "t"}
    by_id = running.alpha.call("log_inclusion", entry_id=file["entry"]["id"])
    assert by_id == file
    with pytest.raises(Refusal, match="log_entry_unknown"):
        running.alpha.call("log_inclusion", leaf="0" * 64)
    assert running.alpha.call("log_inclusion", subject="topic:t", holds="a") == file
    for asked in ({}, {"position": 0, "leaf": first["leaf"]}, {"subject": "topic:t"}, {"holds": "a"}):
        with pytest.raises(Refusal, match="invalid_input"):
            running.alpha.call("log_inclusion", **asked)
    with pytest.raises(Refusal, match="log_entry_unknown"):
        running.alpha.call("log_inclusion", subject="topic:t", holds="' || true || '")


def test_the_database_keeps_the_tree_the_protocol_grows(running: Running) -> None:
    leaves: list[bytes] = []
    with Session(running.admin["alpha"]) as session:
        for number, width in enumerate((1, 2, 5, 70, 1, 500, 15, 4000, 16)):
            batch = [sha256(f"{number}/{n}".encode()).digest() for n in range(width)]
            first = ledger.append(session, [(len(leaves) + n, leaf) for n, leaf in enumerate(batch, 1)])
            leaves += batch
            assert first == len(leaves) - width
            assert ledger.size(session) == len(leaves)
            assert tree.root(len(leaves), ledger.fetcher(session)) == tree.grow(0, [], leaves).root
        root = tree.grow(0, [], leaves).root
        for position in (0, 7, 8, 77, 78, 4095, 4096, len(leaves) - 1):
            proof = ledger.inclusion(session, position, len(leaves))
            assert tree.check_inclusion(leaves[position], position, len(leaves), proof, root) == []
        for earlier in (1, 16, 78, 594, 4594):
            proof = ledger.consistency(session, earlier, len(leaves))
            before = tree.grow(0, [], leaves[:earlier]).root
            assert tree.check_consistency(earlier, len(leaves), proof, before, root) == []
        assert ledger.append(session, []) == len(leaves)
        tiles = session.scalar(select(func.count()).select_from(log_tile)) or 0
        assert tiles == len(leaves) // 16**2 + len(leaves) // 16**3, "sixteen nodes a row, each kept level"
        session.execute(delete(log_leaf).where(log_leaf.c.position == 3))
        with pytest.raises(LookupError, match="damaged"):
            ledger.inclusion(session, 2, len(leaves))
        session.execute(delete(log_edge))
        with pytest.raises(LookupError, match="damaged"):
            ledger.append(session, [(0, bytes(32))])


def test_a_checkpoint_is_made_when_there_is_something_new_and_not_about_itself(running: Running) -> None:
    running.note("a")
    first = running.sign()
    assert [each.event for each in running.alpha.announced] == ["checkpoint_made"]
    assert running.sign() == first
    assert running.alpha.announced == []
    running.note("b")
    assert running.sign() != first
    (announced,) = running.alpha.announced
    assert CATALOGUE["checkpoint_made"].schema().validate(announced.payload) == {}
    assert announced.payload["size_before"] == 1
    assert [each["size"] for each in running.alpha.call("log_checkpoints")["checkpoints"]] == [1, 3]


def test_a_quiet_log_is_signed_every_quarter_of_an_hour_all_the_same(running: Running) -> None:
    running.note("a")
    first = running.sign()
    running.tamper("UPDATE log_checkpoint SET made_at = made_at - interval '16 minutes'")
    assert running.sign() != first


def test_two_states_of_the_log_are_proved_to_be_one_history(running: Running) -> None:
    running.note("a", "b", "c")
    running.sign()
    running.note("d", "e")
    running.sign()
    answer = verify.consistency(running.alpha.call("log_consistency", earlier=3), running.keys)
    assert answer.yes
    assert [each.code for each in answer.shown] == ["log_extends"]
    assert running.alpha.call("log_consistency", earlier=2, later=3)["earlier"] is None
    with pytest.raises(Refusal, match="log_sizes_unknown"):
        running.alpha.call("log_consistency", earlier=3, later=99)


BARE = {"position", "leaf"}
OUTLINE = BARE | {"time", "event", "subject"}
FULL = OUTLINE | {"entry"}
NOBODY, COLLEAGUES = Caller(), Caller(department="beta", grants={"journal.read": "any"})


@pytest.mark.parametrize(
    ("take", "level", "public", "entitled"),
    [
        ("take_note", None, FULL, FULL),
        ("take_note", reading.HELD_BACK, BARE, BARE),
        ("take_confidential_note", None, BARE, BARE),
        ("take_confidential_note", reading.PERSONAL, BARE, FULL),
        ("take_confidential_note", reading.CONFIDENTIAL, OUTLINE, FULL),
        ("take_confidential_note", reading.HELD_BACK, BARE, BARE),
        ("take_secret_note", None, BARE, BARE),
        ("take_secret_note", reading.CONFIDENTIAL, OUTLINE, FULL),
    ],
)
def test_who_looks_sees_what_the_table_gives(
    running: Running, take: str, level: str | None, public: set[str], entitled: set[str]
) -> None:
    """By position, by name, by subject and in the exported log: the same table, and no way round it."""
    if level:
        LEVELS["topic:x"] = level
    leaf = running.alpha.call(take, key="k", topic="x")["leaf"]
    running.seal()
    running.sign()
    for by, expected in ((NOBODY, public), (COLLEAGUES, public), (WATCHER, entitled)):
        assert set(running.alpha.call("log_entries", by=by, at_most=1)["entries"][0]) == expected
        if "subject" in expected:
            assert running.alpha.call("log_inclusion", by=by, subject="topic:x", holds="k")["leaf"] == leaf
        else:
            with pytest.raises(Refusal, match="log_entry_unknown"):
                running.alpha.call("log_inclusion", by=by, subject="topic:x", holds="k")
        proved = running.alpha.call("log_inclusion", by=by, leaf=leaf)
        assert ("entry" in proved) == ("entry" in expected)
        assert verify.inclusion(proved, running.keys).yes
        found = running.alpha.call("log_record", by=by, subjects=["topic:x"])["entries"]
        assert len(found) == ("subject" in expected), "that there is one is told by the subject it is asked by"
        assert all(("entry" in each) == ("entry" in expected) for each in found)
    for viewer, expected in ((reading.ANYBODY, public), (reading.ENTITLED, entitled)):
        assert ("entry" in json.loads(running.exported(viewer)[1])) == ("entry" in expected)


def test_a_secret_ends_when_its_department_says_so(running: Running) -> None:
    running.alpha.call("take_secret_note", key="s", topic="x")
    running.seal()
    assert set(running.alpha.call("log_entries", by=WATCHER)["entries"][0]) == BARE
    LEVELS["topic:x"] = reading.CONFIDENTIAL
    assert set(running.alpha.call("log_entries", by=WATCHER)["entries"][0]) == FULL


def test_a_record_holds_everything_about_a_subject_up_to_a_moment(running: Running) -> None:
    running.note("a", "b")
    running.time += timedelta(hours=1)
    running.note("c")
    running.alpha.call("take_note", key="other", topic="other")
    running.seal()
    running.sign()

    def keys(**asked: Any) -> list[str]:
        part = running.alpha.call("log_record", subjects=["topic:t"], **asked)
        answer = verify.record({"kind": "sunshine.record", "version": 1, "about": "t", "logs": [part]}, running.keys)
        assert answer.yes
        assert part["more"] is False
        return [each["entry"]["payload"]["key"] for each in part["entries"]]

    assert keys() == ["a", "b", "c"]
    assert keys(until="2026-05-11T01:30:00Z") == ["a", "b"]
    assert keys(after=0) == ["b", "c"]


def test_a_whole_log_is_exported_and_verifies(running: Running) -> None:
    running.note(*"abcdefghij")
    early = running.sign()
    running.alpha.call("take_secret_note", key="s", topic="s")
    running.note("k")
    running.sign()
    for viewer in (reading.ANYBODY, reading.ENTITLED):
        answer = verify.log(running.exported(viewer), running.keys, [early])
        assert answer.reasons == []
        assert len(answer.shown) == 3


def test_entries_committed_by_many_at_once_get_positions_without_gaps(running: Running) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: running.alpha.call("take_note", key=str(n), topic=str(n % 3)), range(60)))
    running.seal()
    running.sign()
    answer = verify.log(running.exported(), running.keys)
    assert answer.yes
    positions = [json.loads(line).get("position") for line in running.exported()]
    assert [each for each in positions if each is not None] == list(range(60))
