"""One envelope: a stream of bytes as AES-256-GCM chunks, each bound to its position and to the end.

* content key = HKDF-SHA256(K, salt = context digest, info = ``sunshine-seal-v1|price`` or ``…|files``), 32 bytes
  (RFC 5869);
* plaintext is cut into chunks of `context.chunk` bytes, only the last may be shorter, and none is empty;
* chunk i has IV = u32be(last?) ‖ u64be(i): the deterministic construction of NIST SP 800-38D section 8.2.1; a
  content key comes from a fresh K and encrypts one envelope once, so no IV ever meets its key twice;
* associated data = ``sunshine-seal-v1|price|`` (or files) ‖ context digest (32) ‖ u64be(i) ‖ u8(last?);
* ciphertext = the chunks, each followed by its 16-byte tag, one after the other, with no header.

Dropping, swapping, repeating, shortening or lengthening chunks therefore fails on the first wrong one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.protocol.reasons import ProtocolError
from services.protocol.sealing.context import KEY_BYTES, PROTOCOL, Context
from services.protocol.sealing.suites import suite

PRICE = "price"
FILES = "files"
TAG_BYTES = 16

Progress = Callable[[int, int], None]
"""Called with (plaintext bytes done, plaintext bytes in all), after every chunk."""


def content_key(master: bytes, context: Context, name: str) -> bytes:
    """The key of one envelope (32 bytes); `name` is `PRICE` or `FILES`."""
    derive = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=context.digest, info=_info(name))
    return derive.derive(master)


def ciphertext_size(plaintext: int, chunk: int) -> int:
    """How long the ciphertext of that many plaintext bytes (one or more) is."""
    return plaintext + TAG_BYTES * -(-plaintext // chunk)


def encrypt(master: bytes, context: Context, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Ciphertext chunk by chunk, from plaintext pieces of any lengths; one chunk is held in memory.

    Never call it twice with one master key and different plaintext. Raises `ProtocolError` (`envelope_empty`).
    """
    aead = suite(context.suite).aead(content_key(master, context, name))
    for position, chunk, last in _chunks(pieces, context.chunk):
        yield aead.encrypt(_iv(position, last), chunk, _associated(context, name, position, last))


def decrypt(master: bytes, context: Context, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Plaintext chunk by chunk, from ciphertext pieces of any lengths.

    Each chunk is authentic when it is given out, but only the end proves that none is missing: use nothing before the
    iterator is exhausted. Raises `ProtocolError` (`envelope_unreadable`, with the chunk's position; `envelope_empty`).
    """
    aead = suite(context.suite).aead(content_key(master, context, name))
    for position, chunk, last in _chunks(pieces, context.chunk + TAG_BYTES):
        try:
            plain = aead.decrypt(_iv(position, last), chunk, _associated(context, name, position, last))
        except (InvalidTag, ValueError):
            raise ProtocolError("envelope_unreadable", f"the {name} envelope cannot be read at chunk {position}",
                                envelope=name, chunk=position) from None
        if not plain:
            raise ProtocolError("envelope_unreadable", f"the {name} envelope has an empty chunk {position}",
                                envelope=name, chunk=position)
        yield plain


class Measured:
    """Counts and hashes bytes on their way: `size` and `digest()` of everything that passed."""

    def __init__(self) -> None:
        self.size = 0
        self._hash = hashlib.sha256()

    def through(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, measured."""
        for piece in pieces:
            self.size += len(piece)
            self._hash.update(piece)
            yield piece

    def digest(self) -> str:
        """SHA-256 of what passed, hex."""
        return self._hash.hexdigest()


def pieces_of(source: BinaryIO, length: int = 1 << 18) -> Iterator[bytes]:
    """Read a stream to its end in pieces."""
    while piece := source.read(length):
        yield piece


def _chunks(pieces: Iterable[bytes], length: int) -> Iterator[tuple[int, bytes, bool]]:
    """Cut pieces into chunks of `length`, saying of each its position and whether it is the last."""
    waiting = bytearray()
    position = 0
    for piece in pieces:
        waiting += piece
        start = 0
        while len(waiting) - start > length:  # strictly more: the last full chunk waits until the end is known
            yield position, bytes(waiting[start:start + length]), False
            position, start = position + 1, start + length
        del waiting[:start]
    if not waiting:
        raise ProtocolError("envelope_empty", "an envelope is never empty")
    yield position, bytes(waiting), True


def _iv(position: int, last: bool) -> bytes:
    return int(last).to_bytes(4, "big") + position.to_bytes(8, "big")


def _info(name: str) -> bytes:
    return PROTOCOL + b"|" + name.encode("ascii")


def _associated(context: Context, name: str, position: int, last: bool) -> bytes:
    return _info(name) + b"|" + context.digest + position.to_bytes(8, "big") + bytes([last])
