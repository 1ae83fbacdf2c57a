"""Facts from other departments: each has its effect once, in its subject's order.

One queue for each department heard; one instance listens at a time, and takes a subject's events one after another. A
failing
event waits 1, 5, 30, 120 s … (`waiting.py`) and comes back; after its last attempt it lies in `.dead` with the
reason. An event
that arrives before an earlier one of its subject waits too, without that counting as an attempt.

How it knows: an event carries its number within the subject and, for each kind of event, the number of the last
earlier one
(`after`). The listener keeps how far it has heard each subject; what it has not heard yet of the kinds it hears must
come
first.
"""

from __future__ import annotations

import json
import logging
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import eventlet
from marshmallow import ValidationError
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint, SharedExtension
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import topology, waiting
from services.chassis.bus import PASSING, Bus, Subscription, acknowledge
from services.chassis.call import Call
from services.chassis.dead_letters import SENDER, headers_of, keep_dead, set_aside
from services.chassis.definitions import Definition
from services.chassis.execution import Early
from services.chassis.metrics import HEARD
from services.chassis.refusal import Refusal
from services.chassis.waiting import Kept

log = logging.getLogger(__name__)

SKEW = 5.0
LOOK = 0.5
EARLY_DELAYS = (0.5, 1, 2, 5, 30)
_SINCE = text(
    "INSERT INTO heard_since (department, event, since) VALUES (:department, :event, :since) ON CONFLICT DO NOTHING"
)
ENVELOPE = ("id", "event", "version", "department", "subject", "seq", "after", "time", "actor", "payload")


@dataclass(frozen=True)
class Arrival:
    """An event at the door: what it is, and how to say that it need not be brought again."""

    kept: Kept
    settle: Callable[[], None]

    @property
    def envelope(self) -> dict[str, Any]:
        return self.kept.envelope


class Hearings(SharedExtension):
    """Takes foreign events from their queues, and those that waited, and hands each to the method that hears it."""

    bus = Bus()

    def __init__(self) -> None:
        self.by_source: dict[str, dict[str, HearingEntrypoint]] = {}
        self.since: dict[tuple[str, str], float] = {}
        self._lines: dict[tuple[str, str], deque[Arrival]] = {}
        self._thread: Any = None

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

    def start(self) -> None:
        if self.by_source and self._thread is None:
            self._thread = self.container.spawn_managed_thread(self._bring_back, identifier="waiting events")

    def stop(self) -> None:
        if self._thread is not None:
            self._thread.kill()

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
        if envelope["event"] not in self.by_source[source]:
            HEARD.labels(source, envelope["event"], "unknown").inc()
            acknowledge(message)
            return
        trace = str(headers_of(message).get("nameko.traceparent", ""))
        self.line_up(Arrival(Kept(envelope, trace, 0, 0), partial(acknowledge, message)))

    def line_up(self, arrival: Arrival) -> None:
        """Take this event, after those of its subject that are being heard just now."""
        subject = (arrival.envelope["department"], arrival.envelope["subject"])
        line = self._lines.setdefault(subject, deque())
        line.append(arrival)
        if len(line) == 1:
            self._take(arrival)

    def next_in_line(self, arrival: Arrival) -> None:
        """This event is through; take the next of its subject."""
        subject = (arrival.envelope["department"], arrival.envelope["subject"])
        line = self._lines[subject]
        line.popleft()
        if line:
            self._take(line[0])
        else:
            del self._lines[subject]

    def _take(self, arrival: Arrival) -> None:
        source = arrival.envelope["department"]
        heard = self.by_source[source]
        try:
            heard[arrival.envelope["event"]].take(arrival, needed_before(arrival.envelope, heard, self.since, source))
        except ContainerBeingKilled:
            log.info("stopping; the broker keeps %s", arrival.envelope["event"])

    def _check_sender(self, message: Any, source: str) -> None:
        runtime = self.container.config["CHASSIS"]
        if not runtime.settings.senders_checked:
            return
        sender = message.properties.get("user_id")
        if sender == runtime.department:
            sender = headers_of(message).get(SENDER, sender)  # an operator replays a dead letter
        if sender != source:
            raise ValueError(f"sent by {sender!r}, not by {source}")

    def _bring_back(self) -> None:
        """Bring what waited, when its time has come; one process of the department at a time."""
        engines = self.container.config["CHASSIS"].engines
        turnstile = waiting.Turnstile(engines)
        under_way: set[str] = set()
        while True:
            try:
                if turnstile.held():
                    for kept in waiting.due(engines):
                        if kept.envelope["id"] not in under_way and self._is_heard(kept):
                            under_way.add(kept.envelope["id"])
                            self.line_up(Arrival(kept, partial(self._forget, under_way, kept.envelope)))
            except SQLAlchemyError as error:
                log.info("what waits cannot be looked at just now: %s", error)
                turnstile.drop()
            eventlet.sleep(LOOK)

    def _is_heard(self, kept: Kept) -> bool:
        return kept.envelope["event"] in self.by_source.get(kept.envelope["department"], {})

    def _forget(self, under_way: set[str], envelope: dict[str, Any]) -> None:
        under_way.discard(envelope["id"])


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

    def take(self, arrival: Arrival, needed: int) -> None:
        """Start a worker on this event."""
        call = Call(self.container.config["CHASSIS"], self.method_name, {"traceparent": arrival.kept.trace})
        self.container.spawn_worker(
            self,
            (call, arrival.envelope, needed),
            {},
            context_data={"call": call},
            handle_result=partial(self._after, arrival, needed),
        )

    def _after(self, arrival: Arrival, needed: int, _context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        error = exc_info[1] if exc_info else None
        source, event = self.definition.source, self.definition.event
        if _is_away(error):
            HEARD.labels(source, event, "held").inc()
            eventlet.spawn_after(1.0, self.take, arrival, needed)
            return result, None
        settled = partial(self._settle, arrival, error)
        if not settled():
            eventlet.spawn_n(self._settle_later, arrival, settled)
            return result, None
        HEARD.labels(source, event, result if error is None else type(error).__name__).inc()
        self.hearings.next_in_line(arrival)
        return result, None

    def _settle_later(self, arrival: Arrival, settled: Callable[[], bool]) -> None:
        while not settled():
            eventlet.sleep(1.0)
        self.hearings.next_in_line(arrival)

    def _settle(self, arrival: Arrival, error: BaseException | None) -> bool:
        """Write down what becomes of the event, then let the broker forget it. False where that must be tried again."""
        runtime = self.container.config["CHASSIS"]
        kept = arrival.kept
        try:
            if error is None:
                if kept.attempts or kept.waits:
                    waiting.done(runtime.engines, kept.envelope)
            elif isinstance(error, Early):
                delay = EARLY_DELAYS[min(kept.waits, len(EARLY_DELAYS) - 1)]
                waiting.keep(runtime.engines, replace(kept, waits=kept.waits + 1), delay, str(error))
            else:
                self._failed(replace(kept, attempts=kept.attempts + 1), error)
        except (SQLAlchemyError, *PASSING) as fault:
            log.warning("what becomes of %s cannot be written down just now: %s", kept.envelope["event"], fault)
            return False
        arrival.settle()
        return True

    def _failed(self, kept: Kept, error: BaseException) -> None:
        runtime = self.container.config["CHASSIS"]
        why = f"{type(error).__name__}: {error}"
        log.warning("%s failed, attempt %d: %s", kept.envelope["event"], kept.attempts, why)
        delays = () if isinstance(error, ValidationError) else self.definition.retry.delays
        if kept.attempts <= len(delays):
            waiting.keep(runtime.engines, kept, delays[kept.attempts - 1], why)
            return
        queue = topology.hearing_queue(runtime.department, self.definition.source)
        keep_dead(runtime, kept.envelope, kept.trace, why, kept.attempts, queue, self.definition.source)
        waiting.done(runtime.engines, kept.envelope)


def _is_away(error: BaseException | None) -> bool:
    """Whether the event failed only because the department's own database is away: then it is simply held."""
    return isinstance(error, Refusal) and error.code == "department_unavailable"


def remember_since(engines: Any, source: str, events: Any) -> dict[tuple[str, str], float]:
    """Note, once, since when each of these events of a source is heard.

    Answers all of them, unix seconds by (source, event).
    """
    with engines.writing() as session:
        for event in sorted(events):
            session.execute(_SINCE, {"department": source, "event": event, "since": time.time()})
        session.commit()
        rows = session.execute(
            text("SELECT event, since FROM heard_since WHERE department = :department"), {"department": source}
        )
        return {(source, row.event): row.since for row in rows}


def needed_before(envelope: dict[str, Any], events: Any, since: dict[tuple[str, str], float], source: str) -> int:
    """Number of the last earlier event of this subject that this department hears, 0 where there is none.

    `after` maps an event's name to [number, unix seconds]; what was announced before we began to hear that kind does
    not
    count.
    """
    earlier = [
        number
        for event, (number, at) in envelope["after"].items()
        if event in events and at >= since.get((source, event), at + 1) + SKEW
    ]
    return max(earlier, default=0)
