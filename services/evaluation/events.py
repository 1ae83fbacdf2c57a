"""What evaluation announces: name, version, schema, whether the public may read it in the log; one builder for all.

What names an expert, tells a bidder's answer or anticipates the result is not public: the log shows its position and
leaf hash until the result, and the result itself is published by contracts.
"""

from __future__ import annotations

from typing import Any

from services.chassis import obligations
from services.chassis.journal import Announcement, EventType
from services.evaluation.schemas import announced

_OURS = (
    EventType("panel_formed", 1, announced.PanelFormed, public=False),
    EventType("pool_frozen", 1, announced.PoolFrozen),
    EventType("nonce_committed", 1, announced.NonceCommitted),
    EventType("nonce_revealed", 1, announced.NonceRevealed),
    EventType("reveal_refused", 1, announced.RevealRefused, public=False),
    EventType("experts_drawn", 1, announced.Drawn),
    EventType("expert_called", 1, announced.ExpertCalled, public=False),
    EventType("call_ended", 1, announced.CallEnded, public=False),
    EventType("member_checked_in", 1, announced.MemberMoved, public=False),
    EventType("member_left", 1, announced.MemberMoved, public=False),
    EventType("leader_elected", 1, announced.MemberMoved, public=False),
    EventType("supervisor_checked_in", 1, announced.SupervisorCheckedIn, public=False),
    EventType("recording_attached", 1, announced.RecordingAttached, public=False),
    EventType("evaluation_began", 1, announced.EvaluationBegan),
    EventType("step_closed", 1, announced.StepClosed, public=False),
    EventType("work_recorded", 1, announced.ThingRecorded, public=False),
    EventType("clarification_asked", 1, announced.QuestionAsked, public=False),
    EventType("price_explanation_asked", 1, announced.QuestionAsked, public=False),
    EventType("question_answered", 1, announced.QuestionAnswered, public=False),
    EventType("bid_rejected", 1, announced.BidRejected, public=False),
    EventType("round_opened", 1, announced.RoundOpened, public=False),
    EventType("offer_sealed", 1, announced.OfferMoved, public=False),
    EventType("offer_opened", 1, announced.OfferMoved, public=False),
    EventType("evaluation_failed", 1, announced.EvaluationFailed),
    EventType("report_made", 1, announced.ReportMade, public=False),
    EventType("report_withdrawn", 1, announced.ReportMade, public=False),
    EventType("report_signed", 1, announced.ReportSigned, public=False),
    EventType("ranking_settled", 1, announced.RankingSettled, public=False),
    EventType("evaluation_reopened", 1, announced.EvaluationReopened, public=False),
    EventType("expert_performance_recorded", 1, announced.PerformanceRecorded, public=False),
    EventType("integrity_finding_recorded", 1, announced.FindingRecorded, public=False),
)
CATALOGUE: dict[str, EventType] = {each.name: each for each in _OURS} | obligations.CATALOGUE

OFF_THE_BUS = frozenset(
    {
        "panel_formed",
        "pool_frozen",
        "nonce_committed",
        "nonce_revealed",
        "reveal_refused",
        "experts_drawn",
        "call_ended",
        "member_checked_in",
        "member_left",
        "leader_elected",
        "supervisor_checked_in",
        "recording_attached",
        "step_closed",
        "work_recorded",
        "question_answered",
        "bid_rejected",
        "report_made",
        "report_withdrawn",
        "report_signed",
        "offer_sealed",
        "offer_opened",
    }
)
"""Journalled and logged here; nobody outside needs them, and some must not leave before the result."""


def event(name: str, subject: str, **fact: Any) -> Announcement:
    """The announcement of one event. subject: "lot:<id>", "draw:<id>" …: events of one subject stay in order.

    Raises ValueError for a fact its schema refuses, so that nothing malformed is ever journalled.
    """
    kind = CATALOGUE[name]
    payload = kind.payload(fact)
    faults = kind.faults(payload)
    if faults:
        raise ValueError(f"{name} cannot be announced: {faults}")
    return Announcement(
        event=name,
        version=kind.version,
        subject=subject,
        payload=payload,
        public=kind.public,
        relay=name not in OFF_THE_BUS,
    )
