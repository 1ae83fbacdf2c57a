"""What evaluation hears from other departments; what it does not need is ignored."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Day, Heard, Id, Moment, Money, Ratio


class OrganisationFact(Heard):
    """registry: organisation_registered, organisation_changed."""

    organisation_id = Id(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    size = fields.String(load_default=None, allow_none=True)
    standing = fields.String(load_default=None, allow_none=True)


class SupplierStanding(Heard):
    """registry: supplier_standing_changed."""

    organisation_id = Id(required=True)
    name = fields.String(required=True)
    standing = fields.String(required=True)


class PersonFact(Heard):
    """registry: person_registered, person_changed."""

    person_id = Id(required=True)
    name = fields.String(required=True)
    organisation_id = Id(load_default=None, allow_none=True)


class CertificateEnrolled(Heard):
    """registry: certificate_enrolled."""

    person_id = Id(required=True)
    fingerprint = fields.String(required=True)
    purpose = fields.String(required=True)
    pem = fields.String(required=True)
    not_after = Moment(required=True)


class CertificateRevoked(Heard):
    """registry: certificate_revoked."""

    person_id = Id(required=True)
    fingerprint = fields.String(required=True)
    revoked_at = Moment(required=True)


class EntrustmentAccepted(Heard):
    """tendering: entrustment_accepted."""

    project_id = Id(required=True)
    officer_id = Id(load_default=None, allow_none=True)
    reviewer_id = Id(load_default=None, allow_none=True)


class NoticedFactor(Heard):
    """A factor of the scheme as published."""

    key = fields.String(required=True)
    title = fields.String(required=True)
    points = fields.Raw(required=True)
    kind = fields.String(required=True)
    technical = fields.Boolean(load_default=True)


class NoticedLot(Heard):
    """A lot as its notice describes it."""

    lot_id = Id(required=True)
    no = fields.Integer(required=True)
    title = fields.String(required=True)
    object = fields.String(required=True)
    category = fields.String(required=True)
    budget = Money(required=True)
    ceiling = Money(load_default=None, allow_none=True)
    procedure = fields.String(required=True)
    award_method = fields.String(required=True)
    reserved_for_small = fields.Boolean(load_default=False)
    deductions = fields.Dict(keys=fields.String(), values=Ratio(), load_default=dict, allow_none=True)
    factors = fields.List(fields.Nested(NoticedFactor), load_default=list, allow_none=True)
    abnormally_low = fields.Dict(keys=fields.String(), values=Ratio(), load_default=dict, allow_none=True)
    minimum_exception = fields.String(load_default=None, allow_none=True)


class NoticePublished(Heard):
    """tendering: notice_published. seats, where told: seat → persons who hold its key at the opening."""

    notice_id = fields.String(required=True)
    kind = fields.String(required=True)
    project_id = Id(required=True)
    project_no = fields.String(load_default=None, allow_none=True)
    title = fields.String(load_default=None, allow_none=True)
    purchaser_id = Id(load_default=None, allow_none=True)
    purchaser_name = fields.String(load_default=None, allow_none=True)
    region = fields.String(load_default=None, allow_none=True)
    published_at = Moment(required=True)
    policy_rules_date = Day(load_default=None, allow_none=True)
    lots = fields.List(fields.Nested(NoticedLot), load_default=list)
    seats = fields.Dict(keys=fields.String(), values=fields.List(fields.String()), load_default=dict, allow_none=True)
    officer_id = Id(load_default=None, allow_none=True)
    reviewer_id = Id(load_default=None, allow_none=True)
    host_id = Id(load_default=None, allow_none=True)


class HeardBid(Heard):
    """A bid as it was opened."""

    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = fields.String(required=True)
    credit_code = fields.String(load_default=None, allow_none=True)
    received_at = Moment(load_default=None, allow_none=True)
    price = Money(load_default=None, allow_none=True)
    sheet = fields.Dict(load_default=dict, allow_none=True)
    files_digest = fields.String(load_default=None, allow_none=True)
    consortium = fields.List(fields.Raw(), load_default=list, allow_none=True)
    status = fields.String(load_default="opened")
    fault = fields.String(load_default=None, allow_none=True)


class HeardSignal(Heard):
    """Evidence found at the opening."""

    kind = fields.String(required=True)
    bids = fields.List(fields.String(), load_default=list)
    figures = fields.Dict(load_default=dict, allow_none=True)
    article = fields.String(load_default="", allow_none=True)


class BidsOpened(Heard):
    """tendering: bids_opened. present, where told: persons who took part in the opening."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    opened_at = Moment(required=True)
    bids = fields.List(fields.Nested(HeardBid), required=True)
    integrity_signals = fields.List(fields.Nested(HeardSignal), load_default=list, allow_none=True)
    present = fields.List(fields.String(), load_default=list, allow_none=True)


class LotFailed(Heard):
    """tendering: lot_failed."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    stage = fields.String(load_default="")
    reason = fields.String(load_default="")
    at = Moment(required=True)


class ProjectCancelled(Heard):
    """tendering: project_cancelled."""

    project_id = Id(required=True)
    reason = fields.String(load_default="")
    at = Moment(required=True)


class DisputeLodged(Heard):
    """tendering: challenge_lodged, complaint_lodged."""

    challenge_id = Id(required=True)
    complaint_id = Id(load_default=None, allow_none=True)
    project_id = Id(load_default=None, allow_none=True)
    lot_ids = fields.List(fields.String(), load_default=list)
    about = fields.String(load_default=None, allow_none=True)
    lodged_at = Moment(load_default=None, allow_none=True)


class DisputeClosed(Heard):
    """tendering: challenge_answered, complaint_decided."""

    challenge_id = Id(required=True)
    complaint_id = Id(load_default=None, allow_none=True)
    project_id = Id(load_default=None, allow_none=True)
    lot_ids = fields.List(fields.String(), load_default=list)
    about = fields.String(load_default=None, allow_none=True)
    upheld = fields.Boolean(load_default=None, allow_none=True)
    outcome = fields.String(load_default=None, allow_none=True)
    decision_no = fields.String(load_default=None, allow_none=True)
    answered_at = Moment(load_default=None, allow_none=True)
    decided_at = Moment(load_default=None, allow_none=True)


class AwardDecided(Heard):
    """contracts: award_decided."""

    lot_id = Id(required=True)
    decided_at = Moment(required=True)


class AwardAnnounced(Heard):
    """contracts: award_announced: from here on the result is public."""

    lot_id = Id(required=True)
    announced_at = Moment(required=True)


class ContractCompleted(Heard):
    """contracts: contract_completed."""

    lot_id = Id(required=True)
    at = Moment(required=True)
