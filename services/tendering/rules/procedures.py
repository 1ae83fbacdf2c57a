"""What does a procedure allow?

A procedure is a row of flags and numbers, never a branch in the code: a further one is a further row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.chassis.objection import Objection
from services.tendering.rules.law import Book, Row, Scope
from services.tendering.rules.reasons import objection


@dataclass(frozen=True)
class Procedure:
    """One procedure in the version of a day.

    publicity: public (a notice to all), invited (to a drawn few) or named (to one).
    sealed: offers are sealed until every seat turns its key. public_opening: prices are read out before the bidders.
    minimum_bidders: at closing. minimum_left: after evaluation's checks. maximum_bidders, pool_factor: 0 means none.
    exceptions: ground → the lower number left that will do. grounds: what must be shown before it may be used.
    """

    code: str
    article: str
    objects: frozenset[str]
    publicity: str
    sealed: bool
    public_opening: bool
    minimum_bidders: int
    minimum_left: int
    maximum_bidders: int
    pool_factor: int
    rounds: str
    evaluated_by: str
    award_methods: frozenset[str]
    grounds: frozenset[str]
    exceptions: Mapping[str, int]
    ways_on: tuple[str, ...]
    names: Mapping[str, str]
    row_id: str


def procedure_from(row: Row) -> Procedure:
    """The procedure a row describes."""
    told = row.value
    return Procedure(
        code=told["code"],
        article=row.article,
        objects=frozenset(told["objects"]),
        publicity=told["publicity"],
        sealed=told["sealed"],
        public_opening=told["public_opening"],
        minimum_bidders=told["minimum_bidders"],
        minimum_left=told["minimum_left"],
        maximum_bidders=told["maximum_bidders"],
        pool_factor=told["pool_factor"],
        rounds=told["rounds"],
        evaluated_by=told["evaluated_by"],
        award_methods=frozenset(told["award_methods"]),
        grounds=frozenset(told["grounds"]),
        ways_on=tuple(told["ways_on"]),
        names=told["name"],
        exceptions={each["code"]: each["minimum_left"] for each in told.get("exceptions", ())},
        row_id=row.id,
    )


def find(book: Book, code: str, day: date) -> Procedure | None:
    """The procedure of that code as of that day; None where there is none."""
    row = book.coded("procedure", code, day)
    return procedure_from(row) if row else None


def every(book: Book, day: date) -> list[Procedure]:
    """All procedures of that day, in the order of the table."""
    return [procedure_from(row) for row in book.all("procedure", day)]


def objections(book: Book, day: date, code: str, objects: set[str], field: str = "procedure") -> list[Objection]:
    """Why this procedure cannot buy these kinds of object (goods, services, works)."""
    procedure = find(book, code, day)
    if procedure is None:
        known = ", ".join(each.code for each in every(book, day))
        return [objection("procedure_unknown", field=field, procedure=code, known=known)]
    return [
        objection(
            "procedure_unfit_object",
            procedure.article,
            field,
            procedure=code,
            object=each,
            objects=", ".join(sorted(procedure.objects)),
        )
        for each in sorted(objects - procedure.objects)
    ]


def scope_of(procedure: str, object_: str | None = None, method: str | None = None, level: str | None = None) -> Scope:
    """The scope of a question about one lot."""
    return Scope(procedure=procedure, object=object_, method=method, budget_level=level)
