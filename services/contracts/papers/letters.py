"""Letters and announcements from their templates (`templates/letters.json`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from services.chassis.working_days import day_of
from services.contracts.rules.blanks import fill


@cache
def letters() -> Mapping[str, Any]:
    """name → a line, or a list of lines, with `{blanks}`."""
    file = resources.files("services.contracts").joinpath("templates", "letters.json")
    found: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return found


def letter(name: str, values: Mapping[str, Any]) -> str:
    """The letter of this name, filled in; each blank must be given, an empty one is shown as a dash."""
    template = letters()[name]
    lines = [template] if isinstance(template, str) else template
    shown = {key: "—" if each in (None, "") else each for key, each in values.items()}
    return "\n".join(fill(line, shown) for line in lines)


def day_in_words(moment: datetime) -> str:
    """2026年6月8日, the Beijing day of a moment."""
    day = day_of(moment)
    return f"{day.year}年{day.month}月{day.day}日"
