"""Which value of a rule was in force on that day?

A rule is a row of dated data; the day asked for is the day the notice was published. A decision records `Row.id` of
every row it used, so that it can be read years later beside the law it was made under.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


class NoLaw(LookupError):
    """No row of this rule was in force on that day for that scope: a gap in the data, not an answer."""


@dataclass(frozen=True)
class Row:
    """One value of one rule.

    scope: what it is limited to, for example `{"object": ("goods", "services")}`; a name that is absent limits
    nothing.
    checked: the article was compared with the statute's text in the repository; otherwise a lawyer still has to
    sign it off.
    """

    id: str
    rule: str
    value: Any
    unit: str
    article: str
    checked: bool
    in_force_from: date
    in_force_until: date | None
    scope: Mapping[str, tuple[str, ...]]
    says: str

    def applies(self, on: date, facts: Mapping[str, str]) -> bool:
        """Whether the row was in force on that day (both ends included) and covers these facts."""
        if on < self.in_force_from or (self.in_force_until is not None and on > self.in_force_until):
            return False
        return all(facts.get(name) in allowed for name, allowed in self.scope.items())


class Law:
    """Every row, asked by rule, day and scope."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows: dict[str, list[Row]] = {}
        ids: set[str] = set()
        for row in rows:
            if row.id in ids:
                raise ValueError(f"two rows of law share the id {row.id}")
            ids.add(row.id)
            self._rows.setdefault(row.rule, []).append(row)

    def find(self, rule: str, on: date, **facts: str) -> Row | None:
        """The row in force, the narrowest scope first; None when there is none. Two equally narrow rows raise
        ValueError."""
        fitting = [row for row in self._rows.get(rule, []) if row.applies(on, facts)]
        if not fitting:
            return None
        most = max(len(row.scope) for row in fitting)
        narrowest = [row for row in fitting if len(row.scope) == most]
        if len(narrowest) > 1:
            raise ValueError(f"{rule} has two rows in force on {on}: {', '.join(row.id for row in narrowest)}")
        return narrowest[0]

    def row(self, rule: str, on: date, **facts: str) -> Row:
        """The same, but a gap raises `NoLaw`."""
        found = self.find(rule, on, **facts)
        if found is None:
            raise NoLaw(f"no row of {rule} is in force on {on} for {facts or 'anything'}")
        return found

    def rows(self) -> list[Row]:
        """All rows in the order of their ids (for lists people read)."""
        return sorted((row for rows in self._rows.values() for row in rows), key=lambda row: row.id)


def read_row(raw: Mapping[str, Any]) -> Row:
    """One row from the law files' JSON. Raises ValueError naming a missing or strange member."""
    needed = {"id", "rule", "value", "unit", "article", "checked", "in_force_from", "in_force_until", "scope", "says"}
    if set(raw) != needed:
        raise ValueError(f"row {raw.get('id')}: members differ from the expected: {sorted(set(raw) ^ needed)}")
    until = raw["in_force_until"]
    return Row(
        id=raw["id"],
        rule=raw["rule"],
        value=raw["value"],
        unit=raw["unit"],
        article=raw["article"],
        checked=raw["checked"],
        in_force_from=date.fromisoformat(raw["in_force_from"]),
        in_force_until=date.fromisoformat(until) if until else None,
        scope={name: tuple(allowed) for name, allowed in raw["scope"].items()},
        says=raw["says"],
    )
