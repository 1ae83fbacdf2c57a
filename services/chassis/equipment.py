"""The entrypoints every department has, whatever it does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marshmallow import fields, validate
from sqlalchemy import text

from services.chassis import clock
from services.chassis.caller import Caller
from services.chassis.entrypoints import PATIENTLY, PUBLIC, command, every, hears, query
from services.chassis.log.entrypoints import log_entrypoints
from services.chassis.wire import Heard, Schema, moment_text

AUTHORITY = "registry"


class Ping(Schema):
    """Nothing is asked."""


class MoveClock(Schema):
    """Where the rehearsal's clock shall stand: seconds from the machine's."""

    offset_seconds = fields.Float(required=True, validate=validate.Range(min=-3.2e8, max=3.2e8))


class SessionEnded(Heard):
    """A session that must be refused from now on, until (unix seconds) its last token has expired anyway."""

    session_id = fields.String(required=True)
    until = fields.Integer(required=True)


@query(Ping, permission=PUBLIC)
def ping(self: Any, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
    """Who answers, and what time it has."""
    return {
        "department": self.plumbing.department,
        "now": moment_text(self.now()),
        "profile": self.plumbing.settings.profile,
    }


@command(MoveClock, permission="rehearsal.move_clock")
def move_clock(self: Any, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
    """Move a rehearsal's clock forward; production refuses."""
    clock.move(self.db, self.plumbing.settings.profile, wanted["offset_seconds"])
    return {"department": self.plumbing.department, "offset_seconds": str(wanted["offset_seconds"])}


@hears(AUTHORITY, "session_ended", SessionEnded, retry=PATIENTLY)
def end_session(self: Any, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
    """Refuse this session from now on; every process of the department looks within two seconds."""
    self.db.execute(
        text("INSERT INTO ended_session (session_id, until) VALUES (:session_id, :until) ON CONFLICT DO NOTHING"), fact
    )


@every(seconds=3600)
def forget_the_long_past(self: Any) -> None:
    """Drop what can never be asked again: sessions past their life, counts of redelivered requests of yesterday."""
    self.db.execute(text("DELETE FROM ended_session WHERE until < extract(epoch FROM clock_timestamp()) - 3600"))
    self.db.execute(text("DELETE FROM redelivered WHERE at < clock_timestamp() - interval '1 day'"))


ENTRYPOINTS = (ping, move_clock, end_session, forget_the_long_past)


def equip(service: Any, others: Iterable[str] = ()) -> Any:
    """A class like this one with what every department has, unless it has its own; the class given stays as it is.

    others: the departments whose logs it witnesses.
    """
    wanted = (*ENTRYPOINTS, *log_entrypoints(others))
    more = {each.__name__: each for each in wanted if not hasattr(service, each.__name__)}
    return type(service.__name__, (service,), {"__module__": service.__module__, "__doc__": service.__doc__, **more})
