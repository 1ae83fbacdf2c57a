"""Accepted: the opening of a lot."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Digest, Id, Moment, Schema, Text
from services.tendering.schemas.fields import Page, count, maybe, one_of, word


class BeginOpening(Schema):
    """The host begins."""

    lot_id = Id(required=True)
    room = maybe(Text)


class OnLot(Schema):
    """A move that needs nothing but the lot."""

    lot_id = Id(required=True)


class FetchShares(Page):
    """The manifests whose shares this holder unwraps, a page at a time, in order of their sheets."""

    lot_id = Id(required=True)
    limit = count(1000, 1, load_default=500)


class PostShares(Schema):
    """A turned key: the turn and its signed statement (`services.protocol.sealing.turning`)."""

    lot_id = Id(required=True)
    turned = fields.Dict(keys=fields.String(), required=True)
    signed = fields.Dict(keys=fields.String(), required=True)


class HandInShare(Schema):
    """The supplier's own keepsake of a share, where a seat cannot read its own."""

    lot_id = Id(required=True)
    seat = word(required=True)
    share = Text(most=100, required=True)


class ConfirmReading(Schema):
    """The bidder confirms what was read out, or objects on the spot."""

    lot_id = Id(required=True)
    kind = one_of(("confirm", "object"), required=True)
    text = maybe(Text, most=4000)


class AnswerRemark(Schema):
    """The host answers an objection; it becomes part of the record's annex."""

    remark_id = Id(required=True)
    answer = Text(most=4000, required=True)


class SignRecord(Schema):
    """A signed statement (`what: "opening_record"`) over the record's digest."""

    lot_id = Id(required=True)
    signed = fields.Dict(keys=fields.String(), required=True)


class AddRecording(Schema):
    """A recording of the room, already in the store."""

    lot_id = Id(required=True)
    kind = one_of(("audio", "video", "screen"), required=True)
    digest = Digest(required=True)
    began_at = Moment(required=True)
    ended_at = Moment(required=True)


class FailLot(Schema):
    """Declared failed by people, on a coded ground (法36)."""

    lot_id = Id(required=True)
    reason = word(required=True)
    note = Text(most=4000, required=True)
