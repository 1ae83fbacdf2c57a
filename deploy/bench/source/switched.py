"""The same department with a switch: without its log everything is journalled as ever, but nothing is sealed.

Only a measurement runs it: what is left out here is what the log costs.
"""

from __future__ import annotations

from typing import Any

from marshmallow import fields
from sqlalchemy import Connection

from deploy.bench.source.service import SourceService
from services.chassis import relay
from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, query
from services.chassis.wire import Schema


class Switch(Schema):
    sealing = fields.Boolean(required=True)


class _Switched:
    """Seals, or does not."""

    def __init__(self) -> None:
        self.sealing = True
        self._seal = relay.seal

    def __call__(self, connection: Connection) -> int:
        if self.sealing:
            return self._seal(connection)
        connection.rollback()
        return 0


_switched = _Switched()
relay.seal = _switched


class SwitchedSource(SourceService):
    """Echoes, waits, tells, and keeps a log while it is told to."""

    name = "source"

    @query(Switch, permission=PUBLIC)
    def switch(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Keep the log from now on, or do not."""
        _switched.sealing = wanted["sealing"]
        return {}
