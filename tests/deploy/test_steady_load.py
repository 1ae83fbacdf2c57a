"""The load of P6: constant whatever is answered, and nothing that went wrong is left out."""

from __future__ import annotations

import asyncio
import itertools
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from deploy.bench.steady_load import Load, Phase


class Answers(BaseHTTPRequestHandler):
    """`/late` answers after half a second, `/busy` and `/rude` with 503, `/gone` not at all, anything else with 201."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    numbers: ClassVar[Any] = itertools.count()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/gone":
            self.close_connection = True
            return
        if self.path == "/late":
            time.sleep(0.5)
        full = self.path in ("/busy", "/rude")
        self.send_response(503 if full else 201)
        if self.path == "/busy":
            self.send_header("Retry-After", "2")
        if next(self.numbers) % 3 == 0:
            self.send_header("Connection", "close")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Nothing is told."""


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def asked(port: int, paths: list[str], who: int, rate: float, seconds: float) -> tuple[Phase, Load]:
    """These paths in turn, asked by so many."""
    each = itertools.cycle(paths)
    requests: list[dict[str, Any]] = [
        {"who": str(number % who), "method": "POST", "path": next(each), "body": "{}", "mark": f"m{number}"}
        for number in range(200)
    ]

    async def go() -> tuple[Phase, Load]:
        load = Load(port, requests)
        found = await load.phase(rate, seconds)
        load.close()
        await asyncio.sleep(0)  # the loop closes them on its next turn
        return found, load

    return asyncio.run(go())


def test_every_answer_is_counted_under_what_it_was(port: int) -> None:
    found, load = asked(port, ["/", "/busy", "/rude", "/gone"], who=40, rate=40, seconds=1)
    assert (found.asked, found.skipped) == (40, 0)
    assert found.statuses == {"201": 10, "503": 20}
    assert (found.unsaid, found.broken) == (10, 10)
    assert set(load.accepted) == {f"m{number}" for number in range(0, 40, 4)}


def test_a_slow_answer_holds_up_nobody_elses_request(port: int) -> None:
    began = time.monotonic()
    found, _ = asked(port, ["/late"], who=40, rate=40, seconds=1)
    assert (found.asked, found.statuses) == (40, {"201": 40})
    assert time.monotonic() - began < 5, "forty answers of half a second each, side by side"
    assert min(found.seconds) >= 0.5


def test_nobody_asks_twice_at_once_and_who_was_not_free_is_told(port: int) -> None:
    found, _ = asked(port, ["/late"], who=1, rate=20, seconds=2)
    assert found.asked + found.skipped == 40
    assert 2 <= found.asked <= 5, "one at a time, and again when it has its answer"
