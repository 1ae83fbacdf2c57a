"""What evaluation says: one noun per answer."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Id, Moment, Money, Schema
from services.evaluation.schemas.announced import Out, Place
from services.evaluation.schemas.fields import Points


class Done(Schema):
    """What was touched, and when."""

    id = Id()
    at = Moment()


class PanelFormed(Schema):
    """A new panel; laws: ids of the rows its size follows from."""

    panel_id = Id()
    size = fields.Integer()
    laws = fields.List(fields.String())


class Elected(Schema):
    """The leader's member id, once somebody has more than half of the panel."""

    leader = Id(allow_none=True)


class Begun(Schema):
    """The lots whose evaluation began."""

    lot_ids = fields.List(Id())
    at = Moment()


class Answered(Schema):
    """How a call ended."""

    id = Id()
    outcome = fields.String()
    at = Moment()


class StepClosed(Schema):
    """Where the lot stands now, and how many bidders are left."""

    lot_id = Id()
    stage = fields.String()
    left = fields.Integer()
    at = Moment()


class Asked(Schema):
    """The questions that were put to bidders."""

    question_ids = fields.List(Id())
    at = Moment()


class ReportMade(Schema):
    """The report to be signed; `statement` of what one signs is in `report`."""

    report_id = Id()
    version = fields.Integer()
    digest = fields.String()
    pdf_digest = fields.String()


class Reopened(Schema):
    """How far the evaluation is open again."""

    lot_id = Id()
    scope = fields.String()
    article = fields.String()


class Member(Schema):
    """Somebody who sits; before names may be seen, only the seat and the kind."""

    member_id = Id(allow_none=True)
    name = fields.String(allow_none=True)
    kind = fields.String()
    seat_no = fields.Integer(allow_none=True)
    leader = fields.Boolean()
    checked_in_at = Moment(allow_none=True)


class Panel(Schema):
    """A panel as the caller may see it. view: names, self, pseudonyms or empty."""

    panel_id = Id()
    project_id = Id()
    lot_ids = fields.List(Id())
    view = fields.String()
    size = fields.Integer()
    experts = fields.Integer()
    representatives = fields.Integer()
    evaluates_at = Moment()
    room = fields.String(allow_none=True)
    begun_at = Moment(allow_none=True)
    draw_id = Id(allow_none=True)
    missing = fields.List(fields.String())
    members = fields.List(fields.Nested(Member))
    supervisors = fields.List(fields.String())


class Draw(Schema):
    """How far a draw is: pseudonyms only."""

    draw_id = Id()
    panel_id = Id()
    pool_digest = fields.String()
    round = fields.Integer()
    seats = fields.List(fields.String())
    commitments = fields.List(fields.Dict(keys=fields.String()))
    refused = fields.List(fields.Dict(keys=fields.String()))
    seed = fields.String(allow_none=True)
    pool = fields.Dict(keys=fields.String())
    calls = fields.List(fields.Dict(keys=fields.String()))


class Transcript(Schema):
    """A draw to be replayed (`services.protocol.draw.replay`); people: who stood behind the pseudonyms, after the
    result."""

    transcript = fields.Dict(keys=fields.String())
    people = fields.List(fields.Dict(keys=fields.String()))


class Evaluation(Schema):
    """Where the evaluation of a lot stands."""

    lot_id = Id()
    project_id = Id()
    lot_no = fields.Integer(allow_none=True)
    title = fields.String(allow_none=True)
    attempt = fields.Integer()
    stage = fields.String()
    method = fields.String(allow_none=True)
    panel_id = Id(allow_none=True)
    opened_at = Moment()
    begun_at = Moment(allow_none=True)
    settled_at = Moment(allow_none=True)
    failed_at = Moment(allow_none=True)
    failure = fields.Dict(keys=fields.String(), allow_none=True)
    bids = fields.List(fields.Dict(keys=fields.String()))
    members_done = fields.Integer(allow_none=True)
    members = fields.Integer(allow_none=True)


class Evaluations(Schema):
    """A page of evaluations; after: cursor of the next page, null at the end."""

    evaluations = fields.List(fields.Nested(Evaluation))
    after = fields.String(allow_none=True)


class Question(Schema):
    """A question and its answer, if any."""

    question_id = Id(attribute="id")
    lot_id = Id()
    bid_id = Id()
    supplier_id = Id()
    kind = fields.String()
    text = fields.String()
    asked_at = Moment()
    answer_by = Moment()
    answered_at = Moment(allow_none=True)
    answer = fields.String(allow_none=True)
    confirmed = fields.Boolean(allow_none=True)
    evidence = fields.List(fields.String())


class RoundOffer(Schema):
    """One offer of a round: sealed until its maker opens it."""

    bid_id = Id()
    commitment = fields.String()
    sealed_at = Moment()
    price = Money(allow_none=True)
    opened_at = Moment(allow_none=True)


class Round(Schema):
    """A round of a negotiating procedure, with the offers the caller may see."""

    round_id = Id()
    lot_id = Id()
    number = fields.Integer()
    kind = fields.String()
    changes = fields.String()
    opened_at = Moment()
    closes_at = Moment()
    offers = fields.List(fields.Nested(RoundOffer))


class Questions(Schema):
    """Questions in the order asked, and the rounds held."""

    questions = fields.List(fields.Nested(Question))
    rounds = fields.List(fields.Nested(Round))


class Invitation(Schema):
    """A call to an expert; the bidders are named so that ties can be declared."""

    call_id = Id()
    panel_id = Id()
    lots = fields.List(fields.String())
    when = Moment()
    room = fields.String(allow_none=True)
    answer_by = Moment()
    outcome = fields.String(allow_none=True)
    organisations = fields.List(fields.String())


class Invitations(Schema):
    """The caller's own invitations, newest first."""

    invitations = fields.List(fields.Nested(Invitation))


class Mark(Schema):
    """Points for one bid and factor."""

    bid_id = Id()
    factor = fields.String()
    points = Points()


class ScoreSheet(Schema):
    """One member's sheet."""

    member_id = Id()
    seat_no = fields.Integer(allow_none=True)
    name = fields.String(allow_none=True)
    submitted_at = Moment(allow_none=True)
    marks = fields.List(fields.Nested(Mark))


class Outlier(Schema):
    """A mark far from the others'."""

    bid_id = Id()
    factor = fields.String()
    member_id = Id(attribute="member")
    mark = Points()
    others = Points()
    allowed = Points()


class Disagreement(Schema):
    """An objective factor marked unequally."""

    bid_id = Id()
    factor = fields.String()
    marks = fields.Dict(keys=fields.String(), values=Points())


class ScoreSheets(Schema):
    """What the caller may see of the sheets. view: own, outliers, progress, all or empty."""

    lot_id = Id()
    view = fields.String()
    factors = fields.List(fields.Dict(keys=fields.String()))
    bids = fields.List(fields.Dict(keys=fields.String()))
    members = fields.Integer()
    submitted = fields.Integer()
    sheets = fields.List(fields.Nested(ScoreSheet))
    outliers = fields.List(fields.Nested(Outlier))
    unequal = fields.List(fields.Nested(Disagreement))
    closed_at = Moment(allow_none=True)


class Ranking(Schema):
    """A ranking as the caller may see it."""

    lot_id = Id()
    view = fields.String()
    method = fields.String(allow_none=True)
    version = fields.Integer()
    settled_at = Moment(allow_none=True)
    report_digest = fields.String()
    ranking = fields.List(fields.Nested(Place))
    rejected = fields.List(fields.Nested(Out))


class Report(Schema):
    """The report: data, digests, what to sign as a member or as the supervisor, and the signatures so far."""

    lot_id = Id()
    report_id = Id()
    version = fields.Integer()
    digest = fields.String()
    pdf_digest = fields.String()
    body = fields.Dict(keys=fields.String())
    statement = fields.Dict(keys=fields.String())
    signatures = fields.List(fields.Dict(keys=fields.String()))
    settled_at = Moment(allow_none=True)


class Finding(Schema):
    """Evidence with its figures."""

    kind = fields.String()
    about = fields.String()
    bids = fields.List(fields.String())
    figures = fields.Dict(keys=fields.String(), values=fields.String())
    article = fields.String()
    found_at = Moment()


class Findings(Schema):
    """Everything found about a lot."""

    findings = fields.List(fields.Nested(Finding))


class LoserNotice(Schema):
    """What a bidder who was not awarded is told (87-69): own score and rank, or the reason it was out."""

    lot_id = Id()
    bid_id = Id()
    rejected = fields.Boolean()
    stage = fields.String(allow_none=True)
    reason = fields.String(allow_none=True)
    article = fields.String(allow_none=True)
    price = Money(allow_none=True)
    evaluation_price = Money(allow_none=True)
    price_score = Points(allow_none=True)
    factor_scores = fields.Dict(keys=fields.String(), values=Points(), allow_none=True)
    total = Points(allow_none=True)
    rank = fields.Integer(allow_none=True)
    of = fields.Integer(allow_none=True)


class Result(Schema):
    """What anybody may read once the result is published: ranking, panel, and the draw to be replayed."""

    lot_id = Id()
    project_id = Id()
    method = fields.String(allow_none=True)
    settled_at = Moment()
    report_digest = fields.String()
    panel = fields.List(fields.String())
    ranking = fields.List(fields.Nested(Place))
    rejected = fields.List(fields.Nested(Out))
    draw_id = Id(allow_none=True)
    transcript = fields.Dict(keys=fields.String(), allow_none=True)


class Votes(Schema):
    """Checks and votes on the bids so far, as the caller may see them. view: all, progress or own."""

    lot_id = Id()
    view = fields.String()
    stage = fields.String()
    checks = fields.List(fields.Dict(keys=fields.String()))
    votes = fields.List(fields.Dict(keys=fields.String()))
    prices = fields.List(fields.Dict(keys=fields.String()))
