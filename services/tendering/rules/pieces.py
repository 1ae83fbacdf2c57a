"""How alike are two files? As streams, without keeping them.

A stream is cut where its own bytes say so (two bytes out of chosen sets, about once in two thousand), so an insertion
moves no later cut; each piece leaves a short digest. Of all digests the `SKETCH` least are kept (a bottom-k sketch):
they are a fair sample of the stream, the same sample for everybody, so the share two sketches have in common estimates
the share the files have.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator

LEAST, MOST = 256, 65_536
SKETCH = 1024
_CUT = re.compile(rb"[\x0d\x2d\x4d\x6d\x8d\xad\xcd\xed][\x2e\x6e\xae\xee]")


class Pieces:
    """Takes a stream in, cuts it into pieces and remembers their digests (16 hex digits each).

    `needles` are looked for in passing: `found` has those that occur in the stream.
    """

    def __init__(self, needles: Iterable[str] = ()) -> None:
        self.found: set[str] = set()
        self._digests: set[str] = set()
        self._needles = {each: each.encode() for each in needles if each}
        self._longest = max((len(each) for each in self._needles.values()), default=1)
        self._tail = b""
        self._waiting = b""

    @property
    def sketch(self) -> list[str]:
        """The least digests, sorted."""
        return sorted(self._digests)[:SKETCH]

    def through(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks, looked at on their way."""
        for chunk in chunks:
            self.take(chunk)
            yield chunk
        self.end()

    def take(self, chunk: bytes) -> None:
        """Look at the next bytes."""
        if self._needles:
            seen = self._tail + chunk
            self.found |= {name for name, needle in self._needles.items() if needle in seen}
            self._tail = seen[-self._longest :]
        data, start = self._waiting + chunk, 0
        for match in _CUT.finditer(data, max(len(self._waiting) - 1, 0)):
            start = self._forced(data, start, match.end())
            if match.end() - start >= LEAST:
                self._keep(data[start : match.end()])
                start = match.end()
        self._waiting = data[self._forced(data, start, len(data)) :]

    def end(self) -> None:
        """The stream is over."""
        if self._waiting:
            self._keep(self._waiting)
            self._waiting = b""

    def _forced(self, data: bytes, start: int, end: int) -> int:
        while end - start > MOST:
            self._keep(data[start : start + MOST])
            start += MOST
        return start

    def _keep(self, piece: bytes) -> None:
        self._digests.add(hashlib.sha256(piece).hexdigest()[:16])
        if len(self._digests) > 8 * SKETCH:
            self._digests = set(sorted(self._digests)[:SKETCH])


def likeness(one: frozenset[str], other: frozenset[str]) -> tuple[int, int]:
    """How many of the pieces looked at are in both, and how many were looked at."""
    union = sorted(one | other)[:SKETCH]
    return sum(each in one and each in other for each in union), len(union)
