"""What users read, in Chinese first and English second, from the translation files of the gateway and the
departments.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

from flask import request

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("zh", "en")
TAGS = {"zh": "zh-CN", "en": "en"}


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """Every code's sentences by language: `{code: {"zh": "…{figure}…", "en": "…"}}`. The gateway's own come first."""
    found: dict[str, dict[str, str]] = {}
    files = [*sorted(ROOT.glob("services/*/words.json")), ROOT / "gateway" / "words.json"]
    for path in files:
        found.update(json.loads(path.read_text(encoding="utf-8")))
    return found


def language() -> str:
    """The language of this request: the cookie `language`, else `Accept-Language`, else Chinese."""
    chosen = request.cookies.get("language", "")
    if chosen in LANGUAGES:
        return chosen
    best = request.accept_languages.best_match(["zh-CN", "zh", "en", "en-US", "en-GB"], "zh-CN") or "zh-CN"
    return best[:2]


def say(code: str, otherwise: str, figures: Mapping[str, str] | None = None, tongue: str = "") -> str:
    """The sentence of a code in the language of this request; `otherwise` where no translation file has it.

    figures: what is filled in; one that is missing leaves the English sentence standing.
    """
    sentence = catalogue().get(code, {}).get(tongue or language())
    if not sentence:
        return otherwise
    given = dict(figures or {})
    wanted = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    if not wanted <= given.keys():
        return otherwise
    return sentence.format(**given)
