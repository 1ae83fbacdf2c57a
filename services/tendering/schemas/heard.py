"""What tendering hears from other departments; what it does not need is ignored."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.chassis.wire import Day, Heard, Id, Moment


def _maybe() -> fields.String:
    return fields.String(load_default=None, allow_none=True)


def _moment() -> Moment:
    return Moment(load_default=None, allow_none=True)


def _texts() -> fields.List[Any]:
    return fields.List(fields.String(), load_default=list, allow_none=True)


class OrganisationFact(Heard):
    """registry: organisation_registered, organisation_changed."""

    organisation_id = Id(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    credit_code = _maybe()
    budget_level = _maybe()
    size = _maybe()
    responsible_person = _maybe()
    controllers = _texts()
    standing = _maybe()


class SupplierStanding(Heard):
    """registry: supplier_standing_changed."""

    organisation_id = Id(required=True)
    name = _maybe()
    standing = fields.String(required=True)
    categories = _texts()
    reasons = fields.List(fields.Raw(), load_default=list, allow_none=True)


class SupplierBar(Heard):
    """registry: supplier_barred, supplier_unbarred."""

    organisation_id = Id(required=True)
    until = Day(required=True)


class PersonFact(Heard):
    """registry: person_registered, person_changed."""

    person_id = Id(required=True)
    name = fields.String(required=True)
    organisation_id = Id(load_default=None, allow_none=True)


class RoleFact(Heard):
    """registry: role_appointed, role_ended."""

    person_id = Id(required=True)
    role = fields.String(required=True)
    organisation_id = Id(load_default=None, allow_none=True)
    from_ = Moment(data_key="from", load_default=None, allow_none=True)
    until = _moment()


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


class RuleDataPublished(Heard):
    """registry: rule_data_published."""

    kind = fields.String(required=True)
    entries = fields.List(fields.Dict(keys=fields.String()), required=True)
    in_force_from = Day(required=True)


class OnLot(Heard):
    """evaluation: evaluation_began; contracts: award_refused, lot_returned, contract_completed, contract_terminated."""

    lot_id = Id(required=True)
    project_id = Id(load_default=None, allow_none=True)
    reason = _maybe()
    at = _moment()


class EvaluationFailed(Heard):
    """evaluation: evaluation_failed."""

    lot_id = Id(required=True)
    stage = _maybe()
    reason = fields.String(required=True)
    figures = fields.Dict(load_default=dict, allow_none=True)
    articles = _texts()
    at = _moment()


class RankingSettled(Heard):
    """evaluation: ranking_settled."""

    lot_id = Id(required=True)
    settled_at = Moment(required=True)


class IntegrityFinding(Heard):
    """evaluation: integrity_finding_recorded."""

    lot_id = Id(required=True)
    kind = fields.String(required=True)
    bids = _texts()
    figures = fields.Dict(load_default=dict, allow_none=True)
    article = _maybe()


class AwardDecided(Heard):
    """contracts: award_decided."""

    lot_id = Id(required=True)
    supplier_id = Id(required=True)
    decided_at = Moment(required=True)


class AwardAnnounced(Heard):
    """contracts: award_announced: the result's notice period begins, losers' bonds are due."""

    lot_id = Id(required=True)
    supplier_id = Id(required=True)
    announced_at = Moment(required=True)


class ContractSigned(Heard):
    """contracts: contract_signed: the winner's bond is due."""

    lot_id = Id(required=True)
    supplier_id = Id(required=True)
    signed_at = Moment(required=True)


class BondReturned(Heard):
    """contracts: bond_returned."""

    kind = _maybe()
    supplier_id = Id(required=True)
    lot_id = Id(load_default=None, allow_none=True)
    at = _moment()
