"""What did the law say on this day?

The figures stand as dated data in `services/contracts/law/*.json`; a rule asks for the row in force on the day the
notice was published, and a decision records which row it used (`Row.version`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any


class LawUnknown(LookupError):
    """No row of this name is in force on that day: a gap in the data, never a yes."""


@dataclass(frozen=True)
class Row:
    """One dated sentence of law.

    value: a number or a code, as text; unit: working_days, days, years, of_budget, of_contract, a_year or rule.
    checked: whether the article was read in the statute itself; False asks a lawyer to sign it off.
    scope: limits such as {"procedure": ("single_source",)}; empty means everywhere.
    """

    key: str
    value: str
    unit: str
    article: str
    checked: bool
    in_force_from: date
    in_force_until: date | None
    scope: Mapping[str, Sequence[str]]
    zh: str
    en: str

    @property
    def number(self) -> int:
        """The value as a whole number."""
        return int(self.value)

    @property
    def ratio(self) -> Decimal:
        """The value as a decimal share."""
        return Decimal(self.value)

    @property
    def version(self) -> str:
        """Which wording this is: key and first day in force."""
        return f"{self.key}@{self.in_force_from.isoformat()}"

    def covers(self, on: date, scope: Mapping[str, str]) -> bool:
        """Whether the row is in force on that day (the last day included) and for that scope."""
        if on < self.in_force_from or (self.in_force_until is not None and on > self.in_force_until):
            return False
        return all(name in scope and scope[name] in allowed for name, allowed in self.scope.items())


@cache
def rows() -> tuple[Row, ...]:
    """Every row of the department's law data."""
    found: list[Row] = []
    for file in sorted(resources.files("services.contracts").joinpath("law").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".json"):
            found.extend(_row(each) for each in json.loads(file.read_text("utf-8")))
    return tuple(found)


def row(key: str, on: date, **scope: str) -> Row:
    """The row in force on that day; the narrowest scope goes first, then the latest. Raises `LawUnknown`."""
    found = [each for each in rows() if each.key == key and each.covers(on, scope)]
    if not found:
        raise LawUnknown(f"no row {key!r} is in force on {on.isoformat()}")
    return max(found, key=lambda each: (len(each.scope), each.in_force_from))


def _row(raw: Mapping[str, Any]) -> Row:
    until = raw["in_force_until"]
    return Row(
        key=str(raw["key"]),
        value=str(raw["value"]),
        unit=str(raw["unit"]),
        article=str(raw["article"]),
        checked=raw["checked"] is True,
        in_force_from=date.fromisoformat(str(raw["in_force_from"])),
        in_force_until=None if until is None else date.fromisoformat(str(until)),
        scope=raw["scope"],
        zh=str(raw["zh"]),
        en=str(raw["en"]),
    )
