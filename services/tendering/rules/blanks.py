"""Is every blank of the template filled, with the right kind of thing?

A template is a list of clauses; a clause is text with blanks. A blank is typed (text, money, number, percent, days,
day, moment, choice, yes_no, list), has bounds where the law or sense sets them, and may say where in the document its
value stands already (`from`), so that nobody types a budget twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from services.chassis.objection import Objection
from services.tendering.rules.reasons import objection

TYPES = ("text", "money", "number", "percent", "days", "day", "moment", "choice", "yes_no", "list")
_MONEY = re.compile(r"(0|[1-9]\d{0,15})\.\d{2}\Z")
_BLANK = re.compile(r"\{([a-z_]+)\}")

Clause = Mapping[str, Any]


def objections(clauses: Sequence[Clause], filled: Mapping[str, Mapping[str, Any]]) -> list[Objection]:
    """Every blank that is empty or holds the wrong thing, and every value for a blank that does not exist.

    filled: clause key → blank key → value.
    """
    found = []
    known = {clause["key"]: {each["key"]: each for each in clause["blanks"]} for clause in clauses}
    for clause_key, values in filled.items():
        for blank_key in values:
            if blank_key not in known.get(clause_key, {}):
                found.append(
                    objection(
                        "blank_unknown", field=f"clauses.{clause_key}.{blank_key}", clause=clause_key, blank=blank_key
                    )
                )
    for clause in clauses:
        for blank in clause["blanks"]:
            if "from" in blank:
                continue
            value = filled.get(clause["key"], {}).get(blank["key"], blank.get("default"))
            found += _one(clause, blank, value)
    return found


def values(clause: Clause, filled: Mapping[str, Mapping[str, Any]], document: Mapping[str, Any]) -> dict[str, str]:
    """What each blank of the clause prints as; an empty one prints as a line to write on."""
    told = {}
    for blank in clause["blanks"]:
        if "from" in blank:
            value = _at(document, blank["from"])
        else:
            value = filled.get(clause["key"], {}).get(blank["key"], blank.get("default"))
        told[blank["key"]] = _printed(value)
    return told


def named_blanks(text: str) -> list[str]:
    """The blanks a clause's text names, in order."""
    return _BLANK.findall(text)


def _one(clause: Clause, blank: Mapping[str, Any], value: Any) -> Iterator[Objection]:
    where = f"clauses.{clause['key']}.{blank['key']}"
    told = {"clause": clause["title"]["zh"], "blank": blank["title"]["zh"]}
    article = clause.get("article", "")
    if value is None or value == "" or value == []:
        if blank.get("required", True):
            yield objection("blank_empty", article, where, **told)
    elif not _FITS[blank["type"]](value, blank):
        yield objection("blank_wrong_kind", article, where, type=blank["type"], value=str(value)[:80], **told)
    elif "least" in blank and Decimal(str(value)) < Decimal(str(blank["least"])):
        yield objection("blank_too_small", article, where, value=value, least=blank["least"], **told)
    elif "most" in blank and Decimal(str(value)) > Decimal(str(blank["most"])):
        yield objection("blank_too_large", article, where, value=value, most=blank["most"], **told)


def _number(value: Any, _: Mapping[str, Any]) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | str):
        return False
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _parses(read: Callable[[str], Any]) -> Callable[[Any, Mapping[str, Any]], bool]:
    def fits(value: Any, _: Mapping[str, Any]) -> bool:
        try:
            read(value)
        except (TypeError, ValueError):
            return False
        return True

    return fits


_FITS: Mapping[str, Callable[[Any, Mapping[str, Any]], bool]] = {
    "text": lambda value, _: isinstance(value, str),
    "money": lambda value, _: isinstance(value, str) and bool(_MONEY.match(value)),
    "number": _number,
    "percent": lambda value, blank: _number(value, blank) and 0 <= Decimal(str(value)) <= 100,
    "days": lambda value, _: isinstance(value, int) and not isinstance(value, bool) and value > 0,
    "day": _parses(date.fromisoformat),
    "moment": _parses(datetime.fromisoformat),
    "choice": lambda value, blank: value in blank["choices"],
    "yes_no": lambda value, _: isinstance(value, bool),
    "list": lambda value, _: isinstance(value, list) and all(isinstance(each, str) and each for each in value),
}


def _at(document: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; "lots.*.title" gathers one per lot."""
    value: Any = document
    for place, step in enumerate(path.split(".")):
        if step == "*":
            rest = ".".join(path.split(".")[place + 1 :])
            return [_at(each, rest) if rest else each for each in value or []]
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _printed(value: Any) -> str:
    if value is None or value == "" or value == []:
        return "________"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(_printed(each) for each in value)
    if isinstance(value, Mapping):
        return "，".join(f"{key}：{_printed(each)}" for key, each in value.items())
    return str(value)
