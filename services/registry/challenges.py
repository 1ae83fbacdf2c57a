"""Challenges: short texts the registry signs, so that answering one proves a key now, and nothing need be kept.

`<base64url of canonical JSON>.<base64url of the department's Ed25519 signature>`. Any instance can check what another
made, and so can one that holds a newer key beside the old one.
"""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.chassis.refusal import Refusal
from services.protocol.canonical import canonical, parse
from services.protocol.encoding import b64url, from_b64url, sha256_hex
from services.protocol.reasons import ProtocolError

LIFE: Final = 120
"""Seconds in which a challenge must be answered."""

_PREFIX: Final = b"sunshine-challenge-v1\n"
SESSION_PREFIX: Final = b"sunshine-session-v1\n"
POSSESSION_PREFIX: Final = b"sunshine-possession-v1\n"


def make(key: Ed25519PrivateKey, purpose: str, now: float, **bound: Any) -> str:
    """A fresh challenge for `purpose`; `bound` (canonical JSON values) comes back from `read`."""
    body = canonical({**bound, "purpose": purpose, "nonce": secrets.token_hex(16), "expires": int(now) + LIFE})
    return f"{b64url(body)}.{b64url(key.sign(_PREFIX + body))}"


def read(text: str, purpose: str, keys: Iterable[Ed25519PublicKey], now: float) -> Mapping[str, Any]:
    """What a challenge of ours says. Raises `Refusal`: `challenge_false` (not ours), `challenge_stale` (too late)."""
    false = Refusal("challenge_false", "This is not a challenge of ours for this purpose; ask for a new one.")
    try:
        first, dot, second = text.partition(".")
        body, signature = from_b64url(first), from_b64url(second)
        said = parse(body)
    except ProtocolError as error:
        raise false from error
    if not dot or not any(_signed(each, body, signature) for each in keys) or said.get("purpose") != purpose:
        raise false
    if now >= said["expires"]:
        raise Refusal("challenge_stale", f"A challenge is answered within {LIFE} seconds; ask for a new one.")
    return said


def digest(text: str) -> str:
    """What a spent challenge is remembered by."""
    return sha256_hex(text.encode())


def _signed(key: Ed25519PublicKey, body: bytes, signature: bytes) -> bool:
    try:
        key.verify(signature, _PREFIX + body)
    except InvalidSignature:
        return False
    return True


def expiry(now: datetime) -> datetime:
    """When a challenge made at `now` is stale."""
    return moment(int(now.timestamp()) + LIFE)


def moment(unix: int) -> datetime:
    """Unix seconds as an aware UTC moment."""
    return datetime.fromtimestamp(unix, UTC)
