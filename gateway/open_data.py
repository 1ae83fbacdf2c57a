"""Open data and the bulletin's feed, at the addresses the packages themselves name; for everybody.

    /open-data/releases/2026-05.json   OCDS release package; the next page is in `links` and the Link header
    /open-data/records/2026-05.json    OCDS record package
    /open-data/projects/<id>.json      one project's record package
    /bulletin.atom                     Atom (RFC 4287)
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Blueprint, Response, request, url_for

from gateway.api.forms import answer_as_json, tagged
from gateway.api.routes import ask
from gateway.bus import Refused
from gateway.problems import invalid
from services.notify.schemas import accepted

ATOM = "http://www.w3.org/2005/Atom"
EXTENSION = "/open-data/extension"
pages = Blueprint("open_data", __name__)


@pages.get("/open-data/")
def months() -> Response:
    """The months there are packages of, with their addresses; no record package where nothing began."""
    found = ask("notify", "open_data_months", {})["months"]
    told = [
        {
            **each,
            "release_package": url_for(".month", what="releases", month=each["month"]),
            "record_package": url_for(".month", what="records", month=each["month"]) if each["records"] else None,
        }
        for each in found
    ]
    return _open(answer_as_json({"months": told}))


@pages.get("/open-data/<any(releases, records):what>/<month>.json")
def month(what: str, month: str) -> Response:
    """A page of a month's package."""
    given = {"month": month, **{name: request.args[name] for name in ("after", "most") if name in request.args}}
    _refuse_unfit(accepted.NameMonth().validate(given))
    answer = ask("notify", "release_package" if what == "releases" else "record_package", given)
    package: dict[str, Any] = answer["package"]
    response = answer_as_json(package)
    if answer.get("next"):
        onward = {**request.args.to_dict(), "after": answer["next"]}
        address = url_for(".month", what=what, month=month, **onward)
        response.headers["Link"] = f'<{address}>; rel="next"'
    return _open(response)


@pages.get("/open-data/projects/<project_id>.json")
def project(project_id: str) -> Response:
    """One project's record package."""
    _refuse_unfit(accepted.NameProject().validate({"project_id": project_id}))
    return _open(answer_as_json(ask("notify", "project_record", {"project_id": project_id})["package"]))


@pages.get(f"{EXTENSION}/<file>")
def extension(file: str) -> Response:
    """A file of our OCDS extension for scores."""
    if accepted.NameExtension().validate({"file": file}):
        raise Refused("not_found", "The extension has no such file.")
    content = ask("notify", "open_data_extension", {"file": file})["content"]
    if isinstance(content, str):
        return _open(tagged(Response(content, content_type="text/markdown; charset=utf-8"), shared=True))
    return _open(answer_as_json(content))


@pages.get("/bulletin.atom")
def feed() -> Response:
    """The newest notices, all or of one kind."""
    kind = request.args.get("kind")
    given = {"kind": kind} if kind else {}
    _refuse_unfit(accepted.ReadFeed().validate(given))
    content = atom(ask("notify", "bulletin_feed", given))
    return _open(tagged(Response(content, content_type="application/atom+xml; charset=utf-8"), shared=True))


def atom(told: dict[str, Any]) -> bytes:
    """An Atom document (RFC 4287) of a feed as notify tells it."""
    top = Element("feed", xmlns=ATOM)
    for name in ("id", "title", "updated"):
        SubElement(top, name).text = _xml(told[name])
    SubElement(top, "link", href=told["link"], rel="self")
    for each in told["entries"]:
        entry = SubElement(top, "entry")
        for name in ("id", "title", "updated"):
            SubElement(entry, name).text = _xml(each[name])
        SubElement(entry, "link", href=each["link"])
        SubElement(entry, "category", term=each["category"])
        SubElement(SubElement(entry, "author"), "name").text = _xml(each["author"])
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="utf-8")


def _xml(text: Any) -> str:
    # XML 1.0 knows no control characters, not even escaped ones.
    return "".join(each for each in str(text) if each >= " " or each in "\t\n\r")


def _open(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _refuse_unfit(faults: Any) -> None:
    if faults:
        raise invalid(faults)
