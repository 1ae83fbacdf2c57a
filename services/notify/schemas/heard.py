"""What notify hears from registry, tendering and of every department. Unknown fields are the sender's to add."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.chassis.wire import Day, Heard, Id, Moment, Money


def text(required: bool = False) -> fields.String:
    """A text; null or absent becomes None unless required."""
    return fields.String(required=True) if required else fields.String(load_default=None, allow_none=True)


def identity() -> Id:
    """An id that may be absent."""
    return Id(load_default=None, allow_none=True)


def moment() -> Moment:
    """A moment that may be absent."""
    return Moment(load_default=None, allow_none=True)


def money() -> Money:
    """Yuan that may be absent."""
    return Money(load_default=None, allow_none=True)


def listed(of: Any = None) -> fields.List:
    """A list that may be absent; null becomes None."""
    return fields.List(of or fields.Raw(), load_default=list, allow_none=True)


def mapping() -> fields.Dict:
    """A mapping that may be absent."""
    return fields.Dict(load_default=dict, allow_none=True)


class OrganisationDescribed(Heard):
    """registry: organisation_registered, organisation_changed."""

    organisation_id = Id(required=True)
    kind = text(required=True)
    name = text(required=True)
    credit_code = text()
    size = text()
    standing = text()


class StandingChanged(Heard):
    """registry: supplier_standing_changed."""

    organisation_id = Id(required=True)
    name = text(required=True)
    standing = text(required=True)
    since = moment()
    until = moment()
    ground = text()


class SupplierBar(Heard):
    """registry: supplier_barred, supplier_unbarred."""

    organisation_id = Id(required=True)
    name = text(required=True)
    credit_code = text()
    ground = text(required=True)
    article = text()
    decision_no = text(required=True)
    from_ = Day(required=True, data_key="from")
    until = Day(required=True)
    lifted_because = text()


class PersonDescribed(Heard):
    """registry: person_registered, person_changed."""

    person_id = Id(required=True)
    name = text(required=True)
    organisation_id = identity()
    email = text()
    phone = text()
    language = fields.String(load_default="zh", allow_none=True)
    left = fields.Boolean(load_default=False)


class RoleMoved(Heard):
    """registry: role_appointed, role_ended."""

    appointment_id = identity()
    person_id = Id(required=True)
    role = text(required=True)
    organisation_id = identity()
    from_ = Moment(required=True, data_key="from")
    until = moment()


class ExpertDescribed(Heard):
    """registry: expert_admitted, expert_changed, expert_suspended."""

    person_id = Id(required=True)
    name = text(required=True)
    available = fields.Boolean(load_default=True)
    suspended_until = Day(load_default=None, allow_none=True)


class ProjectMoved(Heard):
    """tendering: entrustment_submitted, plan_confirmed, entrustment_accepted."""

    project_id = Id(required=True)
    title = text(required=True)
    purchaser_id = identity()
    plan_no = text()
    fiscal_year = fields.Integer(load_default=None, allow_none=True)
    procedure = text()
    budget = money()
    items = listed()
    officer_id = identity()
    reviewer_id = identity()
    at = moment()


class NoticedLot(Heard):
    """A lot of a published notice."""

    lot_id = Id(required=True)
    no = fields.Integer(load_default=None, allow_none=True)
    title = text(required=True)
    object = text()
    category = text()
    budget = money()
    ceiling = money()
    procedure = text()
    award_method = text()
    reserved_for_small = fields.Boolean(load_default=None, allow_none=True)
    factors = listed()


class NoticePublished(Heard):
    """tendering: notice_published, of whatever kind."""

    notice_id = Id(required=True)
    kind = text(required=True)
    project_id = Id(required=True)
    project_no = text()
    title = text(required=True)
    purchaser_id = identity()
    purchaser_name = text()
    region = text()
    procedure = text()
    document_digest = text()
    published_at = Moment(required=True)
    closes_at = moment()
    lots = listed(fields.Nested(NoticedLot))
    officer_id = identity()
    reviewer_id = identity()
    text = fields.String(required=True)


class DeadlineMoved(Heard):
    """tendering: deadline_moved."""

    project_id = Id(required=True)
    lot_ids = listed(Id())
    closes_at = Moment(required=True)
    because = text()


class LotMoved(Heard):
    """tendering: lot_closed, opening_began; evaluation: evaluation_began; contracts: award_refused, lot_returned."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    title = text()
    supplier_id = identity()
    reason = text()
    room = text()
    closed_at = moment()
    at = moment()


class SeatTurned(Heard):
    """tendering: seat_turned."""

    lot_id = Id(required=True)
    seat = text(required=True)
    at = Moment(required=True)


class PriceReadOut(Heard):
    """tendering: price_read_out."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    order = fields.Integer(required=True)
    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = text(required=True)
    price = money()
    at = Moment(required=True)


class OpenedBid(Heard):
    """One bid as opened."""

    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = text(required=True)
    credit_code = text()
    received_at = moment()
    price = money()
    status = fields.String(load_default="opened")
    fault = text()


class BidsOpened(Heard):
    """tendering: bids_opened."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    no = fields.Integer(load_default=None, allow_none=True)
    title = text()
    opened_at = Moment(required=True)
    public_opening = fields.Boolean(load_default=True)
    bids = fields.List(fields.Nested(OpenedBid), required=True)
    integrity_signals = listed()


class LotFailed(Heard):
    """tendering: lot_failed; evaluation: evaluation_failed."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    title = text()
    stage = text(required=True)
    reason = text(required=True)
    figures = mapping()
    articles = listed()
    ways_on = listed()
    at = Moment(required=True)


class ProjectCancelled(Heard):
    """tendering: project_cancelled."""

    project_id = Id(required=True)
    reason = text(required=True)
    at = Moment(required=True)


class ChallengeMoved(Heard):
    """tendering: challenge_lodged, challenge_answered."""

    challenge_id = Id(required=True)
    project_id = Id(required=True)
    lot_ids = listed()
    about = text()
    supplier_id = identity()
    lodged_at = moment()
    answered_at = moment()
    upheld = fields.Boolean(load_default=None, allow_none=True)
    decision = text()


class ComplaintMoved(Heard):
    """tendering: complaint_lodged, complaint_decided."""

    complaint_id = Id(required=True)
    challenge_id = identity()
    project_id = Id(required=True)
    supplier_id = identity()
    lot_ids = listed()
    suspended_until = moment()
    outcome = text()
    decision_no = text()
    text = fields.String(load_default=None, allow_none=True)
    decided_at = moment()


class LogAlarm(Heard):
    """every department: log_alarm; `about` is the origin of the log something is wrong with."""

    about = text(required=True)
    kind = text(required=True)
    message = text()
    figures = mapping()


class DutyMoved(Heard):
    """tendering, evaluation, contracts: obligation_opened, _met, _extended, _overdue, _paused, _cancelled."""

    obligation_id = Id(required=True)
    kind = text(required=True)
    about = text(required=True)
    article = text(required=True)
    since = Moment(required=True)
    due = Moment(required=True)
    owner_person_id = identity()
    owner_organisation_id = identity()
    waiting_person_id = identity()
    waiting_organisation_id = identity()
    supervisor = fields.Boolean(load_default=False)
    at = Moment(required=True)
    reason = text()
