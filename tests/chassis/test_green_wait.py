"""Whoever waited for a socket is woken once: never again where it waits for something else by then."""

from __future__ import annotations

import socket
import time
from contextlib import closing

import eventlet
from psycopg import waiting

from services.chassis import green_wait


def test_a_socket_ready_both_ways_wakes_its_waiter_once() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        theirs.send(b"x")  # there is something to read, and room to write
        found = green_wait._ready(ours.fileno(), waiting.Wait.RW, None)
        began = time.monotonic()
        eventlet.sleep(0.2)
        assert time.monotonic() - began >= 0.2, "the sleep that came after was cut short"
    assert found in (waiting.Ready.R, waiting.Ready.W)


def test_a_wait_whose_time_is_over_says_that_nothing_is_ready() -> None:
    ours, theirs = socket.socketpair()
    with closing(ours), closing(theirs):
        assert green_wait._ready(ours.fileno(), waiting.Wait.R, 0.05) == waiting.Ready.NONE
        theirs.send(b"x")
        assert green_wait._ready(ours.fileno(), waiting.Wait.R, 0.05) == waiting.Ready.R
        began = time.monotonic()
        eventlet.sleep(0.2)
        assert time.monotonic() - began >= 0.2, "the timer outlived its wait"
