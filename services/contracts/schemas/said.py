"""What we say: a noun each; everything dumps to text, whole numbers and booleans."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Day, Id, Moment, Money, Ratio, Schema


class AwardView(Schema):
    """An award. status: decided, announced, refused, annulled."""

    id = Id()
    lot_id = Id()
    project_id = Id()
    purchaser_id = Id()
    bid_id = Id()
    supplier_id = Id()
    supplier_name = fields.String()
    amount = Money()
    rank = fields.Integer()
    by_silence = fields.Boolean()
    status = fields.String()
    decided_at = Moment()
    notice_no = fields.String(allow_none=True)
    announced_at = Moment(allow_none=True)
    announcement = fields.Dict(allow_none=True)
    signing_due = Moment(allow_none=True)
    challenge_until = Moment(allow_none=True)
    ended_at = Moment(allow_none=True)
    ended_ground = fields.String(allow_none=True)
    grounds = fields.Dict()


class PublicAward(Schema):
    """What everybody may read of an announced award."""

    award_id = Id(attribute="id")
    lot_id = Id()
    project_id = Id()
    supplier_name = fields.String()
    amount = Money()
    status = fields.String()
    notice_no = fields.String()
    announced_at = Moment()
    announcement = fields.Dict()
    challenge_until = Moment()


class ResultNotice(Schema):
    """What one bidder is told of its own result."""

    award_id = Id()
    lot_id = Id()
    bid_id = Id()
    total = fields.String(allow_none=True)
    rank = fields.Integer(allow_none=True)
    reason = fields.String(allow_none=True)
    article = fields.String(allow_none=True)
    text = fields.String()
    at = Moment()


class ContractView(Schema):
    """A contract in brief. status: draft, signed, completed, terminated, voided."""

    id = Id()
    no = fields.String()
    award_id = Id()
    lot_id = Id()
    project_id = Id()
    purchaser_id = Id()
    supplier_id = Id()
    supplier_name = fields.String()
    amount = Money()
    supplements = Money(attribute="supplement_total")
    accepted = Money(attribute="accepted_total")
    invoiced = Money(attribute="invoiced_total")
    paid = Money(attribute="paid_total")
    status = fields.String()
    version = fields.Integer()
    digest = fields.String()
    drafted_at = Moment()
    signed_at = Moment(allow_none=True)
    published_at = Moment(allow_none=True)
    filed_at = Moment(allow_none=True)
    filing_no = fields.String(allow_none=True)
    delivery_due = Moment(allow_none=True)
    completed_at = Moment(allow_none=True)
    terminated_at = Moment(allow_none=True)
    termination_ground = fields.String(allow_none=True)


class SignatureView(Schema):
    """A signature; `signed` is the whole statement, checkable without us."""

    about_id = Id()
    about = fields.String()
    side = fields.String()
    person_id = Id()
    person_name = fields.String()
    fingerprint = fields.String()
    digest = fields.String()
    signed = fields.Dict()
    note = fields.String(allow_none=True)
    at = Moment()


class ContractPapers(Schema):
    """What a contract's signatures stand under: the envelope, the files (name → digest), who signed."""

    data = fields.Dict()
    files = fields.Dict()
    signatures = fields.List(fields.Nested(SignatureView))
    signed_sides = fields.List(fields.String())


class ContractWhole(ContractView, ContractPapers):
    """A contract with its papers."""


class LineView(Schema):
    """One ordered thing and what became of it."""

    no = fields.Integer()
    name = fields.String()
    unit = fields.String()
    unit_price = Money()
    ordered = Ratio()
    amount = Money()
    delivered = Ratio()
    accepted = Ratio()
    rejected = Ratio()


class DeliveryLineView(Schema):
    """One line of a delivery."""

    no = fields.Integer()
    quantity = Ratio()
    accepted = Ratio()
    rejected = Ratio()


class DeliveryView(Schema):
    """A delivery."""

    id = Id()
    no = fields.Integer()
    milestone = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    at = Moment()
    late = fields.Boolean()
    lines = fields.List(fields.Nested(DeliveryLineView))


class AcceptanceView(Schema):
    """An acceptance certificate. status: open, certified, withdrawn."""

    id = Id()
    contract_id = Id()
    delivery_id = Id()
    status = fields.String()
    digest = fields.String()
    data = fields.Dict()
    amount = Money()
    opened_at = Moment()
    certified_at = Moment(allow_none=True)


class InvoiceView(Schema):
    """An invoice. status: open, paid, returned; due: the last instant of the payment period."""

    id = Id()
    contract_id = Id()
    number = fields.String()
    amount = Money()
    paid = Money()
    issued_on = Day()
    received_at = Moment()
    due = Moment()
    status = fields.String()
    returned_because = fields.String(allow_none=True)


class PaymentView(Schema):
    """A payment."""

    id = Id()
    contract_id = Id()
    invoice_id = Id()
    amount = Money()
    bank_reference = fields.String()
    at = Moment()


class AgreementView(Schema):
    """A supplement, amendment or termination. status: proposed, in_force, withdrawn."""

    id = Id()
    contract_id = Id()
    no = fields.Integer()
    kind = fields.String()
    reason = fields.String()
    amount = Money()
    both_sign = fields.Boolean()
    status = fields.String()
    digest = fields.String()
    data = fields.Dict()
    proposed_at = Moment()
    in_force_at = Moment(allow_none=True)


class BondView(Schema):
    """A bond. status: held, due, returned, kept."""

    id = Id()
    kind = fields.String()
    lot_id = Id()
    contract_id = fields.String(allow_none=True)
    supplier_id = Id()
    supplier_name = fields.String()
    amount = Money()
    form = fields.String(allow_none=True)
    status = fields.String()
    lodged_at = Moment()
    due = Moment(allow_none=True)
    returned_at = Moment(allow_none=True)
    late_fee = Money()
    kept_ground = fields.String(allow_none=True)


class LotToDo(Schema):
    """A lot whose award or contract is under way."""

    lot_id = Id(attribute="id")
    project_id = Id()
    no = fields.Integer(allow_none=True)
    title = fields.String(allow_none=True)
    project_no = fields.String(allow_none=True)
    step = fields.String()
    due = Moment(allow_none=True)
    suspended = fields.Boolean()


class FigureRow(Schema):
    """The measures of one key; money in yuan, saved_percent with one place or None."""

    key = fields.String()
    name = fields.String(allow_none=True)
    projects = fields.Integer()
    lots = fields.Integer()
    budget = Money()
    ceiling = Money()
    awarded_lots = fields.Integer()
    award_amount = Money()
    contracts = fields.Integer()
    contracted_budget = Money()
    contract_amount = Money()
    supplements = Money()
    paid = Money()
    saved = Money(negative=True)
    saved_percent = Ratio(allow_none=True)
    terminated = fields.Integer()
    failed_lots = fields.Integer()
    failed_budget = Money()


class FiguresView(Schema):
    """A year's figures by one dimension; waiting: facts heard but not folded in yet."""

    year = fields.Integer()
    dimension = fields.String()
    rows = fields.List(fields.Nested(FigureRow))
    waiting = fields.Integer()
    surveys = fields.Integer()
    satisfied_percent = Ratio(allow_none=True)


class StoredFile(Schema):
    """A file in the store."""

    name = fields.String()
    media_type = fields.String()
    digest = fields.String()
    size = fields.Integer()


class LawRow(Schema):
    """One dated sentence of law; checked: read in the statute itself."""

    key = fields.String()
    value = fields.String()
    unit = fields.String()
    article = fields.String()
    checked = fields.Boolean()
    in_force_from = Day()
    in_force_until = Day(allow_none=True)
    zh = fields.String()
    en = fields.String()


class Evidence(Schema):
    """What an outsider needs to check a contract's signatures: envelope, digest, signatures, what each states."""

    contract_id = Id()
    no = fields.String()
    digest = fields.String()
    envelope = fields.Dict()
    signatures = fields.List(fields.Dict())
    expected = fields.List(fields.Dict())
    chains = fields.List(fields.List(fields.String()))


class ContractAccount(Schema):
    """A contract's performance: lines, deliveries, certificates, invoices, payments, agreements, bond."""

    contract = fields.Nested(ContractView)
    lines = fields.List(fields.Nested(LineView))
    deliveries = fields.List(fields.Nested(DeliveryView))
    acceptances = fields.List(fields.Nested(AcceptanceView))
    invoices = fields.List(fields.Nested(InvoiceView))
    payments = fields.List(fields.Nested(PaymentView))
    agreements = fields.List(fields.Nested(AgreementView))
    bond = fields.Nested(BondView, allow_none=True)
