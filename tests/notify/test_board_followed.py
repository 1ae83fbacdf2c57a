"""The board followed by a browser's means (server-sent events) while the gateway ends, dies and comes back."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy import broker_rights, databases, ports, processes
from deploy.broker import Broker
from services.chassis.direct import Direct
from services.notify.service import NotifyService
from tests.conftest import ROOT
from tests.gateway.api.house import Keys
from tests.notify.story import Clock, Story
from tests.pair.running import Running, until


class Wall:
    """Follows `/board/events` as an EventSource does: comes again with `Last-Event-ID` whenever it is cut off."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.seen: list[int] = []
        self.connections = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self) -> Wall:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(20)

    def _follow(self) -> None:
        while not self._ended.wait(0.2):
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                connection.request("GET", "/board/events", headers={"Last-Event-ID": str(max(self.seen, default=0))})
                answer = connection.getresponse()
                if answer.status == 200:
                    self.connections += 1
                    self._read(answer)
            except (OSError, http.client.HTTPException):
                continue  # the gateway is away: that is what is being tested
            finally:
                connection.close()

    def _read(self, answer: http.client.HTTPResponse) -> None:
        for line in answer:
            if line.startswith(b"id: "):
                self.seen.append(int(line[4:]))
            if self._ended.is_set():
                return


class Gateway:
    """The gateway as it is deployed, at one port."""

    def __init__(self, keys: Keys, amqp_uri: str) -> None:
        self.port = ports.free_port()
        self.log = keys.folder / "gateway.log"
        secret = keys.folder / "gateway.secret"
        secret.write_text("a secret of the tests, long enough for anybody")
        self.environment = {
            **os.environ, "SUNSHINE_PROFILE": "rehearsal", "AMQP_URI": amqp_uri, "STORE_URL": f"file://{keys.folder}/s",
            "TRUST_DIR": str(keys.folder / "trust"), "GATEWAY_SECRET_FILE": str(secret), "GATEWAY_WORKERS": "1",
            "GATEWAY_PORT": str(self.port), "PYTHONWARNINGS": "ignore",
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None
        self.database_url = ""

    def start(self) -> None:
        """Start it; the wall notices by itself."""
        command = [sys.executable, "-m", "gunicorn", "-c", "gateway/gunicorn_conf.py"]
        command += ["--graceful-timeout", "2", "gateway.wsgi:app"]  # a stream would go on for a minute
        self.process = processes.start(
            command, log=self.log, environment=self.environment, folder=ROOT, dies_with_us=True
        )

    def kill(self) -> None:
        """Master and worker at once, as a power cut would."""
        if self.process is None or self.process.poll() is not None:
            return
        master = psutil.Process(self.process.pid)
        for each in [master, *master.children(recursive=True)]:
            each.kill()
        self.process.wait()

    def end(self) -> None:
        """SIGTERM, and time for what is under way; by force after that."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()


@pytest.fixture
def gateway(broker: Broker, vhost: str, tmp_path: Path, another: Callable[[], databases.Access]) -> Iterator[Gateway]:
    keys = Keys(tmp_path)
    url = another().runtime_url
    notify = Running("notify", broker.uri("notify", vhost), url, tmp_path)
    served = Gateway(keys, broker.uri(broker_rights.GATEWAY, vhost))
    try:
        notify.start_as(["-m", "services.chassis.launch", "notify"], wait=True)
        served.start()
        served.database_url = url
        yield served
    finally:
        served.kill()
        notify.end()


def test_the_board_is_followed_across_restarts_of_the_gateway_none_missed_none_doubled(gateway: Gateway) -> None:
    story = Story(Direct(NotifyService, gateway.database_url, now=Clock()), Clock())
    called: list[int] = []

    def call_somebody(times: int) -> None:
        for _ in range(times):
            story.call("call_into_room", by="zhao", name=f"{len(called) + 1}号", room="一室")
            called.append(story.call("board_now")["last"])

    with Wall(gateway.port) as wall:
        call_somebody(3)
        until(lambda: wall.seen == called, within=60)
        stopping = threading.Thread(target=gateway.end)
        stopping.start()
        call_somebody(4)  # while it ends
        stopping.join()
        call_somebody(4)  # while it is away
        gateway.start()
        call_somebody(4)  # while it comes
        until(lambda: len(wall.seen) >= len(called), within=60)
        gateway.kill()
        call_somebody(3)
        gateway.start()
        until(lambda: len(wall.seen) >= len(called), within=60)
        assert wall.connections >= 3
    assert wall.seen == called == sorted(set(called))
    assert len(called) == 18
    story.direct.close()
