"""The portal's own words, in Chinese first and English second."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from gateway.words import language

BEIJING = ZoneInfo("Asia/Shanghai")


@cache
def words() -> dict[str, dict[str, str]]:
    """`{key: {"zh", "en"}}` of `words.json` beside this file."""
    found: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
    return found


def t(key: str) -> str:
    """The words of a key in the language of this request; the key itself where a word is missing."""
    return words().get(key, {}).get(language(), key)


def moment(text: str | None) -> str:
    """A moment of the wire as people of Beijing write it: "2026-05-11 09:00"; "" for none."""
    return "" if not text else datetime.fromisoformat(text).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def yuan(text: str | None) -> str:
    """Money of the wire with thousands parted: "8,400,000.00"; "—" for none."""
    if text is None or text == "":
        return "—"
    whole, _, rest = text.partition(".")
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return f"{sign}{int(digits):,}.{rest or '00'}"
