"""Uploads under way: a folder of partial files, bounded in number, size and time.

    <id>.json   what was promised: length, owner, SHA-256 where it was told, and the digest once it is done
    <id>.part   what has arrived

One writer at a time holds a lock on the part; what is interrupted goes on where it stopped. A folder shared by the
gateway's processes is all they need.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import BinaryIO

from gateway.bus import Refused
from services.chassis.store import CHUNK, Store

KEPT = 24 * 3600
MOST_OF_ONE = 16
MOST = 2000
MOST_BYTES = 64 << 30
_ID = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True)
class Upload:
    """One upload. offset: bytes that have arrived; digest: of the stored file, "" until it is done."""

    id: str
    owner: str
    length: int
    expected: str = ""
    digest: str = ""
    offset: int = 0


class Partials:
    """The folder. `largest`: bytes one upload may have."""

    def __init__(self, folder: Path, store: Store, largest: int) -> None:
        self.folder, self.store, self.largest = folder, store, largest

    def begin(self, owner: str, length: int, expected: str) -> Upload:
        """Promise an upload. Refuses `file_too_large`, and `too_many_uploads` of one caller or in all."""
        if length > self.largest:
            raise Refused("file_too_large", f"An upload may have {self.largest} bytes at most.")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sweep()
        under_way = [each for each in self._all() if not each.digest]
        own = sum(1 for each in under_way if each.owner == owner)
        promised = sum(each.length for each in under_way)
        if own >= MOST_OF_ONE or len(under_way) >= MOST or promised + length > MOST_BYTES:
            raise Refused("too_many_uploads", "Too many uploads are under way; finish or end one, or try again later.")
        made = Upload(secrets.token_hex(16), owner, length, expected)
        self._path(made.id, "part").touch(mode=0o600)
        self._note(made)
        if length == 0:
            with self._locked(made.id) as part:
                made = self._finish(made, part)
        return made

    def find(self, upload_id: str, owner: str) -> Upload:
        """The caller's own upload. Refuses `upload_unknown`, the same for another's."""
        found = self._read(upload_id)
        if found is None or found.owner != owner:
            raise Refused("upload_unknown", "There is no such upload of yours; it may have run out of time.")
        return found

    def append(
        self, upload: Upload, offset: int, chunks: Iterable[bytes], checksum: tuple[str, bytes] | None
    ) -> Upload:
        """Add what arrives at `offset`; the last byte stores the file.

        With a checksum, (algorithm, digest), the chunks count as a whole or not at all. Refuses `upload_busy`,
        `upload_offset_differs`, `upload_too_long`, `checksum_differs`, and what the store refuses.
        """
        with self._locked(upload.id) as part:
            upload = self.find(upload.id, upload.owner)
            if upload.digest or offset != upload.offset:
                raise Refused("upload_offset_differs", f"The upload stands at {upload.offset}, not {offset}.")
            part.seek(offset)
            _write(part, chunks, offset, upload.length, checksum)
            upload = replace(upload, offset=part.tell())
            return self._finish(upload, part) if upload.offset == upload.length else upload

    def end(self, upload: Upload) -> None:
        """Give an upload up; a stored file stays stored."""
        for kind in ("part", "json"):
            with suppress(FileNotFoundError):
                self._path(upload.id, kind).unlink()

    def sweep(self) -> None:
        """Remove what nobody has touched for a day."""
        before = time.time() - KEPT
        for path in self.folder.glob("*.*"):
            with suppress(FileNotFoundError):  # another process swept it
                if path.stat().st_mtime < before:
                    path.unlink()

    def _finish(self, upload: Upload, part: BinaryIO) -> Upload:
        part.flush()
        part.seek(0)
        stored = self.store.put(iter(lambda: part.read(CHUNK), b""), upload.expected or None, self.largest)
        done = replace(upload, digest=stored.digest, offset=upload.length)
        self._note(done)
        with suppress(FileNotFoundError):
            self._path(upload.id, "part").unlink()
        return done

    def _note(self, upload: Upload) -> None:
        path = self._path(upload.id, "json")
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.write_text(json.dumps(asdict(upload)))
        os.replace(fresh, path)

    def _read(self, upload_id: str) -> Upload | None:
        if not _ID.match(upload_id):
            return None
        try:
            noted = Upload(**json.loads(self._path(upload_id, "json").read_text()))
            arrived = noted.length if noted.digest else self._path(upload_id, "part").stat().st_size
        except FileNotFoundError:
            return None
        return replace(noted, offset=arrived)

    def _all(self) -> Iterator[Upload]:
        for path in self.folder.glob("*.json"):
            found = self._read(path.stem)
            if found is not None:
                yield found

    @contextmanager
    def _locked(self, upload_id: str) -> Iterator[BinaryIO]:
        try:
            part = self._path(upload_id, "part").open("r+b")
        except FileNotFoundError:
            raise Refused("upload_offset_differs", "This upload is complete.") from None
        with part:
            try:
                fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Refused("upload_busy", "Another request is writing to this upload.") from None
            yield part

    def _path(self, upload_id: str, kind: str) -> Path:
        return self.folder / f"{upload_id}.{kind}"


def _write(
    part: BinaryIO, chunks: Iterable[bytes], offset: int, length: int, checksum: tuple[str, bytes] | None
) -> None:
    hashed = hashlib.new(checksum[0]) if checksum else None
    try:
        for chunk in chunks:
            if part.tell() + len(chunk) > length:
                raise Refused("upload_too_long", f"More than the {length} bytes promised.")
            part.write(chunk)
            if hashed:
                hashed.update(chunk)
        if hashed and checksum and hashed.digest() != checksum[1]:
            raise Refused("checksum_differs", "What arrived does not have the checksum told; send it again.")
    except BaseException:
        if hashed:  # a part with a checksum counts whole or not at all
            part.truncate(offset)
        raise
