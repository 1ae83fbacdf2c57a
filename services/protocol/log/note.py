"""Signed notes: a text, an empty line, and signatures (C2SP signed-note, signature type 0x01, Ed25519).

    <text, every line ended>
    <empty line>
    — <key name> <base64 of key id (4 bytes) ‖ signature (64 bytes)>

The key id is the beginning of SHA-256(name ‖ LF ‖ 0x01 ‖ public key). A note may carry signatures by keys we do not
know, of witnesses say: they are ignored. One by a key we do know must be right, or the whole note is refused.

A key's own text form, the *verifier key*, is ``<name>+<key id, hex>+<base64 of 0x01 ‖ public key>``.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.protocol.log.sentences import error
from services.protocol.reasons import ProtocolError

LONGEST = 65_536
"""Characters of a note; a checkpoint with fifty witnesses has about eight thousand."""
MOST_SIGNATURES = 100
_ED25519 = b"\x01"
_DASH = "— "


@dataclass(frozen=True)
class Key:
    """A public key with the name it signs under. `raw`: the 32 bytes of Ed25519."""

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        if not self.name or "+" in self.name or any(each.isspace() or each < " " for each in self.name):
            raise error("note_key_malformed", why="a name has no space, no plus and no control character")
        if len(self.raw) != 32:
            raise error("note_key_malformed", why="an Ed25519 public key has 32 bytes")

    @property
    def id(self) -> bytes:
        """The key id: 4 bytes, a hint and no proof."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    @property
    def text(self) -> str:
        """The verifier key, one line."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.raw).decode()}"

    @classmethod
    def of(cls, name: str, public_key: Ed25519PublicKey) -> Key:
        """The key under a name."""
        return cls(name, public_key.public_bytes_raw())

    @classmethod
    def read(cls, text: str) -> Key:
        """Read a verifier key. Raises `ProtocolError` (`note_key_malformed`) when it does not agree with itself."""
        parts = text.strip().split("+", 2)
        if len(parts) == 3:
            data = _base64(parts[2])
            if data is not None and len(data) == 33 and data[:1] == _ED25519:
                key = cls(parts[0], data[1:])
                if key.id.hex() == parts[1]:
                    return key
        raise error("note_key_malformed", why=repr(text[:200]))

    def verifies(self, signature: bytes, text: str) -> bool:
        """Whether this key made this signature under this text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Note:
    """An opened note: its text, and the known keys that signed it."""

    text: str
    signers: tuple[Key, ...]


def sign(text: str, name: str, *private_keys: Ed25519PrivateKey) -> str:
    """The note of this text under these keys' signatures (two while a key is being replaced)."""
    _check_text(text)
    return text + "\n" + "".join(_signature_line(text, name, key) for key in private_keys)


def cosign(note: str, name: str, private_key: Ed25519PrivateKey) -> str:
    """The same note with one signature more, a witness's say."""
    text, _ = split(note)
    return note + _signature_line(text, name, private_key)


def split(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """The text, and each signature as (name, key id, signature). Raises `ProtocolError` (`note_malformed`)."""
    text, found, lines = note.rpartition("\n\n")
    text += "\n"
    if len(note) > LONGEST or not found or not lines.endswith("\n"):
        raise _malformed("it has no signatures, or is too long")
    _check_text(text)
    signatures = []
    for line in lines.removesuffix("\n").split("\n"):
        name, space, encoded = line.removeprefix(_DASH).partition(" ")
        data = _base64(encoded)
        if not line.startswith(_DASH) or not name or not space or data is None or len(data) < 5:
            raise _malformed(f"not a signature line: {line[:200]!r}")
        signatures.append((name, data[:4], data[4:]))
    if len(signatures) > MOST_SIGNATURES:
        raise _malformed(f"it has more than {MOST_SIGNATURES} signatures")
    return text, signatures


def open_note(note: str, keys: Iterable[Key]) -> Note:
    """The note, if at least one of these keys signed it and no signature by one of them is false.

    Raises `ProtocolError`: `note_malformed`, `note_signature_false`, `note_unsigned`.
    """
    known = {(key.name, key.id): key for key in keys}
    text, signatures = split(note)
    signers = []
    for name, key_id, signature in signatures:
        key = known.get((name, key_id))
        if key is None or key in signers:
            continue
        if not key.verifies(signature, text):
            raise error("note_signature_false", name=name)
        signers.append(key)
    if not signers:
        raise error("note_unsigned", names=", ".join(dict.fromkeys(name for name, _, _ in signatures)))
    return Note(text, tuple(signers))


def _signature_line(text: str, name: str, private_key: Ed25519PrivateKey) -> str:
    key = Key.of(name, private_key.public_key())
    return f"{_DASH}{name} {base64.b64encode(key.id + private_key.sign(text.encode())).decode()}\n"


def _check_text(text: str) -> None:
    if not text.endswith("\n") or any(each < " " and each != "\n" for each in text):
        raise _malformed("its text must end with a line feed and hold no control characters")
    try:
        text.encode()
    except UnicodeEncodeError as cause:
        raise _malformed("its text holds half a character") from cause


def _base64(text: str) -> bytes | None:
    """Standard base64 with padding, in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def _malformed(why: str) -> ProtocolError:
    return error("note_malformed", why=why)
