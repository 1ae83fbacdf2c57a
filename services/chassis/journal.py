"""The journal: what the department did, one row a change, in the same transaction as the change.

It is the outbox (the relay announces it), the audit trail (who, when, what) and the transparency log (each row is a
leaf).
Nothing is announced that did not happen, nothing happens unrecorded. A call's rows are written together, by the last
statement before its commit: no subject is locked for longer than that, and a call makes one trip for all it announced.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis.wire import moment_text, shape
from services.protocol.canonical import canonical


@dataclass(frozen=True)
class EventType:
    """One kind of event a department announces: its name, version, payload's schema, and whether the public may read
    it.
    """

    name: str
    version: int
    schema: type[marshmallow.Schema]
    public: bool = True

    def payload(self, facts: Any) -> dict[str, Any]:
        """The facts as the schema dumps them."""
        dumped: dict[str, Any] = shape(self.schema).dump(facts)
        return dumped

    def faults(self, payload: dict[str, Any]) -> dict[str, Any]:
        """What the schema has against the payload, by field."""
        found: dict[str, Any] = shape(self.schema).validate(payload)
        return found


@dataclass(frozen=True)
class Announcement:
    """A fact in the past tense, ready to be journalled.

    subject: what keeps order, "organisation:<id>". Events of one subject reach every listener in their order.
    payload: what a schema dumped; strings, whole numbers, booleans, None, lists, mappings.
    public: whether everybody may read the content in the log; else they see position and leaf hash only.
    relay: False keeps it off the bus altogether.
    """

    event: str
    version: int
    subject: str
    payload: dict[str, Any]
    public: bool = True
    relay: bool = True


@dataclass(frozen=True)
class Entry:
    """A row for the journal: what was announced, with its id, time, actor, and leaf hash (hex).

    content: the octets the leaf is the hash of.
    """

    id: str
    time: datetime
    actor: str
    announcement: Announcement
    leaf: str
    content: bytes


def entry_content(
    *,
    entry_id: str,
    time: str,
    actor: str,
    department: str,
    event: str,
    version: int,
    subject: str,
    payload: dict[str, Any],
    salt: str,
) -> dict[str, Any]:
    """What the leaf is the hash of: the canonical JSON (RFC 8785) of this mapping, as RFC 9162 `H(0x00 ‖ entry)`.

    salt: 16 random bytes in hexadecimal, so that a hash cannot be guessed open.
    """
    return {
        "id": entry_id,
        "time": time,
        "actor": actor,
        "department": department,
        "event": event,
        "version": version,
        "subject": subject,
        "payload": payload,
        "salt": salt,
    }


def leaf_of(content: bytes) -> bytes:
    """The leaf hash of an entry, 32 bytes."""
    return hashlib.sha256(b"\x00" + content).digest()


def entry(announcement: Announcement, *, department: str, actor: str, now: datetime) -> Entry:
    """The row this announcement makes, ready to be written. Raises `ProtocolError` for what is not canonical JSON."""
    entry_id = str(uuid.uuid4())
    content = canonical(
        entry_content(
            entry_id=entry_id,
            time=moment_text(now),
            actor=actor,
            department=department,
            event=announcement.event,
            version=announcement.version,
            subject=announcement.subject,
            payload=announcement.payload,
            salt=secrets.token_hex(16),
        )
    )
    return Entry(entry_id, now, actor, announcement, leaf_of(content).hex(), content)


WRITE = """
    SELECT chassis_record(c.id, c.time, c.actor, c.event, c.version, c.subject, c.payload, c.salt,
                          decode(e.leaf, 'hex'), e.public, e.relay, :trace)
    FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS e (content jsonb, leaf text, public boolean, relay boolean)
    CROSS JOIN LATERAL jsonb_to_record(e.content) AS c (id text, "time" timestamptz, actor text, event text,
                                                        version int, subject text, payload jsonb, salt text)
"""
"""The statement that writes `entries` (see `rows`), in their order; each locks its subject until the commit."""
_WRITE = text(WRITE)


def rows(entries: Iterable[Entry]) -> str:
    """The entries as `WRITE` takes them."""
    return f"[{','.join(_row(each) for each in entries)}]"


def _row(each: Entry) -> str:
    told = json.dumps({"leaf": each.leaf, "public": each.announcement.public, "relay": each.announcement.relay})
    return f'{told[:-1]}, "content": {each.content.decode()}}}'  # as it was hashed, not encoded once more


def write(session: Session, entries: Sequence[Entry], trace: str) -> None:
    """Write these rows in the session's transaction. trace: of the call that made them."""
    if entries:
        session.execute(_WRITE, {"entries": rows(entries), "trace": trace})


Announcer = Callable[[Announcement], Entry]
