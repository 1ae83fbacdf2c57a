"""The security of the edge: what every answer carries, and what no request may be."""

from __future__ import annotations

from flask import Flask, Response, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from gateway.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


def install(app: Flask, settings: Settings) -> None:
    """Headers, body limits, rate limits, and no writes by a browser from elsewhere."""
    Limiter(
        _caller,
        app=app,
        default_limits=[f"{settings.calls_a_minute} per minute"],
        headers_enabled=True,
        storage_uri="memory://",
        strategy="moving-window",
        default_limits_exempt_when=_is_static,
    )

    @app.before_request
    def refuse_what_is_not_ours() -> None:
        length = request.content_length
        if length is not None and length > settings.largest_body and not request.path.startswith("/api/v1/uploads"):
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
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        answer.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        answer.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if settings.secure_cookies:
            answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return answer


def _caller() -> str:
    token = request.headers.get("Authorization", "") or request.cookies.get("session", "")
    return token[-43:] or get_remote_address()


def _is_static() -> bool:
    return request.path.startswith(("/static/", "/health", "/ready", "/metrics"))
