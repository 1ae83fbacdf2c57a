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
from services.chassis.log.store_tables import log_leaf, log_node
from services.chassis.refusal import Refusal
from services.protocol.log import tree, verify
from tests.chassis.log.running import Running

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
    with pytest.raises(Refusal, match="invalid_input"):
        running.alpha.call("log_inclusion")
    with pytest.raises(Refusal, match="invalid_input"):
        running.alpha.call("log_inclusion", position=0, leaf=first["leaf"])


def test_the_database_keeps_the_tree_the_protocol_grows(running: Running) -> None:
    sizes, leaves = (1, 2, 5, 70, 1, 500), []
    with Session(running.admin["alpha"]) as session:
        for number, width in enumerate(sizes):
            batch = [sha256(f"{number}/{n}".encode()).digest() for n in range(width)]
            leaves += batch
            first = ledger.append(session, [(f"{number}/{n}", leaf) for n, leaf in enumerate(batch)])
            assert first == len(leaves) - width
            assert ledger.size(session) == len(leaves)
            assert tree.root(len(leaves), ledger.fetcher(session)) == tree.grow(0, [], leaves).root
        for position in (0, 7, 8, 77, 78, len(leaves) - 1):
            proof = ledger.inclusion(session, position, len(leaves))
            root = tree.grow(0, [], leaves).root
            assert tree.check_inclusion(leaves[position], position, len(leaves), proof, root) == []
        assert ledger.append(session, []) == len(leaves)
        nodes = session.scalar(select(func.count()).select_from(log_node)) or 0
        assert nodes == len(leaves) // 8 + len(leaves) // 64 + len(leaves) // 512
        session.execute(delete(log_leaf).where(log_leaf.c.position == 3))
        with pytest.raises(LookupError, match="damaged"):
            ledger.inclusion(session, 2, len(leaves))


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


def test_who_looks_sees_what_the_table_gives(running: Running) -> None:
    running.note("public")
    confidential = running.alpha.call("take_confidential_note", key="c", topic="c")
    running.alpha.call("take_secret_note", key="s", topic="s")
    running.seal()
    seen = {
        viewer: [set(each) for each in running.alpha.call("log_entries", by=by)["entries"]]
        for viewer, by in (("public", Caller()), ("entitled", WATCHER), ("department", Caller(department="beta")))
    }
    bare, full = {"position", "leaf"}, {"position", "leaf", "time", "event", "subject", "entry"}
    assert seen == {"public": [full, bare, bare], "entitled": [full, full, bare], "department": [full, bare, bare]}
    running.alpha.call("disclose_topic", key="s", topic="s")
    assert set(running.alpha.call("log_entries", by=WATCHER, after=1)["entries"][0]) == full
    assert set(running.alpha.call("log_entries", after=1)["entries"][0]) == bare
    running.sign()
    bare_file = running.alpha.call("log_inclusion", entry_id=confidential["id"])
    assert "entry" not in bare_file
    assert verify.inclusion(bare_file, running.keys).yes


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
