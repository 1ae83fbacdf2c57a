"""The relay: seals the journal into the log and announces it, in commit order, one instance at a time.

Journal numbers are handed out before commit, so a slower transaction must not be skipped: a row is taken once its
transaction
is below the oldest one still running (`pg_snapshot_xmin`). Each batch first gets its positions in the log, in one
transaction;
then what is to be announced is published with the broker's confirms; then the cursor moves. A relay killed in between
announces the batch again, and listeners know it by its number.
"""

from __future__ import annotations

import json
import logging
from typing import Any

import eventlet
from eventlet.event import Event
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import topology
from services.chassis.bus import PASSING
from services.chassis.call import traceparent_of
from services.chassis.log import ledger
from services.chassis.metrics import RELAY_POSITION, RELAYED, SEALED_POSITION, UNROUTED
from services.chassis.publishing import ConfirmingPublisher, Outgoing
from services.chassis.wire import moment_text

log = logging.getLogger(__name__)

BATCH = 500
SEALED_AT_ONCE = 5000
IDLE = 0.1
LOOKS = 10
"""Seconds between looks for what another process committed, and after how many of them a turn is taken anyway."""
GATHER = 0.02
"""Seconds a woken relay waits for company: under load a turn serves a batch, and nobody's call pays for it."""
_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('relay', 7))"
_UNSEALED = text(
    "SELECT u.number, j.leaf FROM unsealed u JOIN journal j ON j.number = u.number "
    "WHERE u.xid < pg_snapshot_xmin(pg_current_snapshot()) ORDER BY u.number LIMIT :most"
)
_SEALED = text("DELETE FROM unsealed WHERE number = ANY(CAST(:numbers AS bigint[]))")
_UNSENT = text(
    "SELECT l.position, j.id, j.time, j.actor, j.event, j.version, j.subject, j.seq, j.after, j.payload, j.relay, "
    "j.trace FROM log_leaf l JOIN journal j ON j.number = l.number "
    "WHERE l.position > :cursor ORDER BY l.position LIMIT :most"
)
_CURSOR = text("SELECT position FROM relay_cursor WHERE name = 'bus'")
_MOVE = text(
    "INSERT INTO relay_cursor (name, position) VALUES ('bus', :position) "
    "ON CONFLICT (name) DO UPDATE SET position = excluded.position"
)
_ANYTHING = text(
    "SELECT EXISTS (SELECT FROM unsealed) OR coalesce((SELECT max(position) FROM log_leaf), -1) > "
    "coalesce((SELECT position FROM relay_cursor WHERE name = 'bus'), -1)"
)
_KEEP_ASIDE = text("INSERT INTO unrouted (position, event) VALUES (:position, :event) ON CONFLICT DO NOTHING")


class Relay:
    """Runs in every process of a department; whoever holds the lock works, the others wait to take over."""

    def __init__(self, runtime: Any, publisher: ConfirmingPublisher) -> None:
        self.runtime = runtime
        self.publisher = publisher
        self._woken = Event()
        self.working = False

    def wake(self) -> None:
        """There is something new; look at once."""
        if not self._woken.ready():
            self._woken.send()

    def run(self) -> None:
        """Work until killed. A broker or database away is waited for."""
        while True:
            try:
                with self.runtime.engines.writer.connect() as connection:
                    self._hold(connection)
            except (SQLAlchemyError, *PASSING) as error:
                log.warning("the relay waits (%s: %s)", type(error).__name__, str(error)[:300])
            self.working = False
            eventlet.sleep(1.0)

    def _hold(self, connection: Connection) -> None:
        held = connection.exec_driver_sql(_LOCK).scalar()
        connection.commit()
        if not held:
            return
        self.working = True
        log.info("this process relays the journal")
        while True:
            if not self.turn(connection):
                self._rest()

    def turn(self, connection: Connection) -> bool:
        """Seal one batch and announce one batch. Answers whether either was full: there may be more."""
        sealed = seal(connection)
        try:
            sent = self._announce(connection)
        except PASSING as error:
            log.warning("the journal cannot be announced just now (%s: %s)", type(error).__name__, error)
            connection.rollback()
            eventlet.sleep(1.0)
            return False
        return sealed >= SEALED_AT_ONCE or sent >= BATCH

    def _rest(self) -> None:
        """Until woken, until there is something, or a while: one small question a look, where a turn asks five."""
        for _ in range(LOOKS):
            with eventlet.Timeout(IDLE, False):
                self._woken.wait()
            if self._woken.ready():
                eventlet.sleep(GATHER)
                self._woken = Event()
                break
            with self.runtime.engines.reader.connect() as connection:
                if connection.execute(_ANYTHING).scalar():
                    break
        self.publisher.beat()

    def _announce(self, connection: Connection) -> int:
        cursor = connection.execute(_CURSOR).scalar()
        rows = connection.execute(_UNSENT, {"cursor": -1 if cursor is None else cursor, "most": BATCH}).all()
        connection.commit()
        if not rows:
            return 0
        sending = [row for row in rows if row.relay]
        returned = set(self.publisher.publish([self._outgoing(row) for row in sending]))
        aside = [{"position": row.position, "event": row.event} for row in sending if row.id in returned]
        if aside:
            UNROUTED.inc(len(aside))
            connection.execute(_KEEP_ASIDE, aside)
        connection.execute(_MOVE, {"position": rows[-1].position})
        connection.commit()
        RELAYED.inc(len(sending))
        RELAY_POSITION.set(rows[-1].position)
        return len(rows)

    def _outgoing(self, row: Any) -> Outgoing:
        return Outgoing(
            topology.events_exchange(self.runtime.department),
            row.event,
            envelope_bytes(self.runtime.department, row),
            row.id,
            {"nameko.traceparent": traceparent_of(row.trace)} if row.trace else {},
        )


def seal(connection: Connection) -> int:
    """Give the journal's new rows their positions in the log, one batch in one transaction. Answers how many."""
    rows = connection.execute(_UNSEALED, {"most": SEALED_AT_ONCE}).all()
    if rows:
        first = ledger.append(connection, [(row.number, bytes(row.leaf)) for row in rows])
        connection.execute(_SEALED, {"numbers": [row.number for row in rows]})
        SEALED_POSITION.set(first + len(rows))
    connection.commit()
    return len(rows)


def envelope_bytes(department: str, row: Any) -> bytes:
    """An event as it goes over the bus: JSON of the envelope, UTF-8."""
    return json.dumps(
        {
            "id": row.id,
            "event": row.event,
            "version": row.version,
            "department": department,
            "subject": row.subject,
            "seq": row.seq,
            "after": row.after,
            "time": moment_text(row.time),
            "actor": row.actor,
            "payload": row.payload,
        },
        ensure_ascii=False,
    ).encode()
