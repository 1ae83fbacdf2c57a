"""The templates (范本) the department ships: clauses with typed blanks, put together per object and procedure.

A template is data in a version; published versions of the centre's own stand in the database beside these. A document
remembers the version it grew from.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

Template = dict[str, Any]
"""{"key", "version", "object", "procedure", "in_force_from", "title", "clauses": [clauses in full], "content": {…}}"""


@cache
def shipped() -> tuple[Template, ...]:
    """Every template, its clauses in full."""
    clauses = {each["key"]: each for each in _read("clauses")}
    return tuple({**each, "clauses": [clauses[key] for key in each["clauses"]]} for each in _read("templates"))


def _read(name: str) -> list[dict[str, Any]]:
    text = resources.files("services.tendering").joinpath(f"templates/{name}.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)
    return found
