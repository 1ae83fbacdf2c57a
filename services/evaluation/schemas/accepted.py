"""What evaluation accepts: one schema per command or question, named by a verb phrase."""

from __future__ import annotations

from marshmallow import fields, validate

from services.chassis.wire import Digest, Id, Moment, Money, Schema, Text
from services.evaluation.rules import changes, performance, rounds
from services.evaluation.schemas.fields import Json, Points, many, one_of, written, yes_no

SEATS = ("centre", "purchaser", "supervisor")


class OfLot(Schema):
    """One lot."""

    lot_id = Id(required=True)


class OfPanel(Schema):
    """One panel."""

    panel_id = Id(required=True)


class OfDraw(Schema):
    """One draw."""

    draw_id = Id(required=True)


class OfBid(OfLot):
    """One bid of a lot."""

    bid_id = Id(required=True)


class Nothing(Schema):
    """Nothing is asked: the caller's own."""


class ListEvaluations(Schema):
    """Evaluations of a project, or of everything the caller may see; stage: only those standing there."""

    project_id = Id(load_default=None, allow_none=True)
    stage = fields.String(load_default=None, allow_none=True)
    most = fields.Integer(load_default=50, strict=True, validate=validate.Range(1, 200))
    after = fields.String(load_default=None, allow_none=True)


class Wanted(Schema):
    """How many experts are drawn from which specialty (a category of the lots)."""

    specialty = Text(most=40, required=True)
    experts = fields.Integer(required=True, strict=True, validate=validate.Range(1, 20))


class Seats(Schema):
    """Who may turn each seat's key at the draw: the holder first, then deputies."""

    centre = many(Id(), 3, 1, required=True)
    purchaser = many(Id(), 3, 1, required=True)
    supervisor = many(Id(), 3, 1, required=True)


class FormPanel(Schema):
    """Settle a panel for lots of one project. representatives: persons of the purchaser; regions: empty for
    everywhere."""

    project_id = Id(required=True)
    lot_ids = many(Id(), 50, 1, required=True)
    wanted = many(fields.Nested(Wanted), 20, 1, required=True)
    representatives = many(Id(), 10, load_default=list)
    seats = fields.Nested(Seats, required=True)
    regions = many(Text(most=40), 20, load_default=list)
    evaluates_at = Moment(required=True)
    room = Text(most=80, load_default=None, allow_none=True)
    complex = yes_no(load_default=False)
    social_impact = yes_no(load_default=False)


class ReplaceHolder(OfDraw):
    """Name another deputy for a seat of a draw."""

    seat = one_of(SEATS, required=True)
    person_id = Id(required=True)


class CommitNonce(OfDraw):
    """A seat's commitment (`services.protocol.draw.commitment`)."""

    seat = one_of(SEATS, required=True)
    commitment = Digest(required=True)


class RevealNonce(OfDraw):
    """A seat's nonce, 32 bytes in hex."""

    seat = one_of(SEATS, required=True)
    nonce = Digest(required=True)


class RecordRefusal(OfDraw):
    """A seat will not reveal: on record, its deputy takes over, all commit anew."""

    seat = one_of(SEATS, required=True)
    reason = written(required=True)


class AnswerCall(Schema):
    """An expert's answer; ties: organisations of the bidders' list the expert declares a tie to."""

    call_id = Id(required=True)
    accept = yes_no(required=True)
    ties = many(written(300), 50, load_default=list)
    reason = written(load_default="", least=0)


class RecordAbsence(Schema):
    """A called expert who accepted did not come, or came and left."""

    call_id = Id(required=True)
    reason = written(required=True)


class StandAside(OfPanel):
    """A member declares a tie after all; ties names the organisations."""

    ties = many(written(300), 50, load_default=list)
    reason = written(required=True)


class RecuseMember(Schema):
    """A member must stand aside. replacement: who sits for the purchaser instead, where a representative goes."""

    member_id = Id(required=True)
    reason = written(required=True)
    replacement = Id(load_default=None, allow_none=True)


class VoteLeader(OfPanel):
    """A vote for the panel's leader."""

    member_id = Id(required=True)


class AttachRecording(OfPanel):
    """A recording of the room that lies in the store."""

    digest = Digest(required=True)
    kind = one_of(("video", "audio", "screen"), required=True)
    size = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    began_at = Moment(required=True)
    ended_at = Moment(required=True)


class CheckQualification(OfBid):
    """One side's finding on one bid's qualification."""

    passed = yes_no(required=True)
    reason = written(load_default="", least=0)
    article = Text(most=60, load_default="", least=0)


class VoteConformity(OfBid):
    """A member's vote: does the bid answer every essential requirement?"""

    choice = one_of(("pass", "fail"), required=True)
    reason = written(load_default="", least=0)


class VoteLow(OfBid):
    """A member's vote: must this price be explained, though no figure triggers it?"""

    choice = one_of(("low", "usual"), required=True)
    reason = written(load_default="", least=0)


class VoteProof(OfBid):
    """A member's vote: does the explanation prove the price reasonable?"""

    choice = one_of(("proved", "unproved"), required=True)
    reason = written(load_default="", least=0)


REJECTION_GROUNDS = {
    "collusion": "87-37",
    "false_material": "法77",
    "conditions": "87-63",
    "forbidden_by_document": "87-63",
    "refused_clarification": "87-51",
}
"""ground → article; why a panel may reject a bid besides conformity and price."""


class VoteRejection(OfBid):
    """A member's vote to reject a bid on a lawful ground."""

    ground = one_of(tuple(REJECTION_GROUNDS), required=True)
    choice = one_of(("reject", "keep"), required=True)
    reason = written(load_default="", least=0)


class AskBidder(OfBid):
    """A written question; answer_by: at least the house's minutes from now."""

    text = written(required=True)
    answer_by = Moment(required=True)


class FindCorrections(OfLot):
    """Look for contradictions in the prices; until when bidders confirm."""

    answer_by = Moment(required=True)


class ExaminePrices(OfLot):
    """Look for abnormally low prices; until when bidders explain (at least thirty minutes)."""

    answer_by = Moment(required=True)


class AnswerQuestion(Schema):
    """A bidder's answer in writing; amount only where the words of the price could not be read."""

    question_id = Id(required=True)
    text = written(4000, required=True)
    evidence = many(Digest(), 50, load_default=list)
    amount = Money(load_default=None, allow_none=True)


class ConfirmCorrection(Schema):
    """Whether the bidder stands by the corrected price."""

    question_id = Id(required=True)
    confirmed = yes_no(required=True)


class GivenMark(Schema):
    """Points for one bid and factor."""

    bid_id = Id(required=True)
    factor = Text(most=60, required=True)
    points = Points(required=True)


class SaveSheet(OfLot):
    """Marks to keep in the draft; what is not named stays."""

    marks = many(fields.Nested(GivenMark), 50_000, required=True)


class ChangeMark(OfBid):
    """Change one's own submitted mark on a lawful ground."""

    factor = Text(most=60, required=True)
    points = Points(required=True)
    ground = one_of(changes.GROUNDS, required=True)
    reason = written(required=True)


class JudgeMark(OfBid):
    """A member's vote: is that member's mark abnormally high or low?"""

    factor = Text(most=60, required=True)
    member_id = Id(required=True)
    choice = one_of(("abnormal", "usual"), required=True)
    reason = written(load_default="", least=0)


class CloseSheets(OfLot):
    """Close the sheets; seen: what the leader says to the outliers shown, where there are any."""

    seen = written(load_default="", least=0)


class SignReport(OfLot):
    """A signed statement (`services.protocol.signatures`) on the report's digest; dissent: its text, empty for none."""

    signed = Json(required=True)
    dissent = written(load_default="", least=0)


class RefuseToSign(OfLot):
    """A member will neither sign nor write why: counts as agreeing (条例41)."""

    member_id = Id(required=True)


class ReopenEvaluation(OfLot):
    """Do an evaluation again as far as the law lets it."""

    dispute_id = Id(required=True)
    ground = Text(most=60, required=True)
    finance_report_no = Text(most=80, load_default="", least=0)
    members_at_fault = many(Id(), 20, load_default=list)


class RecordPerformance(OfPanel):
    """A line for an expert's record."""

    person_id = Id(required=True)
    kind = one_of(tuple(performance.KINDS), required=True)
    note = written(load_default="", least=0)


class OpenRound(OfLot):
    """Begin a round of negotiation, or the final offers; changes: what changed in the document, told to all."""

    kind = one_of(rounds.KINDS, required=True)
    changes = written(4000, load_default="", least=0)
    closes_at = Moment(required=True)


class SealOffer(Schema):
    """A sealed offer (`rules.rounds.commitment`)."""

    round_id = Id(required=True)
    commitment = Digest(required=True)


class RevealOffer(Schema):
    """Open one's sealed offer after the round has closed."""

    round_id = Id(required=True)
    price = Money(required=True)
    nonce = Text(most=128, least=32, required=True)
