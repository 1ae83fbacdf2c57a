"""The journal: what the department did, one row a change, in the same transaction as the change.

It is the outbox (the relay announces it), the audit trail (who, when, what) and the transparency log (each row is a
leaf).
Nothing is announced that did not happen, nothing happens unrecorded.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import marshmallow
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis.wire import moment_text
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
    """A journalled row: what was announced, with its id, time, actor, number within the subject, and leaf hash
    (hex).
    """

    id: str
    time: datetime
    actor: str
    announcement: Announcement
    seq: int
    leaf: str
    content: dict[str, Any]


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


def leaf_of(content: dict[str, Any]) -> bytes:
    """The leaf hash of an entry, 32 bytes."""
    return hashlib.sha256(b"\x00" + canonical(content)).digest()


_RECORD = text(
    "SELECT chassis_record(:id, :time, :actor, :event, :version, :subject, CAST(:payload AS jsonb), :salt, :leaf, "
    ":public, :relay, :trace)"
)


def record(
    session: Session, announcement: Announcement, *, department: str, actor: str, now: datetime, trace: str = ""
) -> Entry:
    """Write one row, in the session's transaction. The subject stays locked until the transaction ends."""
    entry_id, salt = str(uuid.uuid4()), secrets.token_hex(16)
    content = entry_content(
        entry_id=entry_id,
        time=moment_text(now),
        actor=actor,
        department=department,
        event=announcement.event,
        version=announcement.version,
        subject=announcement.subject,
        payload=announcement.payload,
        salt=salt,
    )
    leaf = leaf_of(content)
    session.flush()
    seq = session.execute(
        _RECORD,
        {
            "id": entry_id,
            "time": now,
            "actor": actor,
            "event": announcement.event,
            "version": announcement.version,
            "subject": announcement.subject,
            "payload": canonical(announcement.payload).decode(),
            "salt": salt,
            "leaf": leaf,
            "public": announcement.public,
            "relay": announcement.relay,
            "trace": trace[:60],
        },
    ).scalar_one()
    return Entry(entry_id, now, actor, announcement, seq, leaf.hex(), content)


Announcer = Callable[[Announcement], Entry]
