"""Is anybody of a department listening?

A department that was stopped leaves its queue behind, so a call to it would wait out its deadline and keep a request
thread busy meanwhile. Whenever calls have waited for a moment, the broker is asked how many consumers the queue has;
while there are none, further calls end at once, and the question is repeated until somebody is back.
"""

import logging
import time
from collections.abc import Callable, Iterable

from pika.channel import Channel
from pika.frame import Method

from gateway.bus.adapter import Adapter

log = logging.getLogger("gateway.bus")

ASK_EVERY = 0.5
"""Seconds between questions about one department, and what a call must have waited to raise one."""


class Presence:
    """What is known of each department: `away` holds the names of those with nobody listening."""

    def __init__(self, waiting: Callable[[float], Iterable[str]]) -> None:
        """`waiting(since)` names the departments with calls sent before that moment (monotonic seconds)."""
        self.away: set[str] = set()
        self._waiting = waiting
        self._adapter: Adapter | None = None

    def board(self, adapter: Adapter) -> None:
        """The connection is open: nothing is known yet."""
        self.away.clear()
        self._adapter = adapter
        adapter.later(ASK_EVERY, lambda: self._ask(adapter))

    def _ask(self, adapter: Adapter) -> None:
        departments = self.away | set(self._waiting(time.monotonic() - ASK_EVERY))
        for department in departments:
            adapter.channel(on_open_callback=lambda channel, name=department: self._look(channel, name))
        adapter.later(ASK_EVERY, lambda: self._ask(adapter))

    def _look(self, channel: Channel, department: str) -> None:
        # A channel per question: a queue that does not exist costs the channel.
        channel.add_on_close_callback(lambda _, reason: self._no_queue(department, reason))
        channel.queue_declare(
            f"rpc-{department}", passive=True, callback=lambda frame: self._counted(channel, department, frame)
        )

    def _counted(self, channel: Channel, department: str, frame: Method) -> None:
        self._note(department, frame.method.consumer_count == 0)
        channel.close()

    def _no_queue(self, department: str, reason: BaseException) -> None:
        if getattr(reason, "reply_code", 0) == 404:
            self._note(department, away=True)

    def _note(self, department: str, away: bool) -> None:
        if away and department not in self.away:
            log.warning("nobody of %s listens", department)
            self.away.add(department)
        elif not away and department in self.away:
            log.info("%s listens again", department)
            self.away.discard(department)
