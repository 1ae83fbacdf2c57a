"""Pages by key: a cursor is the number of the last thing seen, opaque to the caller."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from services.notify.refusals import no

MOST = 100


def cursor_of(number: int) -> str:
    """The cursor behind this number."""
    return base64.urlsafe_b64encode(f"n{number}".encode()).decode().rstrip("=")


def number_of(cursor: str | None) -> int | None:
    """The number a cursor stands for; None without one. Refuses `cursor_wrong`."""
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        no("cursor_wrong", field="after")
    if text[:1] != "n" or not text[1:].isdigit() or len(text) > 19:
        no("cursor_wrong", field="after")
    return int(text[1:])


def page(rows: list[Any], most: int) -> tuple[list[Any], str | None]:
    """The first `most` of rows fetched with one more, and the cursor of the next page."""
    shown = rows[:most]
    return shown, cursor_of(shown[-1].number) if len(rows) > most else None
