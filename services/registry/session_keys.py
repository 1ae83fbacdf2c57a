"""Session keys: what tokens are signed with. Each process makes its own and replaces it hourly.

Nothing has to be handed round: the token's header carries the key's public half with registry's department signature
over it, and whoever verifies tokens holds registry's public key already.
"""

import threading
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.chassis.tokens import AUDIENCE
from services.protocol.canonical import canonical
from services.protocol.encoding import b64url

ISSUER: Final = "registry"
TOKEN_LIFE: Final = 600
KEY_USE: Final = 3600
"""Seconds a session key signs; it is believed for one token's life longer."""


class SessionKeys:
    """Signs tokens for one process. department_key: registry's own, which vouches for each session key."""

    def __init__(self, department_key: Ed25519PrivateKey) -> None:
        self._department_key = department_key
        self._lock = threading.Lock()
        self._key: Ed25519PrivateKey | None = None
        self._header: dict[str, Any] = {}
        self._until = 0.0

    def token(self, claims: dict[str, Any], now: float) -> str:
        """A token with these claims, issued now (unix seconds), good until `claims["exp"]`, `TOKEN_LIFE` on at most."""
        key, header = self._current(now)
        return jwt.encode(
            {**claims, "iss": ISSUER, "aud": AUDIENCE, "iat": int(now)}, key, algorithm="EdDSA", headers=header
        )

    def _current(self, now: float) -> tuple[Ed25519PrivateKey, dict[str, Any]]:
        with self._lock:
            if self._key is None or now >= self._until:
                self._key = Ed25519PrivateKey.generate()
                self._until = now + KEY_USE
                self._header = self._vouched(self._key, int(self._until) + TOKEN_LIFE + 1)
            return self._key, self._header

    def _vouched(self, key: Ed25519PrivateKey, expires: int) -> dict[str, Any]:
        public = b64url(key.public_key().public_bytes_raw())
        said = {"kid": f"registry-{public[:12]}", "sk": public, "sk_exp": expires}
        return {**said, "sk_sig": b64url(self._department_key.sign(canonical(said)))}


_made: dict[bytes, SessionKeys] = {}


def of(department_key: Ed25519PrivateKey) -> SessionKeys:
    """This process's session keys under that department key."""
    return _made.setdefault(department_key.public_key().public_bytes_raw(), SessionKeys(department_key))
