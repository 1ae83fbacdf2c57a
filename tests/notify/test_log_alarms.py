"""From a log that was tampered with, through the witness that finds it, to the supervisors' inbox."""

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.chassis.log.conftest import accesses, running, superuser  # noqa: F401  fixtures of the witnesses
from tests.chassis.log.running import Running
from tests.chassis.log.test_log_tampering import EDIT_CONTENT, rebuild
from tests.notify.story import Story


def forked(logs: Running) -> None:
    logs.tamper(EDIT_CONTENT)
    rebuild(logs)
    logs.note("k")
    logs.sign()
    logs.tell_beta(logs.alpha.announced[0])


def rolled_back(logs: Running) -> None:
    logs.tamper("DELETE FROM log_leaf WHERE position > 0", "DELETE FROM log_checkpoint", "DELETE FROM log_edge")
    logs.sign()
    logs.tell_beta(logs.alpha.announced[0])


def forged(logs: Running) -> None:
    logs.alpha.runtime.key = Ed25519PrivateKey.generate()
    logs.note("k")
    logs.sign()
    logs.tell_beta(logs.alpha.announced[0])


def silent(logs: Running) -> None:
    with logs.admin["beta"].begin() as connection:
        connection.exec_driver_sql("UPDATE witnessed SET seen_at = seen_at - interval '50 minutes'")
    logs.beta.tick("notice_silence")


@pytest.mark.parametrize(
    ("wrong", "kind"), [(forked, "分叉"), (rolled_back, "回滚"), (forged, "伪造"), (silent, "中断")]
)
def test_what_a_witness_finds_wrong_is_read_by_the_supervisors(
    running: Running, story: Story, wrong: Callable[[Running], None], kind: str  # noqa: F811  the fixture
) -> None:
    running.note(*"abcdefghij")
    running.sign()
    running.tell_beta(running.alpha.announced[0])
    assert running.beta.announced == []
    wrong(running)
    (alarm,) = running.beta.announced
    story.hear("registry", alarm.event, "log:registry", **alarm.payload)
    letter = story.letters("zheng")[-1]
    assert letter["words"]["zh"]["title"].endswith("sunshine/log/alpha")
    assert kind in letter["words"]["zh"]["text"]
