"""Calling another department, always with a deadline.

    self.call.registry.people_on_duty(within=2.0, at=…)

The request goes out on nameko's wire with this department's own token (never the person's: a department asks for
itself, and
the other decides what departments may know). Replies come over RabbitMQ's direct reply-to. Refusals arrive as
`Refusal`.
"""

from __future__ import annotations

import contextlib
import json
import logging
import time
import uuid
from functools import partial
from typing import Any

import amqp
import eventlet
from eventlet.event import Event
from eventlet.semaphore import Semaphore

from services.chassis import topology
from services.chassis.bus import PASSING, open_connection
from services.chassis.call import Call, traceparent_of
from services.chassis.refusal import Refusal, refuse
from services.chassis.tokens import department_token

log = logging.getLogger(__name__)

DIRECT_REPLY = "amq.rabbitmq.reply-to"


class RemoteFailure(Exception):
    """The other department failed in a way it has no words for."""


class DepartmentsClient:
    """One connection per process; opened at the first call, reopened after a fault."""

    def __init__(self, runtime: Any) -> None:
        self.runtime = runtime
        self._connection: Any = None
        self._channel: Any = None
        self._opening = Semaphore(1)
        self._waiting: dict[str, Event] = {}

    def call(self, department: str, method: str, within: float, fields: dict[str, Any], by_call: Call) -> Any:
        """The answer of `<department>.<method>(**fields)`.

        within: seconds to wait, cut to what the calling call has left. Raises `Refusal`: the other's own, or
        `department_away` when it cannot be reached, or `no_answer_in_time`.
        """
        deadline = min(time.time() + within, by_call.deadline)
        left = deadline - time.time()
        if left <= 0:
            refuse("deadline_passed", "No time is left to ask another department.")
        correlation = str(uuid.uuid4())
        answered = Event()
        self._waiting[correlation] = answered
        try:
            try:
                self._publish(department, method, fields, correlation, deadline, by_call)
            except PASSING as error:
                raise Refusal("department_away", f"{department} cannot be reached just now.") from error
            reply = None
            with eventlet.Timeout(left, False):
                reply = answered.wait()
            if reply is None:
                refuse("no_answer_in_time", f"{department} did not answer within {within:g} s.")
        finally:
            self._waiting.pop(correlation, None)
        return _result(department, reply)

    def _publish(
        self, department: str, method: str, fields: dict[str, Any], correlation: str, deadline: float, by_call: Call
    ) -> None:
        channel = self._open()
        token = department_token(self.runtime.department, self.runtime.key, time.time())
        headers = {
            "nameko.token": token,
            "nameko.deadline": deadline,
            "nameko.traceparent": traceparent_of(by_call.trace_id),
            "nameko.request_id": f"{by_call.context.get('request_id') or correlation}:{method}",
        }
        message = amqp.Message(
            json.dumps({"args": [], "kwargs": fields}, ensure_ascii=False).encode(),
            content_type="application/json",
            content_encoding="utf-8",
            reply_to=DIRECT_REPLY,
            correlation_id=correlation,
            delivery_mode=1,
            expiration=str(max(1, int((deadline - time.time()) * 1000))),
            application_headers=headers,
        )
        channel.basic_publish(
            message, exchange=topology.RPC_EXCHANGE, routing_key=f"{department}.{method}", mandatory=True
        )

    def _open(self) -> Any:
        with self._opening:
            if self._channel is None:
                settings = self.runtime.settings
                connection = open_connection(
                    settings.amqp_uri, f"{self.runtime.department} calling", settings.heartbeat
                )
                channel = connection.channel()
                channel.events["basic_return"].add(self._on_return)
                channel.basic_consume(DIRECT_REPLY, callback=self._on_reply, no_ack=True)
                self._connection, self._channel = connection, channel
                eventlet.spawn(self._read, connection)
            return self._channel

    def _read(self, connection: Any) -> None:
        looked = time.monotonic()
        try:
            while True:
                with contextlib.suppress(TimeoutError):
                    connection.drain_events(timeout=1.0)
                if time.monotonic() - looked >= 1.0:
                    looked = time.monotonic()
                    connection.heartbeat_check()
        except PASSING as error:
            log.info("the calling connection is gone: %s", error)
        finally:
            if self._connection is connection:
                self._connection = self._channel = None
            connection.release()
            lost, self._waiting = self._waiting, {}
            for answered in lost.values():
                if not answered.ready():
                    answered.send({"lost": True})

    def _on_reply(self, message: Any) -> None:
        answered = self._waiting.get(message.properties.get("correlation_id", ""))
        if answered is not None and not answered.ready():
            answered.send(json.loads(message.body))

    def _on_return(self, _error: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        answered = self._waiting.get(message.properties.get("correlation_id", ""))
        if answered is not None and not answered.ready():
            answered.send({"away": True})


def _result(department: str, reply: dict[str, Any]) -> Any:
    if reply.get("away") or reply.get("lost"):
        refuse("department_away", f"{department} cannot be reached just now.")
    error = reply.get("error")
    if error is None:
        return reply["result"]
    if error.get("exc_type") == "Refusal":
        raise Refusal(*error["exc_args"])
    raise RemoteFailure(f"{department}: {error.get('exc_type')} {error.get('value')}")


class BoundDepartments:
    """`self.call` of one call: attribute is a department, its attribute a method."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def __getattr__(self, department: str) -> BoundDepartment:
        return BoundDepartment(self._call, department)


class BoundDepartment:
    """One department as seen from one call."""

    def __init__(self, call: Call, department: str) -> None:
        self._call, self._department = call, department

    def __getattr__(self, method: str) -> Any:
        return partial(self._ask, method)

    def _ask(self, method: str, *, within: float, **fields: Any) -> Any:
        return self._call.runtime.departments.call(self._department, method, within, fields, self._call)
