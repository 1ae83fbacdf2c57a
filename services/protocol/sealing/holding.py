"""Proof that a key holder still has the key, asked before a notice may be published.

The asker wraps a random secret for the holder's certificate (`ask`), the holder unwraps it (`answer`), the asker
compares (`verify`). The asker keeps only the test, which holds the secret's SHA-256, never the secret.

The label names the lot, the seat and the holder under a prefix of its own, and the holder builds the label itself: a
wrapped share of a real bid handed over as a "test" cannot be unwrapped here.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from services.protocol import certificates
from services.protocol.encoding import b64url, from_b64url, is_digest, sha256_hex
from services.protocol.reasons import ProtocolError, Reason
from services.protocol.sealing.context import KEY_BYTES, is_id, is_seat
from services.protocol.sealing.suites import RSA_OAEP_A256GCM, suite

PREFIX = b"sunshine-holding-v1"
MEMBERS = ("suite", "lot", "seat", "holder", "wrapped", "digest")


def ask(certificate_pem: str, lot: str, seat: str, suite_name: str = RSA_OAEP_A256GCM,
        random: Callable[[int], bytes] = secrets.token_bytes) -> dict[str, str]:
    """A test for one holder: ``{suite, lot, seat, holder, wrapped, digest}``; `holder` is the fingerprint."""
    holder = certificates.fingerprint(certificate_pem)
    secret = random(KEY_BYTES)
    wrapped = suite(suite_name).wrap(certificate_pem, secret, _label(lot, seat, holder))
    return {"suite": suite_name, "lot": lot, "seat": seat, "holder": holder, "wrapped": b64url(wrapped),
            "digest": sha256_hex(secret)}


def answer(private_key: object, test: Mapping[str, Any]) -> str:
    """The secret, base64url. Raises `ProtocolError` (`holding_malformed`, `share_unreadable`, suite faults)."""
    _check(test)
    label = _label(test["lot"], test["seat"], test["holder"])
    return b64url(suite(test["suite"]).unwrap(private_key, from_b64url(test["wrapped"]), label))


def verify(test: Mapping[str, Any], answered: str) -> list[Reason]:
    """Why the answer proves nothing; empty means the key is at hand."""
    _check(test)
    wrong = [Reason("holding_not_proven", f"the key of the seat {test['seat']} was not proven to be at hand",
                    seat=test["seat"])]
    try:
        given = from_b64url(answered)
    except ProtocolError:
        return wrong
    return [] if hmac.compare_digest(sha256_hex(given), test["digest"]) else wrong


def _label(lot: str, seat: str, holder: str) -> bytes:
    if not (is_id(lot) and is_seat(seat) and is_digest(holder)):
        raise ProtocolError("holding_malformed", "the test names no lot, seat or holder")
    return b"|".join((PREFIX, lot.encode(), seat.encode(), holder.encode()))


def _check(test: Mapping[str, Any]) -> None:
    if not isinstance(test, Mapping) or set(test) != set(MEMBERS) or not is_digest(test["digest"]):
        raise ProtocolError("holding_malformed", f"a test has exactly the members {', '.join(MEMBERS)}")
