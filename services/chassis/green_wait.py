"""psycopg waits for its socket in eventlet's hub, without the stand-in for `select`.

psycopg's C wait holds up the whole hub, and the selector that eventlet patches costs two timers, four closures and an
object a statement. Between a statement and its answer there is nothing to do but to be woken when the socket is ready.
Where eventlet has patched nothing (tools, tests, the gateway) psycopg's own wait stays.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

import greenlet
from eventlet import patcher
from eventlet.hubs import get_hub
from psycopg import waiting
from psycopg.errors import _WaitTimeout

Value = TypeVar("Value")
_READ, _WRITE = waiting.Ready.R, waiting.Ready.W


def install() -> None:
    """Have psycopg wait so from now on, where this process is eventlet's."""
    if patcher.is_monkey_patched("select"):
        waiting.wait = wait


def wait(gen: Generator[Any, Any, Value], fileno: int, interval: float = 0.0, timeout: float | None = None) -> Value:
    """Run psycopg's generator to its end, as `psycopg.waiting.wait_selector` does.

    interval: of no use here, the hub looks after signals itself. timeout: in seconds, None for as long as it takes;
    raises psycopg's `_WaitTimeout` past it.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    try:
        wanted = next(gen)
        while True:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            wanted = gen.send(_ready(fileno, wanted, left))
            if deadline is not None and time.monotonic() >= deadline:
                raise _WaitTimeout("wait timeout expired")
    except StopIteration as done:
        found: Value = done.value
        return found


def _ready(fileno: int, wanted: waiting.Wait, within: float | None) -> waiting.Ready:
    """What the socket is ready for, of what is wanted; none when the time is over."""
    hub, me = get_hub(), greenlet.getcurrent()
    timer = None if within is None else hub.schedule_call_global(within, me.switch, waiting.Ready.NONE)
    listeners = []
    try:
        if wanted & _READ:
            listeners.append(hub.add(hub.READ, fileno, lambda _: me.switch(_READ), me.throw, None))
        if wanted & _WRITE:
            listeners.append(hub.add(hub.WRITE, fileno, lambda _: me.switch(_WRITE), me.throw, None))
        found: waiting.Ready = hub.switch()
        return found
    finally:
        for each in listeners:
            hub.remove(each)
            each.defang()  # the hub may hold it still, for the other way of the same socket
        if timer is not None:
            timer.cancel()
