"""How can a call end, other than with its answer?"""

from collections.abc import Mapping
from typing import Any


class BusTrouble(Exception):
    """The call has no answer. `department` is the one that was called."""

    def __init__(self, department: str, reason: str) -> None:
        super().__init__(f"{department}: {reason}")
        self.department = department
        self.reason = reason


class BusFull(BusTrouble):
    """Too many calls are under way, or the broker asks for a pause. Nothing was done."""

    retry_after = 1


class BusAway(BusTrouble):
    """The broker or the department is away. Nothing was done."""

    retry_after = 2


class OutcomeUnknown(BusTrouble):
    """The call left, and no answer came in time. Repeating it with the same request id is safe."""


class BadReply(BusTrouble):
    """The department answered with something that is no answer. The call may have been done."""


class DepartmentFailed(BusTrouble):
    """The department met a fault of its own. `reason` is for the log, never for the caller."""


class Refused(Exception):
    """The department said no: `code`, an English sentence, and the objections behind it.

    `objections` is a tuple of `{"code", "message", "article", "field", "figures": {name: text}}`.
    """

    def __init__(self, code: str, message: str, objections: tuple[Mapping[str, Any], ...] = ()) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.objections = objections
