"""When does silence decide, and what holds it back?

条例43: five working days from receiving the report. 87-68: a purchaser who lets them pass without stating a lawful
reason is taken to have decided for the first candidate. 条例54, 法57: not while the award is suspended.
"""

from __future__ import annotations

from datetime import datetime

from services.chassis.objection import Objection
from services.contracts.rules.reasons import objection

HOLD_GROUNDS = {
    "reported_to_finance": "the purchaser holds the evaluation to be unlawful and has reported it in writing (条例44)",
    "force_majeure": "the purchaser cannot act because of force majeure",
    "candidate_under_inquiry": "an authority is inquiring into the first candidate",
}


def silence_waits_for(
    *, due: datetime, now: datetime, suspended: bool, held: bool, decided_before: bool, first_places: int
) -> list[Objection]:
    """Why silence does not decide now; empty means the clock awards to the first candidate.

    due: the last instant of the period, already extended by every suspension. decided_before: somebody was awarded
    once and fell away, so that the purchaser chooses between the next candidate and a new tender (条例49).
    """
    found = []
    if now <= due:
        found.append(objection("period_runs", "条例43", due=due.isoformat()))
    if suspended:
        found.append(objection("award_suspended", "条例54"))
    if held:
        found.append(objection("reason_stated", "87-68"))
    if decided_before:
        found.append(objection("choice_after_refusal", "条例49"))
    if first_places == 0:
        found.append(objection("no_candidate_left", "条例71"))
    return found


def hold_objections(ground: str, now: datetime, due: datetime) -> list[Objection]:
    """Why this reason for not deciding cannot be stated now (87-68: a lawful reason, within the period)."""
    found = []
    if ground not in HOLD_GROUNDS:
        found.append(
            objection("hold_ground_unknown", "87-68", "ground", ground=ground, known=", ".join(sorted(HOLD_GROUNDS)))
        )
    if now > due:
        found.append(objection("period_over", "87-68", due=due.isoformat()))
    return found
