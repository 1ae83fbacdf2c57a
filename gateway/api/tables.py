"""Every table of routes, as blueprints."""

from __future__ import annotations

from flask_smorest import Blueprint

from gateway.api import (
    browser,
    contracts,
    evaluation,
    files,
    logs,
    notify,
    records,
    registry,
    rehearsal,
    tendering,
    uploads,
)
from gateway.api.routes import Route, blueprint
from gateway.settings import REHEARSAL

TABLES = (registry, tendering, evaluation, contracts, notify, logs)
ROUTES: tuple[Route, ...] = tuple(route for table in TABLES for route in table.ROUTES)


def blueprints(profile: str) -> list[Blueprint]:
    """The API's blueprints; a rehearsal has its clock besides."""
    made = [blueprint(each.__name__.rpartition(".")[2], each.DESCRIPTION, each.ROUTES) for each in TABLES]
    made += [browser.routes, uploads.routes, files.routes, records.routes]
    return [*made, rehearsal.routes] if profile == REHEARSAL else made
