"""What the listener hears."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from deploy.bench.listener.models import Heard
from services.chassis.entrypoints import hears
from services.chassis.providers import Announce, Clock, Database, Plumbing
from services.chassis.wire import Heard as HeardSchema


class Told(HeardSchema):
    round = fields.String(required=True)
    number = fields.Integer(required=True)


class ListenerService:
    """Keeps what the source told."""

    name = "listener"

    db = Database()
    now = Clock()
    announce = Announce()
    plumbing = Plumbing()

    @hears("source", "told", Told)
    def keep(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """One row each."""
        self.db.add(Heard(round=fact["round"], number=fact["number"]))
