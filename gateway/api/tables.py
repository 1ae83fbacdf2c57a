"""Every table of routes, as blueprints."""

from __future__ import annotations

from flask_smorest import Blueprint

from gateway.api import rehearsal
from gateway.settings import REHEARSAL


def blueprints(profile: str) -> list[Blueprint]:
    """The API's blueprints; a rehearsal has its clock besides."""
    return [rehearsal.routes] if profile == REHEARSAL else []
