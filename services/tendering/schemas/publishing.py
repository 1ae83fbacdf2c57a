"""Accepted: key holders, invitations, notices, amendments, questions, downloads."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Day, Digest, Id, Moment, Schema, Text
from services.tendering.schemas.documents import Content
from services.tendering.schemas.fields import SEATS, Page, count, flag, many, maybe, one_of, word


class NameHolders(Schema):
    """Who holds the keys: seat → person ids, principal first. certificates: person → which of their certificates."""

    project_id = Id(required=True)
    seats = fields.Dict(keys=one_of(SEATS), values=many(Id(), 5, 1), required=True)
    certificates = fields.Dict(keys=Id(), values=Digest(), load_default=dict)


class ProveKey(Schema):
    """The secret that the test wrapped (base64url)."""

    holder_id = Id(required=True)
    answer = Text(most=100, required=True)


class InviteSuppliers(Schema):
    """Draw `wanted` out of the pool (all of it, for one named supplier)."""

    project_id = Id(required=True)
    pool = many(Id(), 1000, 1, required=True)
    wanted = count(1000, 1, required=True)


class PublishIntention(Schema):
    """An intention (采购意向); for single source, the publicity of the only supplier (条例38).

    applications_until: the last day for applications, where the intention calls for prequalification (条例21).
    """

    project_id = Id(required=True)
    text = Text(most=20_000, required=True)
    applications_until = maybe(Day)


class PublishNotice(Schema):
    """The tender notice; text: written by the department unless told."""

    project_id = Id(required=True)
    text = maybe(Text, most=20_000)


class DraftAmendment(Schema):
    """An amendment, to be published by another. content: the document as amended, when it changes.

    affects_bids: whether bids may have to change. closes_at: a later closing it asks for. new_holders: other key
    holders take over, named and proven beforehand by `name_holders`.
    """

    project_id = Id(required=True)
    text = Text(most=20_000, required=True)
    affects_bids = flag(required=True)
    closes_at = maybe(Moment)
    content = fields.Nested(Content, load_default=None, allow_none=True)
    new_holders = flag(load_default=False)


class PublishAmendment(Schema):
    """The amendment another prepared."""

    amendment_id = Id(required=True)


class TakeDocument(Schema):
    """Take the document of a published project; the taking is recorded."""

    project_id = Id(required=True)


class AskQuestion(Schema):
    """A question about a document."""

    project_id = Id(required=True)
    text = Text(most=4000, required=True)


class AnswerQuestion(Schema):
    """The answer goes to all. affects_bids: it changes what bids must be, so it counts as an amendment."""

    question_id = Id(required=True)
    answer = Text(most=8000, required=True)
    affects_bids = flag(load_default=False)


class ListNotices(Page):
    """Notices, newest first."""

    kind = maybe(word)
    project_id = maybe(Id)


class ReadNotice(Schema):
    """Which notice."""

    notice_id = Id(required=True)
