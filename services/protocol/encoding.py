"""How bytes and moments are written in our JSON: digests in hex, other bytes in base64url, moments in UTC with a Z.

Decoding is strict: one byte string has exactly one text, so a changed character is always noticed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from datetime import datetime

from services.protocol.reasons import ProtocolError

_BASE64URL = re.compile(r"[A-Za-z0-9_-]*\Z")
_LAST_OF_ONE = frozenset("AQgw")
_LAST_OF_TWO = frozenset("AEIMQUYcgkosw048")
"""What may end the text of 3n+1 or 3n+2 bytes: a letter whose four or two low bits are zero."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z\Z", re.ASCII)
_HEX_DIGEST = re.compile(r"[0-9a-f]{64}\Z")


def b64url(data: bytes) -> str:
    """Write bytes as base64url without padding (RFC 4648, section 5)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_b64url(text: str) -> bytes:
    """Read base64url without padding. Raises `ProtocolError` (`base64url_malformed`) on any other spelling."""
    if not is_b64url(text):
        raise ProtocolError("base64url_malformed", "this is not base64url without padding")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_b64url(text: object) -> bool:
    """Whether `text` is base64url without padding, the unused low bits of its last character being zero."""
    if not isinstance(text, str) or not _BASE64URL.match(text):
        return False
    spare = len(text) % 4
    return spare == 0 or (spare == 2 and text[-1] in _LAST_OF_ONE) or (spare == 3 and text[-1] in _LAST_OF_TWO)


def is_digest(text: object) -> bool:
    """Whether `text` is a SHA-256 digest in lower-case hex (64 characters)."""
    return isinstance(text, str) and _HEX_DIGEST.match(text) is not None


def is_moment(text: object) -> bool:
    """Whether `text` is a moment in UTC as we write it: ``2026-06-01T01:00:00Z``, up to microseconds."""
    if not isinstance(text, str) or not _MOMENT.match(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes, lower-case hex."""
    return hashlib.sha256(data).hexdigest()
