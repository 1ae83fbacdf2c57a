"""Slow clients, against a real gunicorn with two threads."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy import ports
from deploy.processes import wait_until

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of one process with two threads and a second's patience."""
    chosen = ports.free_port()
    log = tmp_path_factory.mktemp("gunicorn") / "log"
    command = [
        sys.executable, "-m", "gunicorn", "tests.gateway.hasty:app", "-k", "tests.gateway.hasty.HastyWorker",
        "--bind", f"127.0.0.1:{chosen}", "--threads", "2", "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output)
    try:
        assert wait_until(lambda: ports.answers(chosen), within=30), log.read_text()
        yield chosen
    finally:
        server.terminate()
        server.wait(30)
    assert log.read_text() == ""


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def ask(port: int, path: str = "/", body: bytes = b"") -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("POST", path, body)
    answer = connection.getresponse()
    found = (answer.status, answer.read())
    connection.close()
    return found


def everything_from(sock: socket.socket) -> bytes:
    """What comes until the other side closes."""
    found = b""
    while data := _received(sock):
        found += data
    return found


def _received(sock: socket.socket) -> bytes:
    try:
        return sock.recv(65536)
    except ConnectionResetError:
        return b""


def test_connections_that_say_nothing_take_no_thread(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(10):
            stack.enter_context(connect(port))
        assert ask(port, body=b"hello") == (200, b"5")


def test_a_head_that_trickles_is_cut_off_with_408(port: int) -> None:
    with connect(port) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        assert everything_from(slow).startswith(b"HTTP/1.1 408 ")


def test_an_octet_now_and_then_buys_no_more_time(port: int) -> None:
    with connect(port) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        sent = 0
        try:
            while sent < 10_000:
                slow.sendall(b"X")
                sent += 1
                time.sleep(0.05)
        except OSError:
            pass
    assert sent < 10_000


def test_more_slow_clients_than_threads_delay_the_others_but_do_not_stop_them(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(6):
            slow = stack.enter_context(connect(port))
            slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this")
        assert ask(port, body=b"hello") == (200, b"5")


def test_a_body_that_stops_coming_closes_the_connection(port: int) -> None:
    with connect(port) as slow:
        slow.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this")
        assert everything_from(slow) == b""


def test_a_large_body_at_a_decent_speed_may_take_longer_than_the_patience(port: int) -> None:
    size, part = 600_000, 30_000
    with connect(port) as steady:
        steady.sendall(f"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {size}\r\n\r\n".encode())
        for _ in range(size // part):
            steady.sendall(bytes(part))
            time.sleep(0.1)
        assert b"\r\n600000\r\n" in everything_from(steady)


def test_an_answer_nobody_takes_is_given_up(port: int) -> None:
    with connect(port) as deaf:
        deaf.sendall(b"GET /much HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(3)
        assert len(everything_from(deaf)) < 20 << 20
    assert ask(port, body=b"hello") == (200, b"5")


def test_an_answer_taken_steadily_comes_whole(port: int) -> None:
    status, body = ask(port, "/much")
    assert (status, len(body)) == (200, 20 << 20)


def test_a_connection_is_used_again(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    for body in (b"a", b"bc"):
        connection.request("POST", "/", body)
        assert connection.getresponse().read() == str(len(body)).encode()
    connection.close()


def test_clients_that_do_not_say_goodbye_do_not_hold_up_the_next(port: int) -> None:
    with ExitStack() as stack:
        for _ in range(6):
            rude = stack.enter_context(connect(port))
            rude.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert ask(port, body=b"hello") == (200, b"5")


def test_a_request_knows_how_long_it_waited_for_a_thread(port: int) -> None:
    assert float(ask(port, "/waited")[1]) < 0.5
    with ThreadPoolExecutor(3) as pool:
        busy = [pool.submit(ask, port, "/long") for _ in range(2)]
        time.sleep(0.3)
        told = pool.submit(ask, port, "/waited").result()
        assert float(told[1]) > 0.5, "both threads were busy for most of two seconds more"
        assert [each.result() for each in busy] == [(200, b"0")] * 2
    assert float(ask(port, "/waited")[1]) < 0.5
