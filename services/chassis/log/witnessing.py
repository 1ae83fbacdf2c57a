"""Judging the other departments' checkpoints, keeping what was verified, raising the alarm.

One row an accepted checkpoint: whoever rewrites a log must rewrite these rows in every other department too. An alarm
is raised once for each fault and each state held, however often it comes back.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or
from sqlalchemy.orm import Session

from services.chassis.log.store_tables import log_alarm, log_checkpoint, witnessed
from services.protocol.log.checkpoint import Checkpoint, read
from services.protocol.log.note import Key, split
from services.protocol.log.witness import Verdict, judge

SILENT_AFTER = 2700.0
"""Seconds without any checkpoint of a department (they come every fifteen minutes even when nothing happens)."""


@dataclass(frozen=True)
class Alarm:
    """Something is wrong with the log `about` (its origin). kind: fork, rollback, forged or silence."""

    about: str
    kind: str
    message: str
    figures: dict[str, str]


AskForProof = Callable[[int, int], Sequence[bytes]]
"""Asks the log itself for the consistency proof from the smaller size to the larger."""


def held(session: Session, origin: str) -> Row[Any] | None:
    """The newest checkpoint of this log that was verified here."""
    return session.execute(
        select(witnessed).where(witnessed.c.origin == origin).order_by(witnessed.c.size.desc()).limit(1)
    ).first()


def witness(
    session: Session,
    origin: str,
    note: str,
    keys: Iterable[Key],
    *,
    proof: Sequence[bytes],
    proof_from: int | None,
    ask: AskForProof | None = None,
) -> tuple[Verdict, Alarm | None]:
    """Judge a checkpoint said to be of the log `origin`; keep it where it is accepted, note an alarm where it is not.

    ask: called where the proof that came along does not start where we stand (we were away). What it raises goes
    through; nothing is kept then, and the next checkpoint is another chance. The alarm is None unless it is a new one.
    """
    keys, row = list(keys), held(session, origin)
    stood = read(split(row.note)[0]) if row else None
    verdict = judge(stood, note, keys, origin=origin, proof=proof, proof_from=proof_from)
    if verdict.kind in ("gap", "older") and ask and stood and verdict.checkpoint:
        sizes = sorted((stood.size, verdict.checkpoint.size))
        asked = ask(*sizes)
        verdict = judge(stood, note, keys, origin=origin, proof=asked, proof_from=sizes[0])
    if verdict.kind == "accepted" and verdict.checkpoint:
        _keep(session, verdict.checkpoint, note)
    if not verdict.alarming or verdict.reason is None:
        return verdict, None
    figures = {**verdict.reason.figures, "held": row.note if row else "", "received": _storable(note)}
    evidence = f"{verdict.reason.code} after {stood.size if stood else 'nothing'}"
    return verdict, _alarm(session, Alarm(origin, verdict.kind, _storable(verdict.reason), figures), evidence)


def silent(session: Session, origins: Iterable[str], now: datetime) -> list[Alarm]:
    """The logs nothing has been heard of for too long; each such silence is alarmed once.

    now: the machine's time, not the law's: a rehearsal moves that by days. A log never heard of counts from our own
    first checkpoint on.
    """
    alarms = []
    for origin in origins:
        seen = session.scalar(select(func.max(witnessed.c.seen_at)).where(witnessed.c.origin == origin))
        since = seen or _own_beginning(session)
        if since is None or (now - since).total_seconds() <= SILENT_AFTER:
            continue
        moment = since.isoformat()
        message = f"Nothing has been heard of the log {origin} since {moment}."
        found = _alarm(session, Alarm(origin, "silence", message, {"since": moment}), moment)
        if found:
            alarms.append(found)
    return alarms


def _keep(session: Session, checkpoint: Checkpoint, note: str) -> None:
    row = {"origin": checkpoint.origin, "size": checkpoint.size, "root": checkpoint.root, "note": note}
    session.execute(insert(witnessed), row)


def _alarm(session: Session, alarm: Alarm, evidence: str) -> Alarm | None:
    row = {"about": alarm.about, "kind": alarm.kind, "evidence": evidence, "figures": alarm.figures}
    adding = insert_or(log_alarm).values(row).on_conflict_do_nothing().returning(log_alarm.c.about)
    return alarm if session.execute(adding).first() else None


def _own_beginning(session: Session) -> datetime | None:
    found: datetime | None = session.scalar(select(func.min(log_checkpoint.c.made_at)))
    return found


def _storable(text: str) -> str:
    """A stranger's text as the database can keep it."""
    return text[:8000].encode("utf-8", "replace").decode().replace("\0", "\ufffd")
