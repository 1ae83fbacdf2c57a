"""The log on a real PostgreSQL: sealed by the relay, proved to outsiders, witnessed by the other department."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import create_engine, delete, func, select, text
from sqlalchemy.orm import Session

from services.chassis import relay
from services.chassis.caller import Caller
from services.chassis.direct import Direct
from services.chassis.entrypoints import PUBLIC, command
from services.chassis.journal import Announcement
from services.chassis.log import ledger, reading
from services.chassis.log.entrypoints import log_entrypoints
from services.chassis.log.events import CATALOGUE
from services.chassis.log.store_tables import log_alarm, log_leaf, log_node, witnessed
from services.chassis.refusal import Refusal
from services.protocol.log import tree, verify
from services.protocol.log.note import Key
from tests.pair.alpha.service import AlphaService, TakeNote
from tests.pair.beta.service import BetaService
from tests.pair.databases import migrated

MOMENT = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)
WATCHER = Caller(person_id="w", grants={"journal.read": "any"})


class Alpha(AlphaService):
    """Alpha with its log."""

    @command(TakeNote, permission=PUBLIC)
    def take_confidential_note(self, note: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Note this for the entitled."""
        entry = self.announce(Announcement("noted", 1, f"topic:{note['topic']}", note, public=False))
        return {"leaf": entry.leaf, "id": entry.id}

    @command(TakeNote, permission=PUBLIC)
    def take_secret_note(self, note: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Note this for nobody yet."""
        entry = self.announce(Announcement("noted", 1, f"topic:{note['topic']}", note, public=False, relay=False))
        return {"leaf": entry.leaf}

    @command(TakeNote, permission=PUBLIC)
    def disclose_topic(self, note: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The topic is secret no more."""
        reading.disclose(self.db, f"topic:{note['topic']}")
        return {}


class Beta(BetaService):
    """Beta with its log."""


for service, others in ((Alpha, ("beta",)), (Beta, ("alpha",))):
    for entrypoint in log_entrypoints(others):
        setattr(service, entrypoint.__name__, entrypoint)


class Running:
    """Alpha and beta over one database each, trusting each other's keys; the relay is turned by hand."""

    def __init__(self, accesses: dict[str, Any]) -> None:
        self.admin = {name: create_engine(access.migration_url) for name, access in accesses.items()}
        for engine in self.admin.values():
            with engine.begin() as connection:
                names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
                connection.execute(text(f"TRUNCATE {', '.join(set(names) - {'alembic_version'})} RESTART IDENTITY"))
        self.time = MOMENT
        self.alpha, self.beta = (
            Direct(made, accesses[name].runtime_url, now=lambda: self.time, calls={
                "alpha.log_consistency": lambda **fields: self.alpha.call("log_consistency", **fields),
            })
            for name, made in (("alpha", Alpha), ("beta", Beta))
        )
        keys = {each.runtime.department: [each.runtime.key.public_key()] for each in (self.alpha, self.beta)}
        for each in (self.alpha, self.beta):
            each.verifier.trust.keys.update(keys)

    @property
    def keys(self) -> list[Key]:
        return [ledger.key_of("alpha", self.alpha.runtime.key.public_key())]

    def note(self, *names: str) -> list[dict[str, Any]]:
        """Alpha takes notes, and the relay seals them."""
        answers = [self.alpha.call("take_note", key=name, topic="t") for name in names]
        self.seal()
        return answers

    def seal(self) -> None:
        with self.alpha.runtime.engines.writer.connect() as connection:
            while relay.seal(connection):
                pass

    def sign(self) -> str:
        """Alpha signs its log; answers the note, with what it announced."""
        self.time += timedelta(seconds=3)
        self.alpha.announced.clear()
        self.alpha.tick("sign_log")
        self.seal()
        return str(self.alpha.call("log_newest")["checkpoint"])

    def tell_beta(self, announced: Announcement) -> None:
        self.beta.hear("alpha", announced.event, announced.payload, announced.subject)

    def rows(self, department: str, table: Any) -> list[Any]:
        with Session(self.admin[department]) as session:
            return list(session.execute(select(table)).all())

    def tamper(self, *statements: str) -> None:
        """What a superuser of alpha's database may do."""
        with self.admin["alpha"].begin() as connection:
            for statement in statements:
                connection.execute(text(statement))

    def exported(self, viewer: str = reading.ENTITLED) -> list[str]:
        with self.alpha.runtime.engines.reading() as session:
            return list(reading.lines(session, "alpha", viewer))

    def close(self) -> None:
        for each in (self.alpha, self.beta):
            each.close()
        for engine in self.admin.values():
            engine.dispose()


@pytest.fixture(scope="module")
def accesses(department_database: Any) -> dict[str, Any]:
    return {name: migrated(department_database, name) for name in ("alpha", "beta")}


@pytest.fixture
def running(accesses: dict[str, Any]) -> Iterator[Running]:
    made = Running(accesses)
    yield made
    made.close()


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


# What a superuser of the database may try. The entries are a … j at positions 0 … 9, signed; then k came
EDIT_CONTENT = """UPDATE journal SET payload = jsonb_set(payload, '{key}', '"forged"') WHERE payload->>'key' = 'd'"""
EDIT_LEAF = "UPDATE log_leaf SET leaf = sha256('forged') WHERE position = 3"
DELETE = ("DELETE FROM log_leaf WHERE position = 3", "UPDATE log_leaf SET position = -position WHERE position > 3",
          "UPDATE log_leaf SET position = -position - 1 WHERE position < 0")
INSERT = ("UPDATE log_leaf SET position = -position WHERE position >= 3",
          "UPDATE log_leaf SET position = -position + 1 WHERE position < 0",
          """INSERT INTO journal SELECT 1000, 'inserted', time, actor, event, version, subject, seq, after, payload,
             salt, leaf, public, relay, trace FROM journal WHERE number = 1""",
          "INSERT INTO log_leaf VALUES (3, 'inserted', sha256('inserted'))")
REORDER = ("UPDATE log_leaf SET position = -1 WHERE position = 3",
           "UPDATE log_leaf SET position = 3 WHERE position = 4",
           "UPDATE log_leaf SET position = 4 WHERE position = -1")


@pytest.mark.parametrize(
    ("statements", "code"),
    [
        ((EDIT_CONTENT,), "log_entry_changed"),
        (("DELETE FROM journal WHERE payload->>'key' = 'd'",), "log_entry_missing"),
        ((EDIT_LEAF,), "log_entry_changed"),
        (DELETE, "log_differs_from_checkpoint"),
        (INSERT, "log_differs_from_checkpoint"),
        (REORDER, "log_differs_from_checkpoint"),
        (("DELETE FROM log_leaf WHERE position > 5", "DELETE FROM log_checkpoint"), "log_end_unsigned"),
    ],
    ids=["content edited", "content deleted", "leaf edited", "deleted", "inserted", "reordered", "cut off"],
)
def test_a_superusers_change_is_found_in_the_exported_log(
    running: Running, statements: tuple[str, ...], code: str
) -> None:
    running.note(*"abcdefghij")
    running.sign()
    running.note("k")
    running.sign()
    running.tamper(*statements)
    assert code in [each.code for each in verify.log(running.exported(), running.keys).reasons]


@pytest.mark.parametrize("statements", [(EDIT_CONTENT,), DELETE, INSERT, REORDER],
                         ids=["edited", "deleted", "inserted", "reordered"])
def test_a_change_signed_over_with_the_departments_own_key_is_found_by_who_kept_one_checkpoint(
    running: Running, statements: tuple[str, ...]
) -> None:
    """The strongest insider: superuser of the database and holder of the department's key, rebuilding everything."""
    running.note(*"abcdefghij")
    kept = running.sign()
    announced = running.alpha.announced[0]
    running.tell_beta(announced)
    running.tamper(*statements)
    rebuild(running)
    running.note("k")
    forged = running.sign()
    assert verify.log(running.exported(), running.keys).yes, "by itself the rebuilt log is in order"
    assert [each.code for each in verify.log(running.exported(), running.keys, [kept]).reasons] == [
        "log_differs_from_checkpoint"
    ]
    proof = running.alpha.call("log_consistency", earlier=10)
    assert not verify.consistency({**proof, "earlier": kept, "later": forged}, running.keys).yes

    running.tell_beta(running.alpha.announced[0])
    (alarm,) = running.rows("beta", log_alarm)
    assert (alarm.about, alarm.kind) == (ledger.origin("alpha"), "fork")
    assert [each.event for each in running.beta.announced] == ["log_alarm"]
    assert CATALOGUE["log_alarm"].schema().validate(running.beta.announced[0].payload) == {}
    assert [row.note for row in running.rows("beta", witnessed)] == [kept]


def rebuild(running: Running) -> None:
    """Make leaves fit the content, and nodes and checkpoints fit the leaves, as if it had always been so."""
    with running.alpha.runtime.engines.reading() as session:
        found = reading.entries(session, "alpha", reading.ENTITLED, -1, 500)
    with Session(running.admin["alpha"]) as session:
        leaves = [(each["entry"]["id"], verify.entry_leaf(each["entry"])) for each in found]
        for entry_id, leaf in leaves:
            session.execute(text("UPDATE journal SET leaf = :leaf WHERE id = :id"), {"leaf": leaf, "id": entry_id})
        for table in ("log_leaf", "log_node", "log_checkpoint"):
            session.execute(text(f"DELETE FROM {table}"))
        ledger.append(session, leaves)
        ledger.make_checkpoint(session, "alpha", running.alpha.runtime.key, running.time)
        session.commit()


def test_a_witness_follows_checkpoint_by_checkpoint(running: Running) -> None:
    for name in "abc":
        running.note(name)
        running.sign()
        running.tell_beta(running.alpha.announced[0])
    assert [row.size for row in running.rows("beta", witnessed)] == [1, 3, 5]
    assert running.rows("beta", log_alarm) == []
    (seen,) = running.beta.call("log_witnessed")["witnessed"]
    assert (seen["origin"], seen["size"]) == (ledger.origin("alpha"), 5)
    assert seen["checkpoint"] == running.alpha.call("log_newest")["checkpoint"]


def test_a_witness_that_was_away_asks_for_the_proof_it_missed(running: Running) -> None:
    running.note("a")
    running.sign()
    running.tell_beta(running.alpha.announced[0])
    running.note("b")
    running.sign()
    running.note("c")
    running.sign()
    running.tell_beta(running.alpha.announced[0])
    assert [row.size for row in running.rows("beta", witnessed)] == [1, 5]
    assert running.rows("beta", log_alarm) == []


def test_a_forged_checkpoint_is_refused_and_alarmed_once(running: Running) -> None:
    running.note("a")
    running.sign()
    announced = running.alpha.announced[0]
    stranger = Ed25519PrivateKey.generate()
    with Session(running.admin["alpha"]) as session:
        session.execute(text("DELETE FROM log_checkpoint"))
        made = ledger.make_checkpoint(session, "alpha", stranger, MOMENT)
    assert made is not None
    forged = {**announced.payload, "checkpoint": made[1]}
    for _ in range(3):
        running.beta.hear("alpha", "checkpoint_made", forged, announced.subject)
    assert running.rows("beta", witnessed) == []
    (alarm,) = running.rows("beta", log_alarm)
    assert alarm.kind == "forged"
    assert alarm.figures["received"] == made[1]
    assert [each.event for each in running.beta.announced] == ["log_alarm"]


def test_a_log_taken_back_to_an_earlier_state_is_a_rollback(running: Running) -> None:
    running.note("a", "b", "c")
    running.sign()
    running.tell_beta(running.alpha.announced[0])
    running.tamper("DELETE FROM log_leaf WHERE position > 0", "DELETE FROM log_checkpoint", "DELETE FROM log_node")
    running.sign()
    running.tell_beta(running.alpha.announced[0])
    assert [row.kind for row in running.rows("beta", log_alarm)] == ["rollback"]


def test_silence_is_alarmed_once_for_each_silence(running: Running) -> None:
    running.note("a")
    running.sign()
    running.tell_beta(running.alpha.announced[0])
    running.beta.tick("notice_silence")
    assert running.beta.announced == []
    silence = "UPDATE witnessed SET seen_at = seen_at - interval '50 minutes'"
    with running.admin["beta"].begin() as connection:
        connection.execute(text(silence))
    running.beta.tick("notice_silence")
    running.beta.tick("notice_silence")
    assert [(each.event, each.payload["kind"]) for each in running.beta.announced] == [("log_alarm", "silence")]
    with running.admin["beta"].begin() as connection:
        connection.execute(text(silence))
    running.beta.tick("notice_silence")
    assert len(running.beta.announced) == 2


def test_entries_committed_by_many_at_once_get_positions_without_gaps(running: Running) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: running.alpha.call("take_note", key=str(n), topic=str(n % 3)), range(60)))
    running.seal()
    running.sign()
    answer = verify.log(running.exported(), running.keys)
    assert answer.yes
    positions = [json.loads(line).get("position") for line in running.exported()]
    assert [each for each in positions if each is not None] == list(range(60))
