"""What beta hears and can be asked."""

from __future__ import annotations

from typing import Any

import eventlet
from marshmallow import fields
from sqlalchemy import func, select

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, Retry, every, hears, query
from services.chassis.providers import Announce, Clock, Database, Departments, Plumbing
from services.chassis.wire import Heard, Schema
from tests.pair.beta.models import HeardNote


class Nothing(Schema):
    pass


class Wait(Schema):
    seconds = fields.Float(required=True)


class Noted(Heard):
    key = fields.String(required=True)
    topic = fields.String(required=True)


class BetaService:
    """Keeps count of what alpha noted."""

    name = "beta"

    db = Database()
    now = Clock()
    announce = Announce()
    call = Departments()
    plumbing = Plumbing()

    @hears("alpha", "noted", Noted, retry=Retry((1, 1)))
    def keep(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """One row each time; a note called poison never works."""
        if fact["key"].startswith("poison"):
            raise ValueError("poison")
        self.db.add(HeardNote(key=fact["key"], topic=fact["topic"], seq=envelope["seq"]))

    @query(Nothing, permission=PUBLIC, departments=("alpha",))
    def heard_count(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """How many effects there were."""
        return {"heard": self.db.scalar(select(func.count()).select_from(HeardNote)), "asked_by": by.department}

    @query(Wait, permission=PUBLIC, departments=("alpha",))
    def sleep(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Take this long."""
        eventlet.sleep(wanted["seconds"])
        return {}

    @every(seconds=3600)
    def turn(self) -> None:
        """Something by the clock that leaves a trace."""
        self.db.add(HeardNote(key="turn", topic="clock", seq=0))
