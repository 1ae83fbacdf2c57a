"""The answer "no", as `application/problem+json` (RFC 9457), in Chinese or English.

`code` is stable; `objections` carry every reason with its article and field; `trace_id` finds the request in the
logs. What
went wrong inside is never told.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from gateway.bus import BadReply, BusAway, BusFull, BusTrouble, OutcomeUnknown, Refused
from gateway.trace import trace_id
from gateway.words import TAGS, language, say
from services.chassis.refusal import Refusal

log = logging.getLogger(__name__)

# The one table from codes to HTTP. A code that is not here is a rule that says no to what stands now: 409.
STATUS = {
    "invalid_input": 422,
    "invalid_field": 422,
    "unauthenticated": 401,
    "session_over": 401,
    "forbidden": 403,
    "not_yours": 403,
    "not_found": 404,
    "cursor_unknown": 400,
    "request_id_missing": 400,
    "request_id_reused": 422,
    "too_many_requests": 429,
    "busy": 503,
    "deadline_passed": 504,
    "no_answer_in_time": 504,
    "department_unavailable": 503,
    "department_away": 503,
    "clock_stands": 403,
    "tus_version_unsupported": 412,
    "upload_offset_differs": 409,
    "upload_too_long": 413,
    "upload_busy": 423,
    "checksum_differs": 460,
    "digest_differs": 460,
    "too_many_uploads": 429,
    "digest_malformed": 404,
    "record_empty": 404,
    "open_data_empty": 404,
}
SUFFIXES = (("_unknown", 404), ("_not_found", 404), ("_too_large", 413))
RETRY_AFTER = {503: "2", 429: "60"}


def status_of(code: str) -> int:
    """The HTTP status of a refusal's code."""
    if code in STATUS:
        return STATUS[code]
    return next((status for suffix, status in SUFFIXES if code.endswith(suffix)), 409)


def problem(
    status: int, code: str, detail: str, objections: Iterable[Mapping[str, Any]] = (), **headers: str
) -> Response:
    """One problem; `detail` is English and gives way to the translated sentence of `code` where there is one."""
    told = [_objection(each) for each in objections]
    answer = jsonify(
        {
            "type": f"/problems/{code}",
            "title": HTTPStatus(status).phrase if status in HTTPStatus.__members__.values() else "Checksum Mismatch",
            "status": status,
            "detail": say(code, told[0]["message"] if len(told) == 1 else detail),
            "code": code,
            "objections": told,
            "trace_id": trace_id(),
        }
    )
    answer.status_code = status
    answer.content_type = "application/problem+json"
    answer.headers["Content-Language"] = TAGS[language()]
    answer.headers["Cache-Control"] = "no-store"
    if status in RETRY_AFTER:
        answer.headers["Retry-After"] = RETRY_AFTER[status]
    for name, value in headers.items():
        answer.headers[name.replace("_", "-")] = value
    return answer


def _objection(each: Mapping[str, Any]) -> dict[str, Any]:
    figures = {str(name): str(value) for name, value in (each.get("figures") or {}).items()}
    code, message = str(each.get("code", "")), str(each.get("message", ""))
    return {
        "code": code,
        "message": say(code, message, figures),
        "article": each.get("article", ""),
        "field": each.get("field", ""),
        "figures": figures,
    }


def refused(error: Refused) -> Response:
    """A department's no."""
    return problem(status_of(error.code), error.code, error.message, error.objections)


def _refusal(error: Refusal) -> Response:
    return refused(Refused(error.code, error.message, tuple(each.as_dict() for each in error.objections)))


def trouble(error: BusTrouble) -> Response:
    """A call without an answer."""
    if isinstance(error, BusFull):
        return problem(
            503, "busy", "Too many calls are under way; try again in a moment.", Retry_After=str(error.retry_after)
        )
    if isinstance(error, BusAway):
        return problem(
            503, "department_away", "The department cannot be reached just now.", Retry_After=str(error.retry_after)
        )
    if isinstance(error, OutcomeUnknown | BadReply):
        return problem(
            504,
            "outcome_unknown",
            "No answer came in time. It may have been done: ask again with the same Idempotency-Key, that is safe.",
        )
    log.error("a department failed: %s (trace %s)", error, trace_id())
    return problem(500, "internal_error", "Something went wrong inside; it is on record under this trace id.")


def install(app: Flask) -> None:
    """Answer every failure of the application as a problem."""
    app.register_error_handler(Refused, refused)
    app.register_error_handler(Refusal, _refusal)
    app.register_error_handler(BusTrouble, trouble)

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return Response(error.get_response())  # type: ignore[arg-type]  # a redirect is its own answer
        messages = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
        objections = [one for place in (messages or {}).values() for one in of_faults(place)]
        code = "invalid_input" if objections else HTTPStatus(status).name.lower()
        return problem(status, code, str(error.description), objections)

    @app.errorhandler(Exception)
    def bug(error: Exception) -> Response:
        log.exception("a request failed (trace %s)", trace_id(), exc_info=error)
        return problem(500, "internal_error", "Something went wrong inside; it is on record under this trace id.")


def invalid(messages: Any) -> Refused:
    """The refusal of a request that does not fit its schema; `messages` as marshmallow gives them."""
    return Refused("invalid_input", "Some fields are not right; see each one.", tuple(of_faults(messages)))


def of_faults(messages: Any) -> list[dict[str, Any]]:
    """A schema's messages as objections, one a field."""
    return [
        {"code": "invalid_field", "message": text, "field": path, "figures": {"reason": text}}
        for path, text in faults(messages, "")
    ]


def faults(messages: Any, path: str) -> Iterable[tuple[str, str]]:
    """A schema's messages as (path, sentence) pairs."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from faults(inner, path if key == "_schema" else f"{path}.{key}" if path else str(key))
    elif isinstance(messages, list):
        for inner in messages:
            yield from faults(inner, path)
    else:
        yield path, str(messages)
