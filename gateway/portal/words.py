"""The portal's own words, in Chinese first and English second, and how it writes moments, days and money."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from markupsafe import Markup

from gateway.words import language

BEIJING = ZoneInfo("Asia/Shanghai")
DASH = "—"
_ARTICLE = re.compile(r"(?P<law>[^\d-]+|\d+(?=-))-?(?P<number>\d+)(?:-(?P<item>\d+))?")
_NUMBERED = re.compile(r"(?P<office>财库|国办发)〔(?P<year>\d+)〕(?P<number>\d+)号")
_OFFICES = {"财库": "Caiku", "国办发": "Guobanfa"}
_CENT = Decimal("0.01")
_LARGE = {
    "zh": ((Decimal(10) ** 8, "¥{} 亿元"), (Decimal(10) ** 4, "¥{} 万元")),
    "en": ((Decimal(10) ** 9, "¥{} billion"), (Decimal(10) ** 6, "¥{} million")),
}


@cache
def words() -> dict[str, dict[str, str]]:
    """`{key: {"zh", "en"}}` of `words.json` beside this file."""
    found: dict[str, dict[str, str]] = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
    return found


def t(key: str, **figures: object) -> str:
    """The words of a key in the language of this request, its blanks filled; the key itself where a word is missing."""
    sentence = words().get(key, {}).get(language(), key)
    if any(hasattr(each, "__html__") for each in figures.values()):
        return Markup(sentence).format(**figures)  # the other figures are escaped
    return sentence.format(**figures) if figures else sentence


def named(group: str, code: str | None) -> str:
    """The name of a coded value ("procedure", "open_tender"); the code without underscores where nobody named it."""
    if not code:
        return DASH
    return words().get(f"{group}.{code}", {}).get(language()) or code.replace("_", " ")


def article(code: str | None) -> str:
    """An article of law as people cite it: "法36" is 政府采购法第36条; what has no short form of ours stays."""
    numbered = _NUMBERED.fullmatch(code or "")
    if numbered and language() == "en":
        return f"{_OFFICES[numbered['office']]} [{numbered['year']}] {numbered['number']}"
    parts = _ARTICLE.fullmatch(code or "")
    law = words().get(f"law.{parts['law']}") if parts else None
    if parts is None or law is None:
        return code or ""
    number, item = parts["number"], parts["item"]
    if language() == "zh":
        return f"{law['zh']}第{number}条" + (f"第{item}项" if item else "")
    return f"{law['en']}, art. {number}" + (f" ({item})" if item else "")


def moment(text: str | None) -> str:
    """A moment of the wire as people of Beijing write it: "2026-05-11 09:00"; "" for none."""
    return "" if not text else datetime.fromisoformat(text).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def month(key: str) -> str:
    """A month of the wire ("2026-06"): "2026年6月", "June 2026"; anything else as it is."""
    try:
        first = date.fromisoformat(f"{key}-01")
    except ValueError:
        return key
    return f"{first.year}年{first.month}月" if language() == "zh" else f"{first:%B} {first.year}"


def money(text: str | None) -> str:
    """Money of the wire, to the cent: "¥8,400,000.00"; a dash for none."""
    if not text:
        return DASH
    amount = Decimal(text)
    return f"{'-' if amount < 0 else ''}¥{abs(amount):,.2f}"


def about(text: str | None) -> str:
    """Money as it is spoken of: "¥1,220 万元" or "¥1.5 亿元", in English "¥12.2 million"; small sums to the cent."""
    if not text:
        return DASH
    amount = Decimal(text)
    for unit, form in _LARGE[language()]:
        if abs(amount) >= unit:
            rounded = (abs(amount) / unit).quantize(_CENT, ROUND_HALF_UP)
            return ("-" if amount < 0 else "") + form.format(_plain(rounded))
    return money(text)


def _plain(number: Decimal) -> str:
    whole, _, rest = f"{number:,.2f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole
