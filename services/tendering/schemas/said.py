"""What tendering says: answers to queries and commands."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.chassis.wire import Day, Id, Moment, Money, Schema


def _text() -> fields.String:
    return fields.String(allow_none=True)


def _raw_list() -> fields.List[Any]:
    return fields.List(fields.Raw())


def _dict() -> fields.Dict:
    return fields.Dict(keys=fields.String(), allow_none=True)


class LotView(Schema):
    """A lot: what it is, where it stands, which moves are open."""

    id = Id()
    project_id = Id()
    no = fields.Integer()
    title = _text()
    object = _text()
    category = _text()
    budget = Money()
    terms = _dict()
    status = _text()
    open_moves = fields.List(fields.String())
    published_at = Moment(allow_none=True)
    closes_at = Moment(allow_none=True)
    closed_at = Moment(allow_none=True)
    opening_began_at = Moment(allow_none=True)
    read_out_at = Moment(allow_none=True)
    opened_at = Moment(allow_none=True)
    awarded_at = Moment(allow_none=True)
    failed_at = Moment(allow_none=True)
    failure = _dict()
    again_project_id = _text()
    suspended_until = Moment(allow_none=True)


class ProjectView(Schema):
    """A project's inside page."""

    id = Id()
    no = _text()
    title = _text()
    purchaser_id = Id()
    purchaser_name = _text()
    plan_no = _text()
    fiscal_year = fields.Integer()
    funding = _text()
    procedure = _text()
    ground = _text()
    approval_no = _text()
    budget = Money()
    budget_level = _text()
    region = _text()
    wanted_by = Day(allow_none=True)
    items = _raw_list()
    note = _text()
    previous_project_id = _text()
    officer_id = _text()
    reviewer_id = _text()
    host_id = _text()
    status = _text()
    open_moves = fields.List(fields.String())
    created_at = Moment()
    submitted_at = Moment(allow_none=True)
    returned_because = _text()
    plan_confirmed_at = Moment(allow_none=True)
    accepted_at = Moment(allow_none=True)
    published_at = Moment(allow_none=True)
    notice_day = Day(allow_none=True)
    cancelled_at = Moment(allow_none=True)
    cancelled_because = _text()
    document_id = _text()
    lots = fields.List(fields.Nested(LotView))
    holders = _raw_list()


class ProjectLine(Schema):
    """A project in a list."""

    id = Id()
    no = _text()
    title = _text()
    purchaser_id = Id()
    procedure = _text()
    budget = Money()
    status = _text()
    created_at = Moment()


class DocumentView(Schema):
    """A document in the making, with what stands against it now."""

    id = Id()
    project_id = Id()
    version = fields.Integer()
    revision = fields.Integer()
    template_key = _text()
    template_version = _text()
    content = _dict()
    prepared_by = _text()
    reviewed_by = _text()
    confirmed_by = _text()
    submitted_at = Moment(allow_none=True)
    reviewed_at = Moment(allow_none=True)
    confirmed_at = Moment(allow_none=True)
    published_at = Moment(allow_none=True)
    returned_because = _text()
    digest = _text()
    objections = _raw_list()
    to_judge = _raw_list()


class NoticeView(Schema):
    """A published notice."""

    id = Id()
    project_id = Id()
    kind = _text()
    title = _text()
    text = _text()
    document_digest = _text()
    published_at = Moment()
    period_ends = Day(allow_none=True)
    payload = _dict()


class BidView(Schema):
    """One's own sealed bid."""

    id = Id()
    lot_id = Id()
    manifest_digest = _text()
    received_at = Moment()
    receipt = _dict()
    replaced_at = Moment(allow_none=True)
    withdrawn_at = Moment(allow_none=True)


class BondView(Schema):
    """A bid bond as recorded."""

    id = Id()
    lot_id = Id()
    supplier_id = Id()
    amount = Money()
    form = _text()
    number = _text()
    account = _text()
    recorded_at = Moment()
    return_because = _text()
    return_due = Moment(allow_none=True)
    returned_at = Moment(allow_none=True)


class OpenedBidView(Schema):
    """An opened bid; `fault` and `whose` where it did not open."""

    bid_id = Id()
    lot_id = Id()
    place = fields.Integer()
    supplier_id = Id()
    supplier_name = _text()
    status = _text()
    whose = _text()
    fault = _text()
    sheet = _dict()
    price = Money(allow_none=True)
    files = fields.List(fields.Raw(), allow_none=True)
    files_digest = _text()
    files_fault = _text()


READ_ALOUD = ("price", "price_words", "currency", "delivery_days")
"""Of a price sheet, what is read out; accounts, contacts and the traces of its making are not for competitors."""


class ReadBidView(Schema):
    """An opened bid as its competitors and the public gallery see it."""

    bid_id = Id()
    lot_id = Id()
    place = fields.Integer()
    supplier_id = Id()
    supplier_name = _text()
    status = _text()
    whose = _text()
    fault = _text()
    sheet = fields.Function(lambda row: {name: each for name, each in (row.sheet or {}).items() if name in READ_ALOUD})
    price = Money(allow_none=True)


class QuestionView(Schema):
    """A question; organisation_id only for the asker itself."""

    id = Id()
    project_id = Id()
    organisation_id = _text()
    text = _text()
    asked_at = Moment()
    answer = _text()
    answered_at = Moment(allow_none=True)


class ChallengeView(Schema):
    """A challenge."""

    id = Id()
    project_id = Id()
    lot_ids = fields.List(fields.String())
    about = _text()
    supplier_id = _text()
    matters = _raw_list()
    request = _text()
    suspends = fields.List(fields.String())
    lodged_at = Moment()
    reply_due = Moment()
    withdrawn_at = Moment(allow_none=True)
    answered_at = Moment(allow_none=True)
    upheld = fields.Boolean(allow_none=True)
    decision = _text()


class ComplaintView(Schema):
    """A complaint."""

    id = Id()
    challenge_id = Id()
    project_id = Id()
    lot_ids = fields.List(fields.String())
    supplier_id = _text()
    matters = _raw_list()
    request = _text()
    lodged_at = Moment()
    decision_due = Moment()
    suspended_until = Moment(allow_none=True)
    withdrawn_at = Moment(allow_none=True)
    decided_at = Moment(allow_none=True)
    outcome = _text()
    decision_no = _text()
    text = _text()
