"""How does the gateway hear what departments announce?

Through a queue of its own per department, exclusive and gone with the connection: events keep caches fresh and end
sessions early, nothing depends on hearing each one. Whoever subscribes is told when some may have been missed.
"""

import json
import logging
import uuid
from collections.abc import Callable
from typing import Any

from pika.channel import Channel
from pika.spec import Basic, BasicProperties

from gateway.bus.adapter import Adapter

log = logging.getLogger("gateway.bus")

Heard = Callable[[dict[str, Any]], None]

TRY_AGAIN_AFTER = 2.0
"""Seconds until a department's exchange is looked for again."""


class Subscription:
    """One department's events, for as long as the process runs."""

    def __init__(self, department: str, prefix: str, heard: Heard, missed: Callable[[], None] | None) -> None:
        self.department = department
        self.active = False
        self._prefix = prefix
        self._heard = heard
        self._missed = missed
        self._complained = False
        self._aboard: Adapter | None = None

    def board(self, adapter: Adapter) -> None:
        """Take a channel of the connection, once."""
        if self._aboard is adapter:
            return
        self._aboard = adapter
        adapter.channel(on_open_callback=lambda channel: self._opened(adapter, channel))

    def _opened(self, adapter: Adapter, channel: Channel) -> None:
        channel.add_on_close_callback(lambda _, reason: self._closed(adapter, reason))
        queue = f"{self._prefix}{uuid.uuid4()}"
        channel.queue_declare(
            queue, exclusive=True, auto_delete=True, callback=lambda _: self._declared(channel, queue)
        )

    def _declared(self, channel: Channel, queue: str) -> None:
        channel.queue_bind(queue, f"{self.department}.events", "#", callback=lambda _: self._bound(channel, queue))

    def _bound(self, channel: Channel, queue: str) -> None:
        channel.basic_consume(queue, self._delivered, auto_ack=True, callback=lambda _: self._listening())

    def _listening(self) -> None:
        self.active = True
        self._complained = False
        if self._missed is not None:
            self._guarded(self._missed)

    def _closed(self, adapter: Adapter, reason: BaseException) -> None:
        self.active = False
        self._aboard = None
        if not adapter.is_open:
            return
        if not self._complained:
            log.warning("the events of %s cannot be heard yet: %s", self.department, reason)
            self._complained = True
        adapter.later(TRY_AGAIN_AFTER, lambda: self.board(adapter))

    def _delivered(self, channel: Channel, method: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
        try:
            envelope = json.loads(body)
        except ValueError:
            envelope = None
        if not isinstance(envelope, dict):
            log.warning("an event of %s (%s) is no JSON object", self.department, method.routing_key)
            return
        self._guarded(lambda: self._heard(envelope))

    def _guarded(self, told: Callable[[], None]) -> None:
        try:
            told()
        except Exception:  # a listener's fault must not cost the others their line
            log.exception("a listener to the events of %s failed", self.department)
