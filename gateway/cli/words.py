"""What people read, in Chinese first and English second, from `words.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextvars import ContextVar
from functools import cache
from importlib import resources

LANGUAGES = ("zh", "en")
TAGS = {"zh": "zh-CN", "en": "en"}
_chosen: ContextVar[str] = ContextVar("language", default="zh")


def choose(language: str) -> None:
    """Speak this language from here on."""
    _chosen.set(language if language in LANGUAGES else "zh")


def language() -> str:
    """The language spoken: "zh" or "en"."""
    return _chosen.get()


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every sentence: ``{code: {"zh": …, "en": …}}`` with ``{figure}`` blanks."""
    found: Mapping[str, Mapping[str, str]] = json.loads(
        resources.files(__package__).joinpath("words.json").read_text("utf-8")
    )
    return found


def say(code: str, **figures: object) -> str:
    """The sentence of a code with its figures. Raises KeyError for a code without words."""
    return catalogue()[code][language()].format(**figures)
