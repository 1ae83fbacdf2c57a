"""Home, notices, a project, statistics, barred suppliers, enquiries."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from gateway.api.routes import bus
from gateway.bus import BusTrouble, Refused
from gateway.portal import charts, verification
from gateway.portal.words import BEIJING, moment, t, yuan
from gateway.trace import traceparent
from gateway.words import LANGUAGES, TAGS, language

pages = Blueprint("portal", __name__)

KINDS = (
    "intention", "tender", "amendment", "answer", "result", "contract", "failure", "cancellation", "complaint_decision",
    "barring",
)  # fmt: skip
OBJECTS = ("goods", "services", "works")


def ask(department: str, method: str, fields: dict[str, Any] | None = None) -> Any:
    """A department's public answer. Raises what `problems` answers."""
    return bus().call(department, method, fields or {}, within=6.0, traceparent=traceparent())


def known(department: str, method: str, fields: dict[str, Any] | None = None) -> Any:
    """The same, None where the department has nothing to say or is away: the page goes on without it."""
    try:
        return ask(department, method, fields)
    except (Refused, BusTrouble):
        return None


def page(template: str, status: int = 200, **shown: Any) -> Response:
    """A rendered page, in the language of the request."""
    answer = make_response(
        render_template(f"portal/{template}.html", t=t, moment=moment, yuan=yuan, tag=TAGS[language()], **shown), status
    )
    answer.headers["Content-Language"] = TAGS[language()]
    answer.headers["Vary"] = "Accept-Language, Cookie"
    answer.headers["Cache-Control"] = "public, max-age=5" if status == 200 and request.method == "GET" else "no-store"
    return answer


def this_year() -> int:
    """The year of the law's time, as the contracts department has it."""
    answer = known("contracts", "ping")
    now = datetime.fromisoformat(answer["now"]) if answer else datetime.now(BEIJING)
    return now.astimezone(BEIJING).year


@pages.get("/")
def home() -> Response:
    """Live figures and the latest notices."""
    year = this_year()
    figures = known("contracts", "figures", {"year": year})
    found = known("notify", "search_bulletin", {"most": 8})
    rows = figures["rows"] if figures else []
    return page("home", year=year, figures=rows[0] if rows else None, notices=found["notices"] if found else [])


@pages.get("/notices")
def notices() -> Response:
    """Search and filters, newest first."""
    wanted = {
        name: request.args[name].strip()[:100]
        for name in ("kind", "object", "from", "until", "words", "after")
        if request.args.get(name, "").strip()
    }
    found = ask("notify", "search_bulletin", {**wanted, "most": 20})
    onward = url_for(".notices", **{**wanted, "after": found["next"]}) if found.get("next") else None
    return page("notices", notices=found["notices"], wanted=wanted, onward=onward, kinds=KINDS, objects=OBJECTS)


@pages.get("/notices/<notice_id>")
def notice(notice_id: str) -> Response:
    """One notice, whole."""
    return page("notice", notice=ask("notify", "notice", {"notice_id": notice_id}))


@pages.get("/projects/<project_id>")
def project(project_id: str) -> Response:
    """A project's timeline, lots and results."""
    found = ask("notify", "notices_of_project", {"project_id": project_id})["notices"]
    tender = next((each for each in found if each["kind"] == "tender"), None)
    whole = known("notify", "notice", {"notice_id": tender["notice_id"]}) if tender else None
    lots = [_lot(each) for each in ((whole or {}).get("more") or {}).get("lots", [])]
    return page("project", project_id=project_id, notices=found, tender=tender, lots=lots)


def _lot(lot: dict[str, Any]) -> dict[str, Any]:
    named = {"lot_id": lot["lot_id"]}
    return {
        **lot,
        "result": known("evaluation", "published_result", named),
        "award": known("contracts", "public_award", named),
    }


@pages.get("/projects/<project_id>/verification")
def verify(project_id: str) -> Response:
    """What the verifier says of the project's public record, and what it checked."""
    return page("verification", project_id=project_id, findings=verification.of_project(project_id, language()))


@pages.get("/statistics")
def statistics() -> Response:
    """A year's figures, by month and by procedure, with a chart."""
    asked = request.args.get("year", "")
    year = int(asked) if asked.isdigit() and 2003 <= int(asked) <= 2200 else this_year()
    whole = ask("contracts", "figures", {"year": year})["rows"]
    months = ask("contracts", "figures", {"year": year, "dimension": "month"})["rows"]
    procedures = ask("contracts", "figures", {"year": year, "dimension": "procedure"})["rows"]
    return page(
        "statistics",
        year=year,
        whole=whole[0] if whole else None,
        months=months,
        procedures=procedures,
        bars=charts.bars([(each["key"], each["contract_amount"]) for each in months]),
    )


@pages.get("/excluded")
def excluded() -> Response:
    """Suppliers barred at present."""
    return page("excluded", items=ask("registry", "exclusion_list")["items"])


@pages.route("/enquiries", methods=["GET", "POST"])
def enquiries() -> Response:
    """Published answers, and the public's window."""
    form: dict[str, str] = {}
    sent, fault = None, None
    if request.method == "POST":
        form = {name: request.form.get(name, "").strip() for name in ("kind", "title", "text", "contact", "key")}
        try:
            sent = bus().call(
                "notify",
                "leave_suggestion",
                {
                    "kind": form["kind"],
                    "title": form["title"],
                    "text": form["text"],
                    "contact": form["contact"] or None,
                },
                within=8.0,
                request_id=form["key"] or str(uuid.uuid4()),
                traceparent=traceparent(),
            )
            form = {}
        except Refused as error:
            fault = error
    found = known("notify", "published_enquiries", {"most": 20})
    return page(
        "enquiries",
        422 if fault else 200,
        enquiries=found["enquiries"] if found else [],
        form=form,
        sent=sent,
        fault=fault,
        key=str(uuid.uuid4()),
    )


@pages.get("/language/<tongue>")
def choose_language(tongue: str) -> Response:
    """Keep the language and go back."""
    back = request.args.get("back", "/")
    answer = redirect(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")
    if tongue in LANGUAGES:
        answer.set_cookie("language", tongue, max_age=31_536_000, samesite="Lax")
        g.pop("language", None)
    return Response(answer.response, answer.status_code, answer.headers)
