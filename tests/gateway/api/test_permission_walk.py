"""Every path of the API × every role: the doors that the permission table keeps shut stay shut over HTTP.

Each is asked with a request that is well formed, so that the gateway lets it travel and the department itself says no.
What a role does reach is walked, with own and foreign objects, at the departments.
"""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.api.routes import Route
from gateway.api.tables import ROUTES
from services.chassis.definitions import PUBLIC
from services.registry.permissions import ROLES, grants
from tests.gateway.api.house import House
from tests.gateway.api.test_tables import ENTRYPOINTS
from tests.gateway.api.well_formed import IDENTIFIER, simplest

pytestmark = pytest.mark.timeout(900)  # five departments have to come up first

GUARDED = [
    (route, ENTRYPOINTS[route.call].permission)
    for route in ROUTES
    if route.call in ENTRYPOINTS and ENTRYPOINTS[route.call].permission not in ("", PUBLIC)
]


def _ask(house: House, route: Route, headers: dict[str, str]) -> TestResponse:
    fields = simplest(route.accepts(), route.places)
    places: dict[str, Any] = {name: fields.pop(name, IDENTIFIER) for name in route.places}
    sent = {name: value for name, value in fields.items() if name not in (*route.fixed, *route.leaves_out)}
    path = "/api/v1" + route.path.format(**places)
    client = house.app.test_client()
    if route.method == "GET":
        return client.get(path, query_string=sent, headers=headers)
    keyed = {**headers, "Idempotency-Key": "the-permission-walk"}
    return client.open(path, method=route.method, json=sent, headers=keyed)


def _told(route: Route, answer: TestResponse) -> str:
    return f"{route.method} {route.path}: {answer.status_code} {answer.get_data(as_text=True)[:200]}"


def test_nobody_passes_a_door_that_asks_for_a_session(house: House) -> None:
    answers = [(route, _ask(house, route, {})) for route, _ in GUARDED]
    assert len(answers) > 150
    assert not [_told(route, answer) for route, answer in answers if answer.status_code != 401]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_without_the_permission_is_refused_and_told_which(house: House, role: str) -> None:
    headers = house.headers(role)
    may = grants([role])
    answers = [(route, _ask(house, route, headers)) for route, permission in GUARDED if permission not in may]
    assert answers
    assert not [_told(route, answer) for route, answer in answers if answer.status_code != 403]


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_with_the_permission_is_heard(house: House, role: str) -> None:
    """Whatever comes of it (there is no such object, the caller is not concerned), it is no fault of the suite's."""
    headers = house.headers(role)
    may = grants([role])
    answers = [(route, _ask(house, route, headers)) for route, permission in GUARDED if permission in may]
    assert answers
    assert not [_told(route, each) for route, each in answers if each.status_code in (401, 500, 502)]
