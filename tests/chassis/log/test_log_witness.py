"""One department watches another's log."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis.log import ledger
from services.chassis.log.store_tables import log_alarm, witnessed
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
