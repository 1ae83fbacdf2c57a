"""Sessions of browsers: the certificate signs in the page, the session's secret stays in a sealed cookie.

A program opens a session at `/sessions` and fetches tokens with its secret. A browser does the same through here: its
page signs the challenge, and posts the answer with the digest of a secret it has made; both go into one cookie that no
script can read.
"""

from __future__ import annotations

import hashlib
from typing import Any

import marshmallow
from flask import Response, current_app, request
from flask_smorest import Blueprint
from marshmallow import fields, validate

from gateway.api import documentation
from gateway.api.forms import answer_as_json
from gateway.api.routes import ask, body
from gateway.problems import invalid
from gateway.session import COOKIE, LIFE, TokenShelf, cookie_session, serializer
from services.registry.schemas.certificates import OpenSession

routes = Blueprint("browser", __name__, url_prefix="/api/v1", description="浏览器会话 Browser sessions")


class OpenBrowserSession(OpenSession):
    """As a program's session, with the secret itself beside its digest."""

    secret = fields.String(required=True, validate=validate.Length(16, 200))


class BrowserSession(marshmallow.Schema):
    """Who is signed in; the secret is in the cookie alone."""

    session_id = fields.String()


_OPEN: dict[str, Any] = {
    "operationId": "browser_open_session",
    "security": [{}],
    "parameters": [documentation.IDEMPOTENCY_KEY],
    "requestBody": {"required": True, "content": {"application/json": {"schema": OpenBrowserSession}}},
    "responses": {"201": documentation.answer(BrowserSession), **documentation.problems()},
}
_END: dict[str, Any] = {
    "operationId": "browser_end_session",
    "security": [{}],
    "responses": {"204": {"description": "Signed out; the cookie is gone."}, **documentation.problems()},
}


@routes.route("/browser-sessions", methods=["POST"])
@routes.doc(**_OPEN)
def open_browser_session() -> Response:
    """Sign in a browser: open a session and keep it in the sealed cookie."""
    given = body()
    faults = OpenBrowserSession().validate(given)
    if faults:
        raise invalid(faults)
    secret = given.pop("secret")
    session = ask("registry", "open_session", given, token="")
    answer = answer_as_json({"session_id": session["session_id"]}, 201)
    sealed = serializer().dumps({"id": session["session_id"], "secret": secret})
    secure = current_app.extensions["settings"].secure_cookies
    answer.set_cookie(COOKIE, str(sealed), max_age=LIFE, secure=secure, httponly=True, samesite="Lax", path="/")
    return answer


@routes.route("/browser-sessions", methods=["DELETE"])
@routes.doc(**_END)
def end_browser_session() -> Response:
    """Sign out: the session ends everywhere, and the cookie goes."""
    session = cookie_session()
    if session is not None:
        shelf: TokenShelf = current_app.extensions["tokens"]
        shelf.drop(session[0])
        _close(*session)
    answer = Response(status=204)
    answer.delete_cookie(COOKIE, path="/")
    return answer


def _close(session_id: str, secret: str) -> None:
    """End it with registry; a session that registry no longer knows has ended already."""
    from gateway.bus import Refused
    from gateway.problems import status_of
    from gateway.trace import traceparent

    request_id = request.headers.get("Idempotency-Key") or f"sign-out:{hashlib.sha256(secret.encode()).hexdigest()}"
    try:
        current_app.extensions["bus"].call(
            "registry",
            "close_session",
            {"session_id": session_id, "secret": secret},
            within=5.0,
            request_id=request_id,
            traceparent=traceparent(),
        )
    except Refused as error:
        if status_of(error.code) >= 500:
            raise
