"""Showing in public that a supplier wrapped a share which its own commitment denies.

A share that does not match its commitment looks like the holder's fault: did they post something else than they
unwrapped? A holder with the private key at hand can clear themselves: RSA-OAEP is deterministic once its 32-byte seed
is known, so publishing the seed lets anybody wrap the posted share again and find the very bytes of the manifest
(RFC 8017, section 7.1.1). No key is given away, and the share was to be published at the opening anyway.

The seed is given only where the wrapped share opens under its proper label. Showing in the same way that one does
*not* open would mean publishing a raw RSA decryption, and then a supplier could hand in another lot's wrapped share to
have it decrypted in public; there the finding stays `undetermined` (see `unseal`).
"""

from __future__ import annotations

import hashlib
import hmac

from cryptography.hazmat.primitives.asymmetric import rsa

from services.protocol import certificates
from services.protocol.reasons import ProtocolError
from services.protocol.sealing.suites import RSA_OAEP_A256GCM, suite

_HASH_BYTES = 32


def seed_of(private_key: rsa.RSAPrivateKey, wrapped: bytes, label: bytes) -> bytes:
    """The OAEP seed (32 bytes) of a share that opens under `label`. Raises `ProtocolError` (`share_unreadable`)."""
    suite(RSA_OAEP_A256GCM).unwrap(private_key, wrapped, label)  # refuses whatever is not this bid's and this seat's
    numbers = private_key.private_numbers()
    length = (private_key.key_size + 7) // 8
    encoded = pow(int.from_bytes(wrapped, "big"), numbers.d, numbers.public_numbers.n).to_bytes(length, "big")
    masked_seed, masked_block = encoded[1:1 + _HASH_BYTES], encoded[1 + _HASH_BYTES:]
    return _xor(masked_seed, _mask(masked_block, _HASH_BYTES))


def clears_holder(certificate_pem: str, wrapped: bytes, label: bytes, share: bytes, seed: bytes) -> bool:
    """Whether `wrapped` holds exactly `share`: then the holder posted what the supplier wrapped."""
    key = certificates.load(certificate_pem).public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise ProtocolError("encryption_key_unsuitable", "shares are wrapped for RSA keys; this is another")
    length = (key.key_size + 7) // 8
    room = length - len(share) - 2 * _HASH_BYTES - 2
    if len(seed) != _HASH_BYTES or room < 0:
        return False
    block = hashlib.sha256(label).digest() + bytes(room) + b"\x01" + share
    masked_block = _xor(block, _mask(seed, len(block)))
    masked_seed = _xor(seed, _mask(masked_block, _HASH_BYTES))
    numbers = key.public_numbers()
    again = pow(int.from_bytes(b"\0" + masked_seed + masked_block, "big"), numbers.e, numbers.n).to_bytes(length, "big")
    return hmac.compare_digest(again, wrapped)


def _mask(seed: bytes, length: int) -> bytes:
    """MGF1 with SHA-256 (RFC 8017, appendix B.2.1)."""
    counters = range(-(-length // _HASH_BYTES))
    blocks = (hashlib.sha256(seed + counter.to_bytes(4, "big")).digest() for counter in counters)
    return b"".join(blocks)[:length]


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
