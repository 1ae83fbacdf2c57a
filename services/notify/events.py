"""What notify announces, and the catalogue. Only `survey_answered` and `enquiry_answered` leave on the bus."""

from __future__ import annotations

from typing import Any

from services.chassis import obligations
from services.chassis.journal import Announcement, EventType
from services.notify.schemas import announced

_OURS = (
    EventType("survey_answered", 1, announced.SurveyAnswered),
    EventType("enquiry_asked", 1, announced.EnquiryMoved, public=False),
    EventType("enquiry_taken", 1, announced.EnquiryMoved, public=False),
    EventType("enquiry_handed_on", 1, announced.EnquiryMoved, public=False),
    EventType("enquiry_answered", 1, announced.EnquiryMoved, public=False),
    EventType("slot_offered", 1, announced.AppointmentMoved, public=False),
    EventType("slot_withdrawn", 1, announced.AppointmentMoved, public=False),
    EventType("appointment_booked", 1, announced.AppointmentMoved, public=False),
    EventType("appointment_cancelled", 1, announced.AppointmentMoved, public=False),
    EventType("room_called", 1, announced.CallMoved),
    EventType("call_acknowledged", 1, announced.CallMoved),
    EventType("call_taken_down", 1, announced.CallMoved),
    EventType("board_arranged", 1, announced.BoardArranged),
    EventType("announcement_published", 1, announced.AnnouncementPublished),
    EventType("webhook_registered", 1, announced.WebhookMoved, public=False),
    EventType("webhook_ended", 1, announced.WebhookMoved, public=False),
)
CATALOGUE: dict[str, EventType] = {each.name: each for each in _OURS} | obligations.CATALOGUE
ON_THE_BUS = frozenset({"survey_answered", "enquiry_answered"})


def event(name: str, subject: str, **fact: Any) -> Announcement:
    """The announcement of one event. subject: "enquiry:<id>", "contract:<id>" …: one subject's events stay in order."""
    kind = CATALOGUE[name]
    return Announcement(
        event=name, version=kind.version, subject=subject, payload=kind.payload(fact), public=kind.public,
        relay=name in ON_THE_BUS,
    )  # fmt: skip
