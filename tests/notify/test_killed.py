"""A thousand notifications while the broker is killed, then notify itself. Real: broker, relay, notify, mail server,
partner: what arrives is counted where it arrives.

What is promised, as far as the protocols allow. Inside: each event has its effect once, whatever is killed. Outward:
at least once, at most one repetition for each channel and death of the process, and only of what was handed over but
not yet recorded; a repetition carries the same Message-ID or Sunshine-Event-Id, by which the receiver knows it.
"""

from __future__ import annotations

import os
import secrets
import signal
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from deploy import broker_rights, databases, rabbitmq
from deploy.broker import Broker, BrokerPorts
from gateway.bus import Bus
from services.chassis.direct import Direct
from services.notify import settings
from services.notify.service import NotifyService
from tests.conftest import ROOT, DepartmentDatabases
from tests.gateway.api.house import Keys
from tests.notify.receivers import Letterbox, Partner
from tests.notify.story import Clock, Story, uid
from tests.pair.running import Running, until

# pika leaves the socket of a connection that was killed while opening to the garbage collector.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.timeout(300),
]

ALARMS, HOOKS = 300, 100
SUPERVISORS = ("zheng", "feng", "admin")  # who is told of an alarm
THOUSAND = ALARMS * len(SUPERVISORS) + HOOKS
CHANNELS = {
    "NOTIFY_MAIL_FROM": "notify@example.org", "NOTIFY_WEBHOOK_NETWORKS": "127.0.0.0/8", "NOTIFY_WEBHOOK_PLAIN": "yes",
}  # fmt: skip


@dataclass
class PostOffice:
    """Everything running. `story`: the same notify's database, reached directly."""

    broker: Broker
    teller: Running
    notify: Running
    story: Story
    letterbox: Letterbox
    partner: Partner

    def tell(self, alarms: int, barred: int, first: int) -> None:
        """Have the teller tell of so many alarms (each supervisor gets a letter) and barred suppliers (a webhook
        each), ten transactions in all.
        """
        bus = Bus(self.broker.uri(broker_rights.GATEWAY))
        try:
            for begin in range(first, first + alarms, alarms // 10):
                suppliers = [str(uuid.uuid4()) for _ in range(barred // 10)]
                fields = {"first": begin, "alarms": alarms // 10, "barred": suppliers}
                bus.call("registry", "tell", fields, within=20, request_id=str(uuid.uuid4()))
        finally:
            bus.close()

    def run(self, statement: Any, *given: Any) -> None:
        with self.story.direct.runtime.engines.writing() as session:
            session.execute(statement, *given)
            session.commit()

    def count(self, of: str) -> int:
        with self.story.direct.runtime.engines.reading() as session:
            return int(session.execute(text(f"SELECT count(*) FROM {of}")).scalar_one())

    def wait_until_sent(self, deliveries: int, within: float) -> None:
        """Until so many were queued and none waits any more."""

        def found() -> tuple[int, int, int]:
            waiting = self.count("delivery WHERE sent_at IS NULL")
            failed = self.count("waiting")
            return self.count("delivery"), waiting, failed

        try:
            until(lambda: found() == (deliveries, 0, 0), within=within)
        except AssertionError:
            raise AssertionError(f"(queued, waiting, failed) {found()}, not {(deliveries, 0, 0)}") from None

    def letters(self, since: int) -> Counter[str]:
        """Message-ID → how often a letter came under it."""
        return Counter(str(each["Message-ID"]) for each in self.letterbox.letters[since:])

    def hooks(self, since: int) -> Counter[str]:
        """Sunshine-Event-Id → how often the partner was called with it."""
        return Counter(headers["Sunshine-Event-Id"] for headers, _ in self.partner.taken[since:])


def a_second_supervisor(story: Story) -> None:
    """Registry's facts about one more supervisor."""
    about = {"person_id": uid("feng"), "organisation_id": uid("finance")}
    described = {"name": "冯监督", "email": "feng@example.org", "phone": None, "language": "zh", "left": False}
    subject = f"person:{uid('feng')}"
    story.hear("registry", "person_registered", subject, **about, **described, roles=["supervisor"], at=story.at())
    appointed = {"appointment_id": uid("feng-role"), "role": "supervisor", "from": story.at(), "until": None}
    story.hear("registry", "role_appointed", subject, **about, **appointed)


@pytest.fixture(scope="module")
def post_office(
    server_folder: Path, department_database: DepartmentDatabases, another: Callable[[], databases.Access]
) -> Iterator[PostOffice]:
    folder = server_folder / "post-office"
    folder.mkdir()
    folder.chmod(0o711)
    Keys(folder)
    users = (broker_rights.ADMIN, broker_rights.GATEWAY, broker_rights.PARTNER, *databases.DEPARTMENTS)
    programs = rabbitmq.find(ROOT / ".run/cache/rabbitmq", print)
    passwords = {user: secrets.token_hex(12) for user in users}
    broker = Broker(
        folder / "broker", BrokerPorts.free(), programs, databases.DEPARTMENTS, passwords, dies_with_us=True
    )
    running: list[Running] = []
    url = another().runtime_url
    settings.current.cache_clear()
    story = Story(Direct(NotifyService, url, now=Clock()), Clock())
    a_second_supervisor(story)  # no channel is open yet: no letter about that
    try:
        broker.start()
        with pytest.MonkeyPatch.context() as environment, Letterbox() as letterbox, Partner() as partner:
            for name, value in {**CHANNELS, "NOTIFY_SMTP_URL": f"smtp://127.0.0.1:{letterbox.port}"}.items():
                environment.setenv(name, value)
            settings.current.cache_clear()
            teller = Running("registry", broker.uri("registry"), department_database("registry"), folder)
            notify = Running("notify", broker.uri("notify"), url, folder)
            running += [teller.start_as(["-m", "services.chassis.launch", "tests.notify.teller.service"])]
            running += [notify.start_as(["-m", "services.chassis.launch", "notify"])]
            for each in running:
                until(each.ready, within=60)
            story.call("register_webhook", by="program", url=partner.url, events=["supplier_barred"])
            yield PostOffice(broker, teller, notify, story, letterbox, partner)
    finally:
        story.direct.close()
        settings.current.cache_clear()
        for each in running:
            each.end()
        broker.stop()
        broker.remove()


def test_a_broker_killed_in_the_middle_of_a_thousand_notifications_each_is_delivered_once(
    post_office: PostOffice,
) -> None:
    post_office.tell(ALARMS, HOOKS, first=1)
    until(lambda: post_office.count("delivery") >= 100, within=120, pause=0.02)
    post_office.broker.kill()
    heard = post_office.count("delivery")
    assert 100 <= heard < THOUSAND, "the broker was not killed in the middle: nothing was shown"
    post_office.broker.launch()
    post_office.broker.wait_ready()
    post_office.wait_until_sent(THOUSAND, within=200)
    letters, hooks = post_office.letters(0), post_office.hooks(0)
    assert len(letters) == ALARMS * len(SUPERVISORS)
    assert len(hooks) == HOOKS
    assert set(letters.values()) == set(hooks.values()) == {1}
    told = Counter((str(each["To"]), str(each["Subject"])) for each in post_office.letterbox.letters)
    assert len(told) == ALARMS * len(SUPERVISORS), "every supervisor of every alarm, nobody of one twice"
    assert {recipient for recipient, _ in told} == {f"{each}@example.org" for each in SUPERVISORS}
    assert post_office.count("delivery WHERE tries <> 1") == 0


def test_notify_killed_after_handing_over_repeats_that_one_under_its_id_and_no_other(post_office: PostOffice) -> None:
    letters_before, hooks_before = len(post_office.letterbox.letters), len(post_office.partner.taken)
    process = post_office.notify.process
    assert process is not None

    def taken() -> Counter[str]:
        return post_office.letters(letters_before)

    post_office.letterbox.taken = lambda letter: os.kill(process.pid, signal.SIGKILL) if len(taken()) == 30 else None
    post_office.tell(20, 10, first=2001)
    assert process.wait(120) == -signal.SIGKILL
    post_office.letterbox.taken = lambda letter: None
    assert len(taken()) == 30
    # The lease of a minute runs out: here at once.
    post_office.run(text("UPDATE delivery SET try_at = clock_timestamp() WHERE sent_at IS NULL"))
    post_office.notify.start_as(["-m", "services.chassis.launch", "notify"])
    every_letter = 20 * len(SUPERVISORS)
    post_office.wait_until_sent(THOUSAND + every_letter + 10, within=150)
    assert Counter(taken().values()) == {1: every_letter - 1, 2: 1}
    (repeated,) = [each for each, times in taken().items() if times == 2]
    same = [each for each in post_office.letterbox.letters if each["Message-ID"] == repeated]
    assert same[0].as_bytes() == same[1].as_bytes()
    hooks = post_office.hooks(hooks_before)
    assert len(hooks) == 10
    assert sum(hooks.values()) <= 11
