"""One process of one department: what runs beside its entrypoints."""

from __future__ import annotations

import logging
import time
from typing import Any
from urllib.parse import unquote, urlsplit

import eventlet
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import clock, database, ops, topology
from services.chassis.bus import Bus
from services.chassis.call import Runtime
from services.chassis.departments import DepartmentsClient
from services.chassis.publishing import ConfirmingPublisher
from services.chassis.relay import Relay
from services.chassis.settings import Settings
from services.chassis.tokens import TokenVerifier, Trust, load_department_key

log = logging.getLogger(__name__)

SESSION_LOOK = 2.0


def build_runtime(department: str, settings: Settings) -> Runtime:
    """Everything one process needs, nothing of it opened yet."""
    runtime = Runtime(
        department=department,
        settings=settings,
        engines=database.connect(
            settings.database_url, name=department, size=settings.max_workers, more=settings.max_workers
        ),
        verifier=TokenVerifier(Trust(settings.trust_dir)),
        key=load_department_key(settings.department_key_file),
    )
    runtime.departments = DepartmentsClient(runtime)
    user = unquote(urlsplit(settings.amqp_uri).username or "guest")
    runtime.publisher = ConfirmingPublisher(settings.amqp_uri, f"{department} moving", settings.heartbeat, user)
    return runtime


class Process:
    """Starts and stops the relay, the look at ended sessions, and the operators' port, with the container."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        user = unquote(urlsplit(runtime.settings.amqp_uri).username or "guest")
        self.relay = Relay(
            runtime,
            ConfirmingPublisher(
                runtime.settings.amqp_uri, f"{runtime.department} announcing", runtime.settings.heartbeat, user
            ),
        )
        runtime.wake_relay = self.relay.wake
        self.bus: Bus | None = None
        self._threads: list[Any] = []
        self._database_ready = False

    def attach(self, bus: Bus) -> None:
        """Before the container starts: have the department's own names declared on every connection."""
        self.bus = bus
        bus.on_connect(lambda channel: topology.declare_department(channel, self.runtime.department))

    def begin(self, container: Any) -> None:
        """With the container: start what runs beside the entrypoints."""
        self._threads = [
            container.spawn_managed_thread(self._after_topology, identifier="relay"),
            container.spawn_managed_thread(self._look_at_database, identifier="sessions"),
            container.spawn_managed_thread(self._beat, identifier="publisher"),
            ops.serve(self.runtime.settings.ops_port, self.readiness),
        ]

    def end(self) -> None:
        """After the last worker: stop everything and give connections back."""
        for thread in self._threads:
            if thread is not None:
                thread.kill()
        self.runtime.publisher.close()
        self.relay.publisher.close()
        self.runtime.engines.close()

    def readiness(self) -> dict[str, bool]:
        """Each condition of being ready, by name."""
        return {"bus": bool(self.bus and self.bus.connected), "database": self._database_ready}

    def _after_topology(self) -> None:
        """Nothing is announced before this department's own queues have been declared once."""
        while not (self.bus and self.bus.connected):
            eventlet.sleep(0.05)
        self.relay.run()

    def _look_at_database(self) -> None:
        """Every two seconds: does the database answer, and which sessions have ended?"""
        checked = False
        while True:
            try:
                with self.runtime.engines.reading() as session:
                    if not checked:
                        clock.check_profile(session, self.runtime.settings.profile)
                        checked = True
                    ended = session.execute(
                        text("SELECT session_id, until FROM ended_session WHERE until > :now"), {"now": time.time()}
                    )
                    self.runtime.verifier.end_sessions([(row.session_id, row.until) for row in ended])
                self._database_ready = True
            except SQLAlchemyError as error:
                self._database_ready = False
                log.warning("the database does not answer: %s", error)
            eventlet.sleep(SESSION_LOOK)

    def _beat(self) -> None:
        while True:
            eventlet.sleep(1.0)
            try:
                self.runtime.publisher.beat()
            except OSError as error:
                log.info("the moving connection is gone: %s", error)
            except Exception as error:  # noqa: BLE001  any fault of an idle connection: it is reopened when needed
                log.info("the moving connection is gone: %s", error)
