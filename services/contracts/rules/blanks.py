"""Is every blank of the contract's template filled with the right kind of thing?

A template is dated data (`services/contracts/templates/*.json`): clauses with `{blanks}`, and for each blank its kind
and where its value comes from (document, bid, parties). Kinds: text, money, count, percent, day, list.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from services.chassis.objection import Objection
from services.contracts.rules.reasons import objection

KINDS = ("text", "money", "count", "percent", "day", "list")
_BLANK = re.compile(r"\{([a-z_]+)\}")


def blanks_in(clauses: Sequence[Mapping[str, Any]]) -> set[str]:
    """The names of the blanks that these clauses use."""
    return {name for clause in clauses for text in clause["text"] for name in _BLANK.findall(text)}


def applying(
    clauses: Sequence[Mapping[str, Any]], object_kind: str, terms: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """The clauses for goods, services or works; a clause that `needs` a term stands only where the term is."""
    return [
        each
        for each in clauses
        if object_kind in each["objects"]
        and all(terms.get(need) not in (None, "", []) for need in each.get("needs", []))
    ]


def objections(
    definitions: Mapping[str, Mapping[str, str]], used: set[str], values: Mapping[str, Any]
) -> list[Objection]:
    """One objection for each blank that is empty or of the wrong kind, and for each value that fits no blank."""
    found = []
    for name in sorted(used):
        kind = definitions[name]["kind"]
        value = values.get(name)
        if value in (None, "", []):
            found.append(objection("blank_empty", "法43", f"terms.{name}", blank=name, kind=kind))
        elif not fits(kind, value):
            found.append(objection("blank_wrong_kind", "", f"terms.{name}", blank=name, kind=kind))
    for name in sorted(set(values) - set(definitions)):
        found.append(objection("blank_unknown", "", f"terms.{name}", blank=name))
    return found


def fits(kind: str, value: Any) -> bool:
    """Whether a value is of that kind; numbers and days are written as text."""
    if kind == "list":
        return isinstance(value, list) and bool(value)
    if not isinstance(value, str):
        return False
    if kind == "count":
        return value.isascii() and value.isdigit()
    if kind == "day":
        try:
            return date.fromisoformat(value) is not None
        except ValueError:
            return False
    if kind in ("money", "percent"):
        try:
            number = Decimal(value)
        except InvalidOperation:
            return False
        return number.is_finite() and number >= 0 and (kind == "money" or number <= 100)
    return True


def fill(text: str, values: Mapping[str, Any]) -> str:
    """A clause with its blanks filled; a list is set as one line an entry."""
    return _BLANK.sub(lambda found: _set(values[found.group(1)]), text)


def _set(value: Any) -> str:
    if isinstance(value, list):
        return "；".join(_set(each) for each in value)
    if isinstance(value, Mapping):
        return "，".join(str(each) for each in value.values())
    return str(value)
