"""What notify accepts. `after`: the cursor a page before gave; `most`: how many, 1 to 100."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate

from services.chassis.wire import Day, Id, Moment, Schema, Text

NOTICE_KINDS = (
    "intention", "tender", "amendment", "answer", "result", "contract", "failure", "cancellation", "complaint_decision",
    "barring", "general",
)  # fmt: skip
PANELS = ("openings", "calls", "prices", "results", "clock")


def month(text: str) -> None:
    """"2026-05"."""
    if len(text) != 7 or text[4] != "-" or not (text[:4] + text[5:]).isdigit() or not 1 <= int(text[5:]) <= 12:
        raise ValidationError('A month is year and month, such as "2026-05".')


class Nothing(Schema):
    """No fields."""


class Page(Schema):
    """A page of a list."""

    after = fields.String(load_default=None, allow_none=True)
    most = fields.Integer(load_default=20, validate=validate.Range(1, 100), strict=True)


class ReadInbox(Page):
    """One's own messages, newest first."""

    unread = fields.Boolean(load_default=False)


class MarkRead(Schema):
    """These messages of one's own; all up to one with `up_to`."""

    message_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=100))
    up_to = Id(load_default=None, allow_none=True)


class ChangePreference(Schema):
    """Channels besides the inbox."""

    email = fields.Boolean(required=True)
    sms = fields.Boolean(required=True)
    language = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["zh", "en"]))


class ReadDeliveries(Page):
    """The record of deliveries."""

    event_id = fields.String(load_default=None, allow_none=True)
    recipient = Id(load_default=None, allow_none=True)
    channel = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["email", "sms", "webhook"]))
    state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["waiting", "sent", "given_up"]))


class TryAgain(Schema):
    """Deliveries that were given up."""

    delivery_ids = fields.List(Id(), required=True, validate=validate.Length(min=1, max=100))


class RegisterWebhook(Schema):
    """A partner's address. secret: what the partner checks the HMAC with; never answered again."""

    url = Text(required=True, most=300)
    secret = Text(load_default="", least=0, most=60)
    events = fields.List(Text(most=60), load_default=list, validate=validate.Length(max=60))
    organisation_id = Id(load_default=None, allow_none=True)


class NameWebhook(Schema):
    """One webhook."""

    webhook_id = Id(required=True)


class EndWebhook(NameWebhook):
    """No more of it."""

    reason = Text(required=True, most=300)


class SearchBulletin(Page):
    """words: parts of words parted by blanks; all must be found. Days are of Beijing, both included."""

    words = Text(load_default="", least=0, most=100)
    kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(NOTICE_KINDS))
    object = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["goods", "services", "works"]))
    region = Text(load_default=None, allow_none=True, most=60)
    procedure = Text(load_default=None, allow_none=True, most=60)
    purchaser_id = Id(load_default=None, allow_none=True)
    from_ = Day(load_default=None, allow_none=True, data_key="from")
    until = Day(load_default=None, allow_none=True)


class NameNotice(Schema):
    """One notice."""

    notice_id = Id(required=True)


class NameProject(Schema):
    """One project."""

    project_id = Id(required=True)


class ReadFeed(Schema):
    """The newest notices of a kind (all when none is named)."""

    kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(NOTICE_KINDS))


class PublishAnnouncement(Schema):
    """A general announcement."""

    title = Text(required=True, most=200)
    text = Text(required=True, most=20000)


class FollowBoard(Schema):
    """The events after this number, in order."""

    since = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(0), strict=True)
    most = fields.Integer(load_default=100, validate=validate.Range(1, 500), strict=True)


class CallIntoRoom(Schema):
    """Call an organisation (or somebody by name) into a room."""

    organisation_id = Id(load_default=None, allow_none=True)
    name = Text(load_default=None, allow_none=True)
    room = Text(required=True, most=60)
    note = Text(load_default=None, allow_none=True)
    lot_id = Id(load_default=None, allow_none=True)


class NameCall(Schema):
    """One call."""

    call_id = Id(required=True)


class ArrangeBoard(Schema):
    """Show or hide a part of the wall."""

    panel = fields.String(required=True, validate=validate.OneOf(PANELS))
    shown = fields.Boolean(required=True)


class AskEnquiry(Schema):
    """A question or suggestion under one's own name."""

    kind = fields.String(required=True, validate=validate.OneOf(["question", "suggestion"]))
    title = Text(required=True, most=200)
    text = Text(required=True, most=8000)
    project_id = Id(load_default=None, allow_none=True)
    publish_agreed = fields.Boolean(load_default=False)


class LeaveSuggestion(Schema):
    """The same from the public; contact: where an answer may go."""

    kind = fields.String(load_default="suggestion", validate=validate.OneOf(["question", "suggestion"]))
    title = Text(required=True, most=200)
    text = Text(required=True, most=4000)
    contact = Text(load_default=None, allow_none=True)
    publish_agreed = fields.Boolean(load_default=True)


class NameEnquiry(Schema):
    """One enquiry."""

    enquiry_id = Id(required=True)


class HandOnEnquiry(NameEnquiry):
    """To somebody else of the centre, with a reason."""

    to_person_id = Id(required=True)
    reason = Text(required=True, most=300)


class AnswerEnquiry(NameEnquiry):
    """The answer; published where the asker agreed, unless `publish` is false."""

    answer = Text(required=True, most=8000)
    publish = fields.Boolean(load_default=True)


class ReadEnquiries(Page):
    """Enquiries one may see. state: open or answered."""

    state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(["open", "answered"]))
    mine = fields.Boolean(load_default=False)


class OfferSlot(Schema):
    """A time to be seen."""

    topic = Text(required=True, most=60)
    place = Text(required=True)
    starts_at = Moment(required=True)
    ends_at = Moment(required=True)


class NameSlot(Schema):
    """One time offered."""

    slot_id = Id(required=True)


class WithdrawSlot(NameSlot):
    """It is not offered any more; a booking of it is cancelled with the reason."""

    reason = Text(required=True, most=300)


class BookAppointment(NameSlot):
    """Book it."""

    matter = Text(required=True, most=300)


class CancelAppointment(Schema):
    """Give it back."""

    appointment_id = Id(required=True)
    reason = Text(required=True, most=300)


class ReadSlots(Schema):
    """Times from a day on, two weeks of them."""

    from_ = Day(load_default=None, allow_none=True, data_key="from")
    topic = Text(load_default=None, allow_none=True, most=60)


class AnswerSurvey(Schema):
    """1 (not at all) to 5 (very satisfied)."""

    survey_id = Id(required=True)
    score = fields.Integer(required=True, validate=validate.Range(1, 5), strict=True)
    comment = Text(load_default=None, allow_none=True, most=4000)


class ReadSatisfaction(Schema):
    """By month, quarter or year of the answers, from one day until another."""

    period = fields.String(load_default="year", validate=validate.OneOf(["month", "quarter", "year"]))
    from_ = Day(required=True, data_key="from")
    until = Day(required=True)


class NameMonth(Page):
    """A month of Beijing, "2026-05"."""

    month = fields.String(required=True, validate=month)


class NameExtension(Schema):
    """A file of our extension."""

    file = fields.String(required=True, validate=validate.OneOf(["extension.json", "release-schema.json", "README.md"]))


