"""The one way of saying no.

A `Refusal` crosses the bus as nameko serialises any exception: its class name and its arguments, so the arguments are
positional strings and the class is never subclassed. Whatever else escapes an entrypoint is a bug.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import NoReturn

from services.chassis.objection import Objection

__all__ = ["Objection", "Refusal", "refuse", "refuse_if"]


class Refusal(Exception):
    """The answer "no", with every reason.

    code: stable snake_case name; the gateway maps it to an HTTP status in one table.
    message: one English sentence.
    details: JSON list of objections (`Objection.as_dict`), "[]" when the code says it all.
    """

    def __init__(self, code: str, message: str, details: str = "[]") -> None:
        super().__init__(code, message, details)
        self.code = code
        self.message = message
        self.details = details

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"

    @property
    def objections(self) -> list[Objection]:
        """The reasons, read back from `details`."""
        return [Objection(**each) for each in json.loads(self.details)]


def refuse(code: str, message: str, *objections: Objection) -> NoReturn:
    """Raise a `Refusal` carrying these objections."""
    raise Refusal(code, message, json.dumps([each.as_dict() for each in objections], ensure_ascii=False))


def refuse_if(objections: Iterable[Objection], code: str = "rules_object", message: str = "") -> None:
    """Raise one `Refusal` with all the objections, or do nothing when there are none.

    With no message given, the first objection's sentence speaks for all.
    """
    found = list(objections)
    if found:
        refuse(code, message or found[0].message, *found)
