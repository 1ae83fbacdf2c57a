"""The tables of routes against the departments: nothing without a path, no two things at one path."""

from __future__ import annotations

from collections import Counter

import pytest

from gateway.api.routes import Route
from gateway.api.tables import ROUTES
from services.chassis.definitions import COMMAND, PUBLIC, QUERY, Definition, definitions, service_class
from services.chassis.equipment import equip

DEPARTMENTS = ("registry", "tendering", "evaluation", "contracts", "notify")
BY_THEMSELVES = {"ping", "move_clock"}
"""Served by views of their own, for all departments at once."""

ENTRYPOINTS: dict[str, Definition] = {
    f"{department}.{name}": found
    for department in DEPARTMENTS
    for name, _, found in definitions(equip(service_class(department)))
    if found.kind in (QUERY, COMMAND) and name not in BY_THEMSELVES
}
REACHED = {route.call for route in ROUTES}


def _only_for_departments(found: Definition) -> bool:
    return not found.permission and bool(found.departments)


def test_every_capability_of_every_department_has_a_path() -> None:
    wanted = {call for call, found in ENTRYPOINTS.items() if not _only_for_departments(found)}
    assert wanted - REACHED == set()


def test_no_path_leads_to_something_that_is_not_there() -> None:
    assert REACHED - ENTRYPOINTS.keys() == set()


def test_no_two_routes_share_a_path_or_a_name() -> None:
    shapes = Counter((route.method, "/".join(_step(each) for each in route.path.split("/"))) for route in ROUTES)
    names = Counter(route.name for route in ROUTES)
    assert [shape for shape, count in shapes.items() if count > 1] == []
    assert [name for name, count in names.items() if count > 1] == []


def _step(step: str) -> str:
    return "{}" if step.startswith("{") else step


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route_speaks_the_language_of_its_entrypoint(route: Route) -> None:
    found = ENTRYPOINTS[route.call]
    assert found.schema is not None
    fields = {each.data_key or name for name, each in found.schema().fields.items()}
    assert {each.data_key or name for name, each in route.accepts().fields.items()} == fields
    assert set(route.places) <= fields, "a path names only what the call knows"
    assert set(route.leaves_out) <= fields
    assert route.changes == (found.kind == COMMAND), "a GET never changes anything, and a change is never a GET"
    assert route.public == (found.permission == PUBLIC)


def test_paths_are_made_of_words_in_lower_case() -> None:
    steps = {step for route in ROUTES for step in route.path.split("/")[1:] if not step.startswith("{")}
    assert [step for step in steps if not step.replace("-", "").isalpha() or step != step.lower()] == []
