"""What a superuser of a department's database may try, and who finds it."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis.log import ledger, reading
from services.chassis.log.events import CATALOGUE
from services.chassis.log.store_tables import log_alarm, witnessed
from services.protocol.log import verify
from tests.chassis.log.running import Running

# The entries are a … j at positions 0 … 9, signed; then k came
EDIT_CONTENT = """UPDATE journal SET payload = jsonb_set(payload, '{key}', '"forged"') WHERE payload->>'key' = 'd'"""
EDIT_LEAF = "UPDATE log_leaf SET leaf = sha256('forged') WHERE position = 3"
DELETE = ("DELETE FROM log_leaf WHERE position = 3", "UPDATE log_leaf SET position = -position WHERE position > 3",
          "UPDATE log_leaf SET position = -position - 1 WHERE position < 0")
INSERT = ("UPDATE log_leaf SET position = -position WHERE position >= 3",
          "UPDATE log_leaf SET position = -position + 1 WHERE position < 0",
          """INSERT INTO journal SELECT 1000, 'inserted', time, actor, event, version, subject, seq, after, payload,
             salt, leaf, public, relay, trace FROM journal WHERE number = 1""",
          "INSERT INTO log_leaf VALUES (3, 1000, sha256('inserted'))")
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
        found = reading.Reader(session, "alpha", reading.ENTITLED).entries(-1, 500)
    with Session(running.admin["alpha"]) as session:
        numbers = {row.id: row.number for row in session.execute(text("SELECT id, number FROM journal"))}
        leaves = [(numbers[each["entry"]["id"]], verify.entry_leaf(each["entry"])) for each in found]
        for number, leaf in leaves:
            session.execute(text("UPDATE journal SET leaf = :leaf WHERE number = :n"), {"leaf": leaf, "n": number})
        for table in ("log_leaf", "log_tile", "log_edge", "log_checkpoint"):
            session.execute(text(f"DELETE FROM {table}"))
        ledger.append(session, leaves)
        ledger.make_checkpoint(session, "alpha", running.alpha.runtime.key, running.time)
        session.commit()


@pytest.mark.parametrize("statements", [(EDIT_CONTENT,), DELETE, INSERT, REORDER],
                         ids=["edited", "deleted", "inserted", "reordered"])
def test_the_offline_program_says_no_to_the_rebuilt_log_for_who_kept_one_checkpoint(
    running: Running, tmp_path: Path, statements: tuple[str, ...]
) -> None:
    """The same insider, before an outsider with a file, a printed key and one checkpoint of the day before."""
    running.note(*"abcdefghij")
    kept, keys, file = tmp_path / "kept.txt", tmp_path / "keys.txt", tmp_path / "alpha.log.jsonl"
    kept.write_text(running.sign(), "utf-8")
    keys.write_text(running.keys[0].text + "\n", "utf-8")
    told = [sys.executable, "-m", "services.protocol.verify", str(file), "--keys", str(keys), "--kept", str(kept)]

    def verdict() -> tuple[int, str]:
        file.write_text("".join(running.exported(reading.ANYBODY)), "utf-8")
        done = subprocess.run([*told, "--english"], capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    assert verdict()[0] == 0
    running.tamper(*statements)
    rebuild(running)
    running.note("k")
    running.sign()
    status, said = verdict()
    assert status == 1
    assert said.splitlines()[0].endswith(": no")
    assert "The first 10 entries are not those signed at" in said
