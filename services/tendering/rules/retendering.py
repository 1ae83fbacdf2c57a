"""On which grounds may people declare a lot failed, and what may follow? (法36, 37)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.chassis.objection import Objection
from services.tendering.rules import closing
from services.tendering.rules.law import Book
from services.tendering.rules.reasons import objection


@dataclass(frozen=True)
class Ended:
    """A lot that is to be tendered again. here: whether it belongs to the same project as the first."""

    no: int
    here: bool
    state: str
    reason: str | None
    ways_on: tuple[str, ...]
    again_already: bool


def ground_objections(book: Book, day: date, reason: str) -> list[Objection]:
    """Is this a ground on which people decide? Too few bids is the clock's to find."""
    lawful = closing.grounds(book, day)
    if reason in lawful and reason != "task_cancelled":
        return []
    return [
        objection(
            "failure_ground_unknown",
            "法36",
            "reason",
            reason=reason,
            lawful=", ".join(each for each in lawful if each != "task_cancelled"),
        )
    ]


def objections(lots: Sequence[Ended], procedure: str, before: str) -> list[Objection]:
    """Why these lots cannot be tendered again by this procedure. before: the procedure that failed."""
    found = []
    wanted = "tender_again" if procedure == before else "other_procedure_with_approval"
    for place, lot in enumerate(lots):
        field = f"lot_ids.{place}"
        if not lot.here:
            found.append(objection("lot_of_other_project", "法37", field, lot=lot.no))
        if lot.state != "failed":
            found.append(objection("lot_not_failed", "法37", field, lot=lot.no, state=lot.state))
        elif lot.again_already:
            found.append(objection("tendered_again_already", "法37", field, lot=lot.no))
        elif wanted not in lot.ways_on:
            found.append(
                objection(
                    "no_such_way_on", "法37", field, lot=lot.no, wanted=wanted, ways=", ".join(lot.ways_on) or "-"
                )
            )
    return found
