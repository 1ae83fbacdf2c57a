"""Are enough bidders left?

Fewer than three that are qualified and respond to everything essential: the lot fails and all are told why (法36,
法37). A rejected price (correction not confirmed, abnormally low and not proved) leaves no response either, so it
is counted out as well.
"""

from __future__ import annotations

from datetime import date

from services.chassis.objection import Objection
from services.evaluation.rules.law import Law


def objections(law: Law, on: date, procedure: str, left: int, exception: str = "none") -> list[Objection]:
    """Why the evaluation cannot go on with that many bidders (those of one brand counted once)."""
    row = law.row("review.least_left", on, procedure=procedure, exception=exception)
    if left >= row.value:
        return []
    return [
        Objection(
            "too_few_left",
            f"{left} bidders are left; at least {row.value} are needed, so the lot fails.",
            row.article,
            "",
            {"left": str(left), "least": str(row.value)},
        )
    ]
