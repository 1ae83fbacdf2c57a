"""Who asks: a program's bearer token, or a browser's session.

A browser keeps the session's id and secret in one sealed cookie (signed, HTTP-only, same-site); the gateway fetches
tokens with
it and keeps them for their short life. Keys never leave the client.
"""

from __future__ import annotations

import threading
import time

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from gateway.bus import Refused
from services.chassis.caller import Caller
from services.chassis.tokens import TokenVerifier

COOKIE = "session"
LIFE = 12 * 3600
RENEW_BEFORE = 60.0
_MOST = 10_000


class TokenShelf:
    """Tokens fetched for browser sessions, by session id, until shortly before they expire."""

    def __init__(self) -> None:
        self._tokens: dict[str, tuple[float, str]] = {}
        self._lock = threading.Lock()

    def get(self, session_id: str) -> str | None:
        """A token that is good for a while yet."""
        found = self._tokens.get(session_id)
        return found[1] if found and found[0] - RENEW_BEFORE > time.time() else None

    def put(self, session_id: str, token: str, expires: float) -> None:
        """Keep a token until then (unix seconds)."""
        with self._lock:
            if len(self._tokens) >= _MOST:
                self._tokens.clear()
            self._tokens[session_id] = (expires, token)

    def drop(self, session_id: str) -> None:
        """The session has ended."""
        self._tokens.pop(session_id, None)


def serializer() -> URLSafeTimedSerializer:
    """Signs the session cookie."""
    return URLSafeTimedSerializer(current_app.extensions["settings"].secret, salt="session cookie")


def cookie_session() -> tuple[str, str] | None:
    """(session id, secret) of the browser's cookie, None without a sound one."""
    raw = request.cookies.get(COOKIE)
    if not raw:
        return None
    try:
        found = serializer().loads(raw, max_age=LIFE)
    except BadSignature:
        return None
    return str(found["id"]), str(found["secret"])


def token_of_request() -> str:
    """The caller's token: of the `Authorization` header, else of the cookie's session; "" for nobody."""
    kept: str | None = g.get("token")
    if kept is not None:
        return kept
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    token = given.strip() if scheme.lower() == "bearer" else _token_of_cookie()
    g.token = token
    return token


def signed_in() -> Caller:
    """Who asks, for what the gateway itself keeps. Raises Refused `unauthenticated` for nobody.

    What a department keeps, the department decides by the token.
    """
    verifier: TokenVerifier = current_app.extensions["verifier"]
    token = token_of_request()
    if not token:
        raise Refused("unauthenticated", "Sign in first.")
    caller = verifier.caller(token)
    if not caller.person_id:
        raise Refused("forbidden", "Only a person's session may do this.")
    return caller


def _token_of_cookie() -> str:
    session = cookie_session()
    if session is None:
        return ""
    shelf: TokenShelf = current_app.extensions["tokens"]
    token = shelf.get(session[0])
    if token is None:
        try:
            answer = current_app.extensions["bus"].call(
                "registry", "session_token", {"session_id": session[0], "secret": session[1]}, within=5.0
            )
        except Refused:
            return ""
        token = str(answer["token"])
        shelf.put(session[0], token, time.time() + 300)
    return token
