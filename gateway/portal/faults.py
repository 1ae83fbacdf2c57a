"""Failures as pages: what went wrong and what to do now, in words; programs that ask for JSON get the problem."""

from __future__ import annotations

import logging
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from gateway import problems
from gateway.bus import BusTrouble, Refused
from gateway.portal.rendering import page
from gateway.portal.words import words
from gateway.trace import trace_id
from gateway.words import say

log = logging.getLogger(__name__)
_API = ("/api/", "/open-data/", "/static/", "/board/events")


def install(pages: Blueprint) -> None:
    """Answer the failures of these pages for people."""
    pages.register_error_handler(Refused, _refused)
    pages.register_error_handler(BusTrouble, _trouble)
    pages.register_error_handler(HTTPException, http)
    pages.register_error_handler(Exception, _bug)


def for_people() -> bool:
    """Whether a page is wanted: a browser puts HTML before JSON, a program does not."""
    wanted = request.accept_mimetypes
    return not request.path.startswith(_API) and wanted["text/html"] > wanted["application/problem+json"]


def _page(status: int, told: str) -> Response:
    key = f"problem.{status}" if f"problem.{status}" in words() else "problem.other"
    return page("problem", status, heading=key, told=told, trace=trace_id() if status >= 500 else "")


def _refused(error: Refused) -> Response:
    if not for_people():
        return problems.refused(error)
    return _page(problems.status_of(error.code), say(error.code, error.message))


def _trouble(error: BusTrouble) -> Response:
    answer = problems.trouble(error)
    return _page(answer.status_code, "") if for_people() else answer


def http(error: HTTPException) -> Response:
    """What the server itself refused: an address that is not there, too many requests."""
    status = error.code or 500
    if status < 400:
        return Response(error.get_response())  # type: ignore[arg-type]  # a redirect is its own answer
    if for_people():
        return _page(status, "")
    return problems.problem(status, HTTPStatus(status).name.lower(), str(error.description))


def _bug(error: Exception) -> Response:
    log.exception("a page failed (trace %s)", trace_id(), exc_info=error)
    if for_people():
        return _page(500, "")
    return problems.problem(500, "internal_error", "Something went wrong inside; it is on record under this trace id.")
