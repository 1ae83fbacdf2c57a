"""In which words is somebody told? Templates with `{figure}` blanks, in both languages, filled from facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

LANGUAGES = ("zh", "en")
_SHANGHAI = dt.timezone(dt.timedelta(hours=8))
Template = Mapping[str, Mapping[str, str]]


def worded(template: Template, facts: Mapping[str, Any], codes: Template) -> dict[str, dict[str, str]]:
    """{"zh": {"title", "text"}, "en": …}: the template with its blanks filled; a fact that is not known shows as —.

    codes: words for coded values ("too_few_bids") in each language.
    """
    return {
        language: {part: _filled(template[language][part], facts, codes, language) for part in ("title", "text")}
        for language in LANGUAGES
    }


def shown(value: Any, codes: Template, language: str) -> str:
    """A fact as people read it: Beijing time to the minute, yuan with thousands, codes in words, texts in a row, other
    lists by their length.
    """
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return {True: {"zh": "是", "en": "yes"}, False: {"zh": "否", "en": "no"}}[value][language]
    if isinstance(value, dt.datetime):
        return value.astimezone(_SHANGHAI).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    if isinstance(value, list):
        if all(isinstance(each, str) for each in value):
            return ("、" if language == "zh" else ", ").join(shown(each, codes, language) for each in value) or "—"
        return str(len(value))
    text = str(value)
    return codes[text][language] if text in codes else text


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def _filled(sentence: str, facts: Mapping[str, Any], codes: Template, language: str) -> str:
    return sentence.format_map(_Facts({name: shown(value, codes, language) for name, value in facts.items()}))
