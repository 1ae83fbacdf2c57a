"""Is anything open that stops the award, the signing or the performance?

条例54: a challenge that may touch the result suspends the signing of the contract; a contract already signed is not
performed meanwhile. 法57: during a complaint the finance department may order a suspension of at most thirty days.
94-16: an upheld challenge that touches the result has to be acted upon before anything is signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.chassis.objection import Objection
from services.contracts.rules.reasons import objection

AWARD = "award"
SIGNING = "signing"
PERFORMANCE = "performance"


@dataclass(frozen=True)
class Dispute:
    """A challenge or a complaint about a lot, as far as we were told.

    lodged_at None: we have only heard the answer yet. suspends: what it stops ("award", "signing").
    suspended_until: end of a suspension ordered during a complaint; None where none was ordered.
    upheld: None until it is answered. settled: an upheld one has been acted upon.
    """

    id: str
    kind: str
    lodged_at: datetime | None
    closed_at: datetime | None
    suspends: frozenset[str]
    suspended_until: datetime | None = None
    upheld: bool | None = None
    settled: bool = False

    def stops(self, step: str, now: datetime) -> bool:
        """Whether this dispute stops `step` at `now`."""
        touched = step in self.suspends or (step == PERFORMANCE and SIGNING in self.suspends)
        if self.kind == "complaint":
            if self.closed_at is not None:
                return False
            return self.suspended_until is not None and now < self.suspended_until
        if self.closed_at is not None:
            return touched and self.upheld is True and not self.settled
        return touched and self.lodged_at is not None


def standing(disputes: Iterable[Dispute], step: str, now: datetime) -> list[Dispute]:
    """The disputes that stop `step` now."""
    return [each for each in disputes if each.stops(step, now)]


def objections(disputes: Iterable[Dispute], step: str, now: datetime) -> list[Objection]:
    """One objection for each dispute that stops `step`."""
    found = []
    for each in standing(disputes, step, now):
        if each.kind == "complaint" and each.suspended_until is not None:
            until = each.suspended_until.date().isoformat()
            found.append(objection("suspended_by_complaint", "法57", until=until, step=step))
        elif each.closed_at is not None:
            found.append(objection("challenge_upheld", "94-16", step=step))
        else:
            found.append(objection("suspended_by_challenge", "条例54", step=step))
    return found
