"""The rehearsal's clock: moved for every department at once. Production does not have this path."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import marshmallow
from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields

from gateway.api.forms import answer_as_json
from gateway.api.routes import ask
from gateway.health import DEPARTMENTS

routes = Blueprint("rehearsal", __name__, url_prefix="/api/v1/rehearsal", description="演练 Rehearsal")


class MoveClock(marshmallow.Schema):
    """The moment it shall be now, ISO 8601 with zone; forward only after the first time."""

    now = fields.AwareDateTime(required=True, default_timezone=None)


class Clock(marshmallow.Schema):
    """What time each department has."""

    offset_seconds = fields.Float(required=True)
    departments = fields.List(fields.String(), required=True)


@routes.route("/clock", methods=["PUT"])
@routes.arguments(MoveClock)
@routes.response(200, Clock)
def move_clock(given: dict[str, Any]) -> Response:
    """Move the clock of every department to this moment."""
    moment: datetime = given["now"]
    offset = moment.astimezone(UTC).timestamp() - time.time()
    for department in DEPARTMENTS:
        ask(department, "move_clock", {"offset_seconds": offset})
    return answer_as_json({"offset_seconds": offset, "departments": list(DEPARTMENTS)})
