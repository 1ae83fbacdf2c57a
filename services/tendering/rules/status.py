"""Where does a project or a lot stand?

Facts are stored, the status is derived: the latest fact in the lawful order decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ProjectFacts:
    """What happened to a project, as moments; None for what has not."""

    submitted_at: datetime | None = None
    returned_at: datetime | None = None
    plan_confirmed_at: datetime | None = None
    accepted_at: datetime | None = None
    document_drafted_at: datetime | None = None
    document_submitted_at: datetime | None = None
    document_reviewed_at: datetime | None = None
    document_confirmed_at: datetime | None = None
    published_at: datetime | None = None
    cancelled_at: datetime | None = None


@dataclass(frozen=True)
class LotFacts:
    """What happened to a lot, as moments; None for what has not."""

    published_at: datetime | None = None
    closes_at: datetime | None = None
    closed_at: datetime | None = None
    opening_began_at: datetime | None = None
    read_out_at: datetime | None = None
    opened_at: datetime | None = None
    evaluation_began_at: datetime | None = None
    ranked_at: datetime | None = None
    awarded_at: datetime | None = None
    contracted_at: datetime | None = None
    completed_at: datetime | None = None
    failed_at: datetime | None = None


PROJECT_STATES = (
    "drafted",
    "returned",
    "submitted",
    "plan_confirmed",
    "accepted",
    "drafting",
    "under_review",
    "reviewed",
    "confirmed",
    "published",
    "ended",
    "cancelled",
)
LOT_STATES = (
    "planned",
    "open",
    "closing",
    "closed",
    "opening",
    "read_out",
    "opened",
    "evaluating",
    "ranked",
    "awarded",
    "contracted",
    "completed",
    "failed",
)
LOT_ENDS = frozenset({"failed", "completed"})


def project_status(facts: ProjectFacts, lots: Iterable[str] = ()) -> str:
    """One of `PROJECT_STATES`. lots: the states of the project's lots; all ended, the project has ended."""
    if facts.cancelled_at:
        return "cancelled"
    if facts.published_at:
        states = list(lots)
        return "ended" if states and all(each in LOT_ENDS for each in states) else "published"
    for moment, state in (
        (facts.document_confirmed_at, "confirmed"),
        (facts.document_reviewed_at, "reviewed"),
        (facts.document_submitted_at, "under_review"),
        (facts.document_drafted_at, "drafting"),
        (facts.accepted_at, "accepted"),
    ):
        if moment:
            return state
    if facts.returned_at:
        return "returned"
    if facts.plan_confirmed_at:
        return "plan_confirmed"
    return "submitted" if facts.submitted_at else "drafted"


def lot_status(facts: LotFacts, now: datetime) -> str:
    """One of `LOT_STATES`. "closing" is the moment between the deadline and the clock's closing: no bid gets in."""
    if facts.failed_at:
        return "failed"
    for moment, state in (
        (facts.completed_at, "completed"),
        (facts.contracted_at, "contracted"),
        (facts.awarded_at, "awarded"),
        (facts.ranked_at, "ranked"),
        (facts.evaluation_began_at, "evaluating"),
        (facts.opened_at, "opened"),
        (facts.read_out_at, "read_out"),
        (facts.opening_began_at, "opening"),
        (facts.closed_at, "closed"),
    ):
        if moment:
            return state
    if facts.published_at and facts.closes_at:
        return "open" if now < facts.closes_at else "closing"
    return "planned"
