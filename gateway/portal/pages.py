"""Home, notices, a project, its verification, statistics, barred suppliers, open data, enquiries."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, g, redirect, request, url_for

from gateway.api.routes import bus
from gateway.bus import Refused
from gateway.portal import charts, faults, projects, signing_in, verification
from gateway.portal.rendering import ask, known, page
from gateway.portal.words import BEIJING
from gateway.problems import status_of
from gateway.trace import traceparent
from gateway.words import LANGUAGES, language

pages = Blueprint("portal", __name__)
faults.install(pages)
pages.app_errorhandler(404)(faults.http)
signing_in.install(pages)

KINDS = (
    "intention", "tender", "amendment", "answer", "result", "contract", "failure", "cancellation", "complaint_decision",
    "barring", "general",
)  # fmt: skip
OBJECTS = ("goods", "services", "works")
DIMENSIONS = ("procedure", "object", "category", "purchaser")
SHOWN_MONTHS = 24
ASKED = ("kind", "title", "text", "contact", "key")


def this_year() -> int:
    """The year of the law's time, as the contracts department has it."""
    answer = known("contracts", "ping")
    now = datetime.fromisoformat(answer["now"]) if answer else datetime.now(BEIJING)
    return now.astimezone(BEIJING).year


def category_titles() -> dict[str, str]:
    """Code → what the catalogue in force calls it; empty while the registry is away, then the codes alone are shown."""
    answer = known("registry", "rule_data", {"kind": "category"}) or {"entries": []}
    return {each["key"]: f"{each[language()]} {each['key']}" for each in answer["entries"]}


def _address(endpoint: str, **asked: Any) -> str:
    """The address of another page of the same list."""
    return url_for(endpoint, **asked)


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
    """Search and filters, newest first; what cannot be searched for is said beside the form."""
    wanted = {
        name: request.args[name].strip()[:200]
        for name in ("kind", "object", "from", "until", "words", "after")
        if request.args.get(name, "").strip()
    }
    found: dict[str, Any] = {"notices": [], "next": None}
    fault = None
    try:
        found = ask("notify", "search_bulletin", {**wanted, "most": 20})
    except Refused as error:
        if status_of(error.code) not in (400, 422):
            raise
        fault = error
    rest = {name: value for name, value in wanted.items() if name != "after"}
    onward = _address(".notices", **rest, after=found["next"]) if found.get("next") else None
    return page(
        "notices", status_of(fault.code) if fault else 200, notices=found["notices"], wanted=wanted, onward=onward,
        first=_address(".notices", **rest) if "after" in wanted else None, fault=fault, kinds=KINDS, objects=OBJECTS,
    )  # fmt: skip


@pages.get("/notices/<uuid:notice_id>")
def notice(notice_id: uuid.UUID) -> Response:
    """One notice, whole."""
    return page("notice", notice=ask("notify", "notice", {"notice_id": str(notice_id)}))


@pages.get("/projects/<uuid:project_id>")
def project(project_id: uuid.UUID) -> Response:
    """A project's timeline, lots, results and documents."""
    return page("project", project=projects.told_of(str(project_id)))


@pages.get("/projects/<uuid:project_id>/verification")
def verify(project_id: uuid.UUID) -> Response:
    """What the verifier says of the project's public record, here and in the reader's browser."""
    return page(
        "verification",
        project_id=str(project_id),
        title=projects.title_of(str(project_id)),
        findings=verification.of_project(str(project_id), language()),
        sentences=verification.sentences(language()),
    )


@pages.get("/verification")
def verify_file() -> Response:
    """A record from the reader's own disk, checked in the reader's browser."""
    return page("verify_file", sentences=verification.sentences(language()))


@pages.get("/statistics")
def statistics() -> Response:
    """A year's figures as numbers, bars and tables."""
    asked = request.args.get("year", "")
    year = int(asked) if asked.isdecimal() and 2003 <= int(asked) <= 2200 else this_year()
    whole = ask("contracts", "figures", {"year": year})["rows"]
    months = ask("contracts", "figures", {"year": year, "dimension": "month"})["rows"]
    tables = [(name, ask("contracts", "figures", {"year": year, "dimension": name})["rows"]) for name in DIMENSIONS]
    titles = category_titles()
    return page(
        "statistics", year=year, whole=whole[0] if whole else None, months=months, tables=tables,
        titles=titles, bars=charts.bars([(each["key"], each["contract_amount"]) for each in months]),
    )  # fmt: skip


@pages.get("/excluded")
def excluded() -> Response:
    """Suppliers barred at present."""
    found = ask("registry", "exclusion_list", {"after": request.args["after"]} if "after" in request.args else {})
    onward = url_for(".excluded", after=found["next"]) if found.get("next") else None
    return page("excluded", items=found["items"], onward=onward)


@pages.get("/data")
def data() -> Response:
    """What there is for programs: months of open data, the feed, the API."""
    found = known("notify", "open_data_months") or {"months": []}
    months = found["months"][:SHOWN_MONTHS]
    return page("data", months=months, more=len(found["months"]) > SHOWN_MONTHS, year=this_year())


@pages.route("/enquiries", methods=["GET", "POST"])
def enquiries() -> Response:
    """Published answers, and the public's window."""
    form: dict[str, str] = {}
    sent, fault = None, None
    if request.method == "POST":
        form = {name: request.form.get(name, "").strip() for name in ASKED}
        try:
            sent = _leave(form)
            form = {}
        except Refused as error:
            fault = error
    after = {"after": request.args["after"]} if "after" in request.args else {}
    found = known("notify", "published_enquiries", {"most": 20, **after}) or {"enquiries": []}
    onward = url_for(".enquiries", after=found["next"]) if found.get("next") else None
    answer = page(
        "enquiries", 422 if fault else 200, enquiries=found["enquiries"], onward=onward, form=form, sent=sent,
        fault=fault, key=str(uuid.uuid4()),
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"  # the key is this reader's own: two readers' questions are two
    return answer


def _leave(form: dict[str, str]) -> Any:
    said = {name: form[name] for name in ("kind", "title", "text")}
    return bus().call(
        "notify", "leave_suggestion", {**said, "contact": form["contact"] or None}, within=8.0,
        request_id=form["key"] or str(uuid.uuid4()), traceparent=traceparent(),
    )  # fmt: skip


@pages.get("/language/<tongue>")
def choose_language(tongue: str) -> Response:
    """Keep the language and go back."""
    back = request.args.get("back", "/")
    answer = redirect(back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/")
    if tongue in LANGUAGES:
        answer.set_cookie("language", tongue, max_age=31_536_000, samesite="Lax", httponly=True)
        g.pop("language", None)
    answer.headers["Cache-Control"] = "no-store"
    return Response(answer.response, answer.status_code, answer.headers)
