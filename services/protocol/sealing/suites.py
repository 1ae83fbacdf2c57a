"""Which cryptography a bid is sealed with, by name.

A suite says how a share is wrapped for a holder and which AEAD encrypts a chunk (256-bit key, 96-bit IV, 128-bit tag).
The splitting, the binding, the chunking and the manifest are the same in every suite. An unknown name is refused
by name; a suite that is announced but not built says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.protocol import certificates
from services.protocol.reasons import ProtocolError, Reason

RSA_OAEP_A256GCM = "RSA-OAEP-256+A256GCM"
ANNOUNCED = ("SM2+SM4GCM", "X25519MLKEM768+A256GCM")
"""The national algorithms and a post-quantum hybrid: known names, not built yet."""

SMALLEST_RSA_BITS = 2048
LARGEST_RSA_BITS = 8192


class Aead(Protocol):
    """Authenticated encryption under one key."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Ciphertext with the 16-byte tag at its end."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes, /) -> bytes:
        """Plaintext; raises `cryptography.exceptions.InvalidTag`."""


@dataclass(frozen=True)
class Suite:
    """One way of sealing; every member is a pure function (wrapping draws its randomness from the system)."""

    name: str
    key_faults: Callable[[str], list[Reason]]
    """certificate PEM → why shares cannot be wrapped for it (empty: they can)."""
    wrapped_bytes: Callable[[str], int]
    """certificate PEM → length of a secret wrapped for it."""
    wrap: Callable[[str, bytes, bytes], bytes]
    """certificate PEM, secret, label → wrapped secret."""
    unwrap: Callable[[object, bytes, bytes], bytes]
    """private key, wrapped secret, label → secret; raises `ProtocolError` (`share_unreadable`)."""
    aead: Callable[[bytes], Aead]
    """content key of 32 bytes → AEAD."""


def suite(name: object) -> Suite:
    """The suite of that name. Raises `ProtocolError` (`suite_unknown`, `suite_unavailable`)."""
    if isinstance(name, str) and name in _BUILT:
        return _BUILT[name]
    if name in ANNOUNCED:
        raise ProtocolError("suite_unavailable", f"the suite {name} is announced but not available in this build",
                            suite=name)
    shown = str(name)[:80]
    raise ProtocolError("suite_unknown", f"unknown sealing suite {shown!r}; known: {', '.join(_BUILT)}",
                        suite=shown, known=", ".join(_BUILT))


@lru_cache(maxsize=512)
def _encryption_key(pem: str) -> rsa.RSAPublicKey:
    key = certificates.load(pem).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise ProtocolError("encryption_key_unsuitable", "shares are wrapped for RSA keys; this is another")
    if not SMALLEST_RSA_BITS <= key.key_size <= LARGEST_RSA_BITS:
        raise ProtocolError("encryption_key_size",
                            f"the RSA key has {key.key_size} bits; {SMALLEST_RSA_BITS} to {LARGEST_RSA_BITS} will do",
                            bits=key.key_size, least=SMALLEST_RSA_BITS, most=LARGEST_RSA_BITS)
    return key


def _rsa_key_faults(pem: str) -> list[Reason]:
    try:
        _encryption_key(pem)
    except ProtocolError as error:
        return [error.reason]
    return []


def _rsa_bytes(pem: str) -> int:
    return (_encryption_key(pem).key_size + 7) // 8


def _oaep(label: bytes) -> padding.OAEP:
    return padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=label)


def _rsa_wrap(pem: str, secret: bytes, label: bytes) -> bytes:
    return _encryption_key(pem).encrypt(secret, _oaep(label))


def _rsa_unwrap(private_key: object, wrapped: bytes, label: bytes) -> bytes:
    if not isinstance(private_key, rsa.RSAPrivateKey):
        raise ProtocolError("encryption_key_unsuitable", "shares are wrapped for RSA keys; this is another")
    try:
        return private_key.decrypt(wrapped, _oaep(label))
    except ValueError:
        raise ProtocolError("share_unreadable", "this wrapped share cannot be read with this key") from None


_BUILT = {RSA_OAEP_A256GCM: Suite(RSA_OAEP_A256GCM, _rsa_key_faults, _rsa_bytes, _rsa_wrap, _rsa_unwrap, AESGCM)}
