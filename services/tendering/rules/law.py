"""Which version of a rule was in force on a day?

A rule is a row of data: value, article, scope, the days it was in force, and `checked` (whether the article's text
was at hand when it was written down). The day that counts is the one on which the notice was published;
before that, the day of the question. The choice is recorded with every decision as the rows' ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

_SCOPES = ("procedures", "objects", "methods", "budget_levels")


@dataclass(frozen=True)
class Scope:
    """What a question is about. A None means "whatever": rows that tell this apart do not match.

    procedure: code of the procedures table. object: goods, services, works. method: award method.
    budget_level: centre, province, city, county.
    """

    procedure: str | None = None
    object: str | None = None
    method: str | None = None
    budget_level: str | None = None


ANYTHING = Scope()


@dataclass(frozen=True)
class Row:
    """One rule in one version. `value` as the data file says it; unit and bound tell how to read it."""

    key: str
    value: Any
    article: str
    checked: bool
    in_force_from: date
    in_force_until: date | None
    unit: str
    bound: str
    procedures: frozenset[str]
    objects: frozenset[str]
    methods: frozenset[str]
    budget_levels: frozenset[str]
    zh: str
    en: str

    @property
    def id(self) -> str:
        """Stable name of this version: key, scope and first day."""
        scope = "+".join(
            sorted(self.procedures) + sorted(self.objects) + sorted(self.methods) + sorted(self.budget_levels)
        )
        code = f"/{self.value['code']}" if isinstance(self.value, dict) and "code" in self.value else ""
        kind = f"/{self.value['kind']}" if isinstance(self.value, dict) and "kind" in self.value else ""
        return f"{self.key}{code}{kind}[{scope}]@{self.in_force_from.isoformat()}"

    @property
    def number(self) -> Decimal:
        """The value as an exact number (yuan, shares, points, days)."""
        return Decimal(str(self.value))

    @property
    def days(self) -> int:
        """The value as a count of days (working or natural, as `unit` says)."""
        return int(self.value)

    @property
    def range(self) -> tuple[Decimal, Decimal]:
        """The value as lowest and highest lawful number."""
        if isinstance(self.value, dict):
            return Decimal(self.value["at_least"]), Decimal(self.value["at_most"])
        low, high = self.value
        return Decimal(low), Decimal(high)

    def in_force(self, day: date) -> bool:
        """Whether this version counts on that day."""
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)

    def covers(self, scope: Scope) -> bool:
        """Whether the row's scope holds the question; a row that names nothing covers all."""
        asked = (scope.procedure, scope.object, scope.method, scope.budget_level)
        return all(not named or value in named for named, value in zip(self._named(), asked, strict=True))

    @property
    def precision(self) -> int:
        """How many things the scope tells apart: of two rows that fit, the more precise one counts."""
        return sum(bool(named) for named in self._named())

    def _named(self) -> tuple[frozenset[str], ...]:
        return self.procedures, self.objects, self.methods, self.budget_levels


def row_from(told: Mapping[str, Any]) -> Row:
    """A row as a data file has it. Raises KeyError or ValueError on a malformed one, so that a slip stops the start."""
    until = told.get("in_force_until")
    return Row(
        key=told["key"],
        value=told["value"],
        article=told["article"],
        checked=bool(told["checked"]),
        in_force_from=date.fromisoformat(told["in_force_from"]),
        in_force_until=date.fromisoformat(until) if until else None,
        unit=told.get("unit", ""),
        bound=told.get("bound", ""),
        zh=told["zh"],
        en=told["en"],
        procedures=frozenset(told.get("procedures", ())),
        objects=frozenset(told.get("objects", ())),
        methods=frozenset(told.get("methods", ())),
        budget_levels=frozenset(told.get("budget_levels", ())),
    )


class Book:
    """Every row in every version; asked by key, day and scope."""

    def __init__(self, rows: Iterable[Row], version: str = "") -> None:
        """version: a digest of the data the rows came from; recorded with decisions."""
        self.rows = tuple(rows)
        self.version = version
        self._by_key: dict[str, list[Row]] = {}
        for each in self.rows:
            self._by_key.setdefault(each.key, []).append(each)

    def all(self, key: str, day: date, scope: Scope = ANYTHING) -> list[Row]:
        """Every row of this key in force that day which covers the scope."""
        return [each for each in self._by_key.get(key, ()) if each.in_force(day) and each.covers(scope)]

    def find(self, key: str, day: date, scope: Scope = ANYTHING) -> Row | None:
        """The one row that counts: in force, covering, most precise, latest. None where the law is silent."""
        found = self.all(key, day, scope)
        return max(found, key=lambda each: (each.precision, each.in_force_from), default=None)

    def need(self, key: str, day: date, scope: Scope = ANYTHING) -> Row:
        """`find`, where silence is a mistake in the data: raises LookupError naming what is missing."""
        found = self.find(key, day, scope)
        if found is None:
            raise LookupError(f"no rule {key} in force on {day.isoformat()} for {scope}")
        return found

    def coded(self, key: str, code: str, day: date, scope: Scope = ANYTHING) -> Row | None:
        """The row of this key whose value carries this `code`."""
        found = [each for each in self.all(key, day, scope) if each.value["code"] == code]
        return max(found, key=lambda each: (each.precision, each.in_force_from), default=None)

    def with_rows(self, rows: Iterable[Row]) -> Book:
        """A book in which these rows stand beside the others (thresholds published by the registry, say)."""
        return Book((*self.rows, *rows), self.version)
