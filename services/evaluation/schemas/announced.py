"""What evaluation announces: the payload of each event."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Digest, Id, Moment, Money, Schema
from services.evaluation.schemas.fields import Points


class PanelFormed(Schema):
    """panel_formed."""

    panel_id = Id(required=True)
    project_id = Id(required=True)
    lot_ids = fields.List(Id(), required=True)
    size = fields.Integer(required=True)
    experts = fields.Integer(required=True)
    evaluates_at = Moment(required=True)
    laws = fields.List(fields.String(), required=True)
    at = Moment(required=True)


class PoolFrozen(Schema):
    """pool_frozen: the digest stands in the journal before any randomness exists."""

    draw_id = Id(required=True)
    panel_id = Id(required=True)
    pool_digest = Digest(required=True)
    experts = fields.Integer(required=True)
    at = Moment(required=True)


class NonceCommitted(Schema):
    """nonce_committed."""

    draw_id = Id(required=True)
    round = fields.Integer(required=True)
    seat = fields.String(required=True)
    commitment = Digest(required=True)
    at = Moment(required=True)


class NonceRevealed(Schema):
    """nonce_revealed."""

    draw_id = Id(required=True)
    round = fields.Integer(required=True)
    seat = fields.String(required=True)
    nonce = Digest(required=True)
    at = Moment(required=True)


class RevealRefused(Schema):
    """reveal_refused: on record and published with the result."""

    draw_id = Id(required=True)
    round = fields.Integer(required=True)
    seat = fields.String(required=True)
    person_id = Id(required=True)
    reason = fields.String(required=True)
    at = Moment(required=True)


class Drawn(Schema):
    """experts_drawn: seed and the digest of the drawn orders."""

    draw_id = Id(required=True)
    round = fields.Integer(required=True)
    seed = Digest(required=True)
    orders_digest = Digest(required=True)
    at = Moment(required=True)


class ExpertCalled(Schema):
    """expert_called."""

    call_id = Id(required=True)
    draw_id = Id(required=True)
    lot_ids = fields.List(Id(), required=True)
    person_id = Id(required=True)
    specialty = fields.String(required=True)
    at = Moment(required=True)
    answer_by = Moment(required=True)
    room = fields.String(allow_none=True)
    when = Moment(required=True)


class CallEnded(Schema):
    """call_ended: accepted, declined, recused, absent or elsewhere."""

    call_id = Id(required=True)
    draw_id = Id(required=True)
    pseudonym = Digest(required=True)
    specialty = fields.String(required=True)
    outcome = fields.String(required=True)
    reason = fields.String(required=True)
    at = Moment(required=True)


class MemberMoved(Schema):
    """member_checked_in, member_left, leader_elected."""

    panel_id = Id(required=True)
    member_id = Id(required=True)
    person_id = Id(required=True)
    reason = fields.String(allow_none=True)
    at = Moment(required=True)


class SupervisorCheckedIn(Schema):
    """supervisor_checked_in."""

    panel_id = Id(required=True)
    person_id = Id(required=True)
    at = Moment(required=True)


class EvaluationBegan(Schema):
    """evaluation_began."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    at = Moment(required=True)


class StepClosed(Schema):
    """step_closed: qualification, conformity, prices or sheets; left: bidders still in."""

    lot_id = Id(required=True)
    step = fields.String(required=True)
    left = fields.Integer(required=True)
    at = Moment(required=True)


class ThingRecorded(Schema):
    """work_recorded: a check, vote, sheet or change by its digest; what it says is kept in the department."""

    lot_id = Id(required=True)
    kind = fields.String(required=True)
    by = fields.String(required=True)
    digest = Digest(required=True)
    at = Moment(required=True)


class QuestionAsked(Schema):
    """clarification_asked, price_explanation_asked."""

    question_id = Id(required=True)
    lot_id = Id(required=True)
    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    kind = fields.String(required=True)
    text = fields.String(required=True)
    answer_by = Moment(required=True)


class QuestionAnswered(Schema):
    """question_answered."""

    question_id = Id(required=True)
    lot_id = Id(required=True)
    bid_id = Id(required=True)
    digest = Digest(required=True)
    at = Moment(required=True)


class BidRejected(Schema):
    """bid_rejected."""

    lot_id = Id(required=True)
    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    stage = fields.String(required=True)
    reason = fields.String(required=True)
    article = fields.String(required=True)
    at = Moment(required=True)


class EvaluationFailed(Schema):
    """evaluation_failed."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    stage = fields.String(required=True)
    reason = fields.String(required=True)
    figures = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    articles = fields.List(fields.String(), required=True)
    at = Moment(required=True)


class Place(Schema):
    """One place of a ranking. rank counts everybody; candidate counts only who may be awarded."""

    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = fields.String(required=True)
    price = Money(required=True)
    evaluation_price = Money(required=True)
    price_score = Points(allow_none=True)
    factor_scores = fields.Dict(keys=fields.String(), values=Points(), allow_none=True)
    total = Points(allow_none=True)
    rank = fields.Integer(required=True)
    joint = fields.Boolean(required=True)
    recommended = fields.Boolean(required=True)
    candidate = fields.Integer(allow_none=True)
    reason = fields.String(allow_none=True)


class Out(Schema):
    """One bid that is out."""

    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = fields.String(required=True)
    stage = fields.String(required=True)
    reason = fields.String(required=True)
    article = fields.String(required=True)


class RankingSettled(Schema):
    """ranking_settled."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    method = fields.String(required=True)
    settled_at = Moment(required=True)
    version = fields.Integer(required=True)
    report_digest = Digest(required=True)
    pdf_digest = Digest(required=True)
    transcript_digest = Digest(allow_none=True)
    panel = fields.List(fields.String(), required=True)
    ranking = fields.List(fields.Nested(Place), required=True)
    rejected = fields.List(fields.Nested(Out), required=True)


class ReportMade(Schema):
    """report_made, report_withdrawn."""

    lot_id = Id(required=True)
    report_id = Id(required=True)
    version = fields.Integer(required=True)
    digest = Digest(required=True)
    pdf_digest = Digest(required=True)
    reason = fields.String(allow_none=True)
    at = Moment(required=True)


class ReportSigned(Schema):
    """report_signed: capacity member or supervisor; dissent true where a different opinion was written."""

    lot_id = Id(required=True)
    report_id = Id(required=True)
    person_id = Id(required=True)
    capacity = fields.String(required=True)
    digest = Digest(required=True)
    dissent = fields.Boolean(required=True)
    refused = fields.Boolean(required=True)
    at = Moment(required=True)


class EvaluationReopened(Schema):
    """evaluation_reopened."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    dispute_id = Id(required=True)
    ground = fields.String(required=True)
    scope = fields.String(required=True)
    article = fields.String(required=True)
    finance_report_no = fields.String(required=True)
    at = Moment(required=True)


class PerformanceRecorded(Schema):
    """expert_performance_recorded."""

    person_id = Id(required=True)
    lot_id = Id(required=True)
    kind = fields.String(required=True)
    points = fields.Integer(required=True)
    note = fields.String(required=True)
    at = Moment(required=True)


class FindingRecorded(Schema):
    """integrity_finding_recorded; bids: bid ids, or supplier ids where about is "suppliers"."""

    lot_id = Id(required=True)
    kind = fields.String(required=True)
    about = fields.String(required=True)
    bids = fields.List(fields.String(), required=True)
    figures = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    article = fields.String(required=True)
    at = Moment(required=True)


class RecordingAttached(Schema):
    """recording_attached."""

    panel_id = Id(required=True)
    digest = Digest(required=True)
    kind = fields.String(required=True)
    size = fields.Integer(required=True)
    at = Moment(required=True)


class RoundOpened(Schema):
    """round_opened: told to all who take part."""

    round_id = Id(required=True)
    lot_id = Id(required=True)
    number = fields.Integer(required=True)
    kind = fields.String(required=True)
    changes = fields.String(required=True)
    closes_at = Moment(required=True)
    suppliers = fields.List(Id(), required=True)


class OfferMoved(Schema):
    """offer_sealed, offer_opened: the price only once opened."""

    round_id = Id(required=True)
    lot_id = Id(required=True)
    bid_id = Id(required=True)
    commitment = Digest(required=True)
    price = Money(allow_none=True)
    at = Moment(required=True)
