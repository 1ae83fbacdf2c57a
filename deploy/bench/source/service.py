"""What the source can be asked."""

from __future__ import annotations

from typing import Any

import eventlet
from marshmallow import fields

from deploy.bench.source.models import Told
from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, query
from services.chassis.journal import Announcement
from services.chassis.providers import Announce, Clock, Database, Plumbing
from services.chassis.wire import Schema


class Echo(Schema):
    text = fields.String(required=True)


class Wait(Schema):
    milliseconds = fields.Integer(required=True)


class Tell(Schema):
    round = fields.String(required=True)
    number = fields.Integer(required=True)


class Note(Schema):
    key = fields.String(required=True)
    text = fields.String(required=True)


class SourceService:
    """Echoes, waits, tells."""

    name = "source"

    db = Database()
    now = Clock()
    announce = Announce()
    plumbing = Plumbing()

    @query(Echo, permission=PUBLIC)
    def echo(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The same text again."""
        return {"text": wanted["text"]}

    @query(Wait, permission=PUBLIC)
    def wait(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Work that waits for something else."""
        eventlet.sleep(wanted["milliseconds"] / 1000)
        return {}

    @command(Note, permission=PUBLIC)
    def note(self, noted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Keep a row and journal it, as a submission does; nobody is told. Answers the receipt's leaf."""
        self.db.add(Told(round=noted["key"], number=1))
        entry = self.announce(Announcement("noted", 1, f"note:{noted['key']}", noted, public=False, relay=False))
        return {"leaf": entry.leaf}

    @command(Tell, permission=PUBLIC)
    def tell(self, told: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Announce so many things in one transaction, each about a subject of its own."""
        self.db.add(Told(round=told["round"], number=told["number"]))
        for number in range(told["number"]):
            payload = {"round": told["round"], "number": number}
            self.announce(Announcement("told", 1, f"{told['round']}:{number}", payload))
        return {"told": told["number"]}
