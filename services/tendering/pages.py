"""Where a list goes on: an opaque cursor of the last row's moment and id."""

from __future__ import annotations

from datetime import datetime

from services.chassis.wire import moment_text
from services.protocol.encoding import b64url, from_b64url
from services.protocol.reasons import ProtocolError
from services.tendering.refusals import no


def cursor(at: datetime, row_id: str) -> str:
    """The cursor after this row."""
    return b64url(f"{moment_text(at)}|{row_id}".encode())


def position(after: str | None) -> tuple[datetime, str] | None:
    """What a cursor says; refuses `cursor_malformed`."""
    if after is None:
        return None
    try:
        at, _, row_id = from_b64url(after).decode("ascii").partition("|")
        return datetime.fromisoformat(at), row_id
    except (ProtocolError, ValueError):
        return no("cursor_malformed")
