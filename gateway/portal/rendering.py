"""A page, in the language of the request; and how pages ask the departments."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, make_response, render_template, request

from gateway.api.routes import bus
from gateway.bus import BusTrouble, Refused
from gateway.portal import words
from gateway.session import cookie_session
from gateway.settings import REHEARSAL
from gateway.trace import traceparent
from gateway.words import TAGS, language

_SHOWN: dict[str, Any] = {
    "t": words.t, "named": words.named, "article": words.article, "moment": words.moment, "month": words.month,
    "money": words.money, "about": words.about,
}  # fmt: skip


def ask(department: str, method: str, fields: dict[str, Any] | None = None) -> Any:
    """A department's public answer. Raises what `faults` turns into a page."""
    return bus().call(department, method, fields or {}, within=6.0, traceparent=traceparent())


def known(department: str, method: str, fields: dict[str, Any] | None = None) -> Any:
    """The same, None where the department has nothing to say or is away: the page goes on without it."""
    try:
        return ask(department, method, fields)
    except (Refused, BusTrouble):
        return None


def page(template: str, status: int = 200, **shown: Any) -> Response:
    """A rendered page.

    Templates write what people of this country wrote (titles, names, notices) inside `lang="{{ data }}"`.
    """
    tag = TAGS[language()]
    here = request.path + (f"?{urlencode(list(request.args.items(multi=True)))}" if request.args else "")
    given = {
        **_SHOWN, "tag": tag, "data": TAGS["zh"], "here": here, "signed_in": cookie_session() is not None,
        "rehearsal": current_app.extensions["settings"].profile == REHEARSAL, **shown,
    }  # fmt: skip
    answer = make_response(render_template(f"portal/{template}.html", **given), status)
    answer.headers["Content-Language"] = tag
    answer.headers["Vary"] = "Accept-Language, Cookie"
    lasting = status == 200 and request.method == "GET"
    answer.headers["Cache-Control"] = "private, max-age=5" if lasting else "no-store"
    return answer
