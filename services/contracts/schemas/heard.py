"""What we hear from registry, tendering, evaluation and notify. Unknown fields are theirs to add."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Heard, Id, Moment, Money


def _text(required: bool = False) -> fields.String:
    return fields.String(required=True) if required else fields.String(load_default=None, allow_none=True)


def _list() -> fields.List:
    return fields.List(fields.Raw(), load_default=list, allow_none=True)


def _moment() -> Moment:
    return Moment(load_default=None, allow_none=True)


class OrganisationDescribed(Heard):
    """registry: organisation_registered, organisation_changed."""

    organisation_id = Id(required=True)
    kind = _text(required=True)
    name = _text(required=True)
    credit_code = _text()
    size = _text()
    standing = _text()
    address = _text()
    contact = _text()
    bank_account = _text()


class StandingChanged(Heard):
    """registry: supplier_standing_changed."""

    organisation_id = Id(required=True)
    name = _text()
    standing = _text(required=True)


class PersonDescribed(Heard):
    """registry: person_registered, person_changed."""

    person_id = Id(required=True)
    name = _text(required=True)
    organisation_id = _text()


class RoleMoved(Heard):
    """registry: role_appointed, role_ended."""

    person_id = Id(required=True)
    role = _text(required=True)
    organisation_id = _text()


class CertificateEnrolled(Heard):
    """registry: certificate_enrolled."""

    person_id = Id(required=True)
    fingerprint = _text(required=True)
    purpose = _text(required=True)
    pem = _text()
    chain = _list()
    not_after = _moment()


class CertificateRevoked(Heard):
    """registry: certificate_revoked."""

    person_id = Id(required=True)
    fingerprint = _text(required=True)
    revoked_at = Moment(required=True)
    reason = _text()


class ProjectDescribed(Heard):
    """tendering: entrustment_submitted, plan_confirmed, entrustment_accepted."""

    project_id = Id(required=True)
    title = _text()
    purchaser_id = _text()
    plan_no = _text()
    fiscal_year = fields.Integer(load_default=None, allow_none=True)
    procedure = _text()
    officer_id = _text()
    reviewer_id = _text()


class NoticedLot(Heard):
    """One lot of a published notice; conditions are the contract terms."""

    lot_id = Id(required=True)
    no = fields.Integer(required=True)
    title = _text(required=True)
    object = _text(required=True)
    category = _text(required=True)
    budget = Money(required=True)
    ceiling = Money(load_default=None, allow_none=True)
    procedure = _text()
    award_method = _text()
    reserved_for_small = fields.Boolean(load_default=False)
    bid_bond = Money(load_default=None, allow_none=True)
    conditions = fields.Dict(load_default=dict, allow_none=True)


class NoticePublished(Heard):
    """tendering: notice_published, of whatever kind; only those with lots concern us."""

    notice_id = _text(required=True)
    kind = _text(required=True)
    project_id = Id(required=True)
    project_no = _text()
    title = _text()
    purchaser_id = _text()
    purchaser_name = _text()
    document_digest = _text()
    published_at = Moment(required=True)
    lots = fields.List(fields.Nested(NoticedLot), load_default=list, allow_none=True)
    policy_rules_date = fields.Date(load_default=None, allow_none=True)
    budget_level = _text()
    fiscal_year = fields.Integer(load_default=None, allow_none=True)
    funding = _text()
    officer_id = _text()
    reviewer_id = _text()


class BidOpened(Heard):
    """One bid as it was read out; sheet is the whole price sheet."""

    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = _text(required=True)
    credit_code = _text()
    price = Money(load_default=None, allow_none=True)
    sheet = fields.Dict(load_default=dict, allow_none=True)
    manifest_digest = _text()
    files_digest = _text()
    consortium = _list()
    status = fields.String(load_default="opened")


class BidsOpened(Heard):
    """tendering: bids_opened."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    opened_at = Moment(required=True)
    bids = fields.List(fields.Nested(BidOpened), required=True)
    present = _list()


class LotFailed(Heard):
    """tendering: lot_failed; evaluation: evaluation_failed."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    stage = _text()
    reason = _text()
    figures = fields.Dict(load_default=dict, allow_none=True)
    articles = _list()
    at = Moment(required=True)


class ProjectCancelled(Heard):
    """tendering: project_cancelled."""

    project_id = Id(required=True)
    reason = _text()
    at = Moment(required=True)


class ChallengeLodged(Heard):
    """tendering: challenge_lodged; suspends: what it stops (award, signing)."""

    challenge_id = Id(required=True)
    project_id = Id(required=True)
    lot_ids = _list()
    about = _text()
    supplier_id = _text()
    lodged_at = Moment(required=True)
    suspends = _list()


class ChallengeAnswered(Heard):
    """tendering: challenge_answered."""

    challenge_id = Id(required=True)
    project_id = Id(required=True)
    lot_ids = _list()
    about = _text()
    supplier_id = _text()
    answered_at = Moment(required=True)
    upheld = fields.Boolean(load_default=False, allow_none=True)
    decision = _text()
    suspends = fields.List(fields.Raw(), load_default=None, allow_none=True)


class ComplaintLodged(Heard):
    """tendering: complaint_lodged; suspended_until: the end of the suspension finance ordered, if it did."""

    complaint_id = Id(required=True)
    challenge_id = _text()
    project_id = Id(required=True)
    lot_ids = _list()
    suspended_until = _moment()


class ComplaintDecided(Heard):
    """tendering: complaint_decided; outcome: rejected, upheld_retender, upheld_reevaluate, upheld_no_effect."""

    complaint_id = Id(required=True)
    challenge_id = _text()
    project_id = Id(required=True)
    lot_ids = _list()
    outcome = _text(required=True)
    decision_no = _text()
    text = _text()
    decided_at = Moment(required=True)


class RankedBid(Heard):
    """One place of a ranking. Numbers are text; price is as quoted or lawfully corrected."""

    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = _text(required=True)
    price = Money(required=True)
    evaluation_price = _text()
    price_score = _text()
    total = _text()
    rank = fields.Integer(required=True)
    joint = fields.Boolean(load_default=False)
    recommended = fields.Boolean(load_default=True)


class RejectedBid(Heard):
    """One bid that fell out before the ranking."""

    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = _text()
    stage = _text()
    reason = _text()
    article = _text()


class RankingSettled(Heard):
    """evaluation: ranking_settled."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    method = _text()
    settled_at = Moment(required=True)
    report_digest = _text()
    panel = _list()
    ranking = fields.List(fields.Nested(RankedBid), required=True)
    rejected = fields.List(fields.Nested(RejectedBid), load_default=list, allow_none=True)


class SurveyAnswered(Heard):
    """notify: survey_answered; score 1 to 5."""

    contract_id = Id(required=True)
    by_organisation_id = _text()
    side = _text(required=True)
    score = fields.Integer(required=True)
    satisfied = fields.Boolean(required=True)
    at = Moment(required=True)
