"""What we accept: a verb phrase each. Unknown fields are refused."""

from __future__ import annotations

from decimal import Decimal

from marshmallow import fields, validate

from services.chassis.wire import Day, Digest, Id, Money, Ratio, Schema, Text

MOST_LINES = 500


class DecideAward(Schema):
    """The purchaser's decision for one bid of the ranking."""

    lot_id = Id(required=True)
    bid_id = Id(required=True)


class HoldAward(Schema):
    """A lawful reason for not deciding within the period (87-68)."""

    lot_id = Id(required=True)
    ground = Text(required=True, most=60)
    note = Text(required=True, least=10, most=2000)


class ItemDetail(Schema):
    """What a price sheet did not say about an item and the announcement must (条例43)."""

    no = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    specification = Text(most=1000)
    service = Text(most=1000)


class AnnounceAward(Schema):
    """Issue the award notice and announce the result; addresses and contacts where the registry has not told them."""

    award_id = Id(required=True)
    purchaser_address = Text(most=300)
    purchaser_contact = Text(most=300)
    centre_name = Text(most=300)
    centre_address = Text(most=300)
    centre_contact = Text(most=300)
    supplier_address = Text(most=300)
    items = fields.List(fields.Nested(ItemDetail), load_default=list, validate=validate.Length(max=MOST_LINES))


class EndAward(Schema):
    """A winner's refusal, or an annulment, on a coded ground."""

    award_id = Id(required=True)
    ground = Text(required=True, most=60)
    note = Text(required=True, least=2, most=2000)


class ReturnLot(Schema):
    """Send a lot back for a new tender."""

    lot_id = Id(required=True)
    ground = Text(required=True, most=60)
    note = Text(required=True, least=2, most=2000)


class DraftContract(Schema):
    """Generate the contract of an announced award.

    terms: what the parties fill in or change; reasons: term → lawful reason for departing from the document.
    """

    lot_id = Id(required=True)
    terms = fields.Dict(keys=fields.String(), values=fields.Raw(), load_default=dict)
    reasons = fields.Dict(keys=fields.String(), values=Text(most=60), load_default=dict)


class SignedStatement(Schema):
    """A signed statement of `services.protocol.signatures`, made by the signer's own key."""

    statement = fields.Dict(required=True)
    signer = Digest(required=True)
    algorithm = Text(required=True, most=40)
    signature = Text(required=True, most=2000)
    certificate = Text(required=True, most=32768)


class SignContract(Schema):
    """A side's signature over the contract's present digest."""

    contract_id = Id(required=True)
    signed = fields.Nested(SignedStatement, required=True)


class SignAgreement(Schema):
    """A side's signature over an agreement's digest."""

    agreement_id = Id(required=True)
    signed = fields.Nested(SignedStatement, required=True)


class Secret(Schema):
    """A term that is not published, and why (条例50)."""

    term = Text(required=True, most=60)
    kind = fields.String(required=True, validate=validate.OneOf(("state_secret", "business_secret")))


class PublishContract(Schema):
    """Publish a signed contract, except its secrets."""

    contract_id = Id(required=True)
    secrets = fields.List(fields.Nested(Secret), load_default=list, validate=validate.Length(max=20))


class FileContract(Schema):
    """Record that a copy was filed with finance."""

    contract_id = Id(required=True)
    filing_no = Text(required=True, most=100)


class MoreOf(Schema):
    """So much more of one line."""

    no = fields.Integer(required=True, strict=True)
    quantity = Ratio(required=True)


class ProposeSupplement(Schema):
    """More of the same at the same price (法49)."""

    contract_id = Id(required=True)
    lines = fields.List(fields.Nested(MoreOf), required=True, validate=validate.Length(min=1, max=MOST_LINES))
    explanation = Text(required=True, least=10, most=2000)


class ProposeAmendment(Schema):
    """A change of terms on a coded reason (法50)."""

    contract_id = Id(required=True)
    changes = fields.Dict(keys=fields.String(), values=Text(most=1000), required=True)
    reason = Text(required=True, most=60)
    explanation = Text(required=True, most=2000)


class EndContract(Schema):
    """Propose or declare the contract's early end on a coded ground."""

    contract_id = Id(required=True)
    ground = Text(required=True, most=60)
    explanation = Text(required=True, most=2000)
    decision_no = Text(most=100)


class WithdrawAgreement(Schema):
    """Take back a proposal that is not in force."""

    agreement_id = Id(required=True)


class RecordBond(Schema):
    """A performance bond that was lodged."""

    contract_id = Id(required=True)
    form = Text(required=True, most=40)
    amount = Money(required=True)
    document_digest = Digest()


class EndBond(Schema):
    """Return a bond, or keep it on a ground."""

    bond_id = Id(required=True)
    ground = Text(most=40)


class DeliveredLine(Schema):
    """What is delivered of one line."""

    no = fields.Integer(required=True, strict=True)
    quantity = Ratio(required=True)


class RecordDelivery(Schema):
    """A delivery or a milestone, in part or whole."""

    contract_id = Id(required=True)
    lines = fields.List(fields.Nested(DeliveredLine), required=True, validate=validate.Length(max=MOST_LINES))
    milestone = Text(most=200)
    note = Text(most=2000)
    file_digest = Digest()


class Verdict(Schema):
    """What of one line is accepted and what is rejected."""

    no = fields.Integer(required=True, strict=True)
    accepted = Ratio(required=True)
    rejected = Ratio(load_default=lambda: Decimal(0))


class Finding(Schema):
    """How one standard of the contract was kept (条例45)."""

    standard = fields.String(required=True, validate=validate.OneOf(("technical", "service", "safety")))
    text = Text(required=True, most=2000)
    conforms = fields.Boolean(required=True)


class OpenAcceptance(Schema):
    """Write an acceptance certificate for its members to sign. members: person ids."""

    contract_id = Id(required=True)
    delivery_id = Id(required=True)
    members = fields.List(Id(), required=True, validate=validate.Length(min=1, max=21))
    lines = fields.List(fields.Nested(Verdict), required=True, validate=validate.Length(max=MOST_LINES))
    findings = fields.List(fields.Nested(Finding), required=True, validate=validate.Length(max=100))
    conclusion = Text(required=True, most=2000)
    users_opinion = Text(most=2000)


class SignAcceptance(Schema):
    """A member's signature over the certificate's digest; note: a dissent, if any."""

    acceptance_id = Id(required=True)
    signed = fields.Nested(SignedStatement, required=True)
    note = Text(most=2000)


class WithdrawAcceptance(Schema):
    """Drop a certificate that not every member has signed."""

    acceptance_id = Id(required=True)


class SubmitInvoice(Schema):
    """An invoice for what was accepted."""

    contract_id = Id(required=True)
    number = Text(required=True, most=60)
    amount = Money(required=True)
    issued_on = Day(required=True)
    file_digest = Digest()


class ReturnInvoice(Schema):
    """Send back an invoice that is not valid, saying why."""

    invoice_id = Id(required=True)
    reason = Text(required=True, least=2, most=2000)


class RecordPayment(Schema):
    """Money that left for the supplier. bank_reference: the bank's number, one for each payment."""

    invoice_id = Id(required=True)
    amount = Money(required=True)
    bank_reference = Text(required=True, most=100)


class GradePerformance(Schema):
    """The purchaser's judgement after completion or termination."""

    contract_id = Id(required=True)
    grade = fields.String(required=True, validate=validate.OneOf(("excellent", "good", "fair", "poor")))
    note = Text(required=True, least=2, most=2000)


class RebuildFigures(Schema):
    """Nothing is asked."""


class ReadLot(Schema):
    """One lot."""

    lot_id = Id(required=True)


class ReadAward(Schema):
    """One award."""

    award_id = Id(required=True)


class ReadContract(Schema):
    """One contract."""

    contract_id = Id(required=True)


class ListContracts(Schema):
    """Contracts, newest first. after: the cursor of the page before."""

    status = fields.String(validate=validate.OneOf(("draft", "signed", "completed", "terminated", "voided")))
    project_id = Id()
    lot_id = Id()
    after = Text(most=200)
    limit = fields.Integer(load_default=50, strict=True, validate=validate.Range(min=1, max=200))


class ListBonds(Schema):
    """Bonds of a lot or a contract, or one's own."""

    lot_id = Id()
    contract_id = Id()
    limit = fields.Integer(load_default=200, strict=True, validate=validate.Range(min=1, max=500))


class ListObligations(Schema):
    """Duties of this department's matters: about ("lot:…", "contract:…"), or one's own."""

    about = Text(most=200)
    only_open = fields.Boolean(load_default=True)


class ListLots(Schema):
    """Lots on their way from the ranking to the signed contract."""

    limit = fields.Integer(load_default=100, strict=True, validate=validate.Range(min=1, max=500))


DIMENSIONS = ("all", "month", "procedure", "object", "category", "purchaser", "supplier_size", "policy", "fiscal_year")


class ReadFigures(Schema):
    """The figures of a year, split by one dimension."""

    year = fields.Integer(required=True, strict=True, validate=validate.Range(min=2003, max=2200))
    dimension = fields.String(load_default="all", validate=validate.OneOf(DIMENSIONS))


class RenderFigures(Schema):
    """The same as a file in the store: CSV or XLSX; all of them where no dimension is given."""

    year = fields.Integer(required=True, strict=True, validate=validate.Range(min=2003, max=2200))
    dimension = fields.String(validate=validate.OneOf(DIMENSIONS))
    format = fields.String(required=True, validate=validate.OneOf(("csv", "xlsx")))


class ReadLaw(Schema):
    """Nothing is asked."""
