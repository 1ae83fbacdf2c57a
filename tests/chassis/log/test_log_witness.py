"""One department watches another's log."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis.log import ledger
from services.chassis.log.store_tables import log_alarm, witnessed
from services.chassis.refusal import Refusal
from services.chassis.wire import moment_text
from services.protocol.log import verify
from services.protocol.log.checkpoint import Checkpoint
from services.protocol.log.note import Key
from tests.chassis.log.running import MOMENT, Running


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


def test_a_proof_that_cannot_be_had_just_now_is_no_alarm_and_the_next_checkpoint_is_another_chance(
    running: Running,
) -> None:
    def away(**_: Any) -> None:
        raise Refusal("department_away", "alpha does not answer")

    running.note("a")
    running.sign()
    running.tell_beta(running.alpha.announced[0])
    running.note("b")
    running.sign()
    running.note("c")
    running.sign()
    there = dict(running.beta.runtime.departments.calls)
    running.beta.runtime.departments.calls = {"alpha.log_consistency": away}
    running.tell_beta(running.alpha.announced[0])
    assert [row.size for row in running.rows("beta", witnessed)] == [1]
    running.beta.runtime.departments.calls = there
    running.note("d")
    running.sign()
    running.tell_beta(running.alpha.announced[0])
    assert [row.size for row in running.rows("beta", witnessed)] == [1, 7]
    assert running.rows("beta", log_alarm) == running.beta.announced == []


def test_an_old_checkpoint_that_comes_again_is_known_and_one_of_another_history_a_fork(running: Running) -> None:
    announced = []
    for name in "abc":
        running.note(name)
        running.sign()
        announced += running.alpha.announced[:1]
    for each in (announced[0], announced[2], announced[1], announced[2]):
        running.tell_beta(each)
    assert [row.size for row in running.rows("beta", witnessed)] == [1, 5]
    assert running.rows("beta", log_alarm) == []
    other = Checkpoint(ledger.origin("alpha"), 3, bytes(32), moment_text(MOMENT)).signed(running.alpha.runtime.key)
    old = {"checkpoint": other, "size_before": 1, "consistency": []}
    running.beta.hear("alpha", "checkpoint_made", old, announced[0].subject)
    assert [row.kind for row in running.rows("beta", log_alarm)] == ["fork"]


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


def test_a_key_is_replaced_without_a_gap_and_a_retired_one_is_a_forgery(running: Running) -> None:
    """First the new key is trusted beside the old, then the department signs with it, then the old one goes."""
    old, new = running.alpha.runtime.key, Ed25519PrivateKey.generate()
    trusted = running.beta.verifier.trust.keys
    running.note("a")
    under_the_old = running.sign()
    running.tell_beta(running.alpha.announced[0])
    for each in (running.alpha, running.beta):
        each.verifier.trust.keys["alpha"] = [old.public_key(), new.public_key()]
    running.alpha.runtime.key = new
    running.note("b")
    under_the_new = running.sign()
    running.tell_beta(running.alpha.announced[0])
    assert [row.note for row in running.rows("beta", witnessed)] == [under_the_old, under_the_new]

    keys = [Key.read(each) for each in running.alpha.call("log_newest")["keys"]]
    assert {key.raw for key in keys} == {each.public_key().public_bytes_raw() for each in (old, new)}
    proof = running.alpha.call("log_consistency", earlier=1)
    assert verify.consistency({**proof, "earlier": under_the_old}, keys).yes
    assert verify.log(running.exported(), keys, [under_the_old]).yes

    trusted["alpha"] = [new.public_key()]
    running.alpha.runtime.key = old
    running.note("c")
    running.sign()
    running.tell_beta(running.alpha.announced[0])
    assert [row.kind for row in running.rows("beta", log_alarm)] == ["forged"]
    assert len(running.rows("beta", witnessed)) == 2


def test_a_log_taken_back_to_an_earlier_state_is_a_rollback(running: Running) -> None:
    running.note("a", "b", "c")
    running.sign()
    running.tell_beta(running.alpha.announced[0])
    running.tamper("DELETE FROM log_leaf WHERE position > 0", "DELETE FROM log_checkpoint", "DELETE FROM log_edge")
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
