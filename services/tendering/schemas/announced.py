"""What tendering announces: the payload of each event. Lists may be empty, fields that may be null say so."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.chassis.wire import Day, Digest, Id, Moment, Money, Schema


def _text(**kwargs: Any) -> fields.String:
    return fields.String(required=True, **kwargs)


def _maybe() -> fields.String:
    return fields.String(load_default=None, allow_none=True)


class EntrustmentFact(Schema):
    """entrustment_drafted, entrustment_submitted, plan_confirmed, entrustment_accepted, entrustment_returned.

    entrustment_accepted comes again when another officer or reviewer takes over.
    """

    project_id = Id(required=True)
    title = _text()
    purchaser_id = Id(required=True)
    plan_no = _text()
    fiscal_year = fields.Integer(required=True)
    procedure = _text()
    budget = Money(required=True)
    items = fields.List(fields.Dict(keys=fields.String()), required=True)
    officer_id = Id(allow_none=True)
    reviewer_id = Id(allow_none=True)
    host_id = Id(allow_none=True)
    reasons = _maybe()
    approval_no = _maybe()
    at = Moment(required=True)


class PeopleAssigned(Schema):
    """people_assigned: officer, reviewer and host of a project from now on."""

    project_id = Id(required=True)
    officer_id = Id(allow_none=True)
    reviewer_id = Id(allow_none=True)
    host_id = Id(allow_none=True)
    at = Moment(required=True)


class DocumentMoved(Schema):
    """document_drafted, document_submitted, document_reviewed, document_returned, document_confirmed."""

    project_id = Id(required=True)
    document_id = Id(required=True)
    version = fields.Integer(required=True)
    template_key = _text()
    template_version = _text()
    digest = Digest(allow_none=True)
    by = Id(required=True)
    reasons = _maybe()
    law_version = _maybe()
    at = Moment(required=True)


class HoldersNamed(Schema):
    """holders_named: seat → person ids, principal first."""

    project_id = Id(required=True)
    seats = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    at = Moment(required=True)


class KeyProven(Schema):
    """key_proven: a holder has shown that the key is at hand."""

    project_id = Id(required=True)
    seat = _text()
    person_id = Id(required=True)
    fingerprint = Digest(required=True)
    at = Moment(required=True)


class SuppliersInvited(Schema):
    """suppliers_invited (never public before the closing): the draw, replayable."""

    project_id = Id(required=True)
    pool_digest = Digest(required=True)
    seed = Digest(required=True)
    wanted = fields.Integer(required=True)
    invited = fields.List(fields.String(), required=True)
    at = Moment(required=True)


class NoticedLot(Schema):
    """A lot as its notice describes it. points are whole numbers; shares and percentages are text."""

    lot_id = Id(required=True)
    no = fields.Integer(required=True)
    title = _text()
    object = _text()
    category = _text()
    budget = Money(required=True)
    ceiling = Money(allow_none=True)
    procedure = _text()
    award_method = _text()
    reserved_for_small = fields.Boolean(required=True)
    consortium_allowed = fields.Boolean(required=True)
    deductions = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    factors = fields.List(fields.Dict(keys=fields.String()), required=True)
    bid_bond = Money(allow_none=True)
    conditions = fields.Dict(keys=fields.String(), required=True)
    abnormally_low = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    minimum_exception = _maybe()
    sealing_sheet_digest = Digest(allow_none=True)


class NoticePublished(Schema):
    """notice_published. kind: intention, tender, amendment, answer, failure, cancellation, complaint_decision.

    seats: seat → persons who hold its key, as the sealing sheet names them. officer_id: whom to ask (87-13).
    host_id: who conducts the opening. policy_rules_date, law_version: what the notice day chose.
    """

    notice_id = Id(required=True)
    kind = _text()
    project_id = Id(required=True)
    project_no = _maybe()
    title = _text()
    purchaser_id = Id(required=True)
    purchaser_name = _maybe()
    region = _maybe()
    text = _text()
    document_digest = Digest(allow_none=True)
    published_at = Moment(required=True)
    closes_at = Moment(allow_none=True)
    available_until = Day(allow_none=True)
    notice_ends = Day(allow_none=True)
    room = _maybe()
    lots = fields.List(fields.Nested(NoticedLot), required=True)
    seats = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), required=True)
    policy_rules_date = Day(allow_none=True)
    law_version = _maybe()
    budget_level = _maybe()
    fiscal_year = fields.Integer(required=True)
    funding = _text()
    officer_id = Id(allow_none=True)
    host_id = Id(allow_none=True)


class DeadlineMoved(Schema):
    """deadline_moved: an amendment came too late for the closing that was set, or asked for a later one."""

    project_id = Id(required=True)
    lot_ids = fields.List(fields.String(), required=True)
    closes_at = Moment(required=True)
    because = _text()
    article = _maybe()


class DocumentTaken(Schema):
    """document_taken (never public)."""

    project_id = Id(required=True)
    organisation_id = Id(required=True)
    digest = Digest(required=True)
    at = Moment(required=True)


class QuestionMoved(Schema):
    """question_asked, question_answered (never public; the answer's notice is, and names nobody)."""

    project_id = Id(required=True)
    question_id = Id(required=True)
    at = Moment(required=True)


class BidReceived(Schema):
    """bid_received, bid_withdrawn (never public, never sent before the closing): what a receipt stands for."""

    lot_id = Id(required=True)
    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    manifest_digest = Digest(required=True)
    sheet_digest = Digest(required=True)
    replaces = Id(allow_none=True)
    at = Moment(required=True)


class BondMoved(Schema):
    """bond_recorded, bond_return_opened, bond_returned_here (never public)."""

    bond_id = Id(required=True)
    lot_id = Id(required=True)
    supplier_id = Id(required=True)
    amount = Money(required=True)
    form = _text()
    due = Moment(allow_none=True)
    at = Moment(required=True)


class ChallengeLodged(Schema):
    """challenge_lodged. suspends: what it stops (award, signing)."""

    challenge_id = Id(required=True)
    project_id = Id(required=True)
    lot_ids = fields.List(fields.String(), required=True)
    about = _text()
    supplier_id = Id(required=True)
    lodged_at = Moment(required=True)
    reply_due = Moment(required=True)
    suspends = fields.List(fields.String(), required=True)


class ChallengeAnswered(Schema):
    """challenge_answered (also when it was withdrawn: upheld is false then)."""

    challenge_id = Id(required=True)
    project_id = Id(required=True)
    lot_ids = fields.List(fields.String(), required=True)
    about = _text()
    supplier_id = Id(required=True)
    answered_at = Moment(required=True)
    upheld = fields.Boolean(required=True)
    decision = _text()
    suspends = fields.List(fields.String(), required=True)


class ComplaintLodged(Schema):
    """complaint_lodged; announced again, with suspended_until, when finance orders or lifts a suspension."""

    complaint_id = Id(required=True)
    challenge_id = Id(required=True)
    project_id = Id(required=True)
    lot_ids = fields.List(fields.String(), required=True)
    about = _text()
    supplier_id = Id(required=True)
    lodged_at = Moment(required=True)
    suspended_until = Moment(allow_none=True)


class ComplaintDecided(Schema):
    """complaint_decided. outcome: rejected, upheld_retender, upheld_reevaluate, upheld_no_effect, withdrawn."""

    complaint_id = Id(required=True)
    challenge_id = Id(required=True)
    project_id = Id(required=True)
    lot_ids = fields.List(fields.String(), required=True)
    about = _text()
    outcome = _text()
    decision_no = _maybe()
    text = _maybe()
    decided_at = Moment(required=True)


class RiskWarned(Schema):
    """risk_warned: an integrity risk point at a step, shown to the supervisor."""

    project_id = Id(required=True)
    step = _text()
    code = _text()
    article = _text()
    figures = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    at = Moment(required=True)


class TemplatePublished(Schema):
    """template_published."""

    key = _text()
    version = _text()
    in_force_from = Day(required=True)
    digest = Digest(required=True)


class ArchiveSealed(Schema):
    """archive_sealed: the list of everything of a project, and until when it is kept."""

    project_id = Id(required=True)
    digest = Digest(required=True)
    entries = fields.Integer(required=True)
    kept_until = Day(required=True)
    at = Moment(required=True)
