"""How a command ends: the exit codes, and what stops it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

DONE = 0
SAID_NO = 1
"""A verification said no: a file is not what it claims to be."""
USAGE = 2
"""The command line or an input file is wrong; nothing was sent."""
REFUSED = 3
"""The other side refused, with reasons; repeating it unchanged will not help."""
NOT_ALLOWED = 4
"""Not signed in, or not allowed."""
AWAY = 5
"""Cannot be reached, or busy; nothing was done. Try again."""
UNKNOWN = 6
"""No answer came: it may have been done. Repeating with the same request id is safe."""
BROKEN = 7
"""The other side broke, or did not speak the protocol."""
INTERRUPTED = 130


class Stop(Exception):
    """The command ends here. `document` is what `--json` prints as `error`, besides `exit`, `code` and `detail`."""

    def __init__(self, status: int, code: str, detail: str, **document: Any) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.document = status, code, detail, document

    @property
    def objections(self) -> Sequence[Mapping[str, Any]]:
        """Every reason told, each with message, article and field."""
        told = self.document.get("objections")
        return [each for each in told if isinstance(each, Mapping)] if isinstance(told, list) else []

    def as_json(self) -> dict[str, Any]:
        """The error as one JSON value."""
        return {"exit": self.status, "code": self.code, "detail": self.detail, **self.document}
