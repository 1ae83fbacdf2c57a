"""Accepted: challenges and complaints."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Digest, Id, Moment, Schema, Text
from services.tendering.schemas.fields import Page, flag, many, maybe, one_of, word


class Matter(Schema):
    """One matter of a challenge: what, the facts, the evidence (digests of stored files or words), the legal basis."""

    key = word(required=True)
    matter = Text(most=2000, required=True)
    facts = Text(most=8000, least=0, load_default="")
    evidence = many(Text(most=500), 50, load_default=list)
    files = many(Digest(), 50, load_default=list)
    basis = maybe(Text, most=1000)


class LodgeChallenge(Schema):
    """A challenge (质疑) of the document, the process or the result, for lots of one project."""

    project_id = Id(required=True)
    lot_ids = many(Id(), 200, load_default=list)
    about = one_of(("document", "process", "result"), required=True)
    matters = many(fields.Nested(Matter), 50, load_default=list)
    request = Text(most=4000, least=0, load_default="")


class OnChallenge(Schema):
    """A move that needs nothing but the challenge."""

    challenge_id = Id(required=True)


class AnswerChallenge(Schema):
    """The centre's (or the purchaser's) answer. changes_result: whether it may change the result when upheld."""

    challenge_id = Id(required=True)
    upheld = flag(required=True)
    changes_result = flag(load_default=True)
    decision = Text(most=8000, required=True)


class LodgeComplaint(Schema):
    """A complaint (投诉) to the finance department; matters: keys of the challenge's."""

    challenge_id = Id(required=True)
    matters = many(word(), 50, load_default=list)
    request = Text(most=4000, least=0, load_default="")


class OnComplaint(Schema):
    """A move that needs nothing but the complaint."""

    complaint_id = Id(required=True)


class SuspendProcurement(Schema):
    """Stop the procurement while the complaint is handled, thirty days in all at most (法57)."""

    complaint_id = Id(required=True)
    until = Moment(required=True)


class DecideComplaint(Schema):
    """Finance decides; the decision moves the project."""

    complaint_id = Id(required=True)
    outcome = one_of(("rejected", "upheld_retender", "upheld_reevaluate", "upheld_no_effect"), required=True)
    decision_no = Text(most=100, required=True)
    text = Text(most=20_000, required=True)


class ListDisputes(Page):
    """Challenges or complaints of a project, newest first."""

    project_id = Id(required=True)
