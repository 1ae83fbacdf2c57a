"""The gateway's Flask application: pages and API, put together."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask
from flask_smorest import Api

from gateway import edge, health, open_data, problems
from gateway.api import description, documentation, tables
from gateway.api.partials import Partials
from gateway.bus import Bus
from gateway.portal.board import board as portal_board
from gateway.portal.pages import pages as portal_pages
from gateway.read_cache import ReadCache
from gateway.session import TokenShelf
from gateway.settings import Settings
from services.chassis.store import Store
from services.chassis.tokens import TokenVerifier, Trust

log = logging.getLogger(__name__)


def create_app(settings: Settings, bus: Bus | None = None) -> Flask:
    """The application; one line to the departments per process, opened at its first call."""
    app = Flask("gateway", static_folder="static", template_folder="templates")
    app.config.update(
        API_TITLE="阳光采购 Sunshine Procurement",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        SECRET_KEY=settings.secret,
        JSON_SORT_KEYS=False,
        MAX_FORM_MEMORY_SIZE=settings.largest_body,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's own provider has it
    app.extensions["settings"] = settings
    app.extensions["bus"] = bus or Bus(settings.amqp_uri, in_flight=settings.in_flight)
    app.extensions["tokens"] = TokenShelf()
    app.extensions["verifier"] = TokenVerifier(Trust(settings.trust_dir))
    app.extensions["store"] = Store(settings.store_url)
    app.extensions["partials"] = Partials(settings.uploads_dir, app.extensions["store"], settings.largest_upload)
    edge.install(app, settings)
    app.register_blueprint(health.pages)
    api = Api(app, spec_kwargs=_spec())
    app.extensions["api"] = api
    api.spec.components.response(documentation.PROBLEM, documentation.problem_response())
    for made in tables.blueprints(settings.profile):
        api.register_blueprint(made)
    app.register_blueprint(description.pages)
    app.register_blueprint(open_data.pages)
    app.register_blueprint(portal_pages)
    app.register_blueprint(portal_board)
    problems.install(app)  # after flask-smorest, whose own handlers speak another form
    app.extensions["bus"].subscribe("registry", lambda event: _hear(app, event))
    app.wsgi_app = ReadCache(app.wsgi_app, settings.reads_kept)  # type: ignore[assignment,method-assign]  # Flask's own way
    return app


def _spec() -> dict[str, Any]:
    about = "The open API of the procurement centre. Problems are RFC 9457, in Chinese or English."
    return {
        "marshmallow_plugin": documentation.plugin(),
        "info": {"description": about},
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "security": [{"token": []}],
    }


def _hear(app: Flask, event: dict[str, Any]) -> None:
    """Forget the tokens of sessions that have ended."""
    if event.get("event") == "session_ended":
        ended = event.get("payload", {})
        app.extensions["tokens"].drop(str(ended.get("session_id", "")))
        app.extensions["verifier"].end_sessions([(str(ended.get("session_id", "")), float(ended.get("until", 0)))])
