"""Foreign events that failed or came early, until their time comes.

They wait in the listener's own database rather than in a queue of the broker: RabbitMQ's at-least-once dead-lettering
may
keep an expired message to itself for three minutes after a restart (`tests/faults` found it), and a row can be looked
at.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from services.chassis.database import Engines

_KEEP = text(
    "INSERT INTO waiting AS w (id, department, subject, seq, envelope, trace, attempts, waits, why, due) "
    "VALUES (:id, :department, :subject, :seq, CAST(:envelope AS jsonb), :trace, :attempts, :waits, :why, "
    "clock_timestamp() + make_interval(secs => :delay)) "
    "ON CONFLICT (id) DO UPDATE SET attempts = excluded.attempts, waits = excluded.waits, why = excluded.why, "
    "due = excluded.due"
)
_DUE = text(
    "SELECT id, envelope, trace, attempts, waits FROM waiting WHERE due <= clock_timestamp() "
    "ORDER BY department, subject, seq LIMIT :most"
)
_DONE = text("DELETE FROM waiting WHERE id = :id")
_NEXT = text("UPDATE waiting SET due = clock_timestamp() WHERE department = :department AND subject = :subject")
_LOCK = text("SELECT pg_try_advisory_lock(hashtextextended('waiting', 7))")


@dataclass(frozen=True)
class Kept:
    """An event that waits: its envelope, trace, failed attempts, and how often it came too early."""

    envelope: dict[str, Any]
    trace: str
    attempts: int
    waits: int


def keep(engines: Engines, kept: Kept, delay: float, why: str) -> None:
    """Let this event wait `delay` seconds; written down before the broker may forget it."""
    envelope = kept.envelope
    with engines.writing() as session:
        session.execute(
            _KEEP,
            {
                "id": envelope["id"],
                "department": envelope["department"],
                "subject": envelope["subject"],
                "seq": envelope["seq"],
                "envelope": json.dumps(envelope, ensure_ascii=False),
                "trace": kept.trace[:60],
                "attempts": kept.attempts,
                "waits": kept.waits,
                "why": why[:500],
                "delay": delay,
            },
        )
        session.commit()


def due(engines: Engines, most: int = 50) -> list[Kept]:
    """The events whose time has come, each subject's in order."""
    with engines.reading() as session:
        rows = session.execute(_DUE, {"most": most}).all()
    return [Kept(row.envelope, row.trace, row.attempts, row.waits) for row in rows]


def done(engines: Engines, envelope: dict[str, Any]) -> None:
    """Forget a waiting event (it was heard, or lies in `.dead`); what waits behind it may come at once."""
    with engines.writing() as session:
        session.execute(_DONE, {"id": envelope["id"]})
        session.execute(_NEXT, {"department": envelope["department"], "subject": envelope["subject"]})
        session.commit()


class Turnstile:
    """Lets one process of the department at a time take waiting events; held on a connection of its own."""

    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self.connection: Any = None

    def held(self) -> bool:
        """Whether this process has it now, trying to get it."""
        if self.connection is None:
            connection = self.engines.reader.connect()
            if not connection.execute(_LOCK).scalar():
                connection.close()
                return False
            self.connection = connection
        self.connection.execute(text("SELECT 1"))
        return True

    def drop(self) -> None:
        """Give it up, for instance because the connection is gone."""
        connection, self.connection = self.connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()
