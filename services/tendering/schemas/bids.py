"""Accepted: sealed bids and bid bonds."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Id, Money, Schema, Text
from services.tendering.schemas.fields import word


class SubmitBid(Schema):
    """A sealed bid: the manifest and the supplier's signed statement over it (`services.protocol.sealing`)."""

    lot_id = Id(required=True)
    manifest = fields.Dict(keys=fields.String(), required=True)
    signed = fields.Dict(keys=fields.String(), required=True)


class WithdrawBid(Schema):
    """Withdraw the live bid; a record stays, no content."""

    lot_id = Id(required=True)


class OwnBids(Schema):
    """One's own bids for a lot, with their receipts."""

    lot_id = Id(required=True)


class RecordBond(Schema):
    """A bid bond: how, how much, its number, the account it came from."""

    lot_id = Id(required=True)
    amount = Money(required=True)
    form = word(required=True)
    number = Text(most=100, required=True)
    account = Text(most=100, required=True)


class ReturnBond(Schema):
    """The bond went back."""

    bond_id = Id(required=True)
