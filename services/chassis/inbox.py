"""Request ids already answered: the same request gets the same answer, once done."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis.refusal import refuse

LONGEST_REQUEST_ID = 200
NOTHING = object()

_CLAIM = text(
    "INSERT INTO inbox (caller, request_id, content) VALUES (:caller, :request_id, :content) "
    "ON CONFLICT DO NOTHING RETURNING 1"
)
_STORED = text("SELECT content, answer FROM inbox WHERE caller = :caller AND request_id = :request_id")
_STORE = text("UPDATE inbox SET answer = CAST(:answer AS jsonb) WHERE caller = :caller AND request_id = :request_id")


def check_request_id(request_id: str | None) -> str:
    """The request id, or `Refusal("request_id_missing")` when there is none or it is over 200 characters."""
    if not isinstance(request_id, str) or not 0 < len(request_id) <= LONGEST_REQUEST_ID or "\x00" in request_id:
        refuse("request_id_missing", f"A change needs a request id of 1 to {LONGEST_REQUEST_ID} characters.")
    return request_id


def content_of(method: str, fields: dict[str, Any]) -> str:
    """What makes two requests the same: the digest of method and fields as they came."""
    plain = json.dumps([method, fields], sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return hashlib.sha256(plain.encode()).hexdigest()


def claim(session: Session, caller: str, request_id: str, content: str) -> Any:
    """Claim this request for this transaction. Answers `NOTHING` when it is ours to do, else the stored answer.

    A second transaction with the same id waits here until the first has ended. Raises `Refusal("request_id_reused")`
    when the id was used for something else.
    """
    key = {"caller": caller, "request_id": request_id}
    if session.execute(_CLAIM, {**key, "content": content}).scalar() is not None:
        return NOTHING
    stored = session.execute(_STORED, key).one()
    if stored.content != content:
        refuse("request_id_reused", "This request id was already used for another request; take a new one.")
    return stored.answer


def store(session: Session, caller: str, request_id: str, answer: Any) -> None:
    """Keep the answer beside the id, in the same transaction as the change."""
    session.execute(
        _STORE, {"caller": caller, "request_id": request_id, "answer": json.dumps(answer, ensure_ascii=False)}
    )
