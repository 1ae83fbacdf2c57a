"""What can be asked about the past."""

from __future__ import annotations

from marshmallow import fields

from services.chassis.wire import Id, Moment, Schema


class ReadPast(Schema):
    """A project at a moment."""

    project_id = Id(required=True)
    at = Moment(required=True)


class LotPast(Schema):
    """Where a lot stood."""

    lot_id = Id()
    status = fields.String()


class Past(Schema):
    """Where a project stood; `last` is the journal's last entry that was folded, `entries` how many there were."""

    at = Moment()
    status = fields.String(allow_none=True)
    lots = fields.List(fields.Nested(LotPast))
    entries = fields.Integer()
    last = Id(allow_none=True)
