"""The security of the edge: what every answer carries, what no request may be, and how often one caller may ask.

Requests are counted for the session of a sound token or cookie, else for the address they come from; a token somebody
made up counts for the address too. Every answer says what is left: `RateLimit-Limit`, `RateLimit-Remaining` and
`RateLimit-Reset`, in seconds (draft-ietf-httpapi-ratelimit-headers). A request that waited too long for a thread is
told that the house is full, 503 with `Retry-After`, before anything is done for it. Slow clients are the worker's
business (`gateway.worker`).
"""

from __future__ import annotations

import math
import time

from flask import Flask, Response, abort, current_app, request
from flask_limiter import Limiter

from gateway import waiting
from gateway.bus import Refused
from gateway.session import cookie_session
from gateway.settings import Settings
from services.chassis.refusal import Refusal

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
UPLOADS = "/api/v1/uploads"
_OPERATIONS = ("/health", "/ready", "/metrics")
_UNCOUNTED = ("/static/", *_OPERATIONS)


def install(app: Flask, settings: Settings) -> None:
    """Headers, body limits, rate limits, and no writes by a browser from elsewhere."""
    app.config.setdefault("MAX_FORM_PARTS", 200)

    @app.before_request
    def tell_when_full() -> None:
        # Whoever is told so at once costs little, and the others are served in time; told late, nobody would be.
        if waiting.waited() > settings.longest_wait and not request.path.startswith(_OPERATIONS):
            raise Refused("busy", "More is asked than can be answered; try again in a moment.")

    limiter = Limiter(
        _caller,
        app=app,
        application_limits=[f"{settings.calls_a_minute} per minute"],
        application_limits_exempt_when=_is_uncounted,
        headers_enabled=False,  # its own are not the draft's
        storage_uri="memory://",
        strategy="sliding-window-counter",
    )

    @app.before_request
    def refuse_what_is_not_ours() -> None:
        if not request.path.startswith(UPLOADS):
            request.max_content_length = settings.largest_body  # holds for bodies that do not tell their length, too
            if (request.content_length or 0) > settings.largest_body:
                abort(413)
        if request.method in CHANGING and "Authorization" not in request.headers and request.cookies:
            site = request.headers.get("Sec-Fetch-Site")
            origin = request.headers.get("Origin")
            elsewhere = origin is not None and origin != request.host_url.rstrip("/")
            if site not in (None, "same-origin", "none") or elsewhere:
                abort(403, "A change must come from this site's own pages.")

    @app.after_request
    def harden(answer: Response) -> Response:
        answer.headers.setdefault("Content-Security-Policy", POLICY)
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("X-Frame-Options", "DENY")
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        answer.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        answer.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if settings.secure_cookies:
            answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return answer

    @app.after_request
    def tell_what_is_left(answer: Response) -> Response:
        current = limiter.current_limit
        if current is not None:
            wait = max(0, math.ceil(current.reset_at - time.time()))
            answer.headers["RateLimit-Limit"] = str(current.limit.amount)
            answer.headers["RateLimit-Remaining"] = str(max(0, current.remaining))
            answer.headers["RateLimit-Reset"] = str(wait)
            if answer.status_code == 429:
                answer.headers["Retry-After"] = str(max(1, wait))
        return answer


def _caller() -> str:
    session = _session_id()
    return f"session:{session}" if session else f"address:{request.remote_addr}"


def _session_id() -> str:
    """The session of this request, if it proves one; nothing is asked of a department for it."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        try:
            caller = current_app.extensions["verifier"].caller(token.strip())
        except Refusal:
            return ""
        return str(caller.session_id or caller.department or "")
    kept = cookie_session()
    return kept[0] if kept else ""


def _is_uncounted() -> bool:
    return request.path.startswith(_UNCOUNTED)
