"""What kind of file is this? Told by its shape, not by its name."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.protocol import draw, receipt, signatures
from services.protocol.canonical import canonical, parse_any
from services.protocol.log import note
from services.protocol.reasons import ProtocolError

LARGEST = 256 << 20
"""Bytes of a file that is not a log; a log is read line by line."""

LOG, INCLUSION, CONSISTENCY, RECORD = "log", "inclusion", "consistency", "record"
CHECKPOINT, RECEIPT, STATEMENT, TRANSCRIPT, OTHER = "checkpoint", "receipt", "statement", "transcript", "other"
_BY_MEMBERS = (
    (RECEIPT, set(receipt.SIGNED_MEMBERS)),
    (STATEMENT, set(signatures.MEMBERS)),
    (TRANSCRIPT, set(draw.MEMBERS)),
)


@dataclass(frozen=True)
class File:
    """A file as it was read. `value`: its JSON; `text`: a checkpoint's note; `lines`: a log's, still to be read.

    digests: SHA-256 (hex) of its bytes and, for JSON, of its canonical form: what a statement about it may name.
    """

    name: str
    kind: str
    value: Mapping[str, Any] | None = None
    text: str = ""
    lines: Iterable[bytes] = ()
    digests: frozenset[str] = frozenset()


def read(name: str, lines: Iterable[bytes]) -> File:
    """Read a file from its lines and tell its kind. Raises `ProtocolError` (`file_malformed`) where it is too large."""
    lines = iter(lines)
    first = next(lines, b"")
    if _kind_named(_json(first)) == LOG:
        return File(name, LOG, lines=itertools.chain([first], lines))
    data = _joined(first, lines)
    value = _json(data)
    if value is not None:
        return of_value(name, value, hashlib.sha256(data).hexdigest())
    return File(name, CHECKPOINT if _is_note(data) else OTHER, text=data.decode("utf-8", "replace"),
                digests=frozenset({hashlib.sha256(data).hexdigest()}))


def of_value(name: str, value: Mapping[str, Any], digest: str = "") -> File:
    """A file whose JSON is at hand. `digest`: of its bytes, where there are any."""
    kind = _kind_named(value) or next((kind for kind, members in _BY_MEMBERS if set(value) == members), OTHER)
    whole = hashlib.sha256(canonical(dict(value))).hexdigest()
    return File(name, kind, value, digests=frozenset({whole, digest} - {""}))


def _kind_named(value: Mapping[str, Any] | None) -> str:
    named = str((value or {}).get("kind", ""))
    kind = named.removeprefix("sunshine.")
    return kind if kind != named and kind in (LOG, INCLUSION, CONSISTENCY, RECORD) else ""


def _json(data: bytes) -> Mapping[str, Any] | None:
    try:
        value = parse_any(data)
    except ProtocolError:
        return None
    return value if isinstance(value, dict) else None


def _is_note(data: bytes) -> bool:
    try:
        note.split(data.decode())
    except (ProtocolError, UnicodeDecodeError):
        return False
    return True


def _joined(first: bytes, lines: Iterator[bytes]) -> bytes:
    parts, size = [first], len(first)
    for line in lines:
        size += len(line)
        if size > LARGEST:
            raise ProtocolError("file_malformed", f"the file has more than {LARGEST} bytes", why=f"> {LARGEST} B")
        parts.append(line)
    return b"".join(parts)
