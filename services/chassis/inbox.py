"""Request ids already answered: the same request gets the same answer, once done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis import clock, journal
from services.chassis.refusal import refuse

LONGEST_REQUEST_ID = 200

_CLAIM = text(
    "INSERT INTO inbox (caller, request_id, content) VALUES (:caller, :request_id, :content) "
    f"ON CONFLICT DO NOTHING RETURNING coalesce(({clock.OFFSET}), 0)"
)
_STORED = text("SELECT content, answer FROM inbox WHERE caller = :caller AND request_id = :request_id")
_STORE = text(
    "WITH answered AS (UPDATE inbox SET answer = CAST(:answer AS jsonb) "
    f"WHERE caller = :caller AND request_id = :request_id) {journal.WRITE}"
)


@dataclass(frozen=True)
class Claim:
    """Whether a request is ours to do. answer: the stored one where it is not.

    clock_offset: seconds of the rehearsal's clock from the machine's; every change needs the time, and this saves
    asking for it.
    """

    ours: bool
    answer: Any = None
    clock_offset: float = 0.0


def check_request_id(request_id: str | None) -> str:
    """The request id, or `Refusal("request_id_missing")` when there is none or it is over 200 characters."""
    if not isinstance(request_id, str) or not 0 < len(request_id) <= LONGEST_REQUEST_ID or "\x00" in request_id:
        refuse("request_id_missing", f"A change needs a request id of 1 to {LONGEST_REQUEST_ID} characters.")
    return request_id


def content_of(method: str, fields: dict[str, Any]) -> str:
    """What makes two requests the same: the digest of method and fields as they came."""
    plain = json.dumps([method, fields], sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def claim(session: Session, caller: str, request_id: str, content: str) -> Claim:
    """Claim this request for this transaction.

    A second transaction with the same id waits here until the first has ended. Raises `Refusal("request_id_reused")`
    when the id was used for something else.
    """
    key = {"caller": caller, "request_id": request_id}
    offset = session.execute(_CLAIM, {**key, "content": content}).scalar()
    if offset is not None:
        return Claim(True, clock_offset=offset)
    stored = session.execute(_STORED, key).one()
    if stored.content != content:
        refuse("request_id_reused", "This request id was already used for another request; take a new one.")
    return Claim(False, stored.answer)


def store(
    session: Session, caller: str, request_id: str, answer: Any, entries: Sequence[journal.Entry], trace: str
) -> None:
    """Keep the answer beside the id and what was announced in the journal, in the same transaction as the change."""
    session.execute(
        _STORE,
        {
            "caller": caller,
            "request_id": request_id,
            "answer": json.dumps(answer, ensure_ascii=False),
            "entries": journal.rows(entries),
            "trace": trace,
        },
    )
