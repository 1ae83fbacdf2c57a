"""How is a reason worded?

One code, one sentence in each language: `services/contracts/words.json`. An objection carries the English one with its
figures filled in; whoever shows it to people fills in the Chinese one from the same figures.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources

from services.chassis.objection import Objection


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """code → {"zh", "en"}: sentences with `{figure}` blanks."""
    file = resources.files("services.contracts").joinpath("words.json")
    found: dict[str, dict[str, str]] = json.loads(file.read_text("utf-8"))
    return found


def sentence(code: str, language: str = "en", /, **figures: object) -> str:
    """The sentence of a code, filled in. Raises KeyError for an unknown code or a figure that is not given."""
    return words()[code][language].format(**figures)


def objection(code: str, article: str = "", field: str = "", /, **figures: object) -> Objection:
    """An objection worded from `words.json`; every figure the sentences name must be given."""
    shown = {name: str(value) for name, value in figures.items()}
    return Objection(code, sentence(code, "en", **shown), article, field, shown)
