"""How does an award end without a contract, and what follows?

条例49: a winner who refuses to sign gives way to the next candidate or to a new tender. 条例71: an award made void
by unlawful acts likewise; with no candidate left only a new tender remains. 招标投标法实施条例74: refusing to sign,
adding conditions or withholding the performance bond costs the place and the bid bond.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.chassis.objection import Objection
from services.contracts.rules.reasons import objection


@dataclass(frozen=True)
class RefusalGround:
    """by: who may state it.

    costs_bond: whether the bid bond stays with the purchaser. after_period: only once signing is late.
    """

    by: str
    costs_bond: bool
    after_period: bool
    zh: str
    en: str


REFUSAL_GROUNDS: Mapping[str, RefusalGround] = {
    "declined": RefusalGround("supplier", True, False, "中标人放弃中标", "the winner declines"),
    "force_majeure": RefusalGround(
        "supplier", False, False, "因不可抗力不能履行", "force majeure makes performance impossible"
    ),
    "period_passed": RefusalGround(
        "purchaser", True, True, "中标人逾期未签订合同", "the winner has not signed within the period"
    ),
    "bond_withheld": RefusalGround(
        "purchaser", True, True, "中标人未按要求提交履约保证金", "the winner withholds the performance bond"
    ),
    "conditions_added": RefusalGround(
        "purchaser", True, False, "中标人签订合同时提出附加条件", "the winner adds conditions"
    ),
}

ANNULMENT_GROUNDS: Mapping[str, str] = {
    "challenge_upheld": "94-16",
    "complaint_upheld": "94-31",
    "unlawful_acts": "条例71",
    "supplier_barred": "法77",
}

RETURN_GROUNDS: Mapping[str, str] = {
    "winner_refused": "条例49",
    "no_candidate_left": "条例71",
    "award_annulled": "条例71",
    "unlawful_acts": "法36",
    "task_cancelled": "法36",
}


def refusal_objections(
    ground: str, side: str, *, signed: bool, contract_signed: bool, signing_due: datetime | None, now: datetime
) -> list[Objection]:
    """Why this refusal of an award cannot be recorded.

    side: "supplier" or "purchaser", who states it. signed: the supplier has signed the contract already.
    signing_due: end of the signing period, None before the award notice.
    """
    if contract_signed:
        return [objection("contract_stands", "法50")]
    known = REFUSAL_GROUNDS.get(ground)
    if known is None or known.by != side:
        mine = ", ".join(sorted(name for name, each in REFUSAL_GROUNDS.items() if each.by == side))
        return [objection("refusal_ground_unknown", "条例49", "ground", ground=ground, side=side, known=mine)]
    found = []
    if known.after_period and (signing_due is None or now <= signing_due):
        due = "" if signing_due is None else signing_due.isoformat()
        found.append(objection("signing_period_runs", "法46", due=due))
    if ground == "period_passed" and signed:
        found.append(objection("winner_has_signed", "法46"))
    return found


def annulment_objections(ground: str, *, upheld_dispute: bool, barred: bool, contract_signed: bool) -> list[Objection]:
    """Why an award cannot be annulled on this ground. A signed contract is revoked by termination instead."""
    if ground not in ANNULMENT_GROUNDS:
        known = ", ".join(sorted(ANNULMENT_GROUNDS))
        return [objection("annulment_ground_unknown", "条例71", "ground", ground=ground, known=known)]
    found = []
    if contract_signed:
        found.append(objection("contract_stands", "法50"))
    if ground == "challenge_upheld" and not upheld_dispute:
        found.append(objection("no_challenge_upheld", "94-16", "ground"))
    if ground == "complaint_upheld":
        found.append(objection("finance_decides", "94-31", "ground"))
    if ground == "supplier_barred" and not barred:
        found.append(objection("not_barred", "法77", "ground"))
    return found


def return_objections(ground: str, *, live: bool, refused: bool, annulled: bool, left: int) -> list[Objection]:
    """Why a lot cannot go back for a new tender on this ground.

    live: an award stands. refused, annulled: an award fell away that way. left: candidates still standing.
    """
    if ground not in RETURN_GROUNDS:
        known = ", ".join(sorted(RETURN_GROUNDS))
        return [objection("return_ground_unknown", "法36", "ground", ground=ground, known=known)]
    found = []
    if live:
        found.append(objection("award_stands", "法46"))
    if ground == "winner_refused" and not refused:
        found.append(objection("nobody_refused", "条例49", "ground"))
    if ground == "award_annulled" and not annulled:
        found.append(objection("nothing_annulled", "条例71", "ground"))
    if ground == "no_candidate_left" and left:
        found.append(objection("candidates_left", "条例71", "ground", left=left))
    return found
