"""Checkpoints: what a log says about itself and signs (C2SP tlog-checkpoint).

    <origin>                         which log; also the name of its key
    <size>                           how many entries, decimal
    <root>                           base64 of the 32 bytes
    time 2026-05-11T01:00:00Z        ours: when it was made (an extension line)

Other extension lines are kept and ignored.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.protocol.log import note, tree
from services.protocol.log.sentences import error
from services.protocol.reasons import ProtocolError

_SIZE = re.compile(r"(0|[1-9][0-9]{0,17})\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z\Z")
_TIME_LINE = "time "


@dataclass(frozen=True)
class Checkpoint:
    """A log's state: `size` entries under `root` (32 bytes). `time` is the text as signed ("…Z"), "" where none is."""

    origin: str
    size: int
    root: bytes
    time: str = ""
    extensions: tuple[str, ...] = ()

    @property
    def moment(self) -> datetime | None:
        """When it was made, if it says so."""
        return datetime.fromisoformat(self.time) if self.time else None

    @property
    def text(self) -> str:
        """The lines that are signed."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode()]
        if self.time:
            lines.append(_TIME_LINE + self.time)
        return "\n".join([*lines, *self.extensions]) + "\n"

    def signed(self, *private_keys: Ed25519PrivateKey) -> str:
        """The signed note, under the origin's name."""
        read(self.text)
        return note.sign(self.text, self.origin, *private_keys)


def read(text: str) -> Checkpoint:
    """Read a checkpoint's lines. Raises `ProtocolError` (`checkpoint_malformed`)."""
    origin, *lines = text.removesuffix("\n").split("\n")
    if not text.endswith("\n") or len(lines) < 2 or not origin or not all(lines):
        raise _malformed("it needs an origin, a size and a root, each on its line")
    if not _SIZE.match(lines[0]):
        raise _malformed("the size is not a plain whole number")
    try:
        root = base64.b64decode(lines[1], validate=True)
    except ValueError as cause:
        raise _malformed("the root is not base64") from cause
    if len(root) != 32 or base64.b64encode(root).decode() != lines[1]:
        raise _malformed("the root is not base64 of 32 bytes")
    size, time, extensions = int(lines[0]), "", lines[2:]
    if size == 0 and root != tree.EMPTY:
        raise _malformed("an empty log has one root only")
    if extensions and extensions[0].startswith(_TIME_LINE):
        time = extensions.pop(0).removeprefix(_TIME_LINE)
        if not _is_moment(time):
            raise _malformed("its time is not ISO 8601 in UTC")
    return Checkpoint(origin, size, root, time, tuple(extensions))


def open_checkpoint(signed: str, keys: Iterable[note.Key]) -> Checkpoint:
    """The checkpoint, if a key under its origin's name, one of these, signed it.

    Raises `ProtocolError`: those of `note.open_note`, and `checkpoint_malformed`. A signature by some other log's key
    does not count.
    """
    text, _ = note.split(signed)
    checkpoint = read(text)
    note.open_note(signed, [key for key in keys if key.name == checkpoint.origin])
    return checkpoint


def _is_moment(time: str) -> bool:
    try:
        return bool(_TIME.match(time) and datetime.fromisoformat(time))
    except ValueError:  # a thirteenth month
        return False


def _malformed(why: str) -> ProtocolError:
    return error("checkpoint_malformed", why=why)
