"""What tendering announces of a lot from its closing on: the opening, what came out, failing, moving."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.chassis.wire import Digest, Id, Moment, Money, Schema


def _text(**kwargs: Any) -> fields.String:
    return fields.String(required=True, **kwargs)


def _maybe() -> fields.String:
    return fields.String(load_default=None, allow_none=True)


class LotClosed(Schema):
    """lot_closed."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    closed_at = Moment(required=True)


class OpeningBegan(Schema):
    """opening_began."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    title = _text()
    at = Moment(required=True)
    room = _maybe()


class SignedIn(Schema):
    """signed_in: somebody takes a place at the opening (a seat, host or supplier)."""

    lot_id = Id(required=True)
    person_id = Id(required=True)
    place = _text()
    at = Moment(required=True)


class SeatTurned(Schema):
    """seat_turned: a holder's turn of a key was taken. short: how many shares did not match."""

    lot_id = Id(required=True)
    seat = _text()
    person_id = Id(required=True)
    digest = Digest(required=True)
    short = fields.Integer(required=True)
    at = Moment(required=True)


class PriceReadOut(Schema):
    """price_read_out: one event per bid, in order of receipt."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    order = fields.Integer(required=True)
    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = _text()
    price = Money(allow_none=True)
    at = Moment(required=True)


class PricesReadOut(Schema):
    """prices_read_out: the reading is over; the record's digest is what those present sign."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    bids = fields.Integer(required=True)
    record_digest = Digest(required=True)
    at = Moment(required=True)


class RemarkMade(Schema):
    """remark_made, remark_answered: a bidder confirmed or objected on the spot; the host answered."""

    lot_id = Id(required=True)
    remark_id = Id(required=True)
    bid_id = Id(required=True)
    kind = _text()
    at = Moment(required=True)


class RecordSigned(Schema):
    """record_signed: one of those present signed the opening's record."""

    lot_id = Id(required=True)
    person_id = Id(required=True)
    place = _text()
    record_digest = Digest(required=True)
    at = Moment(required=True)


class RecordingAdded(Schema):
    """recording_added: a recording of the room, by digest."""

    lot_id = Id(required=True)
    kind = _text()
    digest = Digest(required=True)
    at = Moment(required=True)


class OpenedBid(Schema):
    """One bid as it was opened. files_digest: of the index of its files in the store (None where none opened)."""

    bid_id = Id(required=True)
    supplier_id = Id(required=True)
    supplier_name = _text()
    credit_code = _maybe()
    received_at = Moment(required=True)
    price = Money(allow_none=True)
    sheet = fields.Dict(keys=fields.String(), required=True)
    manifest_digest = Digest(required=True)
    files_digest = Digest(allow_none=True)
    consortium = fields.List(fields.Raw(), required=True)
    status = _text()
    fault = _maybe()
    whose = _maybe()


class IntegritySignal(Schema):
    """Evidence for people, never a verdict."""

    kind = _text()
    bids = fields.List(fields.String(), required=True)
    figures = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    article = _text()


class BidsOpened(Schema):
    """bids_opened: the opening is over. public_opening: were the prices read out, and so told to everybody?
    present: persons who took part in it.
    """

    lot_id = Id(required=True)
    project_id = Id(required=True)
    no = fields.Integer(required=True)
    title = _text()
    opened_at = Moment(required=True)
    public_opening = fields.Boolean(required=True)
    bids = fields.List(fields.Nested(OpenedBid), required=True)
    integrity_signals = fields.List(fields.Nested(IntegritySignal), required=True)
    present = fields.List(fields.String(), required=True)
    recordings = fields.List(fields.String(), required=True)
    record_digest = Digest(required=True)


class LotFailed(Schema):
    """lot_failed. stage: closing, opening, evaluation, award, cancellation. ways_on: what the law lets follow."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    no = fields.Integer(required=True)
    title = _text()
    stage = _text()
    reason = _text()
    figures = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    articles = fields.List(fields.String(), required=True)
    at = Moment(required=True)
    ways_on = fields.List(fields.String(), required=True)


class LotMoved(Schema):
    """lot_moved: what another department told moved the lot. to: the fact; happened: set or taken back."""

    lot_id = Id(required=True)
    project_id = Id(required=True)
    to = _text()
    happened = fields.Boolean(required=True)
    at = Moment(required=True)


class ProjectCancelled(Schema):
    """project_cancelled."""

    project_id = Id(required=True)
    reason = _text()
    at = Moment(required=True)
