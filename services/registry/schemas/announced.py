"""What registry announces: the payload of each event."""

from marshmallow import fields

from services.chassis.wire import Day, Digest, Id, Moment, Schema


class OrganisationFact(Schema):
    """organisation_registered, organisation_changed. `standing`: registered, closed or a supplier's standing."""

    organisation_id = Id(required=True)
    kind = fields.String(required=True)
    name = fields.String(required=True)
    credit_code = fields.String(required=True)
    budget_level = fields.String(allow_none=True)
    size = fields.String(allow_none=True)
    responsible_person = fields.String(allow_none=True)
    controllers = fields.List(fields.String(), required=True)
    standing = fields.String(required=True)
    at = Moment(required=True)


class SupplierStanding(Schema):
    """supplier_standing_changed. `until` is the first instant it no longer holds; null: nothing known ends it.

    `categories`: subtrees the supplier may bid in while admitted, empty for all. `reasons`: what takes something away.
    """

    organisation_id = Id(required=True)
    name = fields.String(required=True)
    standing = fields.String(required=True)
    since = Moment(required=True)
    until = Moment(allow_none=True)
    ground = fields.String(allow_none=True)
    categories = fields.List(fields.String(), required=True)
    reasons = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)
    at = Moment(required=True)


class SupplierBar(Schema):
    """supplier_barred, supplier_unbarred. Days of Beijing; `until` is the last day barred."""

    organisation_id = Id(required=True)
    name = fields.String(required=True)
    credit_code = fields.String(required=True)
    ground = fields.String(required=True)
    article = fields.String(required=True)
    decision_no = fields.String(required=True)
    from_ = Day(required=True, data_key="from")
    until = Day(required=True)
    lifted_because = fields.String(allow_none=True)
    at = Moment(required=True)


class PersonFact(Schema):
    """person_registered, person_changed. `roles`: those in force at `at`."""

    person_id = Id(required=True)
    name = fields.String(required=True)
    organisation_id = Id(allow_none=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    language = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    left = fields.Boolean(required=True)
    at = Moment(required=True)


class RoleFact(Schema):
    """role_appointed, role_ended. `until` is the first instant the role no longer holds."""

    appointment_id = Id(required=True)
    person_id = Id(required=True)
    role = fields.String(required=True)
    organisation_id = Id(allow_none=True)
    from_ = Moment(required=True, data_key="from")
    until = Moment(allow_none=True)
    reason = fields.String(allow_none=True)


class CertificateEnrolled(Schema):
    """certificate_enrolled. `chain`: the authorities between the certificate and the anchor, PEM, nearest first."""

    person_id = Id(required=True)
    organisation_id = Id(allow_none=True)
    fingerprint = Digest(required=True)
    purpose = fields.String(required=True)
    pem = fields.String(required=True)
    chain = fields.List(fields.String(), required=True)
    not_after = Moment(required=True)


class CertificateRevoked(Schema):
    """certificate_revoked."""

    person_id = Id(required=True)
    fingerprint = Digest(required=True)
    purpose = fields.String(required=True)
    revoked_at = Moment(required=True)
    reason = fields.String(required=True)


class SessionEnded(Schema):
    """session_ended. `until`: unix seconds after which no token of the session can be alive."""

    session_id = Id(required=True)
    until = fields.Integer(required=True)


class ExpertFact(Schema):
    """expert_admitted, expert_changed, expert_suspended. Never public: who is an expert is the library's."""

    person_id = Id(required=True)
    name = fields.String(required=True)
    specialties = fields.List(fields.String(), required=True)
    region = fields.String(required=True)
    available = fields.Boolean(required=True)
    suspended_until = Day(allow_none=True)
    at = Moment(required=True)


class RuleDataPublished(Schema):
    """rule_data_published: all rows of one kind that begin on one day. A row is a dated rule as tendering keeps them:
    key, value, article, checked, in_force_from, in_force_until?, unit?, bound?, objects?, budget_levels?, zh, en.
    """

    kind = fields.String(required=True)
    entries = fields.List(fields.Dict(keys=fields.String()), required=True)
    in_force_from = Day(required=True)
