"""Routes as tables: which path asks which department what.

    Route("POST", "/contracts/{contract_id}/signatures", "contracts.sign_contract", SignContract, Contract)

What a path names is a field of the call, the query (GET) or body (else) gives the others. The schema documents them and
keeps a malformed request from travelling; the department checks everything again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import marshmallow
from flask import Response, current_app, request
from flask_smorest import Blueprint
from marshmallow import fields as kinds
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from gateway.api import cursors, documentation, lists
from gateway.api.forms import answer_as_json
from gateway.bus import Bus
from gateway.problems import invalid
from gateway.session import token_of_request
from gateway.trace import traceparent
from services.chassis.wire import shape

READING = ("GET",)
_PLACE = re.compile(r"{(\w+)}")
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_TRUTH = {"true": True, "false": False}


@dataclass(frozen=True)
class Route:
    """One path of the API.

    call: "<department>.<method>". accepts: schema of its fields. answers: schema of its answer, None for a plain
    mapping. within: seconds the call may take. public: no session needed. fixed: fields this path gives by itself.
    leaves_out: fields that cannot be given here. asks: changes nothing though it is a POST (a question with a body), so
    that it needs no Idempotency-Key.
    """

    method: str
    path: str
    call: str
    accepts: type[marshmallow.Schema]
    answers: type[marshmallow.Schema] | None = None
    summary: str = ""
    status: int = 200
    within: float = 8.0
    public: bool = False
    fixed: dict[str, Any] = field(default_factory=dict)
    leaves_out: tuple[str, ...] = ()
    asks: bool = False

    @property
    def department(self) -> str:
        """Who is asked."""
        return self.call.partition(".")[0]

    @property
    def operation(self) -> str:
        """What is asked."""
        return self.call.partition(".")[2]

    @property
    def places(self) -> list[str]:
        """What the path names."""
        return _PLACE.findall(self.path)

    @property
    def changes(self) -> bool:
        """Whether it is a command."""
        return self.method not in READING and not self.asks

    @cached_property
    def name(self) -> str:
        """This route among all: the operation, and what the path names where that tells it from another."""
        return "_".join((self.department, self.operation, *self.places, *(f"not_{each}" for each in self.leaves_out)))

    @property
    def fields(self) -> dict[str, kinds.Field]:
        """Everything the call takes, by name."""
        return shape(self.accepts).fields

    @cached_property
    def pages(self) -> bool:
        """Whether it is a list in pages, whose cursor is opaque; positions in a log are public numbers."""
        return documentation.CURSOR in self.fields and not self.operation.startswith("log_")

    def given(self) -> dict[str, kinds.Field]:
        """The fields a caller gives in query or body."""
        taken = (*self.places, *self.fixed, *self.leaves_out)
        return {name: each for name, each in self.fields.items() if (each.data_key or name) not in taken}


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


def blueprint(name: str, description: str, routes: Iterable[Route]) -> Blueprint:
    """A flask-smorest blueprint serving these routes."""
    made = Blueprint(name, __name__, url_prefix="/api/v1", description=description)
    for route in routes:
        _add(made, route)
    return made


def _add(made: Blueprint, route: Route) -> None:
    def view(**named: str) -> Response:
        sent = body() if route.method not in READING else query(route.given())
        form = lists.wanted_form() if route.method in READING and lists.FORMAT not in route.given() else lists.JSON
        if route.pages and sent.get(documentation.CURSOR) is not None:
            sent[documentation.CURSOR] = cursors.read(str(sent[documentation.CURSOR]), route.name)
        fields = {**sent, **route.fixed, **typed(named, route.fields)}
        _refuse_faults(route, sent, fields)
        answer = ask(route.department, route.operation, fields, within=route.within)
        if route.pages and answer.get("next") is not None:
            answer = {**answer, "next": cursors.seal(answer["next"], route.name)}
        if form != lists.JSON:
            return lists.render(answer, form, route.operation)
        response = answer_as_json(answer, route.status, kept=route.method in READING)
        if route.public and route.method in READING and response.status_code == 200 and not token_of_request():
            response.headers["Cache-Control"] = "public, max-age=1"  # for whoever asks without a session
        return response

    view.__name__ = route.name
    view.__doc__ = route.summary
    served = made.doc(**documentation.operation(route))(view)
    made.route(_PLACE.sub(r"<\1>", route.path), methods=[route.method], endpoint=route.name)(served)


def _refuse_faults(route: Route, sent: dict[str, Any], fields: dict[str, Any]) -> None:
    faults = shape(route.accepts).validate(fields)
    for name in sent.keys() & {*route.places, *route.fixed, *route.leaves_out}:
        faults[name] = ["This is not given here."]
    if faults:
        raise invalid(faults)


def body() -> dict[str, Any]:
    """The request's JSON object; {} where it has no body."""
    raw = request.get_data(cache=True)
    if not raw:
        return {}
    if not request.is_json:
        raise UnsupportedMediaType("The body must be application/json.")
    found = request.get_json()
    if not isinstance(found, dict):
        raise BadRequest("The body must be a JSON object.")
    return found


def query(known: dict[str, kinds.Field]) -> dict[str, Any]:
    """The query's fields as texts, those that are lists as lists; `format` is not one of them."""
    found: dict[str, Any] = {}
    listed = {each.data_key or name for name, each in known.items() if isinstance(each, kinds.List)}
    for name, values in request.args.lists():
        if name != lists.FORMAT or name in known:
            found[name] = values if name in listed else values[-1]
    return typed(found, known)


def typed(given: dict[str, Any], known: dict[str, kinds.Field]) -> dict[str, Any]:
    """Texts of a query or path as the whole numbers and truth values their fields want; what is none stays a text."""
    wanted = {each.data_key or name: each for name, each in known.items()}
    return {name: _typed(value, wanted.get(name)) for name, value in given.items()}


def _typed(value: Any, wanted: kinds.Field | None) -> Any:
    if isinstance(wanted, kinds.Integer) and isinstance(value, str) and _WHOLE.fullmatch(value):
        return int(value)
    if isinstance(wanted, kinds.Boolean) and value in _TRUTH:
        return _TRUTH[value]
    return value
