"""The rehearsal's clock: moved for every department at once. Production does not have this path."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import marshmallow
from flask import Response
from flask_smorest import Blueprint
from marshmallow import fields

from gateway.api import documentation
from gateway.api.forms import answer_as_json
from gateway.api.routes import ask, body
from gateway.health import DEPARTMENTS
from gateway.problems import invalid

routes = Blueprint("rehearsal", __name__, url_prefix="/api/v1/rehearsal", description="演练 Rehearsal")


class MoveClock(marshmallow.Schema):
    """The moment it shall be now, ISO 8601 with zone; forward only after the first time."""

    now = fields.AwareDateTime(required=True, default_timezone=None)


class Clock(marshmallow.Schema):
    """What time each department has."""

    offset_seconds = fields.Float(required=True)
    departments = fields.List(fields.String(), required=True)


_MOVE: dict[str, Any] = {
    "operationId": "rehearsal_move_clock",
    "parameters": [documentation.IDEMPOTENCY_KEY],
    "requestBody": {"required": True, "content": {"application/json": {"schema": MoveClock}}},
    "responses": {"200": documentation.answer(Clock), **documentation.problems()},
}


@routes.route("/clock", methods=["PUT"])
@routes.doc(**_MOVE)
def move_clock() -> Response:
    """Move the clock of every department to this moment."""
    try:
        moment: datetime = MoveClock().load(body())["now"]
    except marshmallow.ValidationError as error:
        raise invalid(error.messages) from None
    offset = moment.astimezone(UTC).timestamp() - time.time()
    for department in DEPARTMENTS:
        ask(department, "move_clock", {"offset_seconds": offset})
    return answer_as_json({"offset_seconds": offset, "departments": list(DEPARTMENTS)})
