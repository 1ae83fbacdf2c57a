"""Calls, on nameko's own wire, guarded.

Any nameko client can call. What stock nameko would die of (no `reply_to`, no content type, a broken body, an unknown
method) is answered or set aside. A call past its deadline is dropped. The answer goes back on the channel the request
came
on, without a confirm: a caller that does not get it asks again with the same request id.
"""

from __future__ import annotations

import json
import logging
import time
from functools import cache
from typing import Any

import eventlet
from eventlet.greenpool import GreenPool
from nameko.exceptions import MalformedRequest, MethodNotFound
from nameko.exceptions import serialize as serialize_exception
from nameko.extensions import Entrypoint, SharedExtension

from services.chassis import topology
from services.chassis.bus import PASSING, Bus, Subscription, acknowledge, answer
from services.chassis.call import Call, deadline_of
from services.chassis.dead_letters import attempts_of, set_aside
from services.chassis.definitions import Definition
from services.chassis.metrics import CALL_SECONDS, CALLS
from services.chassis.refusal import Refusal

log = logging.getLogger(__name__)

PREFIX = "nameko."
DIRECT = "amq.rabbitmq.reply-to"
LARGEST_BODY = 1_048_576
MOST_ATTEMPTS = 5


_encode = json.JSONEncoder(ensure_ascii=False).encode
_counted = cache(CALLS.labels)
_timed = cache(CALL_SECONDS.labels)
"""Kept, because json.dumps makes an encoder each time, and a label's child is looked up under a lock."""


class Malformed(Exception):
    """A request that is not one; the message says why."""


class RpcServer(SharedExtension):
    """Takes the department's calls from its queue and hands each to its entrypoint."""

    bus = Bus()

    def __init__(self) -> None:
        self.entrypoints: dict[str, RpcEntrypoint] = {}
        self.workers = GreenPool(0)

    def register(self, entrypoint: RpcEntrypoint) -> None:
        """Serve this entrypoint's method."""
        if not self.entrypoints:
            runtime = self.container.config["CHASSIS"]
            self.workers.resize(runtime.settings.max_workers)
            self.bus.subscribe(
                Subscription(
                    name="rpc",
                    declare=lambda channel: topology.declare_rpc(channel, runtime.department),
                    prefetch=runtime.settings.max_workers,
                    on_message=self.on_message,
                )
            )
        self.entrypoints[entrypoint.method_name] = entrypoint

    def stop_taking(self) -> None:
        """Take no more calls, and let those under way come to their end."""
        self.bus.stop_listening()
        self.workers.waitall()

    def on_message(self, message: Any) -> None:
        """One request, sound or not. Never raises for what is in it."""
        try:
            method, fields, context = self._read(message)
        except Malformed as fault:
            eventlet.spawn_n(self._refuse_message, message, str(fault))
            return
        entrypoint = self.entrypoints.get(method)
        deadline = deadline_of(context)
        if deadline is not None and deadline <= time.time():
            _counted(method if entrypoint else "?", "late").inc()
            acknowledge(message)
            return
        if entrypoint is None:
            self.reply(message, None, MethodNotFound(method))
            return
        if message.delivery_info.get("redelivered"):
            eventlet.spawn_n(self._take_again, entrypoint, message, fields, context)
        else:
            entrypoint.take(message, fields, context)

    def _take_again(self, entrypoint: RpcEntrypoint, message: Any, fields: Any, context: dict[str, Any]) -> None:
        """A request that came before: set it aside when it keeps taking its worker down."""
        if attempts_of(self.container.config["CHASSIS"], message) > MOST_ATTEMPTS:
            self._refuse_message(message, "delivered too often without an answer")
        else:
            entrypoint.take(message, fields, context)

    def _read(self, message: Any) -> tuple[str, Any, dict[str, Any]]:
        properties = message.properties
        if not properties.get("reply_to"):
            raise Malformed("no reply_to")
        if properties.get("content_type") != "application/json":
            raise Malformed("content type is not application/json")
        body = message.body
        if len(body) > LARGEST_BODY:
            raise Malformed(f"larger than {LARGEST_BODY} bytes")
        try:
            request = json.loads(body)
            args, fields = request["args"], request["kwargs"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise Malformed(f"the body is not a request: {type(error).__name__}") from error
        if args or not isinstance(fields, dict):
            raise Malformed("arguments go by name")
        headers = properties.get("application_headers") or {}
        context = {key[len(PREFIX) :]: value for key, value in headers.items() if key.startswith(PREFIX)}
        return message.delivery_info["routing_key"].rpartition(".")[2], fields, context

    def _refuse_message(self, message: Any, why: str) -> None:
        """Set a bad request aside in `.dead`; tell the caller, where one can be told."""
        CALLS.labels("?", "malformed").inc()
        log.warning("a request was set aside: %s", why)
        if message.properties.get("reply_to"):
            self._send(message, None, MalformedRequest(why))
        set_aside(self.container.config["CHASSIS"], message, why)

    def reply(self, message: Any, result: Any, error: BaseException | None) -> None:
        """Send the answer and acknowledge the request. A lost connection is not an error: the request will come
        again.
        """
        self._send(message, result, error)
        acknowledge(message)

    def _send(self, message: Any, result: Any, error: BaseException | None) -> None:
        told = serialize_exception(error) if error is not None else None
        try:
            body = _encode({"result": result, "error": told}).encode()
        except (TypeError, ValueError) as fault:
            log.exception("an answer cannot be put in JSON")
            body = json.dumps({"result": None, "error": serialize_exception(fault)}).encode()
        reply_to = message.properties["reply_to"]
        exchange = "" if reply_to.startswith(DIRECT) else topology.RPC_EXCHANGE
        try:
            answer(message, exchange, reply_to, message.properties.get("correlation_id", ""), body)
        except (*PASSING, AttributeError) as fault:
            log.info("an answer could not be sent, the request will come again: %s", fault)


class InternalError(Exception):
    """What the caller learns of a bug: its trace id, nothing from inside."""


class RpcEntrypoint(Entrypoint):
    """`@query` and `@command`: one method that can be called."""

    server = RpcServer()

    def __init__(self, definition: Definition) -> None:
        super().__init__(expected_exceptions=(Refusal,))
        self.definition = definition

    def setup(self) -> None:
        self.server.register(self)

    def stop(self) -> None:
        self.server.stop_taking()

    def take(self, message: Any, fields: dict[str, Any], context: dict[str, Any]) -> None:
        """Start a worker on this request."""
        call = Call(self.container.config["CHASSIS"], self.method_name, context)
        self.server.workers.spawn_n(self._work, message, call, fields, time.perf_counter())

    def _work(self, message: Any, call: Call, fields: dict[str, Any], began: float) -> None:
        result: Any = None
        error: Exception | None = None
        try:
            result = getattr(self.container.service_cls(), self.method_name)(call, fields)
            outcome = "done"
        except Refusal as refusal:
            error, outcome = refusal, refusal.code
        except Exception:
            log.exception("a bug in %s, trace %s", self.method_name, call.trace_id)
            error, outcome = InternalError(f"internal error, trace {call.trace_id}"), "bug"
        _counted(self.method_name, outcome).inc()
        _timed(self.method_name).observe(time.perf_counter() - began)
        self.server.reply(message, result, error)
