"""What notify hears from evaluation and contracts."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Heard, Id, Moment, Money
from services.notify.schemas.heard import identity, listed, mapping, moment, money, text


class ExpertCalled(Heard):
    """evaluation: expert_called."""

    draw_id = Id(required=True)
    person_id = Id(required=True)
    at = Moment(required=True)
    answer_by = Moment(required=True)
    room = text()
    when = Moment(required=True)


class QuestionAsked(Heard):
    """evaluation: clarification_asked, price_explanation_asked."""

    question_id = Id(required=True)
    lot_id = Id(required=True)
    supplier_id = Id(required=True)
    answer_by = Moment(required=True)


class RoundOpened(Heard):
    """evaluation: round_opened."""

    lot_id = Id(required=True)
    number = fields.Integer(required=True)
    closes_at = Moment(required=True)
    suppliers = listed(Id())


class RankedBid(Heard):
    """One place of a ranking; scores are texts."""

    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = text(required=True)
    price = money()
    evaluation_price = money()
    price_score = text()
    factor_scores = mapping()
    total = text()
    rank = fields.Integer(required=True)
    joint = fields.Boolean(load_default=False)
    recommended = fields.Boolean(load_default=False)


class RejectedBid(Heard):
    """One bid that is out."""

    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = text()
    stage = text()
    reason = text()
    article = text()


class RankingSettled(Heard):
    """evaluation: ranking_settled."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    method = text()
    settled_at = Moment(required=True)
    report_digest = text()
    panel = listed()
    ranking = fields.List(fields.Nested(RankedBid), required=True)
    rejected = listed(fields.Nested(RejectedBid))


class FindingRecorded(Heard):
    """evaluation: integrity_finding_recorded."""

    lot_id = Id(required=True)
    kind = text(required=True)
    article = text()


class AwardDecided(Heard):
    """contracts: award_decided."""

    award_id = Id(required=True)
    lot_id = Id(required=True)
    project_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = text(required=True)
    amount = Money(required=True)
    by_silence = fields.Boolean(load_default=False)
    decided_at = Moment(required=True)


class Loser(Heard):
    """What one bidder that did not win is told."""

    supplier_id = Id(required=True)
    total = text()
    rank = fields.Integer(load_default=None, allow_none=True)
    reason = text()


class AwardAnnounced(Heard):
    """contracts: award_announced."""

    award_id = Id(required=True)
    lot_id = Id(required=True)
    project_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = text(required=True)
    amount = Money(required=True)
    panel = listed()
    losers = listed(fields.Nested(Loser))
    text = fields.String(required=True)
    announced_at = Moment(required=True)
    document_digest = fields.String(load_default=None, allow_none=True)


class AwardFellAway(Heard):
    """contracts: award_refused, lot_returned."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    award_id = identity()
    supplier_id = identity()
    reason = text()
    at = moment()


class ContractMoved(Heard):
    """contracts: contract_signed, contract_published, contract_completed, contract_terminated."""

    contract_id = Id(required=True)
    lot_id = Id(required=True)
    project_id = Id(required=True)
    purchaser_id = identity()
    supplier_id = identity()
    no = text()
    award_id = identity()
    supplier_name = text()
    amount = money()
    paid = money()
    digest = text()
    text = fields.String(load_default=None, allow_none=True)
    signed_at = moment()
    published_at = moment()
    at = moment()


class Performed(Heard):
    """contracts: delivery_made, acceptance_certified, invoice_received, payment_made."""

    contract_id = Id(required=True)
    lot_id = Id(required=True)
    project_id = Id(required=True)
    purchaser_id = Id(required=True)
    supplier_id = Id(required=True)
    amount = Money(required=True)
    total_accepted = money()
    total_paid = money()
    at = Moment(required=True)
    complete = fields.Boolean(load_default=False)
    payment_id = identity()
    delivery_id = identity()


class BondMoved(Heard):
    """contracts: bond_return_due, bond_returned."""

    bond_id = Id(required=True)
    kind = text()
    lot_id = identity()
    supplier_id = Id(required=True)
    amount = Money(required=True)
    due = moment()
    at = moment()
