"""The files of a bid as one stream: a small index, then the bytes of each file in the index's order.

plaintext = u32be(length of index) ‖ index ‖ bytes of file 1 ‖ bytes of file 2 ‖ …, where the index is canonical JSON:

```
{"version": 1, "files": [{"name": "技术方案.pdf", "size": 1048576}], "about": {}}
```

`about` is whatever the sealing program says of its making (machine, authors); it is read by people after the opening.
No files at all is allowed. The rules for names are spelled out character by character, so that every implementation,
sealing or opening, refuses exactly the same ones.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from services.protocol import canonical
from services.protocol.reasons import ProtocolError, Reason
from services.protocol.sealing.envelope import Measured

VERSION = 1
MOST_FILES = 2_000
LARGEST_INDEX = 1 << 20
"""Bytes of the index."""
LARGEST_TOTAL = 1 << 36
"""Bytes of all files together (64 GiB)."""
LONGEST_NAME = 200
"""Bytes of a name in UTF-8."""

_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f/\\\\:*?\"<>|\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|\Z)", re.IGNORECASE | re.ASCII)
_ASCII_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(ord("A"), ord("Z") + 1)})

Sink = Callable[[str, int], BinaryIO]
"""Called with a file's name and size; gives a binary stream to write it into, which the reader closes."""


@dataclass(frozen=True)
class SourceFile:
    """A file to be sealed: its name in the bid, its size in bytes, and how to open it for reading."""

    name: str
    size: int
    open: Callable[[], BinaryIO]

    @classmethod
    def at(cls, path: Path) -> SourceFile:
        """The file at a path, under its own name."""
        return cls(unicodedata.normalize("NFC", path.name), path.stat().st_size, lambda: path.open("rb"))

    @classmethod
    def of(cls, name: str, content: bytes) -> SourceFile:
        """A small file from memory."""
        return cls(name, len(content), lambda: BytesIO(content))


@dataclass(frozen=True)
class OpenedFile:
    """A file that came out of an envelope, with the SHA-256 (hex) of its bytes."""

    name: str
    size: int
    digest: str


def name_faults(name: object) -> list[Reason]:
    """Why a name cannot travel (empty: it can): it must be safe as a file name on every system."""
    if not isinstance(name, str) or not name:
        return [Reason("file_name_unsafe", "a file has no name", name="")]
    unsafe = (_FORBIDDEN.search(name) or _DEVICE.match(name) or name[0] in ". " or name[-1] in ". "
              or len(name.encode("utf-8", "replace")) > LONGEST_NAME or any("\ud800" <= c <= "\udfff" for c in name))
    shown = ascii(name)[:120]
    if not unsafe:
        return []
    return [Reason("file_name_unsafe", f"the file name {shown} is not safe on every system", name=shown)]


def index_faults(index: Any) -> list[Reason]:
    """Everything wrong with an index."""
    if (not isinstance(index, Mapping) or set(index) != {"version", "files", "about"} or index["version"] != VERSION
            or not isinstance(index["files"], list) or not isinstance(index["about"], Mapping)):
        return [Reason("file_index_malformed", "the index of files is malformed")]
    files = index["files"]
    if len(files) > MOST_FILES:
        return [Reason("files_too_many", f"{len(files)} files; at most {MOST_FILES}",
                       files=len(files), most=MOST_FILES)]
    found: list[Reason] = []
    seen: set[str] = set()
    total = 0
    for entry in files:
        if (not isinstance(entry, Mapping) or set(entry) != {"name", "size"} or not isinstance(entry["size"], int)
                or isinstance(entry["size"], bool) or entry["size"] < 0):
            return [*found, Reason("file_index_malformed", "the index of files is malformed")]
        found += name_faults(entry["name"])
        alike = str(entry["name"]).translate(_ASCII_LOWER)
        if alike in seen:
            shown = ascii(entry["name"])
            found.append(Reason("file_name_twice", f"two files are called {shown}", name=shown))
        seen.add(alike)
        total += entry["size"]
    if total > LARGEST_TOTAL:
        found.append(Reason("files_too_large", f"{total} bytes of files; at most {LARGEST_TOTAL}",
                            bytes=total, most=LARGEST_TOTAL))
    return found


def head(files: Sequence[SourceFile], about: Mapping[str, Any]) -> bytes:
    """Length and index. Raises `ProtocolError` (the first fault's code, all faults told)."""
    index = {"version": VERSION, "files": [{"name": one.name, "size": one.size} for one in files], "about": dict(about)}
    found = index_faults(index)
    if found:
        raise ProtocolError(found[0].code, "; ".join(found), **found[0].figures)
    written = canonical.canonical(index)
    if len(written) > LARGEST_INDEX:
        raise _index_too_large(len(written))
    return len(written).to_bytes(4, "big") + written


def write(files: Sequence[SourceFile], about: Mapping[str, Any], piece: int = 1 << 18) -> Iterator[bytes]:
    """The container's bytes, streamed. Raises `ProtocolError` (`file_changed`) when a file has not its stated size."""
    yield head(files, about)
    for one in files:
        left = one.size
        with closing(one.open()) as source:
            while left:
                read = source.read(min(piece, left))
                if not read:
                    break
                left -= len(read)
                yield read
            if left or source.read(1):
                raise ProtocolError("file_changed", f"{one.name!a} changed its size while it was being sealed",
                                    name=ascii(one.name))


def read(pieces: Iterable[bytes], into: Sink) -> tuple[list[OpenedFile], dict[str, Any]]:
    """Take a container apart into sinks; returns what came out, in order, and the index's `about`.

    Raises `ProtocolError` (`container_malformed` or an index fault). Whatever was written before is then to be
    thrown away.
    """
    stream = _Stream(pieces)
    length = int.from_bytes(stream.exactly(4), "big")
    if length > LARGEST_INDEX:
        raise _index_too_large(length)
    index = canonical.parse(stream.exactly(length))
    found = index_faults(index)
    if found:
        raise ProtocolError(found[0].code, "; ".join(found), **found[0].figures)
    opened = []
    for entry in index["files"]:
        measured = Measured()
        with closing(into(entry["name"], entry["size"])) as sink:
            for piece in measured.through(stream.pieces(entry["size"])):
                sink.write(piece)
        opened.append(OpenedFile(entry["name"], entry["size"], measured.digest()))
    stream.end()
    return opened, index["about"]


def _index_too_large(length: int) -> ProtocolError:
    return ProtocolError("file_index_too_large", f"the index of files has {length} bytes; at most {LARGEST_INDEX}",
                         bytes=length, most=LARGEST_INDEX)


class _Stream:
    """Reads exact lengths from pieces of any lengths."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._waiting = b""

    def pieces(self, length: int) -> Iterator[bytes]:
        while length:
            if not self._waiting:
                self._waiting = next(self._pieces, b"")
                if not self._waiting:
                    raise ProtocolError("container_malformed", "the files end before the index says so")
            taken, self._waiting = self._waiting[:length], self._waiting[length:]
            length -= len(taken)
            yield taken

    def exactly(self, length: int) -> bytes:
        return b"".join(self.pieces(length))

    def end(self) -> None:
        if self._waiting or any(self._pieces):
            raise ProtocolError("container_malformed", "there are bytes after the last file of the index")
