"""How is a reason worded? From `words.json`, so that code, Chinese and English cannot drift apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from services.chassis.objection import Objection


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """`{code: {"zh": sentence, "en": sentence}}` with `{figure}` blanks."""
    found: dict[str, dict[str, str]] = json.loads(
        resources.files("services.notify").joinpath("words.json").read_text("utf-8")
    )
    return found


def objection(code: str, article: str = "", field: str = "", **figures: object) -> Objection:
    """The objection `code` with its figures filled in; one without words is a KeyError, which any test finds."""
    told = {name: str(value) for name, value in figures.items()}
    return Objection(code, words()[code]["en"].format_map(told), article, field, told)
