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

ROUNDS = 3
MOST_SUBJECTS = 400
LEADS_TO = {"lot_id": "lot", "contract_id": "contract", "challenge_id": "challenge", "draw_id": "draw"}
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
    """The record as this caller may see it: who may see less has bare leaf hashes there, which verify as well."""
    subjects = [f"project:{project_id}"]
    parts: dict[str, dict[str, Any]] = {}
    for _ in range(ROUNDS):
        parts = {name: part for name in DEPARTMENTS if (part := _part_of(name, subjects)) is not None}
        known = len(subjects)
        subjects = list(dict.fromkeys([*subjects, *_named_in(list(parts.values()))]))[:MOST_SUBJECTS]
        if len(subjects) == known:
            break
    if not parts:
        raise Refused("record_empty", "No log has anything of such a project yet.")
    keys = [key for name in parts for key in ask(name, "log_newest", {})["keys"]]
    return {
        "kind": "sunshine.record",
        "version": 1,
        "about": subjects[0],
        "keys": list(dict.fromkeys(keys)),
        "logs": list(parts.values()),
        "documents": [each for subject in subjects for each in _transcript_of(subject)],
    }


def _part_of(department: str, subjects: list[str]) -> dict[str, Any] | None:
    try:
        whole: dict[str, Any] = ask(department, "log_record", {"subjects": subjects})
    except Refused as error:
        if error.code == "log_entry_not_sealed":  # this log has no checkpoint yet: it has nothing to give
            return None
        raise
    part = whole
    while part["more"]:
        after = part["entries"][-1]["position"]
        part = ask(department, "log_record", {"subjects": subjects, "after": after})
        if part["checkpoint"] != whole["checkpoint"]:  # signed anew meanwhile: proofs of two states do not mix
            raise Refused("log_moved", "The log was signed anew meanwhile; ask again.")
        whole["entries"] += part["entries"]
    return {"checkpoint": whole["checkpoint"], "entries": whole["entries"]} if whole["entries"] else None


def _named_in(parts: list[dict[str, Any]]) -> Iterator[str]:
    for part in parts:
        for each in part["entries"]:
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


def _transcript_of(subject: str) -> list[dict[str, Any]]:
    kind, _, lot_id = subject.partition(":")
    if kind != "lot":
        return []
    try:
        result = ask("evaluation", "published_result", {"lot_id": lot_id})
    except Refused:
        return []  # no result is published: there is no transcript to give
    transcript = result.get("transcript")
    return [{"name": f"draw-{lot_id}.json", "file": transcript}] if transcript else []
