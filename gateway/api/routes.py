"""Routes as tables: which path asks which department what.

    Route("POST", "/contracts/{contract_id}/signatures", "contracts.sign_contract", SignContract, Contract)

What a path names is a field of the call, the body (or query) the others. Everything is checked by the department; the
schema
is here for the documentation and so that a malformed request does not travel.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import marshmallow
from flask import Response, current_app, jsonify, request
from flask_smorest import Blueprint

from gateway.bus import Bus
from gateway.session import token_of_request
from gateway.trace import traceparent

READING = ("GET",)
_PLACE = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Route:
    """One path of the API.

    call: "<department>.<method>". accepts: schema of its fields. answers: schema of its answer, None for a plain
    mapping.
    within: seconds the call may take. renames: path name → field name, where they differ. public: no session needed.
    """

    method: str
    path: str
    call: str
    accepts: type[marshmallow.Schema]
    answers: type[marshmallow.Schema] | marshmallow.Schema | None = None
    summary: str = ""
    status: int = 200
    within: float = 8.0
    public: bool = False
    fixed: dict[str, Any] = field(default_factory=dict)

    @property
    def department(self) -> str:
        return self.call.partition(".")[0]

    @property
    def operation(self) -> str:
        return self.call.partition(".")[2]

    @property
    def places(self) -> list[str]:
        return _PLACE.findall(self.path)


def bus() -> Bus:
    """The line to the departments of this process."""
    found: Bus = current_app.extensions["bus"]
    return found


def ask(department: str, method: str, fields: dict[str, Any], *, within: float = 8.0, token: str | None = None) -> Any:
    """Call a department on behalf of this request. Raises what `problems` answers."""
    return bus().call(
        department,
        method,
        fields,
        within=within,
        token=token if token is not None else token_of_request(),
        request_id=request.headers.get("Idempotency-Key", ""),
        traceparent=traceparent(),
    )


def answer_as_json(answer: Any, status: int = 200) -> Response:
    """The answer with an ETag; 304 where the caller has it already."""
    response = jsonify(answer)
    response.status_code = status
    if request.method in READING and status == 200:
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32])
        response.headers["Cache-Control"] = "private, no-cache"
        response.make_conditional(request)
    else:
        response.headers["Cache-Control"] = "no-store"
    return response


def blueprint(name: str, description: str, routes: Iterable[Route]) -> Blueprint:
    """A flask-smorest blueprint serving these routes."""
    made = Blueprint(name, __name__, url_prefix="/api/v1", description=description)
    for route in routes:
        _add(made, route)
    return made


def _add(made: Blueprint, route: Route) -> None:
    places = route.places
    known = route.accepts().fields
    accepts = route.accepts(exclude=[each for each in (*places, *route.fixed) if each in known])
    reading = route.method in READING

    def view(given: Any, **named: str) -> Response:
        sent = accepts.dump(given) if reading else request.get_json(silent=True) or {}
        fields = {key: value for key, value in sent.items() if value is not None or not reading}
        answer = ask(route.department, route.operation, {**fields, **route.fixed, **named}, within=route.within)
        return answer_as_json(answer, route.status)

    view.__name__ = f"{route.department}_{route.operation}_{abs(hash(route.path)) % 997}"
    view.__doc__ = route.summary
    served = made.arguments(accepts, location="query" if reading else "json")(view)
    served = made.response(route.status, route.answers or marshmallow.Schema.from_dict({}))(served)
    served = made.doc(
        operationId=f"{route.method.lower()}_{route.department}_{route.operation}_" + "_".join(places),
        **({"security": []} if route.public else {}),
        parameters=_parameters(route, places),
    )(served)
    made.route(_PLACE.sub(r"<\1>", route.path), methods=[route.method])(served)


def _parameters(route: Route, places: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if route.method not in READING:
        found.append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "required": True,
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
                "description": "Any text of your own, new for each change; repeating a request with it is safe.",
            }
        )
    return found
