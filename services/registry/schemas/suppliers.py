"""Suppliers: self-registration, file, review, standing."""

from marshmallow import fields, validate

from services.chassis.wire import Day, Digest, Heard, Id, Moment, Schema, Text
from services.registry.schemas.certificates import CertificateOffered
from services.registry.schemas.fields import (
    DOCUMENT_KINDS,
    SIZES,
    BankAccount,
    Category,
    Email,
    Page,
    Phone,
    many,
    one_of,
    word,
)
from services.registry.schemas.identity import OrganisationNamed, PersonNamed


class RegisterSupplier(Schema):
    """A supplier's first step: who it is, who acts for it, with which signing certificate."""

    organisation = fields.Nested(OrganisationNamed, required=True)
    person = fields.Nested(PersonNamed, required=True)
    certificate = fields.Nested(CertificateOffered, required=True)


class SupplierRegistered(Schema):
    """The organisation, its first agent and the certificate bound to them."""

    organisation_id = Id()
    person_id = Id()
    fingerprint = Digest()
    standing = fields.String()


class Document(Schema):
    """A document of the file, by digest; the file itself is in the store. `categories`: what a qualification is for."""

    kind = one_of(DOCUMENT_KINDS, required=True)
    title = Text(required=True)
    digest = Digest(required=True)
    valid_until = Day(load_default=None, allow_none=True)
    categories = many(Category(), 200, load_default=list)


class SupplierContent(Schema):
    """The file. Everything is optional while it is a draft; null takes a field back."""

    name = Text()
    address = Text(allow_none=True)
    responsible_person = Text(most=60, allow_none=True)
    contact_name = Text(most=60, allow_none=True)
    contact_phone = Phone(allow_none=True)
    contact_email = Email(allow_none=True)
    bank_name = Text(allow_none=True)
    bank_account = BankAccount(allow_none=True)
    size = one_of(SIZES, allow_none=True)
    controllers = many(Text(), 50)
    categories = many(Category(), 200)
    documents = many(fields.Nested(Document), 100)


class DraftSupplier(SupplierContent):
    """Fields to set in the draft; what is not named stays. Lists are replaced whole."""


class SubmitSupplier(Schema):
    """Submit the draft of the own organisation for review."""


class ExamineSupplier(Schema):
    """An officer's examination of a submitted version."""

    organisation_id = Id(required=True)
    version = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))
    remarks = Text(most=2000, least=0, load_default="")


class Reason(Schema):
    """What is wrong with a field, for the supplier to read beside it."""

    field = word(required=True)
    reason = Text(most=500, required=True)


class DecideSupplier(Schema):
    """Admit a submitted version, or return it with reasons."""

    organisation_id = Id(required=True)
    version = fields.Integer(strict=True, required=True, validate=validate.Range(min=1))
    admit = fields.Boolean(required=True, truthy={True}, falsy={False})
    reasons = many(fields.Nested(Reason), 100, load_default=list)


class ReadSupplier(Schema):
    """A supplier's file; without an id, the caller's own."""

    organisation_id = Id(load_default=None, allow_none=True)


class ListWaiting(Schema):
    """Submitted versions that wait for examination or decision; the cursor is a moment."""

    after = Moment(load_default=None, allow_none=True)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(1, 200))


class Version(Schema):
    """One version of the file and its review. `state`: draft, submitted, examined, returned, admitted."""

    organisation_id = Id()
    version = fields.Integer(attribute="number")
    state = fields.String()
    content = fields.Dict(keys=fields.String())
    drafted_by = Id()
    drafted_at = Moment()
    submitted_by = Id(allow_none=True)
    submitted_at = Moment(allow_none=True)
    examined_by = Id(allow_none=True)
    examined_at = Moment(allow_none=True)
    remarks = fields.String(allow_none=True)
    decided_by = Id(allow_none=True)
    decided_at = Moment(allow_none=True)
    reasons = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))


class Standing(Schema):
    """A standing derived from facts."""

    standing = fields.String()
    since = Moment()
    until = Moment(allow_none=True)
    ground = fields.String()
    decision_no = fields.String()
    categories = fields.List(fields.String())
    reasons = fields.List(fields.Dict(keys=fields.String(), values=fields.String()))


class Restriction(Schema):
    """A suspension or an exclusion. Days of Beijing; `until` is the last day."""

    restriction_id = Id(attribute="id")
    organisation_id = Id()
    name = fields.String()
    credit_code = fields.String()
    kind = fields.String()
    ground = fields.String()
    article = fields.String()
    decision_no = fields.String()
    from_ = Day(attribute="from_day", data_key="from")
    until = Day(attribute="until_day", allow_none=True)
    lifted_at = Moment(allow_none=True)
    lifted_because = fields.String(allow_none=True)


class PerformanceLine(Schema):
    """One line of a supplier's record."""

    contract_id = fields.String()
    kind = fields.String()
    grade = fields.String()
    note = fields.String()
    at = Moment()


class Supplier(Schema):
    """A supplier's whole file: standing, the version in force, the one in the making, restrictions, performance."""

    organisation_id = Id()
    name = fields.String()
    credit_code = fields.String()
    standing = fields.Nested(Standing)
    admitted = fields.Nested(Version, allow_none=True)
    open = fields.Nested(Version, allow_none=True)
    last_returned = fields.Nested(Version, allow_none=True)
    restrictions = fields.List(fields.Nested(Restriction))
    performance = fields.List(fields.Nested(PerformanceLine))


class SuspendSupplier(Schema):
    """Suspend from a day (today unless told) until a last day, or until lifted."""

    organisation_id = Id(required=True)
    ground = word(required=True)
    decision_no = Text(most=80, required=True)
    from_ = Day(data_key="from", load_default=None, allow_none=True)
    until = Day(load_default=None, allow_none=True)


class BarSupplier(Schema):
    """Exclude from a day (today unless told) until a last day, one to three years later."""

    organisation_id = Id(required=True)
    ground = word(required=True)
    decision_no = Text(most=80, required=True)
    from_ = Day(data_key="from", load_default=None, allow_none=True)
    until = Day(required=True)


class LiftRestriction(Schema):
    """Lift a suspension or an exclusion now."""

    restriction_id = Id(required=True)
    reason = Text(most=500, required=True)


class ListExclusions(Page):
    """The public exclusion list: in force now, or with those that ended."""

    past = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class SupplierPerformanceHeard(Heard):
    """contracts: supplier_performance_recorded."""

    supplier_id = Id(required=True)
    contract_id = fields.String(required=True)
    kind = fields.String(required=True)
    grade = fields.String(required=True)
    note = fields.String(load_default="", allow_none=True)
    at = Moment(required=True)
