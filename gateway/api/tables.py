"""Every table of routes, as blueprints."""

from __future__ import annotations

from flask_smorest import Blueprint

from gateway.api import contracts, evaluation, registry, rehearsal, tendering
from gateway.api.routes import Route, blueprint
from gateway.settings import REHEARSAL

DEPARTMENTS = (registry, tendering, evaluation, contracts)
ROUTES: tuple[Route, ...] = tuple(route for department in DEPARTMENTS for route in department.ROUTES)


def blueprints(profile: str) -> list[Blueprint]:
    """The API's blueprints; a rehearsal has its clock besides."""
    made = [
        blueprint(each.__name__.rpartition(".")[2], each.DESCRIPTION, each.ROUTES) for each in DEPARTMENTS
    ]
    return [*made, rehearsal.routes] if profile == REHEARSAL else made
