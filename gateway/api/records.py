"""A project's public record: one file with its entries in every log, proved, and its documents.

    {"kind": "sunshine.record", "version": 1, "about", "keys", "logs": [...], "documents": [{"name", "file"}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response
from flask_smorest import Blueprint

from gateway.api import documentation
from gateway.api.forms import answer_as_json
from gateway.api.logs import DEPARTMENTS
from gateway.api.routes import ask
from gateway.bus import Refused

MOST_SUBJECTS = 20_000
ASKED_AT_ONCE = 400
LEADS_TO = {
    "lot_id": "lot", "contract_id": "contract", "challenge_id": "challenge", "complaint_id": "complaint",
    "draw_id": "draw", "panel_id": "panel", "bid_id": "bid", "bond_id": "bond", "question_id": "question",
    "invoice_id": "invoice", "obligation_id": "obligation",
}
"""What an entry names that has entries of its own: payload field → subject."""
routes = Blueprint("records", __name__, url_prefix="/api/v1", description="可核验档案 Records")


@routes.route("/projects/<project_id>/record", methods=["GET"])
@routes.doc(
    operationId="projects_record",
    responses={"200": documentation.answer(None), **documentation.problems()},
    security=[{}, {"token": []}],
)
def record(project_id: str) -> Response:
    """Everything of a project that is in the logs, with what proves it, to be verified without this system."""
    return answer_as_json(record_of(project_id))


def record_of(project_id: str) -> dict[str, Any]:
    """The record as this caller may see it: the entitled get what is not public too, which is the full archive."""
    about = f"project:{project_id}"
    known, asking = {about}, [about]
    parts: dict[str, dict[str, Any]] = {}
    documents: dict[str, Any] = {}
    while asking:
        found: list[dict[str, Any]] = []
        for name in DEPARTMENTS:
            for begin in range(0, len(asking), ASKED_AT_ONCE):
                found += _ask_for(name, asking[begin : begin + ASKED_AT_ONCE], parts)
        drawn = [each for each in map(_published_draw, asking) if each]
        documents |= {each["name"]: each["file"] for each in drawn}
        named = [*_named_in(found), *(each["subject"] for each in drawn)]  # the draw's own entries: its pool was frozen
        asking = [each for each in dict.fromkeys(named) if each not in known]
        known.update(asking)
        if len(known) > MOST_SUBJECTS:
            raise Refused("record_too_large", "This project's record is too large to be given in one piece.")
    if not parts:
        raise Refused("record_empty", "No log has anything of such a project yet.")
    for part in parts.values():
        part["entries"].sort(key=lambda entry: int(entry["position"]))
    keys = [key for name in parts for key in ask(name, "log_newest", {})["keys"]]
    return {
        "kind": "sunshine.record",
        "version": 1,
        "about": about,
        "keys": list(dict.fromkeys(keys)),
        "logs": [{"checkpoint": part["checkpoint"], "entries": part["entries"]} for part in parts.values()],
        "documents": [{"name": name, "file": file} for name, file in sorted(documents.items())],
    }


def _ask_for(department: str, subjects: list[str], parts: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """These subjects' entries, all proved by the checkpoint the department was first asked at; put to its part."""
    told: dict[str, Any] = {"subjects": subjects}
    if department in parts:
        told["size"] = parts[department]["size"]
    try:
        part = ask(department, "log_record", told)
    except Refused as error:
        if error.code == "log_entry_not_sealed":  # this log has no checkpoint yet: it has nothing to give
            return []
        raise
    found = list(part["entries"])
    while part["more"]:
        after = {"after": part["entries"][-1]["position"], "size": part["size"]}
        part = ask(department, "log_record", {**told, **after})
        found += part["entries"]
    if found:
        parts.setdefault(department, {**part, "entries": []})["entries"] += found
    return found


def _named_in(entries: list[dict[str, Any]]) -> Iterator[str]:
    for each in entries:
        yield from _subjects_of(each.get("entry", {}).get("payload"))


def _subjects_of(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _subjects_of(each)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name in LEADS_TO and isinstance(value, str):
                yield f"{LEADS_TO[name]}:{value}"
            else:
                yield from _subjects_of(value)


def _published_draw(subject: str) -> dict[str, Any] | None:
    """A lot's draw once its result is published: the transcript's name and content, and the subject of its entries."""
    kind, _, lot_id = subject.partition(":")
    if kind != "lot":
        return None
    try:
        result = ask("evaluation", "published_result", {"lot_id": lot_id})
    except Refused:
        return None  # no result is published: there is no transcript to give
    if not result.get("transcript"):
        return None
    return {"name": f"draw-{lot_id}.json", "file": result["transcript"], "subject": f"draw:{result['draw_id']}"}
