"""What may a challenge or complaint reopen?

Nothing, except what the finance ministry's rules let (条例44): the original panel may recheck on the four grounds
of 87-64 when a bidder challenges them; where the result is void (composition, misconduct, interference, unlawful
acts) a new panel may be formed without the members at fault, unless the contract is already performed (87-67). Both
are reported to finance in writing. Finance's decision on a complaint may order either.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from services.chassis.objection import Objection
from services.evaluation.rules.law import Law


@dataclass(frozen=True)
class Request:
    """What is asked: `ground` as in the law data; `cause` is `challenge_upheld` or `complaint_decided`; `outcome`
    finance's, if any; `about` what the dispute was about: document, process or result."""

    ground: str
    cause: str
    outcome: str
    finance_report_no: str
    settled: bool
    contract_performed: bool
    members_at_fault: Collection[str] = ()
    about: str = ""


@dataclass(frozen=True)
class Reopening:
    """What opens: `recheck` (the marks of the four grounds, by the original panel) or `new_panel` (everything after
    the opening)."""

    scope: str
    article: str
    excluded: tuple[str, ...]


def decide(law: Law, on: date, request: Request) -> tuple[Reopening | None, list[Objection]]:
    """The reopening the law lets, or every reason why none."""
    found = []
    recheck, new_panel = law.row("review.reopen.recheck", on), law.row("review.reopen.new_panel", on)
    scope, row = ("recheck", recheck) if request.ground in recheck.value else ("new_panel", new_panel)
    if request.ground not in (*recheck.value, *new_panel.value):
        found.append(
            Objection(
                "reopen_ground_unknown",
                "No rule lets an evaluation be done again on this ground.",
                "条例44",
                "ground",
                {"grounds": "、".join((*recheck.value, *new_panel.value))},
            )
        )
    if request.cause == "complaint_decided" and request.outcome != "upheld_reevaluate":
        found.append(
            Objection(
                "reopen_not_ordered",
                "Finance's decision does not order a new evaluation.",
                "条例44",
                "challenge_id",
                {"outcome": request.outcome},
            )
        )
    if request.about == "document":
        found.append(
            Objection(
                "reopen_of_document",
                "What is wrong with the document is mended there and tendered anew; no evaluation mends it.",
                "94-16",
                "dispute_id",
            )
        )
    if not request.settled:
        found.append(
            Objection("reopen_not_settled", "The evaluation is not finished; correct it where it stands.", row.article)
        )
    if not request.finance_report_no:
        found.append(
            Objection(
                "reopen_not_reported",
                "A new evaluation is reported to finance in writing; name that report.",
                "条例44",
                "finance_report_no",
            )
        )
    if request.contract_performed:
        found.append(Objection("reopen_performed", "The contract is already performed.", row.article))
    if found:
        return None, found
    return Reopening(scope, row.article, tuple(sorted(request.members_at_fault)) if scope == "new_panel" else ()), []
