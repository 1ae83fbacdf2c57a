"""The description of the API (`/api/v1/openapi.json`) and the page that shows it (`/api/v1/docs`), from this host."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, current_app, render_template

from gateway.api.documentation import loosened
from gateway.api.forms import tagged

pages = Blueprint("description", __name__, url_prefix="/api/v1")


def description() -> dict[str, Any]:
    """OpenAPI 3.1 of everything served here; made once per process."""
    made: dict[str, Any] | None = current_app.extensions.get("description")
    if made is None:
        made = loosened(current_app.extensions["api"].spec.to_dict())
        current_app.extensions["description"] = made
    return made


@pages.get("/openapi.json")
def openapi() -> Response:
    """The description as JSON."""
    return tagged(Response(json.dumps(description(), ensure_ascii=False), mimetype="application/json"), shared=True)


@pages.get("/docs")
def docs() -> str:
    """A page for people: every path, what it takes, what it answers."""
    return render_template("docs.html")
