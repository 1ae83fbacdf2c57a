"""May a submitted mark still be changed?

Only on four grounds (87-64): an arithmetic slip in summing up, a mark out of its range, an objective factor marked
unequally, a mark the panel has found abnormally high or low; by the member who gave it, before the report is
signed. Every change is recorded with its ground and stands in the report.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from services.chassis.objection import Objection

GROUNDS = ("arithmetic", "out_of_range", "objective_unequal", "abnormal")
ARTICLE = "87-64"


@dataclass(frozen=True)
class Change:
    """A change somebody asks for, with the facts that make its ground true or false.

    others: the other members' marks for the same bid and factor. found_abnormal: the panel's majority said so of
    this mark.
    """

    ground: str
    reason: str
    old: Decimal
    new: Decimal
    most: Decimal
    kind: str
    others: Collection[Decimal]
    found_abnormal: bool
    signed: bool


def objections(change: Change) -> list[Objection]:
    """Why the change is not lawful; empty: it is, and is to be recorded."""
    found = []
    if change.ground not in GROUNDS:
        return [
            Objection(
                "change_ground_unknown",
                f"A change needs one of the four grounds: {', '.join(GROUNDS)}.",
                ARTICLE,
                "ground",
                {"grounds": "、".join(GROUNDS)},
            )
        ]
    if change.signed:
        found.append(
            Objection(
                "change_after_signing", "The report is already signed; only a lawful recheck may reopen it.", ARTICLE
            )
        )
    if not change.reason:
        found.append(
            Objection("change_needs_reason", "A change must be given its reason in writing.", ARTICLE, "reason")
        )
    if not 0 <= change.new <= change.most or change.new != change.new.quantize(Decimal("0.01")):
        found.append(
            Objection(
                "mark_out_of_range",
                f"{change.new} is outside 0 to {change.most}.",
                ARTICLE,
                "points",
                {"mark": str(change.new), "most": str(change.most), "factor": ""},
            )
        )
    if change.new == change.old:
        found.append(Objection("change_changes_nothing", "The new mark is the old one.", ARTICLE, "points"))
    wrong = _ground_fails(change)
    if wrong:
        found.append(wrong)
    return found


def _ground_fails(change: Change) -> Objection | None:
    if change.ground == "arithmetic":
        return Objection(
            "change_arithmetic",
            "Sums are computed from the marks, so no slip in summing up can be mended by "
            "changing a mark; name another ground.",
            ARTICLE,
            "ground",
        )
    if change.ground == "out_of_range" and 0 <= change.old <= change.most:
        return Objection(
            "change_in_range",
            f"The mark {change.old} is within 0 to {change.most}.",
            ARTICLE,
            "ground",
            {"mark": str(change.old), "most": str(change.most)},
        )
    if change.ground == "objective_unequal":
        if change.kind != "objective" or all(mark == change.old for mark in change.others):
            return Objection("change_not_unequal", "No objective factor is marked unequally here.", ARTICLE, "ground")
        if change.new not in change.others:
            return Objection(
                "change_stays_unequal", "The new mark must be one that another member gave.", ARTICLE, "points"
            )
    if change.ground == "abnormal" and not change.found_abnormal:
        return Objection(
            "change_not_found_abnormal", "The panel has not found this mark abnormally high or low.", ARTICLE, "ground"
        )
    return None
