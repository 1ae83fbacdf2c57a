"""What a sealed bid is bound to, and the bytes that bind it.

Changing any member changes `digest`, which is the HKDF salt and part of the associated data of every chunk: a
ciphertext sealed for one lot, supplier, deadline or sealing sheet opens under no other.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from services.protocol.canonical import canonical
from services.protocol.encoding import is_digest, is_moment
from services.protocol.reasons import ProtocolError, Reason

PROTOCOL = b"sunshine-seal-v1"
KEY_BYTES = 32
"""Length of the master key, of each share and of each content key."""
SMALLEST_CHUNK = 64
DEFAULT_CHUNK = 1 << 20
LARGEST_CHUNK = 1 << 22
"""Plaintext bytes per chunk; each chunk's ciphertext is 16 bytes longer."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}\Z")
_SEAT = re.compile(r"[a-z][a-z0-9_-]{0,31}\Z")


@dataclass(frozen=True)
class Context:
    """The seven facts a bid is sealed under. Ids are 1–64 of ``A-Za-z0-9._:-``; `deadline` is UTC text ending in Z.

    `sheet` is the sealing sheet's digest (hex), `chunk` the plaintext bytes per chunk.
    Raises `ProtocolError` (`context_malformed`) when built from anything else.
    """

    suite: str
    lot: str
    bid: str
    supplier: str
    deadline: str
    sheet: str
    chunk: int

    def __post_init__(self) -> None:
        found = faults({name: getattr(self, name) for name in MEMBERS})
        if found:
            raise ProtocolError("context_malformed", str(found[0]), **found[0].figures)

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Context:
        """The context a manifest names."""
        return cls(**{name: manifest.get(name) for name in MEMBERS})  # type: ignore[arg-type]  # checked when built

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the canonical JSON of the seven members (32 bytes)."""
        return hashlib.sha256(canonical({name: getattr(self, name) for name in MEMBERS})).digest()

    def label(self, seat: str) -> bytes:
        """The RSA-OAEP label under which this bid's share for `seat` is wrapped."""
        return b"|".join((PROTOCOL, self.lot.encode(), self.bid.encode(), seat.encode()))


MEMBERS = ("suite", "lot", "bid", "supplier", "deadline", "sheet", "chunk")


def faults(members: Mapping[str, Any]) -> list[Reason]:
    """What is wrong with the seven members; the suite's name is judged where it is used."""
    found = [Reason("context_malformed", f"{name} is not an id of 1 to 64 letters, digits or ._:-", member=name)
             for name in ("lot", "bid", "supplier") if not is_id(members.get(name))]
    if not isinstance(members.get("suite"), str):
        found.append(Reason("context_malformed", "suite is not a name", member="suite"))
    if not is_moment(members.get("deadline")):
        found.append(Reason("context_malformed", "deadline is not a moment in UTC ending in Z", member="deadline"))
    if not is_digest(members.get("sheet")):
        found.append(Reason("context_malformed", "sheet is not a SHA-256 digest in hex", member="sheet"))
    chunk = members.get("chunk")
    if not isinstance(chunk, int) or isinstance(chunk, bool) or not SMALLEST_CHUNK <= chunk <= LARGEST_CHUNK:
        found.append(Reason("context_malformed", f"chunk is not between {SMALLEST_CHUNK} and {LARGEST_CHUNK} bytes",
                            member="chunk"))
    return found


def is_id(text: object) -> bool:
    """Whether `text` may name a lot, a bid, a supplier or a person."""
    return isinstance(text, str) and _ID.match(text) is not None


def is_seat(text: object) -> bool:
    """Whether `text` may name a seat."""
    return isinstance(text, str) and _SEAT.match(text) is not None
