"""Who sees what of the log, and entries with what proves them.

Every entry's position and leaf hash are for everybody: without them nobody could check anything. The rest is by the
table `VIEWS`; a pair that is absent sees nothing more, not even through a question about its subject. An entry is

    public        announced with public=True
    confidential  announced with public=False, about what is secret no more: everybody sees that it happened
    personal      announced with public=False, about somebody's own affairs: its content is for the entitled
    secret        announced with public=False, about anything else; and whatever is held back: for nobody yet

Whose secrecy has ended only the department knows: its service has a function `secrecy` (`Secrecy`) that says so from
the department's own tables, at the moment of the question. Without one, what is not public stays secret.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, or_, select, text
from sqlalchemy.orm import Session

from services.chassis.journal import entry_content
from services.chassis.log.ledger import checkpoint_at, fetcher, newest_checkpoint, origin
from services.chassis.log.store_tables import log_checkpoint, log_leaf
from services.chassis.refusal import refuse
from services.chassis.tables import journal
from services.chassis.wire import moment_text
from services.protocol.log import tree

ANYBODY, ENTITLED = "anybody", "entitled"
PUBLIC, CONFIDENTIAL, PERSONAL, SECRET = "public", "confidential", "personal", "secret"
HELD_BACK = "held back"
_OUTLINE = ("time", "event", "subject")
_EVERYTHING = (*_OUTLINE, "entry")
VIEWS: Mapping[tuple[str, str], tuple[str, ...]] = {
    # (who looks, what the entry is): what they see beside position and leaf hash
    (ANYBODY, PUBLIC): _EVERYTHING,
    (ANYBODY, CONFIDENTIAL): _OUTLINE,
    (ENTITLED, PUBLIC): _EVERYTHING,
    (ENTITLED, CONFIDENTIAL): _EVERYTHING,
    (ENTITLED, PERSONAL): _EVERYTHING,
}
_HOLDS = text("jsonb_path_exists(journal.payload, '$.** ? (@ == $value)', CAST(:holds AS jsonb))")
Secrecy = Callable[[Session, Collection[str]], Mapping[str, str]]
"""Answers, for subjects, CONFIDENTIAL, PERSONAL or HELD_BACK (even what was announced as public); absent: SECRET."""
MOST_ENTRIES = 500
MOST_PROOFS = 200
EXPORT_BATCH = 1000


@dataclass(frozen=True)
class Reader:
    """Reads one department's log for one viewer (ANYBODY or ENTITLED)."""

    session: Session
    department: str
    viewer: str
    secrecy: Secrecy | None = None

    def entries(self, after: int, at_most: int) -> list[dict[str, Any]]:
        """The entries behind position `after` (-1: from the first), in order, as the viewer may see them."""
        wanted = _entries().where(log_leaf.c.position > after).order_by(log_leaf.c.position)
        return self.shown(self.session.execute(wanted.limit(min(at_most, MOST_ENTRIES))).all())

    def shown(self, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
        """Entries as the viewer may see them: position, leaf (hex), and what the table above gives."""
        levels = self.levels({row.subject for row in rows if row.subject is not None})
        return [self._shown(row, _kind(row, levels)) for row in rows]

    def levels(self, subjects: Collection[str]) -> Mapping[str, str]:
        """What the department says of these subjects now."""
        return self.secrecy(self.session, subjects) if self.secrecy and subjects else {}

    def _shown(self, row: Row[Any], kind: str) -> dict[str, Any]:
        seen = VIEWS.get((self.viewer, kind), ())
        bare = {"position": row.position, "leaf": bytes(row.leaf).hex()}
        if not seen:
            return bare
        content = {
            "time": moment_text(row.time),
            "event": row.event,
            "subject": row.subject,
            "entry": entry_content(
                entry_id=row.id, time=moment_text(row.time), actor=row.actor, department=self.department,
                event=row.event, version=row.version, subject=row.subject, payload=row.payload, salt=row.salt,
            ),
        }
        return {**bare, **{name: content[name] for name in seen}}

    def proved_entry(
        self, *, entry_id: str | None = None, leaf: bytes | None = None, position: int | None = None,
        subject: str | None = None, holds: str | None = None,
    ) -> dict[str, Any]:
        """The file `sunshine.inclusion` of one entry, found by its id, its leaf hash or its position, or by what the
        holder of a paper has: the subject, and a value (a number, a digest) the entry about it holds anywhere.

        Refuses `log_entry_unknown`, and `log_entry_not_sealed` until the next checkpoint (a few seconds).
        """
        if subject is not None:
            wanted = self.about([subject]).where(_HOLDS).params(holds=json.dumps({"value": holds}))
        else:
            asked = {journal.c.id: entry_id, log_leaf.c.leaf: leaf, log_leaf.c.position: position}
            wanted = _entries().where(*(column == value for column, value in asked.items() if value is not None))
        row = self.session.execute(wanted.limit(1)).first()
        if row is None:
            refuse("log_entry_unknown", "The log has no such entry (an entry just made comes in within seconds).")
        checkpoint = newest_checkpoint(self.session)
        if checkpoint is None or checkpoint.size <= row.position:
            refuse("log_entry_not_sealed", "No checkpoint covers this entry yet; ask again in a few seconds.")
        proof = tree.inclusion(row.position, checkpoint.size, fetcher(self.session))
        (proved,) = self._proved([row], [proof])
        return {"kind": "sunshine.inclusion", "version": 1, **proved, "checkpoint": checkpoint.note}

    def record_part(
        self, subjects: Sequence[str], *, after: int = -1, until: datetime | None = None, size: int | None = None
    ) -> dict[str, Any]:
        """This log's part of a `sunshine.record`: the sealed entries of these subjects, in order, each with its proof.

        Only entries whose subject the viewer may see: that there is one is told by the question already. until: only
        what had happened by then (inclusive). At most `MOST_PROOFS` entries behind position `after`; `more` says
        whether to ask again behind the last, with the `size` of the checkpoint the first part was proved by.
        """
        checkpoint = newest_checkpoint(self.session) if size is None else checkpoint_at(self.session, size)
        if checkpoint is None:
            refuse("log_entry_not_sealed", "The log has no checkpoint yet; ask again in a few seconds.")
        wanted = self.about(subjects, until).where(
            log_leaf.c.position > after, log_leaf.c.position < checkpoint.size
        )
        rows = self.session.execute(wanted.limit(MOST_PROOFS + 1)).all()
        found = rows[:MOST_PROOFS]
        proofs = tree.inclusions([row.position for row in found], checkpoint.size, fetcher(self.session))
        return {
            "checkpoint": checkpoint.note, "size": checkpoint.size, "entries": self._proved(found, proofs),
            "more": len(rows) > len(found),
        }

    def about(self, subjects: Sequence[str], until: datetime | None = None) -> Select[Any]:
        """The entries of these subjects in order, as far as the viewer may know of them."""
        levels = self.levels(subjects)
        known = [each for each in subjects if levels.get(each) != HELD_BACK]
        opened = [each for each in known if (self.viewer, levels.get(each, SECRET)) in VIEWS]
        wanted = _entries().where(
            or_(and_(journal.c.subject.in_(known), journal.c.public), journal.c.subject.in_(opened))
        )
        return (wanted if until is None else wanted.where(journal.c.time <= until)).order_by(log_leaf.c.position)

    def _proved(self, rows: Sequence[Row[Any]], proofs: Sequence[Sequence[bytes]]) -> list[dict[str, Any]]:
        return [
            {name: seen[name] for name in ("entry", "leaf", "position") if name in seen}
            | {"proof": [each.hex() for each in proof]}
            for seen, proof in zip(self.shown(rows), proofs, strict=True)
        ]

    def lines(self) -> Iterator[str]:
        """The whole log up to its newest checkpoint, as the lines of a `sunshine.log` file, checkpoints in places."""
        yield _line({"kind": "sunshine.log", "version": 1, "origin": origin(self.department)})
        notes = self.session.execute(select(log_checkpoint.c.size, log_checkpoint.c.note)).all()
        sizes = {row.size: row.note for row in notes}
        end, after = max(sizes, default=0), -1
        while after + 1 < end:
            batch = self.session.execute(
                _entries().where(log_leaf.c.position > after, log_leaf.c.position < end)
                .order_by(log_leaf.c.position).limit(EXPORT_BATCH)
            ).all()
            for row, seen in zip(batch, self.shown(batch), strict=True):
                lost = {"missing": True} if row.id is None else {}
                yield _line({name: seen[name] for name in ("position", "leaf", "entry") if name in seen} | lost)
                if note := sizes.pop(row.position + 1, None):
                    yield _line({"checkpoint": note})
            if not batch:
                break
            after = batch[-1].position
        for _, note in sorted(sizes.items()):  # only a damaged log has checkpoints left: let the verifier see them
            yield _line({"checkpoint": note})


def _kind(row: Row[Any], levels: Mapping[str, str]) -> str:
    level = levels.get(row.subject, SECRET) if row.subject is not None else SECRET
    if level == HELD_BACK:
        return SECRET
    return PUBLIC if row.public else level


def _entries() -> Select[Any]:
    # Outer: an entry whose journal row somebody took away still shows its leaf.
    content = (each for each in journal.c if each.name not in ("leaf", "number"))
    return (
        select(log_leaf.c.position, log_leaf.c.leaf, *content)
        .outerjoin(journal, journal.c.number == log_leaf.c.number)
    )


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
