"""Files by what they contain: a file's name is the SHA-256 of its bytes.

    store = Store("file:///srv/files")            # or any fsspec URL: "s3://bucket/files"
    stored = store.put(chunks, expected=digest)   # -> Stored(digest, size)
    for chunk in store.open(stored.digest): ...

A file appears under its name whole or not at all: it is written under a passing name, and moved when its digest is
known (in a folder also forced to the disk, file and folder). What a killed writer leaves lies under `incoming/` until
`sweep`.
Nothing here deletes a stored file. Calls block: inside a department use `services.chassis.heavy.run`.
"""

from __future__ import annotations

import hashlib
import os
import re
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, Protocol, cast

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from services.chassis.refusal import refuse

CHUNK = 1 << 20
LARGEST = 4 << 30
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_INCOMING = "incoming"


@dataclass(frozen=True)
class Stored:
    """A file that is safely there: SHA-256 in lower-case hex, size in bytes."""

    digest: str
    size: int


class _Place(Protocol):
    """Where files are kept. Names are relative, "ab/abcd…" or "incoming/…"."""

    def create(self, name: str) -> BinaryIO: ...
    def publish(self, passing: str, final: str, file: BinaryIO) -> None: ...
    def discard(self, name: str) -> None: ...
    def read(self, name: str) -> BinaryIO: ...
    def size(self, name: str) -> int | None: ...
    def incoming(self) -> Iterator[tuple[str, float]]: ...


class Store:
    """A content-addressed store at an fsspec URL; a plain path or `file://` URL is a folder."""

    def __init__(self, url: str) -> None:
        filesystem, root = url_to_fs(url)
        self._place: _Place = (
            _Folder(Path(root)) if isinstance(filesystem, LocalFileSystem) else _Remote(filesystem, root)
        )

    def put(self, chunks: Iterable[bytes], expected: str | None = None, limit: int = LARGEST) -> Stored:
        """Store the bytes of `chunks`; storing the same twice is storing it once.

        Refuses `file_too_large` beyond `limit` bytes and `digest_differs` where `expected` is not what arrived; then,
        and when `chunks` itself fails, nothing is stored.
        """
        if expected is not None:
            _name(expected)
        passing = f"{_INCOMING}/{uuid.uuid4()}"
        hashed, size = hashlib.sha256(), 0
        file = self._place.create(passing)
        try:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    refuse("file_too_large", f"The file is larger than the {limit} bytes allowed here.")
                hashed.update(chunk)
                file.write(chunk)
            digest = hashed.hexdigest()
            if expected is not None and digest != expected:
                refuse("digest_differs", f"The file's SHA-256 is {digest}, not {expected}: changed or cut short.")
            self._place.publish(passing, _name(digest), file)
        except BaseException:
            with suppress(OSError):  # the first failure is the one to tell; `sweep` takes what is left
                file.close()
                self._place.discard(passing)
            raise
        return Stored(digest, size)

    def open(self, digest: str, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The file's bytes in chunks, from `offset`, `length` of them (default: the rest); `file_unknown` at once."""
        if offset < 0 or (length is not None and length < 0):
            raise ValueError("offset and length cannot be negative")
        try:
            file = self._place.read(_name(digest))
        except FileNotFoundError:
            _unknown(digest)
        return _chunks(file, offset, length)

    def has(self, digest: str) -> bool:
        """Whether a file with this digest is stored."""
        return self.find(digest) is not None

    def find(self, digest: str) -> Stored | None:
        """The file with this digest, if it is stored."""
        size = self._place.size(_name(digest))
        return None if size is None else Stored(digest, size)

    def size(self, digest: str) -> int:
        """The file's size in bytes, or `file_unknown`."""
        size = self._place.size(_name(digest))
        return _unknown(digest) if size is None else size

    def intact(self, digest: str) -> bool:
        """Whether the stored bytes still have the digest they are named by (reads the whole file)."""
        hashed = hashlib.sha256()
        for chunk in self.open(digest):
            hashed.update(chunk)
        return hashed.hexdigest() == digest

    def sweep(self, older_than: float = 86_400.0) -> int:
        """Remove what killed writers left more than so many seconds ago; answers how many."""
        before, swept = time.time() - older_than, 0
        for name, changed in self._place.incoming():
            if changed < before:
                with suppress(FileNotFoundError):  # somebody else swept it
                    self._place.discard(name)
                    swept += 1
        return swept


class _Folder:
    """A folder of this machine (or one mounted on it)."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self, name: str) -> BinaryIO:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return cast(BinaryIO, open(path, "xb"))  # its writer closes it

    def publish(self, passing: str, final: str, file: BinaryIO) -> None:
        file.flush()
        os.fsync(file.fileno())
        file.close()
        target = self._root / final
        if not target.parent.is_dir():
            target.parent.mkdir(exist_ok=True)
            _force(self._root)
        os.replace(self._root / passing, target)
        _force(target.parent)

    def discard(self, name: str) -> None:
        (self._root / name).unlink()

    def read(self, name: str) -> BinaryIO:
        return cast(BinaryIO, open(self._root / name, "rb"))  # its reader closes it

    def size(self, name: str) -> int | None:
        try:
            return (self._root / name).stat().st_size
        except FileNotFoundError:
            return None

    def incoming(self) -> Iterator[tuple[str, float]]:
        for path in (self._root / _INCOMING).glob("*"):
            with suppress(FileNotFoundError):  # finished or swept meanwhile
                yield f"{_INCOMING}/{path.name}", path.stat().st_mtime


class _Remote:
    """Any other fsspec filesystem; an object appears when its upload is complete."""

    def __init__(self, filesystem: Any, root: str) -> None:
        self._filesystem = filesystem
        self._root = root.rstrip("/")

    def create(self, name: str) -> BinaryIO:
        path = self._path(name)
        self._filesystem.makedirs(path.rpartition("/")[0], exist_ok=True)
        return cast(BinaryIO, self._filesystem.open(path, "wb"))

    def publish(self, passing: str, final: str, file: BinaryIO) -> None:
        file.close()
        if self.size(final) is None:
            self._filesystem.makedirs(self._path(final).rpartition("/")[0], exist_ok=True)
            self._filesystem.mv(self._path(passing), self._path(final))
        else:
            self.discard(passing)

    def discard(self, name: str) -> None:
        self._filesystem.rm_file(self._path(name))

    def read(self, name: str) -> BinaryIO:
        return cast(BinaryIO, self._filesystem.open(self._path(name), "rb"))

    def size(self, name: str) -> int | None:
        try:
            return int(self._filesystem.size(self._path(name)))
        except FileNotFoundError:
            return None

    def incoming(self) -> Iterator[tuple[str, float]]:
        try:
            paths = self._filesystem.ls(self._path(_INCOMING), detail=False)
        except FileNotFoundError:
            return
        for path in paths:
            yield f"{_INCOMING}/{path.rpartition('/')[2]}", self._filesystem.modified(path).timestamp()

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"


def _chunks(file: BinaryIO, offset: int, length: int | None) -> Iterator[bytes]:
    with file:
        file.seek(offset)
        left = length
        while left is None or left > 0:
            chunk = file.read(CHUNK if left is None else min(CHUNK, left))
            if not chunk:
                return
            if left is not None:
                left -= len(chunk)
            yield chunk


def _name(digest: str) -> str:
    # The only way from outside into a path: 64 hexadecimal digits, or no path at all.
    if not isinstance(digest, str) or not _DIGEST.match(digest):
        refuse("digest_malformed", "A file is named by its SHA-256 in 64 lower-case hexadecimal digits.")
    return f"{digest[:2]}/{digest}"


def _unknown(digest: str) -> NoReturn:
    refuse("file_unknown", f"No file with the digest {digest} is stored.")


def _force(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
