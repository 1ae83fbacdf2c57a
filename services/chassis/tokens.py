"""Tokens: who calls, signed, short-lived, verified by every service itself.

Two kinds, both JSON Web Tokens with EdDSA (RFC 7519, RFC 8037):
* a person's, signed by registry's session key. The header carries that key and registry's signature over it, so session
  keys rotate without anything to hand round: whoever holds registry's public key can check any token.
* a department's own, signed by its department key, for calls a service makes for itself.

Verified tokens are remembered until they expire; ended sessions are refused from the moment the service has heard of
it.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from services.chassis.caller import Caller
from services.chassis.refusal import Refusal, refuse
from services.protocol.canonical import canonical

AUDIENCE = "sunshine"
LONGEST_TOKEN = 8192
DEPARTMENT_TOKEN_LIFE = 120
_REMEMBERED = 4096


class Trust:
    """The departments' public keys, from a folder of `<department>.pem` (and `<department>-….pem` beside an old
    one).
    """

    def __init__(self, folder: Path) -> None:
        self.keys: dict[str, list[Ed25519PublicKey]] = {}
        for path in sorted(folder.glob("*.pem")):
            key = load_pem_public_key(path.read_bytes())
            if not isinstance(key, Ed25519PublicKey):
                raise ValueError(f"{path.name} in the trust folder is not an Ed25519 public key")
            self.keys.setdefault(path.stem.split("-")[0], []).append(key)

    def of(self, department: str) -> list[Ed25519PublicKey]:
        """The keys this department may sign with; empty when it is not known."""
        return self.keys.get(department, [])


def load_department_key(path: Path) -> Ed25519PrivateKey:
    """This department's signing key. Raises ValueError for any other kind of key."""
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} does not hold an Ed25519 private key")
    return key


def department_token(department: str, key: Ed25519PrivateKey, now: float) -> str:
    """A token with which this department calls another, good for two minutes (`now` in unix seconds)."""
    claims = {
        "iss": department,
        "aud": AUDIENCE,
        "sub": f"department:{department}",
        "iat": int(now),
        "exp": int(now) + DEPARTMENT_TOKEN_LIFE,
    }
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": department})


class TokenVerifier:
    """Checks tokens for one process.

    authority: the department whose session keys vouch for people.
    """

    def __init__(self, trust: Trust, authority: str = "registry") -> None:
        self.trust = trust
        self.authority = authority
        self._known: dict[str, tuple[float, Caller]] = {}
        self._ended: dict[str, float] = {}

    def end_sessions(self, ended: Iterable[tuple[str, float]]) -> None:
        """Refuse these sessions from now on; each (session id, unix time after which it can be forgotten)."""
        now = time.time()
        self._ended.update(ended)
        self._ended = {session: until for session, until in self._ended.items() if until > now}

    def caller(self, token: str) -> Caller:
        """The caller this token speaks for. Raises `Refusal("unauthenticated")` with the reason."""
        now = time.time()
        known = self._known.get(token)
        if known is None or known[0] <= now:
            known = self._verify(token, now)
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[token] = known
        if known[1].session_id in self._ended:
            refuse("unauthenticated", "This session has ended; sign in again.")
        return known[1]

    def _verify(self, token: str, now: float) -> tuple[float, Caller]:
        if len(token) > LONGEST_TOKEN:
            refuse("unauthenticated", "The token is too long.")
        try:
            header = jwt.get_unverified_header(token)
            issuer = str(jwt.decode(token, options={"verify_signature": False}).get("iss", ""))
            keys = (
                [_session_key(header, self.trust.of(self.authority), now)] if "sk" in header else self.trust.of(issuer)
            )
            claims = _decode(token, keys, issuer)
        except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
            raise Refusal("unauthenticated", f"The token is not valid: {type(error).__name__}.") from error
        if "sk" in header and issuer != self.authority:
            refuse("unauthenticated", "The token is not valid: wrong issuer.")
        return float(claims["exp"]), _caller_of(claims, "sk" in header)


def _session_key(header: dict[str, Any], authority: list[Ed25519PublicKey], now: float) -> Ed25519PublicKey:
    signed = canonical({"kid": header["kid"], "sk": header["sk"], "sk_exp": header["sk_exp"]})
    signature = _unbase64(header["sk_sig"])
    if not any(_signed_by(key, signature, signed) for key in authority):
        raise ValueError("the session key is not vouched for")
    if header["sk_exp"] <= now:
        raise ValueError("the session key has expired")
    return Ed25519PublicKey.from_public_bytes(_unbase64(header["sk"]))


def _signed_by(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _decode(token: str, keys: list[Ed25519PublicKey], issuer: str) -> dict[str, Any]:
    if not keys:
        raise ValueError("no key is known for the token's issuer")
    for at, key in enumerate(keys):
        try:
            return jwt.decode(
                token,
                key,
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                issuer=issuer,
                leeway=2,
                options={"require": ["exp", "iat", "sub", "iss", "aud"]},
            )
        except jwt.InvalidSignatureError:
            if at == len(keys) - 1:
                raise
    raise ValueError("no key fits")


def _caller_of(claims: dict[str, Any], a_person: bool) -> Caller:
    if not a_person:
        return Caller(department=str(claims["iss"]))
    return Caller(
        person_id=str(claims["sub"]),
        name=str(claims.get("name", "")),
        organisation_id=claims.get("org"),
        organisation_kind=str(claims.get("org_kind", "")),
        roles=frozenset(claims.get("roles", [])),
        grants=dict(claims.get("may", {})),
        certificate=str(claims.get("cert", "")),
        session_id=str(claims.get("sid", "")),
    )


def _unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
