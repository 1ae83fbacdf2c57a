"""Opaque cursors: where the next page of a list begins, signed, good for that list only."""

from __future__ import annotations

from typing import Any

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from gateway.bus import Refused


def seal(position: Any, listing: str) -> str:
    """The cursor of a department's position in a listing (the route's name)."""
    return str(_serializer(listing).dumps(position))


def read(cursor: str, listing: str) -> Any:
    """The position of a cursor. Raises Refused `cursor_unknown` for one that this list never gave."""
    try:
        return _serializer(listing).loads(cursor)
    except BadSignature:
        raise Refused("cursor_unknown", "This cursor was not given by this list; begin at its first page.") from None


def _serializer(listing: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.extensions["settings"].secret, salt=f"cursor of {listing}")
