"""What we announce: the payload of each event. Sample messages lie in `services/contracts/wire/`."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Day, Digest, Id, Moment, Money, Schema


def _words() -> fields.String:
    return fields.String(required=True)


def _maybe() -> fields.String:
    return fields.String(allow_none=True)


class OfLot(Schema):
    """Every event about a lot."""

    lot_id = Id(required=True)
    project_id = Id(required=True)


class DrawNonceCommitted(OfLot):
    """Our part in a draw for joint places, committed before the bids are opened: SHA-256 of a secret nonce."""

    commitment = Digest(required=True)


class AwardDecided(OfLot):
    """The purchaser's decision, or silence. grounds: rows of law used; draw: how a joint place was decided."""

    award_id = Id(required=True)
    purchaser_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = _words()
    supplier_size = _maybe()
    bid_id = Id(required=True)
    amount = Money(required=True)
    by_silence = fields.Boolean(required=True)
    decided_at = Moment(required=True)
    policies = fields.List(fields.String(), required=True)
    law = fields.List(fields.String(), required=True)
    draw = fields.Dict(allow_none=True)


class AwardHeld(OfLot):
    """A lawful reason for not deciding was stated."""

    ground = _words()
    note = _words()
    at = Moment(required=True)


class Loser(Schema):
    """What one bidder that did not win is told."""

    supplier_id = Id(required=True)
    total = _maybe()
    rank = fields.Integer(allow_none=True)
    reason = _maybe()


class AwardAnnounced(OfLot):
    """The award notice went out and the result is announced."""

    award_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = _words()
    amount = Money(required=True)
    notice_no = _words()
    panel = fields.List(fields.String(), required=True)
    losers = fields.List(fields.Nested(Loser), required=True)
    text = _words()
    announced_at = Moment(required=True)
    challenge_until = Moment(required=True)
    signing_due = Moment(required=True)
    document_digest = _maybe()


class AwardRefused(OfLot):
    """An award fell away: the winner refused, or (annulled) it was declared void."""

    award_id = Id(required=True)
    supplier_id = Id(required=True)
    reason = _words()
    note = _words()
    annulled = fields.Boolean(required=True)
    at = Moment(required=True)


class LotReturned(OfLot):
    """The lot goes back for a new tender."""

    supplier_id = fields.String(allow_none=True)
    reason = _words()
    note = _words()
    at = Moment(required=True)


class OfContract(OfLot):
    """Every event about a contract."""

    contract_id = Id(required=True)
    purchaser_id = Id(required=True)
    supplier_id = Id(required=True)


class ContractDrafted(OfContract):
    """A text was generated; departures that are lawful are listed."""

    no = _words()
    version = fields.Integer(required=True)
    amount = Money(required=True)
    digest = Digest(required=True)
    files = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    departures = fields.List(fields.Dict(), required=True)
    at = Moment(required=True)


class SignatureGiven(OfContract):
    """A side (or a member of the acceptance party) signed.

    about: contract, supplement, amendment, termination, acceptance.
    """

    about = _words()
    about_id = Id(required=True)
    side = _words()
    person_id = Id(required=True)
    fingerprint = Digest(required=True)
    digest = Digest(required=True)
    at = Moment(required=True)


class ContractSigned(OfContract):
    """Both sides have signed."""

    no = _words()
    award_id = Id(required=True)
    supplier_name = _words()
    supplier_size = _maybe()
    policies = fields.List(fields.String(), required=True)
    amount = Money(required=True)
    digest = Digest(required=True)
    signed_at = Moment(required=True)
    late = fields.Boolean(required=True)


class ContractPublished(OfContract):
    """The contract's text for the public."""

    no = _words()
    supplier_name = _words()
    amount = Money(required=True)
    digest = Digest(required=True)
    text = _words()
    withheld = fields.List(fields.String(), required=True)
    published_at = Moment(required=True)


class ContractFiled(OfContract):
    """A copy is with the finance department."""

    filing_no = _words()
    at = Moment(required=True)


class AgreementMoved(OfContract):
    """A supplement, amendment or termination was proposed, came into force, or was withdrawn."""

    agreement_id = Id(required=True)
    kind = _words()
    reason = _words()
    amount = Money(required=True)
    digest = Digest(required=True)
    at = Moment(required=True)


class Performed(OfContract):
    """delivery_made, acceptance_certified, invoice_received, payment_made.

    amount: what this one is worth (delivered goods at contract prices); complete: nothing of the kind is left.
    """

    amount = Money(required=True)
    total_accepted = Money(required=True)
    total_paid = Money(required=True)
    at = Moment(required=True)
    complete = fields.Boolean(required=True)
    delivery_id = _maybe()
    acceptance_id = _maybe()
    invoice_id = _maybe()
    payment_id = _maybe()
    due = Moment(allow_none=True)


class AcceptanceOpened(OfContract):
    """A certificate awaits its members' signatures."""

    acceptance_id = Id(required=True)
    digest = Digest(required=True)
    members = fields.List(Id(), required=True)
    at = Moment(required=True)


class InvoiceReturned(OfContract):
    """An invoice was sent back as not valid."""

    invoice_id = Id(required=True)
    reason = _words()
    at = Moment(required=True)


class ContractEnded(OfContract):
    """contract_completed, contract_terminated."""

    amount = Money(required=True)
    supplements = Money(required=True)
    paid = Money(required=True)
    ground = _maybe()
    at = Moment(required=True)


class PerformanceRecorded(Schema):
    """supplier_performance_recorded, for the registry. grade: excellent, good, fair, poor."""

    supplier_id = Id(required=True)
    contract_id = fields.String(allow_none=True)
    lot_id = fields.String(allow_none=True)
    kind = _words()
    grade = _words()
    note = _words()
    at = Moment(required=True)


class BondMoved(OfLot):
    """bond_return_due, bond_returned, bond_lodged, bond_kept."""

    bond_id = Id(required=True)
    kind = _words()
    contract_id = _maybe()
    supplier_id = Id(required=True)
    amount = Money(required=True)
    due = Moment(allow_none=True)
    at = Moment(allow_none=True)
    late_fee = Money(allow_none=True)
    ground = _maybe()


class FiguresRebuilt(Schema):
    """The statistics were made anew from the journals."""

    facts = fields.Integer(required=True)
    lots = fields.Integer(required=True)
    cells = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    on = Day(required=True)
