"""One call: its context, its session, its time, what it announced.

A call lives from the moment a message is taken (or a timer fires) to its answer. The entrypoints of `execution.py`
run it;
the providers hand its parts to the service.
"""

from __future__ import annotations

import math
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from services.chassis import clock, journal
from services.chassis.caller import NOBODY, Caller
from services.chassis.database import Engines
from services.chassis.refusal import refuse
from services.chassis.settings import Settings
from services.chassis.tokens import TokenVerifier

DEFAULT_PATIENCE = 30.0


@dataclass
class Runtime:
    """What one process of one department has, once.

    wake_relay: told after each commit, so that the journal is announced at once rather than at the next look.
    departments: how other departments are called; anything with `call(department, method, within, fields, call)`.
    """

    department: str
    settings: Settings
    engines: Engines
    verifier: TokenVerifier
    key: Ed25519PrivateKey
    departments: Any = None
    publisher: Any = None
    wake_relay: Callable[[], None] = lambda: None
    time_source: Callable[[], datetime] | None = None

    def law_time(self, session: Session, offset: float | None = None) -> datetime:
        """The law's time as this process sees it. offset: as `clock.law_time` has it."""
        return self.time_source() if self.time_source else clock.law_time(session, self.settings.profile, offset)


@dataclass
class Call:
    """One call under way.

    context: the message's context headers without their prefix: token, request_id, deadline, traceparent.
    by: who calls, once authenticated.
    """

    runtime: Runtime
    method: str
    context: Mapping[str, Any] = field(default_factory=dict)
    by: Caller = NOBODY
    actor: str = ""
    session: Session | None = None
    opener: Callable[[], Session] | None = None
    entries: list[journal.Entry] = field(default_factory=list)
    clock_offset: float | None = None
    _savepoints: int = 0
    _now: datetime | None = None
    trace_id: str = ""
    deadline: float = 0.0

    def __post_init__(self) -> None:
        self.trace_id = trace_of(self.context.get("traceparent"))
        self.deadline = deadline_of(self.context) or time.time() + DEFAULT_PATIENCE

    def check_deadline(self) -> None:
        """Raise `Refusal("deadline_passed")` when nobody waits for the answer any more."""
        if time.time() >= self.deadline:
            refuse("deadline_passed", "The caller's deadline has passed; nothing was done.")

    def now(self) -> datetime:
        """The law's time, the same answer throughout this call."""
        if self._now is None:
            self._now = self.runtime.law_time(self.db, self.clock_offset)
        return self._now

    @property
    def db(self) -> Session:
        """This call's session, opened at first use. Only inside an entrypoint."""
        if self.session is None:
            if self.opener is None:
                raise RuntimeError("there is no session outside an entrypoint")
            self.session = self.opener()
        return self.session

    def announce(self, announcement: journal.Announcement) -> journal.Entry:
        """Journal this announcement in this call's transaction; the relay sends it once committed.

        What the session was told so far is flushed, so that a constraint speaks before the fact is announced.
        """
        if self._savepoints == 0 and self.db.in_nested_transaction():
            raise RuntimeError("an announcement would outlive this savepoint; `savepoint()` takes it along")
        self.db.flush()
        entry = journal.entry(
            announcement,
            department=self.runtime.department,
            actor=self.actor or f"department:{self.runtime.department}",
            now=self.now(),
        )
        self.entries.append(entry)
        return entry

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part of the call that may fail by itself: what it changed and announced is undone, the rest stays."""
        announced = len(self.entries)
        self._savepoints += 1
        try:
            with self.db.begin_nested():
                yield
        except BaseException:
            del self.entries[announced:]
            raise
        finally:
            self._savepoints -= 1

    def begin(self, opener: Callable[[], Session]) -> None:
        """Start (over), with this way to open a session: nothing announced, the time not yet asked."""
        self.opener = opener
        self.entries = []
        self.clock_offset = self._now = None

    def end(self) -> None:
        """Close the session, if one was opened; what it did not commit is undone."""
        session, self.session, self.opener = self.session, None, None
        if session is not None:
            session.close()


def deadline_of(context: Mapping[str, Any]) -> float | None:
    """The absolute deadline in unix seconds, a number or a text (pika's headers carry no floats); None where none
    fits.
    """
    given = context.get("deadline")
    try:
        found = float(given) if isinstance(given, int | float | str) else None
    except ValueError:
        return None
    return found if found is not None and math.isfinite(found) else None


def trace_of(traceparent: Any) -> str:
    """The trace id of a W3C `traceparent` (32 hexadecimal digits), or a new one where none fits."""
    if isinstance(traceparent, str):
        parts = traceparent.split("-")
        if len(parts) == 4 and len(parts[1]) == 32 and all(each in "0123456789abcdef" for each in parts[1]):
            return parts[1]
    return f"{random.getrandbits(128):032x}"


def traceparent_of(trace_id: str) -> str:
    """A `traceparent` that carries this trace on, with a new span id."""
    return f"00-{trace_id}-{os.urandom(8).hex()}-01"
