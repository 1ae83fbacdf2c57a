"""Where a browser signs in with a certificate, and sees who it is signed in as. The key stays in the page."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway.api.routes import ask
from gateway.bus import BusTrouble, Refused
from gateway.portal.rendering import page
from gateway.portal.words import words
from gateway.session import signed_in, token_of_request
from gateway.words import language
from services.chassis.caller import Caller
from services.chassis.refusal import Refusal

FAULTS = "signin.fault."


def install(pages: Blueprint) -> None:
    """Add the page."""
    pages.add_url_rule("/signin", "sign_in", sign_in)


def sign_in() -> Response:
    """The form for nobody; name, organisation and roles for somebody, with the way out."""
    caller = _caller()
    told = {key.removeprefix(FAULTS): each[language()] for key, each in words().items() if key.startswith(FAULTS)}
    told["working"] = words()["signin.working"][language()]
    answer = page("signin", caller=caller, organisation=_organisation(caller), faults=told)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _caller() -> Caller | None:
    try:
        return signed_in() if token_of_request() else None
    except (Refused, Refusal):
        return None  # the session has ended: sign in anew


def _organisation(caller: Caller | None) -> str:
    if caller is None or caller.organisation_id is None:
        return ""
    try:
        return str(ask("registry", "organisation", {"organisation_id": caller.organisation_id})["name"])
    except (Refused, BusTrouble):
        return ""  # who signed in is known without it
