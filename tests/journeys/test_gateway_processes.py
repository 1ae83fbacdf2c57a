"""The gateway as `make run` serves it: patient with nobody for ever, each of its processes in its own place."""

from __future__ import annotations

import os
import socket
import time
from contextlib import closing
from urllib.parse import urlsplit

import psutil

from tests.journeys.conftest import Played

_CUT_OFF_WITHIN = 25.0  # the patience is ten seconds


def workers(played: Played) -> list[psutil.Process]:
    """gunicorn's processes that answer requests."""
    assert played.process is not None
    below = psutil.Process(played.process.pid).children(recursive=True)
    masters = [each for each in below if "gateway/gunicorn_conf.py" in each.cmdline()]
    served = {each.pid: each for each in masters if not each.children() and each.num_threads() > 1}
    return list(served.values())


def test_a_client_that_trickles_its_request_is_cut_off(played: Played) -> None:
    where = urlsplit(played.url)
    with closing(socket.create_connection((where.hostname, where.port), timeout=_CUT_OFF_WITHIN)) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        began = time.monotonic()
        answer = slow.recv(4096)
    assert answer.startswith(b"HTTP/1.1 408 "), answer
    assert time.monotonic() - began < _CUT_OFF_WITHIN


def test_each_worker_keeps_to_a_processor_and_together_they_have_all(played: Played) -> None:
    found = [each.cpu_affinity() for each in workers(played)]
    assert len(found) == 2
    assert all(len(each) == 1 for each in found), found
    assert len({each[0] for each in found}) == min(2, len(os.sched_getaffinity(0)))
