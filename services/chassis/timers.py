"""Work by the clock: every so many seconds, by one instance of the department at a time."""

from __future__ import annotations

import logging
import random
from functools import partial
from typing import Any

import eventlet
from eventlet.event import Event
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from services.chassis.call import Call
from services.chassis.definitions import Definition
from services.chassis.metrics import TICKS

log = logging.getLogger(__name__)


class TimerEntrypoint(Entrypoint):
    """`@every`: one method that the clock calls."""

    def __init__(self, definition: Definition) -> None:
        super().__init__()
        self.definition = definition
        self._stopping = Event()
        self._thread: Any = None

    def start(self) -> None:
        self._thread = self.container.spawn_managed_thread(self._run, identifier=f"every {self.definition.seconds} s")

    def stop(self) -> None:
        if not self._stopping.ready():
            self._stopping.send()
        if self._thread is not None:
            self._thread.kill()

    kill = stop

    def _run(self) -> None:
        eventlet.sleep(random.uniform(0, min(1.0, self.definition.seconds)))
        while not self._stopping.ready():
            if not self._turn():
                eventlet.sleep(self.definition.seconds)

    def _turn(self) -> bool:
        done = Event()
        call = Call(self.container.config["CHASSIS"], self.method_name)
        try:
            self.container.spawn_worker(
                self, (call,), {}, context_data={"call": call}, handle_result=partial(self._after, done)
            )
        except ContainerBeingKilled:
            return False
        return bool(done.wait())

    def _after(self, done: Event, _context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        TICKS.labels(self.method_name, "bug" if exc_info else "done").inc()
        done.send(bool(result) if exc_info is None else False)
        return result, None
