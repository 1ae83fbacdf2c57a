"""What alpha can be asked."""

from __future__ import annotations

from typing import Any

import eventlet
from marshmallow import fields
from sqlalchemy import func, select

from services.chassis.caller import Caller
from services.chassis.database import refuse_on
from services.chassis.entrypoints import PUBLIC, command, query
from services.chassis.journal import Announcement
from services.chassis.providers import Announce, Clock, Database, Departments, Plumbing
from services.chassis.refusal import Refusal, refuse
from services.chassis.wire import Schema, Text
from tests.pair.alpha.models import Note


class Echo(Schema):
    text = fields.String(required=True)


class Wait(Schema):
    seconds = fields.Float(required=True)


class TakeNote(Schema):
    key = Text(required=True, most=80)
    topic = Text(required=True, most=80)


class Nothing(Schema):
    pass


class Secret(Schema):
    pass


class AlphaService:
    """Notes things."""

    name = "alpha"

    db = Database()
    now = Clock()
    announce = Announce()
    call = Departments()
    plumbing = Plumbing()

    @query(Echo, permission=PUBLIC)
    def echo(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The same text again."""
        return {"text": wanted["text"]}

    @query(Wait, permission=PUBLIC)
    def wait(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Wait, then answer: a service whose work waits."""
        eventlet.sleep(wanted["seconds"])
        return {}

    @query(Nothing, permission=PUBLIC)
    def broken(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A bug, with a secret in its message."""
        raise ZeroDivisionError("the inside of the department")

    @query(Nothing, permission=PUBLIC)
    def no(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A refusal."""
        refuse("not_today", "Not today.")

    @query(Nothing, permission=PUBLIC)
    def writes_though_it_may_not(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A query that tries to change something."""
        self.db.add(Note(key="sneaked", topic="in"))
        self.db.flush()
        return {}

    @query(Nothing, permission="note.read", departments=("beta",))
    def count(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """How many notes there are."""
        return {"notes": self.db.scalar(select(func.count()).select_from(Note))}

    @query(Nothing, permission=PUBLIC)
    def ask_beta(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """What beta has counted, asked of beta."""
        return self.call.beta.heard_count(within=2.0)

    @query(Wait, permission=PUBLIC)
    def ask_beta_slowly(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Ask beta for something that takes longer than we wait."""
        return self.call.beta.sleep(within=0.3, seconds=wanted["seconds"])

    @command(TakeNote, permission=PUBLIC)
    def take_note(self, note: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Note this, once a key, and say so."""
        row = Note(key=note["key"], topic=note["topic"])
        with refuse_on("uq_note_key", Refusal("noted_already", f"{note['key']} is noted already.")):
            self.db.add(row)
            self.db.flush()
        entry = self.announce(
            Announcement("noted", 1, f"topic:{note['topic']}", {"key": note["key"], "topic": note["topic"]})
        )
        return {"number": row.number, "leaf": entry.leaf}
