"""Facts from other departments: each has its effect once, in its subject's order.

One queue for each department heard. A failing event waits 1, 5, 30, 120 s … in a queue of its own and comes back;
after its
last attempt it lies in `.dead` with the reason. An event that arrives before an earlier one of its subject waits too,
without
that counting as an attempt.

How it knows: an event carries its number within the subject and, for each kind of event, the number of the last
earlier one
(`after`). The listener keeps how far it has heard each subject; what it has not heard yet of the kinds it hears must
come first.
"""

from __future__ import annotations

import json
import logging
import time
from functools import partial
from typing import Any

import eventlet
from marshmallow import ValidationError
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, SharedExtension
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import topology
from services.chassis.bus import Bus, Subscription, acknowledge
from services.chassis.call import Call
from services.chassis.dead_letters import ATTEMPTS, SENDER, body_of, headers_of, send_or_wait, set_aside
from services.chassis.definitions import Definition
from services.chassis.execution import Early
from services.chassis.metrics import HEARD
from services.chassis.publishing import Outgoing

log = logging.getLogger(__name__)

WAITED = "x-waited"
SKEW = 5.0
_SINCE = text(
    "INSERT INTO heard_since (department, event, since) VALUES (:department, :event, :since) ON CONFLICT DO NOTHING"
)
ENVELOPE = ("id", "event", "version", "department", "subject", "seq", "after", "time", "actor", "payload")


class Hearings(SharedExtension):
    """Takes foreign events from their queues and hands each to the method that hears it."""

    bus = Bus()

    def __init__(self) -> None:
        self.by_source: dict[str, dict[str, HearingEntrypoint]] = {}
        self.since: dict[tuple[str, str], float] = {}

    def register(self, entrypoint: HearingEntrypoint) -> None:
        """Hear this entrypoint's event."""
        runtime = self.container.config["CHASSIS"]
        source = entrypoint.definition.source
        if source not in self.by_source:
            self.by_source[source] = {}
            self.bus.subscribe(
                Subscription(
                    name=f"hears {source}",
                    declare=lambda channel: self._declare(channel, source),
                    prefetch=runtime.settings.hearing_workers,
                    on_message=partial(self.on_message, source),
                )
            )
        self.by_source[source][entrypoint.definition.event] = entrypoint

    def _declare(self, channel: Any, source: str) -> str:
        runtime = self.container.config["CHASSIS"]
        queue = topology.declare_hearing(channel, runtime.department, source, self.by_source[source])
        try:
            self.since.update(remember_since(runtime.engines, source, self.by_source[source]))
        except SQLAlchemyError as error:
            raise ConnectionError(f"the database is away, nothing can be heard yet: {error}") from error
        return queue

    def on_message(self, source: str, message: Any) -> None:
        """One event, sound or not. Never raises for what is in it."""
        try:
            envelope = json.loads(message.body)
            missing = [name for name in ENVELOPE if name not in envelope]
            if missing:
                raise ValueError(f"the envelope lacks {', '.join(missing)}")
            if envelope["department"] != source:
                raise ValueError(f"announced as {envelope['department']} in the queue of {source}")
            self._check_sender(message, source)
        except (ValueError, TypeError, RecursionError) as error:
            runtime = self.container.config["CHASSIS"]
            queue = topology.hearing_queue(runtime.department, source)
            eventlet.spawn_n(set_aside, runtime, message, f"not an event: {error}", 0, queue)
            return
        entrypoint = self.by_source[source].get(envelope["event"])
        if entrypoint is None:
            HEARD.labels(source, envelope["event"], "unknown").inc()
            acknowledge(message)
            return
        try:
            entrypoint.take(message, envelope, needed_before(envelope, self.by_source[source], self.since, source))
        except ContainerBeingKilled:
            message.channel.basic_reject(message.delivery_tag, True)

    def _check_sender(self, message: Any, source: str) -> None:
        runtime = self.container.config["CHASSIS"]
        if not runtime.settings.senders_checked:
            return
        sender = message.properties.get("user_id")
        if sender == runtime.department:
            sender = headers_of(message).get(SENDER, sender)  # we put it back ourselves after a wait
        if sender != source:
            raise ValueError(f"sent by {sender!r}, not by {source}")


class HearingEntrypoint(Entrypoint):
    """`@hears`: one method that hears one kind of event."""

    hearings = Hearings()

    def __init__(self, definition: Definition) -> None:
        super().__init__()
        self.definition = definition

    def setup(self) -> None:
        self.hearings.register(self)

    def stop(self) -> None:
        self.hearings.bus.stop_listening()

    def take(self, message: Any, envelope: dict[str, Any], needed: int) -> None:
        """Start a worker on this event."""
        headers = headers_of(message)
        call = Call(
            self.container.config["CHASSIS"], self.method_name, {"traceparent": headers.get("nameko.traceparent")}
        )
        self.container.spawn_worker(
            self,
            (call, envelope, needed),
            {},
            context_data={"call": call},
            handle_result=partial(self._after, message, envelope),
        )

    def _after(
        self, message: Any, envelope: dict[str, Any], _context: Any, result: Any, exc_info: Any
    ) -> tuple[Any, Any]:
        source, event = self.definition.source, self.definition.event
        if exc_info is None:
            HEARD.labels(source, event, result).inc()
            acknowledge(message)
        elif isinstance(exc_info[1], Early):
            HEARD.labels(source, event, "early").inc()
            waited = int(headers_of(message).get(WAITED, 0))
            self._come_back(message, (1, 1, 1, 5, 5, 30)[min(waited, 5)], {WAITED: waited + 1})
        else:
            attempts = int(headers_of(message).get(ATTEMPTS, 0)) + 1
            why = f"{type(exc_info[1]).__name__}: {exc_info[1]}"
            log.warning("%s %s failed, attempt %d: %s", event, envelope["subject"], attempts, why)
            delays = () if isinstance(exc_info[1], ValidationError) else self.definition.retry.delays
            if attempts > len(delays):
                HEARD.labels(source, event, "dead").inc()
                set_aside(
                    self.container.config["CHASSIS"],
                    message,
                    why,
                    attempts,
                    queue=topology.hearing_queue(self.container.config["CHASSIS"].department, source),
                )
            else:
                HEARD.labels(source, event, "failed").inc()
                self._come_back(message, delays[attempts - 1], {ATTEMPTS: attempts})
        return result, None

    def _come_back(self, message: Any, delay: int, more: dict[str, Any]) -> None:
        runtime = self.container.config["CHASSIS"]
        headers = {key: value for key, value in headers_of(message).items() if key not in ("x-death",)}
        sender = headers.get(SENDER) or message.properties.get("user_id") or ""
        outgoing = Outgoing(
            topology.retry_exchange(runtime.department, delay),
            topology.hearing_queue(runtime.department, self.definition.source),
            body_of(message),
            message.properties.get("message_id", ""),
            {**headers, SENDER: sender, **more},
        )
        send_or_wait(runtime.publisher, outgoing, message)


def remember_since(engines: Any, source: str, events: Any) -> dict[tuple[str, str], float]:
    """Note, once, since when each of these events of a source is heard; answers all of them, unix seconds by (source,
    event).
    """
    with engines.writing() as session:
        for event in sorted(events):
            session.execute(
                _SINCE,
                {"department": source, "event": event, "since": time.time()},
            )
        session.commit()
        rows = session.execute(
            text("SELECT event, since FROM heard_since WHERE department = :department"), {"department": source}
        )
        return {(source, row.event): row.since for row in rows}


def needed_before(envelope: dict[str, Any], events: Any, since: dict[tuple[str, str], float], source: str) -> int:
    """Number of the last earlier event of this subject that this department hears, 0 where there is none.

    `after` maps an event's name to [number, unix seconds]; what was announced before we began to hear that kind does
    not count.
    """
    earlier = [
        number
        for event, (number, at) in envelope["after"].items()
        if event in events and at >= since.get((source, event), at + 1) + SKEW
    ]
    return max(earlier, default=0)
