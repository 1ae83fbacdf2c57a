"""Answers whose departments put several schemas into one mapping, named here for the documentation.

Lists have `next`, the opaque cursor of the next page, null on the last one.
"""

from __future__ import annotations

import marshmallow
from marshmallow import fields

from services.chassis.wire import Digest, Id, Moment
from services.contracts.schemas import said as contracts
from services.notify.schemas import said as notify
from services.registry.schemas import certificates, experts, identity, suppliers
from services.tendering.schemas import said as tendering

Answer = type[marshmallow.Schema]


def _answer(name: str, doc: str, **named: fields.Field) -> Answer:
    made = marshmallow.Schema.from_dict(dict(named), name=name)
    made.__doc__ = doc
    made.__module__ = __name__
    return made


def _list_of(schema: Answer) -> fields.Field:
    return fields.List(fields.Nested(schema))


def page(name: str, schema: Answer, items: str = "items") -> Answer:
    """One page of a list: the things under `items`, and `next`."""
    return _answer(name, f"A page of a list: {items}.", **{items: _list_of(schema), "next": _text()})


def _text() -> fields.String:
    return fields.String(allow_none=True)


def _texts() -> fields.Field:
    return fields.List(fields.String())


def _open() -> fields.Field:
    return fields.Dict(keys=fields.String())


def _opens() -> fields.Field:
    return fields.List(_open())


class Obligation(marshmallow.Schema):
    """A duty with its time limit. status: open, met, overdue, paused or cancelled."""

    id = Id()
    kind = fields.String()
    about = fields.String()
    article = fields.String()
    since = Moment()
    due = Moment()
    status = fields.String()
    owner_person_id = _text()
    owner_organisation_id = _text()
    supervisor = fields.Boolean()
    paused_at = Moment(allow_none=True)
    paused_by = _text()
    met_at = Moment(allow_none=True)
    cancelled_at = Moment(allow_none=True)
    extensions = _opens()


class RestrictionTold(suppliers.Restriction):
    """A suspension or exclusion with whom it concerns."""

    name = fields.String()
    credit_code = fields.String()


class PublishedContract(contracts.ContractView):
    """A contract as everybody may read it."""

    text = fields.String()
    published_at = Moment()


# registry
Permissions = _answer("Permissions", "Role × permission × whose.", roles=_open(), permissions=_opens())
TrustAnchors = certificates.TrustAnchors
PersonNamed = _answer("PersonNamed", "Whose sessions ended.", person_id=Id())
Claimed = _answer("Claimed", "The first administration.", organisation_id=Id(), person_id=Id())
Organisations = page("Organisations", identity.Organisation)
People = page("People", identity.Person)
RoleConflicts = _answer("RoleConflicts", "What may not meet in one person.", conflicts=_list_of(identity.RoleConflict))
Supervisors = _answer(
    "Supervisors", "Who is in office, and the roster's turns.", supervisors=_opens(), duties=_list_of(identity.Duty)
)
Versions = page("Versions", suppliers.Version)
Exclusions = page("Exclusions", RestrictionTold)
Experts = page("Experts", experts.Expert)

# contracts
LotsToAward = _answer("LotsToAward", "Lots whose award is to be decided.", lots=_list_of(contracts.LotToDo))
OwnResults = _answer("OwnResults", "What the caller's firm was told.", results=_list_of(contracts.ResultNotice))
LotAwards = _answer(
    "LotAwards", "A lot's awards, the ranking they rest on, duties and suspensions.",
    lot_id=Id(), awards=_list_of(contracts.AwardView), ranking=_opens(), rejected=_opens(),
    obligations=_list_of(Obligation),
)  # fmt: skip
LotGround = _answer("LotGround", "The lot and the ground given.", lot_id=Id(), ground=fields.String())
Contracts = page("Contracts", contracts.ContractView, "contracts")
Graded = _answer("Graded", "A supplier's grade.", contract_id=Id(), supplier_id=Id(), grade=fields.Raw())
PerformanceBonds = _answer("PerformanceBonds", "Performance bonds.", bonds=_list_of(contracts.BondView))
Obligations = _answer("Obligations", "Duties with their time limits.", obligations=_list_of(Obligation))
Rebuilt = _answer(
    "Rebuilt", "How many facts, lots and cells the figures were made of.",
    facts=fields.Integer(), lots=fields.Integer(), cells=fields.Integer(), changed=fields.Integer(),
)  # fmt: skip
ContractLaw = _answer("ContractLaw", "Dated rows of law.", rows=_list_of(contracts.LawRow))

# tendering
ProjectMoved = _answer(
    "ProjectMoved", "Where the project stands now.", project_id=Id(), no=_text(), status=fields.String()
)
EntrustmentSubmitted = _answer(
    "EntrustmentSubmitted", "Submitted, with the warnings recorded.",
    project_id=Id(), status=fields.String(), warnings=_opens(),
)  # fmt: skip
Projects = page("Projects", tendering.ProjectLine, "projects")
Warnings = _answer("Warnings", "Integrity warnings of a project's steps.", warnings=_opens())
Duties = _answer("Duties", "Duties with their time limits.", duties=_list_of(Obligation))
Extended = _answer("Extended", "The duty with its new time limit.", duty=fields.Nested(Obligation))
YearEntered = _answer(
    "YearEntered", "How many working days the year has.", year=fields.Integer(), working_days=fields.Integer()
)
Checked = _answer("Checked", "Every objection, and the law it went by.", objections=_opens(), law_version=fields.Raw())
Notices = page("Notices", tendering.NoticeView, "notices")
BidAccepted = _answer(
    "BidAccepted", "The signed receipt: keep it, it proves the bid's time and digest.",
    bid_id=Id(), lot_id=Id(), receipt=fields.Raw(),
)  # fmt: skip
OwnBids = _answer("OwnBids", "The caller's bids with their receipts.", bids=_list_of(tendering.BidView))
OpenedBids = _answer("OpenedBids", "Opened bids.", opened=_list_of(tendering.OpenedBidView))
BidBonds = _answer("BidBonds", "Bid bonds.", bonds=_list_of(tendering.BondView))
WrappedShares = _answer(
    "WrappedShares", "What a holder unwraps.", sheets=_opens(), manifests=_opens(), count=fields.Integer(), next=_text()
)
AfterShares = _answer(
    "AfterShares", "Which shares did not match, which seats are missing.",
    lot_id=Id(), short=_texts(), waiting_for=_texts(), status=fields.String(),
)  # fmt: skip

# notify
Inbox = _answer(
    "Inbox", "Messages, newest first, and how many are unread.",
    messages=_list_of(notify.MessageView), next=_text(), unread=fields.Integer(),
)  # fmt: skip
Marked = _answer("Marked", "How many were unread.", marked=fields.Integer())
Deliveries = page("Deliveries", notify.DeliveryView, "deliveries")
Queued = _answer("Queued", "How many go out anew.", queued=fields.Integer())
Webhooks = _answer("Webhooks", "Addresses of partner systems.", webhooks=_list_of(notify.WebhookView))
Bulletin = page("Bulletin", notify.NoticeLine, "notices")
ProjectNotices = _answer("ProjectNotices", "A project's notices.", notices=_list_of(notify.NoticeLine))
Board = _answer(
    "Board", "The wall as it stands; follow on from `last`.",
    openings=_list_of(notify.OpeningView), calls=_list_of(notify.CallView), hidden=_texts(), at=Moment(),
    last=fields.Integer(),
)  # fmt: skip
BoardEvents = _answer(
    "BoardEvents", "What happened on the wall.", events=_list_of(notify.BoardEventView), last=fields.Integer()
)
HiddenPanels = _answer("HiddenPanels", "What the wall does not show.", hidden=_texts())
Enquiries = page("Enquiries", notify.EnquiryView, "enquiries")
PublishedEnquiries = page("PublishedEnquiries", notify.PublicEnquiry, "enquiries")
Suggested = _answer("Suggested", "Taken in; an answer is due then.", enquiry_id=Id(), due=Moment(allow_none=True))
Slots = _answer("Slots", "Times that are free.", slots=_list_of(notify.SlotView))
Appointments = _answer("Appointments", "Booked times.", appointments=_list_of(notify.AppointmentView))
Surveys = _answer("Surveys", "Surveys that wait for an answer.", surveys=_list_of(notify.SurveyView))
Satisfaction = _answer("Satisfaction", "Satisfaction by period.", periods=_list_of(notify.SatisfactionView))
DueDuties = _answer("DueDuties", "Duties due within a day, or overdue.", duties=_opens())
Months = _answer("Months", "The months there are releases of.", months=_opens())
Package = _answer("Package", "An OCDS 1.1 package.", package=_open(), next=_text())
ExtensionFile = _answer("ExtensionFile", "A file of our OCDS extension.", content=fields.Raw())

# logs
Newest = _answer(
    "Newest", "The newest checkpoint, a signed note, and the keys it may be signed with.",
    origin=fields.String(), checkpoint=_text(), size=fields.Integer(), keys=_texts(),
)  # fmt: skip
Entries = _answer("Entries", "Entries in order: position and leaf hash, the rest for who may see it.", entries=_opens())
Checkpoints = _answer("Checkpoints", "Signed checkpoints.", checkpoints=_opens())
Witnessed = _answer("Witnessed", "What this department verified of the other logs.", witnessed=_opens())

# files
Upload = _answer(
    "Upload", "An upload: its digest once it is stored, bytes promised and arrived.",
    digest=Digest(allow_none=True), size=fields.Integer(), offset=fields.Integer(),
)  # fmt: skip
