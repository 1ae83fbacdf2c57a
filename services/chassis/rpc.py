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
from functools import cache, partial
from typing import Any

import eventlet
from nameko.exceptions import ContainerBeingKilled, MalformedRequest, MethodNotFound
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


_counted = cache(CALLS.labels)
_timed = cache(CALL_SECONDS.labels)
"""A label's child is looked up under a lock each time; methods and outcomes are few."""


class Malformed(Exception):
    """A request that is not one; the message says why."""


class RpcServer(SharedExtension):
    """Takes the department's calls from its queue and hands each to its entrypoint."""

    bus = Bus()

    def __init__(self) -> None:
        self.entrypoints: dict[str, RpcEntrypoint] = {}

    def register(self, entrypoint: RpcEntrypoint) -> None:
        """Serve this entrypoint's method."""
        if not self.entrypoints:
            runtime = self.container.config["CHASSIS"]
            self.bus.subscribe(
                Subscription(
                    name="rpc",
                    declare=lambda channel: topology.declare_rpc(channel, runtime.department),
                    prefetch=runtime.settings.max_workers,
                    on_message=self.on_message,
                )
            )
        self.entrypoints[entrypoint.method_name] = entrypoint

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
            self._take(entrypoint, message, fields, context)

    def _take_again(self, entrypoint: RpcEntrypoint, message: Any, fields: Any, context: dict[str, Any]) -> None:
        """A request that came before: set it aside when it keeps taking its worker down."""
        if attempts_of(self.container.config["CHASSIS"], message) > MOST_ATTEMPTS:
            self._refuse_message(message, "delivered too often without an answer")
        else:
            self._take(entrypoint, message, fields, context)

    def _take(self, entrypoint: RpcEntrypoint, message: Any, fields: Any, context: dict[str, Any]) -> None:
        try:
            entrypoint.take(message, fields, context)
        except ContainerBeingKilled:
            message.channel.basic_reject(message.delivery_tag, True)

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
            body = json.dumps({"result": result, "error": told}, ensure_ascii=False).encode()
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
        self.server.bus.stop_listening()

    def take(self, message: Any, fields: dict[str, Any], context: dict[str, Any]) -> None:
        """Start a worker on this request."""
        call = Call(self.container.config["CHASSIS"], self.method_name, context)
        self.container.spawn_worker(
            self,
            (call, fields),
            {},
            context_data={"call": call},
            handle_result=partial(self._answer, message, call, time.perf_counter()),
        )

    def _answer(
        self, message: Any, call: Call, began: float, _context: Any, result: Any, exc_info: Any
    ) -> tuple[Any, Any]:
        error = exc_info[1] if exc_info else None
        outcome = "done" if error is None else error.code if isinstance(error, Refusal) else "bug"
        if outcome == "bug":
            error = InternalError(f"internal error, trace {call.trace_id}")
        _counted(self.method_name, outcome).inc()
        _timed(self.method_name).observe(time.perf_counter() - began)
        self.server.reply(message, result, error)
        return result, exc_info if outcome == "bug" else None
