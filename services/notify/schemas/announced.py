"""What notify announces: the payload of each event."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Id, Moment, Schema


class SurveyAnswered(Schema):
    """survey_answered."""

    contract_id = Id(required=True)
    by_organisation_id = Id(required=True)
    side = fields.String(required=True)
    score = fields.Integer(required=True)
    satisfied = fields.Boolean(required=True)
    at = Moment(required=True)


class EnquiryMoved(Schema):
    """enquiry_asked, enquiry_taken, enquiry_handed_on, enquiry_answered. What was said stays in the department."""

    enquiry_id = Id(required=True)
    owner_person_id = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    at = Moment(required=True)


class AppointmentMoved(Schema):
    """slot_offered, slot_withdrawn, appointment_booked, appointment_cancelled."""

    slot_id = Id(required=True)
    appointment_id = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    at = Moment(required=True)


class CallMoved(Schema):
    """room_called, call_acknowledged, call_taken_down."""

    call_id = Id(required=True)
    organisation_id = fields.String(allow_none=True)
    room = fields.String(required=True)
    at = Moment(required=True)


class BoardArranged(Schema):
    """board_arranged."""

    panel = fields.String(required=True)
    shown = fields.Boolean(required=True)
    at = Moment(required=True)


class AnnouncementPublished(Schema):
    """announcement_published."""

    notice_id = Id(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    at = Moment(required=True)


class WebhookMoved(Schema):
    """webhook_registered, webhook_ended."""

    webhook_id = Id(required=True)
    organisation_id = Id(required=True)
    url = fields.String(required=True)
    reason = fields.String(allow_none=True)
    at = Moment(required=True)
