"""What notify answers."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Id, Moment, Money, Schema


def text() -> fields.String:
    """A text that may be null."""
    return fields.String(allow_none=True)


def moment() -> Moment:
    """A moment that may be null."""
    return Moment(allow_none=True)


class MessageView(Schema):
    """A message. words: {"zh": {"title", "text"}, "en": …}."""

    message_id = Id(attribute="id")
    event = text()
    about = text()
    words = fields.Dict()
    urgent = fields.Boolean()
    at = Moment()
    read_at = moment()


class DeliveryView(Schema):
    """What became of one delivery. state: waiting, sent or given_up."""

    delivery_id = Id(attribute="id")
    event_id = text()
    event = text()
    recipient = text()
    channel = text()
    address = text()
    queued_at = Moment()
    tries = fields.Integer()
    try_at = moment()
    sent_at = moment()
    given_up_at = moment()
    last_fault = text()
    state = fields.Function(
        lambda row: "sent" if row.sent_at else "given_up" if row.given_up_at else "waiting"
    )


class PreferenceView(Schema):
    """Channels besides the inbox."""

    email = fields.Boolean()
    sms = fields.Boolean()
    language = text()


class WebhookView(Schema):
    """A webhook, without its secret."""

    webhook_id = Id(attribute="id")
    organisation_id = Id()
    url = text()
    events = fields.List(fields.String())
    signed_with_secret = fields.Function(lambda row: bool(row.secret))
    registered_at = Moment()
    ended_at = moment()
    ended_because = text()


class NoticeLine(Schema):
    """A notice in a list."""

    notice_id = Id(attribute="id")
    kind = text()
    title = text()
    project_id = text()
    project_no = text()
    purchaser_id = text()
    purchaser_name = text()
    region = text()
    procedure = text()
    objects = fields.List(fields.String())
    amount = Money(allow_none=True)
    published_at = Moment()
    closes_at = moment()


class NoticeView(NoticeLine):
    """A notice, whole."""

    text = text()
    document_digest = fields.String(allow_none=True)
    more = fields.Dict()


class BoardEventView(Schema):
    """One thing the wall shows."""

    number = fields.Integer()
    kind = text()
    project_id = text()
    lot_id = text()
    shows = fields.Dict()
    at = Moment()


class OpeningView(Schema):
    """A lot on the wall. place: opening, opened, waiting or next."""

    place = text()
    lot_id = text()
    project_id = text()
    project_no = text()
    project = text()
    lot = text()
    closes_at = Moment()
    room = text()


class CallView(Schema):
    """A call into a room."""

    call_id = Id(attribute="id")
    organisation_id = text()
    name = text()
    room = text()
    note = text()
    lot_id = text()
    called_at = Moment()
    acknowledged_at = moment()
    taken_down_at = moment()


class PublicEnquiry(Schema):
    """An answered enquiry as all may read it; the asker stays unnamed."""

    enquiry_id = Id(attribute="id")
    kind = text()
    title = text()
    text = fields.String()
    asked_at = Moment()
    answer = fields.String()
    answered_at = moment()


class EnquiryView(PublicEnquiry):
    """An enquiry as asker, owner and watchers read it."""

    project_id = fields.String(allow_none=True)
    asker_person_id = fields.String(allow_none=True)
    asker_organisation_id = fields.String(allow_none=True)
    publish_agreed = fields.Boolean()
    due = Moment()
    owner_person_id = fields.String(allow_none=True)
    published_at = moment()


class SlotView(Schema):
    """A time offered."""

    slot_id = Id(attribute="id")
    topic = text()
    host_name = text()
    place = text()
    starts_at = Moment()
    ends_at = Moment()
    withdrawn_at = moment()


class AppointmentView(Schema):
    """A booked time."""

    appointment_id = Id(attribute="id")
    slot_id = Id()
    name = text()
    matter = text()
    starts_at = Moment()
    ends_at = Moment()
    booked_at = Moment()
    cancelled_at = moment()
    cancelled_because = text()


class SurveyView(Schema):
    """A survey of one side."""

    survey_id = Id(attribute="id")
    contract_id = Id()
    project_id = text()
    side = text()
    organisation_id = Id()
    asked_at = Moment()
    score = fields.Integer(allow_none=True)
    comment = text()
    answered_at = moment()


class SatisfactionView(Schema):
    """A period's figures; mean and rate (percent) with two places, null without answers."""

    period = text()
    side = text()
    asked = fields.Integer()
    answered = fields.Integer()
    satisfied = fields.Integer()
    mean = fields.Function(lambda row: None if row.mean is None else f"{row.mean:.2f}")
    rate = fields.Function(lambda row: None if row.rate is None else f"{row.rate:.2f}")
