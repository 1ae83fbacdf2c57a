"""The master key in as many shares as there are seats: all of them open it, one short tells nothing.

K = K₁ ⊕ K₂ ⊕ … ⊕ Kₙ, every share but the last drawn at random, so any n−1 of them are uniformly random whatever K is.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Sequence

from services.protocol.encoding import sha256_hex
from services.protocol.reasons import ProtocolError
from services.protocol.sealing.context import KEY_BYTES


def split(key: bytes, seats: int, random: Callable[[int], bytes] = secrets.token_bytes) -> list[bytes]:
    """Split a 32-byte key into `seats` shares of 32 bytes; the order is the seats' order."""
    drawn = [random(KEY_BYTES) for _ in range(seats - 1)]
    return [*drawn, combine([key, *drawn])]


def combine(shares: Sequence[bytes]) -> bytes:
    """XOR of 32-byte shares. Raises `ProtocolError` (`share_length`) if one has another length."""
    total = 0
    for share in shares:
        if len(share) != KEY_BYTES:
            raise ProtocolError("share_length", f"a share has {KEY_BYTES} bytes, not {len(share)}", bytes=KEY_BYTES)
        total ^= int.from_bytes(share, "big")
    return total.to_bytes(KEY_BYTES, "big")


def commitment(share: bytes) -> str:
    """SHA-256 of a share, hex. A share is 32 random bytes, so the commitment gives nothing away."""
    return sha256_hex(share)


def matches(share: bytes, committed: str) -> bool:
    """Whether this is the share that was committed to."""
    return len(share) == KEY_BYTES and hmac.compare_digest(commitment(share), committed)
