"""The contract's template, as the data says (`templates/contract-*.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from services.contracts.refusals import no


@cache
def _templates() -> tuple[Mapping[str, Any], ...]:
    folder = resources.files("services.contracts").joinpath("templates")
    files = sorted((each for each in folder.iterdir() if each.name.startswith("contract-")), key=lambda each: each.name)
    return tuple(json.loads(each.read_text("utf-8")) for each in files)


def template(on: date, object_kind: str) -> Mapping[str, Any]:
    """The template in force on that day; the latest where several are. Refuses `template_unknown`."""
    found = [
        each
        for each in _templates()
        if date.fromisoformat(each["in_force_from"]) <= on
        and (each["in_force_until"] is None or on <= date.fromisoformat(each["in_force_until"]))
    ]
    if not found:
        no("template_unknown", day=on.isoformat(), object=object_kind)
    return max(found, key=lambda each: each["in_force_from"])
