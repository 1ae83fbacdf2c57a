"""What request threads use: `Bus.call`, `Bus.begin`, `Bus.subscribe`."""

import _thread
import itertools
import json
import os
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from typing import Any

import pika

from gateway.bus.events import Heard, Subscription
from gateway.bus.frames import call_frames
from gateway.bus.line import Line
from gateway.bus.outcomes import BusAway, BusFull, OutcomeUnknown
from gateway.bus.replies import read_reply

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""Kept, because json.dumps makes an encoder each time."""


class Pending:
    """A call under way: ask for its `result()` once, from any thread."""

    __slots__ = ("_body", "_done", "_error", "_line", "begun", "correlation_id", "department", "due", "sent")

    def __init__(self, line: Line, correlation_id: str, department: str, begun: float, due: float) -> None:
        self.correlation_id = correlation_id
        self.department = department
        self.begun = begun
        self.due = due
        self.sent = False
        self._line = line
        self._body = b""
        self._error: Exception | None = None
        self._done = _thread.allocate_lock()
        self._done.acquire()

    def result(self) -> Any:
        """Wait for the answer, until the call's deadline.

        Raises Refused, BusAway, OutcomeUnknown, BadReply or DepartmentFailed.
        """
        if not self._done.acquire(timeout=max(0.0, self.due - time.monotonic())):
            self._give_up()
        if self._error is not None:
            raise self._error
        return read_reply(self.department, self._body)

    def _give_up(self) -> None:
        if self._line.pending.pop(self.correlation_id, None) is None:
            self._done.acquire()  # the answer won the race
        elif self.sent:
            self._error = OutcomeUnknown(self.department, "no answer before the deadline")
        else:
            self._error = BusAway(self.department, "the deadline passed before the call could be sent")

    def answer(self, body: bytes) -> None:
        self._body = body
        self._done.release()

    def fail_away(self, reason: str) -> None:
        self._error = BusAway(self.department, reason)
        self._done.release()

    def fail_unknown(self, reason: str) -> None:
        self._error = OutcomeUnknown(self.department, reason)
        self._done.release()


class Bus:
    """The client of this process; start-up costs nothing, the connection is made at the first call.

    `uri` is an AMQP URI, or several separated by commas, tried in turn. `in_flight` bounds the calls under way, and
    `per_department` (0: three quarters of it) those to one department, so that one that has fallen silent leaves room
    for the others. `patience` is how long a call waits for a line that has just broken, in seconds. `heartbeat` is
    agreed with the broker, in seconds: a peer silent for two of them is taken for dead.
    """

    def __init__(
        self,
        uri: str,
        *,
        in_flight: int = 256,
        per_department: int = 0,
        patience: float = 1.0,
        heartbeat: int = 5,
        name: str = "gateway",
    ) -> None:
        self._addresses = [_address(one.strip(), heartbeat, name) for one in uri.split(",")]
        self._in_flight = in_flight
        self._per_department = per_department or max(1, in_flight * 3 // 4)
        self._patience = patience
        self._name = name
        self._starting = threading.Lock()
        self._numbers = itertools.count(1)
        self._subscriptions: list[Subscription] = []
        self._line: Line | None = None
        self.refused_full = 0
        bus = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _start_anew(bus()))

    def begin(
        self,
        department: str,
        method: str,
        fields: Mapping[str, Any] | None = None,
        *,
        within: float = 5.0,
        token: str = "",
        request_id: str = "",
        traceparent: str = "",
    ) -> Pending:
        """Send the call `<department>.<method>(**fields)`; it has `within` seconds from now.

        Raises BusFull or BusAway: then nothing was sent.
        """
        now = time.monotonic()
        line = self._line or self._start()
        if line.blocked:
            raise BusFull(department, "the broker asks for a pause")
        if line.down_for_long():
            raise BusAway(department, "the broker is away")
        if department in line.presence.away:
            raise BusAway(department, "nobody of this department listens")
        headers: dict[str, str | float] = {"nameko.deadline": time.time() + within}
        if token:
            headers["nameko.token"] = token
        if request_id:
            headers["nameko.request_id"] = request_id
        if traceparent:
            headers["nameko.traceparent"] = traceparent
        correlation_id = f"{next(self._numbers):x}"
        frames = call_frames(
            CHANNEL,
            f"{department}.{method}",
            _encode({"args": [], "kwargs": fields or {}}).encode(),
            correlation_id=correlation_id,
            expires_ms=max(1, int(within * 1000)),
            headers=headers,
            frame_limit=line.frame_limit,
        )
        pending = Pending(line, correlation_id, department, now, now + within)
        line.pending[correlation_id] = pending
        if self._is_full(line, department):
            line.pending.pop(correlation_id, None)
            self.refused_full += 1
            raise BusFull(department, "too many calls are under way")
        line.post(correlation_id, frames)
        return pending

    def _is_full(self, line: Line, department: str) -> bool:
        """Do the calls under way, the new one among them, pass a limit?"""
        under_way = len(line.pending)
        if under_way <= self._per_department:
            return False
        same = sum(call.department == department for call in list(line.pending.values()))
        return under_way > self._in_flight or same > self._per_department

    def call(
        self,
        department: str,
        method: str,
        fields: Mapping[str, Any] | None = None,
        *,
        within: float = 5.0,
        token: str = "",
        request_id: str = "",
        traceparent: str = "",
    ) -> Any:
        """Like `begin`, and wait for the answer: what the method returned, as JSON gives it."""
        pending = self.begin(
            department, method, fields, within=within, token=token, request_id=request_id, traceparent=traceparent
        )
        return pending.result()

    def subscribe(self, department: str, heard: Heard, missed: Callable[[], None] | None = None) -> Subscription:
        """Have `heard(envelope)` called with every event the department announces while the line is open.

        Subscribing opens no line: the first call does, or whoever asks whether it is open.
        `missed()` is called whenever the subscription (re)starts: what happened before was not heard, so a cache starts
        empty. Both run on the I/O thread and must be quick; what they raise is logged.
        """
        subscription = Subscription(department, f"{self._name}.", heard, missed)
        self._subscriptions.append(subscription)
        line = self._line
        if line is not None:
            line.run_soon(lambda: line.take_aboard(subscription))
        return subscription

    @property
    def connected(self) -> bool:
        """True while calls can be sent; asking opens the line."""
        line = self._line or self._start()
        return line.open

    def wait_connected(self, seconds: float) -> bool:
        """Wait until calls can be sent; False when that took too long."""
        return (self._line or self._start()).wait_open(seconds)

    def figures(self) -> dict[str, int]:
        """Return what the metrics show: in_flight, connections, late, full."""
        line = self._line
        return {
            "in_flight": len(line.pending) if line else 0,
            "connections": line.connections if line else 0,
            "late": line.late if line else 0,
            "full": self.refused_full,
        }

    def close(self, seconds: float = 5.0) -> None:
        """End the connection and its thread; calls under way end with an exception."""
        with self._starting:
            line, self._line = self._line, None
        if line is not None:
            line.stop(seconds)

    def _start(self) -> Line:
        with self._starting:
            if self._line is None:
                line = Line(self._addresses, self._subscriptions, self._patience)
                line.start()
                self._line = line
            return self._line


CHANNEL = 1
"""The first channel of a connection is the one for calls."""


def _start_anew(bus: Bus | None) -> None:
    """In a forked child: nothing of the parent's line is ours."""
    if bus is None:
        return
    bus._starting = threading.Lock()
    line, bus._line = bus._line, None
    if line is not None:
        line.forget()


def _address(uri: str, heartbeat: int, name: str) -> pika.URLParameters:
    address = pika.URLParameters(uri)
    address.heartbeat = heartbeat
    address.client_properties = {"connection_name": f"{name} {os.getpid()}"}
    return address
