"""Who sees what of the log, and entries with what proves them.

Every entry's position and leaf hash are for everybody: without them nobody could check anything. The rest is by the
table `VIEWS`; a pair that is absent sees nothing more. An entry is

    public        announced with public=True
    confidential  announced with public=False: its content is for the entitled
    secret        announced with public=False, relay=False: for nobody, until its department calls `disclose` on its
                  subject; then it is confidential
"""
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.chassis.journal import entry_content
from services.chassis.log.ledger import fetcher, newest_checkpoint, origin
from services.chassis.log.store_tables import log_checkpoint, log_disclosed, log_leaf
from services.chassis.refusal import refuse
from services.chassis.tables import journal
from services.chassis.wire import moment_text
from services.protocol.log import tree

ANYBODY, ENTITLED = "anybody", "entitled"
PUBLIC, CONFIDENTIAL, SECRET = "public", "confidential", "secret"
_EVERYTHING = ("time", "event", "subject", "entry")
VIEWS: Mapping[tuple[str, str], tuple[str, ...]] = {
    # (who looks, what the entry is): what they see beside position and leaf hash
    (ANYBODY, PUBLIC): _EVERYTHING,
    (ENTITLED, PUBLIC): _EVERYTHING,
    (ENTITLED, CONFIDENTIAL): _EVERYTHING,
}
MOST_ENTRIES = 500
MOST_PROOFS = 200
EXPORT_BATCH = 1000


def entries(session: Session, department: str, viewer: str, after: int, at_most: int) -> list[dict[str, Any]]:
    """The entries behind position `after` (-1: from the first), in order, as `viewer` may see them."""
    rows = session.execute(
        _entries().where(log_leaf.c.position > after).order_by(log_leaf.c.position).limit(min(at_most, MOST_ENTRIES))
    )
    return [shown(row, department, viewer) for row in rows]


def shown(row: Row[Any], department: str, viewer: str) -> dict[str, Any]:
    """One entry as `viewer` may see it: position, leaf (hex), and what the table above gives."""
    seen = VIEWS.get((viewer, _secrecy(row)), ())
    if not seen:
        return {"position": row.position, "leaf": bytes(row.leaf).hex()}
    content = {
        "time": moment_text(row.time),
        "event": row.event,
        "subject": row.subject,
        "entry": entry_content(
            entry_id=row.id, time=moment_text(row.time), actor=row.actor, department=department, event=row.event,
            version=row.version, subject=row.subject, payload=row.payload, salt=row.salt,
        ),
    }
    return {"position": row.position, "leaf": bytes(row.leaf).hex(), **{name: content[name] for name in seen}}


def proved_entry(
    session: Session, department: str, viewer: str, *, entry_id: str | None = None, leaf: bytes | None = None,
    position: int | None = None,
) -> dict[str, Any]:
    """The file `sunshine.inclusion` of one entry, found by its id, its leaf hash or its position.

    Refuses `log_entry_unknown`, and `log_entry_not_sealed` until the next checkpoint (a few seconds).
    """
    asked = {log_leaf.c.entry_id: entry_id, log_leaf.c.leaf: leaf, log_leaf.c.position: position}
    conditions = [column == value for column, value in asked.items() if value is not None]
    row = session.execute(_entries().where(*conditions).limit(1)).first() if conditions else None
    if row is None:
        refuse("log_entry_unknown", "The log has no such entry (an entry just made comes in within seconds).")
    checkpoint = newest_checkpoint(session)
    if checkpoint is None or checkpoint.size <= row.position:
        refuse("log_entry_not_sealed", "No checkpoint covers this entry yet; ask again in a few seconds.")
    proof = tree.inclusion(row.position, checkpoint.size, fetcher(session))
    proved = _proved(row, department, viewer, proof)
    return {"kind": "sunshine.inclusion", "version": 1, **proved, "checkpoint": checkpoint.note}


def record_part(
    session: Session, department: str, viewer: str, subjects: Sequence[str], *, after: int = -1,
    until: datetime | None = None,
) -> dict[str, Any]:
    """This log's part of a `sunshine.record`: the sealed entries of these subjects, in order, each with its proof.

    until: only what had happened by then (inclusive), which is the state of that moment. At most `MOST_PROOFS` entries
    behind position `after`; `more` says whether to ask again behind the last.
    """
    checkpoint = newest_checkpoint(session)
    if checkpoint is None:
        refuse("log_entry_not_sealed", "The log has no checkpoint yet; ask again in a few seconds.")
    wanted = _entries().where(
        journal.c.subject.in_(subjects), log_leaf.c.position > after, log_leaf.c.position < checkpoint.size
    )
    if until is not None:
        wanted = wanted.where(journal.c.time <= until)
    rows = session.execute(wanted.order_by(log_leaf.c.position).limit(MOST_PROOFS + 1)).all()
    found = rows[:MOST_PROOFS]
    proofs = tree.inclusions([row.position for row in found], checkpoint.size, fetcher(session))
    return {
        "checkpoint": checkpoint.note,
        "entries": [_proved(row, department, viewer, proof) for row, proof in zip(found, proofs, strict=True)],
        "more": len(rows) > len(found),
    }


def lines(session: Session, department: str, viewer: str) -> Iterator[str]:
    """The whole log up to its newest checkpoint, as the lines of a `sunshine.log` file, checkpoints in their places."""
    yield _line({"kind": "sunshine.log", "version": 1, "origin": origin(department)})
    notes = session.execute(select(log_checkpoint.c.size, log_checkpoint.c.note).order_by(log_checkpoint.c.size)).all()
    sizes = {row.size: row.note for row in notes}
    end, after = max(sizes, default=0), -1
    while after + 1 < end:
        batch = session.execute(
            _entries().where(log_leaf.c.position > after, log_leaf.c.position < end)
            .order_by(log_leaf.c.position).limit(EXPORT_BATCH)
        ).all()
        for row in batch:
            seen = shown(row, department, viewer)
            lost = {"missing": True} if row.id is None else {}
            yield _line({name: seen[name] for name in ("position", "leaf", "entry") if name in seen} | lost)
            if note := sizes.pop(row.position + 1, None):
                yield _line({"checkpoint": note})
        if not batch:
            break
        after = batch[-1].position
    for _, note in sorted(sizes.items()):  # only a damaged log has checkpoints left: let the verifier see them
        yield _line({"checkpoint": note})


def _proved(row: Row[Any], department: str, viewer: str, proof: Sequence[bytes]) -> dict[str, Any]:
    seen = shown(row, department, viewer)
    content = {"entry": seen["entry"]} if "entry" in seen else {}
    return {**content, "leaf": seen["leaf"], "position": row.position, "proof": [each.hex() for each in proof]}


def disclose(session: Session, subject: str) -> None:
    """What was announced in secret about this subject is secret no more: the entitled may read it from now on."""
    session.execute(insert(log_disclosed).values(subject=subject).on_conflict_do_nothing())


def _secrecy(row: Row[Any]) -> str:
    if row.public:
        return PUBLIC
    return CONFIDENTIAL if row.relay or row.disclosed else SECRET


def _entries() -> Select[Any]:
    # Outer: an entry whose journal row somebody took away still shows its leaf.
    content = (each for each in journal.c if each.name != "leaf")
    return (
        select(log_leaf.c.position, log_leaf.c.leaf, log_disclosed.c.subject.is_not(None).label("disclosed"), *content)
        .outerjoin(journal, journal.c.id == log_leaf.c.entry_id)
        .outerjoin(log_disclosed, log_disclosed.c.subject == journal.c.subject)
    )


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
