"""What the public may know of one project, put together from what each department has published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from gateway.bus import Refused
from gateway.portal.rendering import ask, known

_STEPS = (("closes_at", "closing"), ("opened_at", "opening"), ("awarded_at", "award"))
"""What else belongs on the timeline, from a lot: the member that says when, and its word."""


def told_of(project_id: str) -> dict[str, Any]:
    """{"id", "title", "no", "purchaser", "procedure", "budget", "lots", "timeline", "documents"}.

    Raises Refused (`project_unknown`) where nothing of it is published.
    """
    notices = _notices(project_id)
    lots = [_lot(each) for each in _published_lots(project_id)]
    first = next((each for each in notices if each["kind"] == "tender"), notices[0])
    return {
        "id": project_id,
        "title": first["title"],
        "no": first["project_no"],
        "purchaser": first["purchaser_name"],
        "procedure": first["procedure"],
        "budget": first["amount"],
        "lots": lots,
        "timeline": _timeline(notices, lots),
        "documents": _documents(project_id, lots),
    }


def title_of(project_id: str) -> str:
    """The title its first notice gives it. Raises as `told_of`."""
    notices = _notices(project_id)
    return str(next((each for each in notices if each["kind"] == "tender"), notices[0])["title"])


def _notices(project_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ask("notify", "notices_of_project", {"project_id": project_id})["notices"]
    if not found:
        raise Refused("project_unknown", "There is no such project.")
    return found


def _published_lots(project_id: str) -> list[dict[str, Any]]:
    """The lots of the newest call for bids, as published; [] before there is one."""
    calls = known("tendering", "notices", {"project_id": project_id, "kind": "tender"})
    if not calls or not calls["notices"]:
        return []
    whole = known("tendering", "notice", {"notice_id": calls["notices"][0]["id"]})
    lots = (whole or {}).get("payload", {}).get("lots") or []
    return sorted(lots, key=lambda each: int(each["no"]))


def _lot(lot: dict[str, Any]) -> dict[str, Any]:
    named = {"lot_id": lot["lot_id"]}
    return {
        **lot,
        "now": known("tendering", "lot", named) or {},
        "result": known("evaluation", "published_result", named),
        "award": known("contracts", "public_award", named),
    }


def _timeline(notices: Iterable[dict[str, Any]], lots: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Notices and what happened between them, oldest first: {"at", "notice"} or {"at", "step", "lots"}."""
    steps: dict[tuple[str, str], dict[str, Any]] = {}
    for lot in lots:
        for member, step in _STEPS:
            at = lot["now"].get(member)
            if at:
                told = steps.setdefault((step, at[:16]), {"at": at, "step": step, "lots": []})
                told["lots"].append(lot["no"])
    shown: list[dict[str, Any]] = [{"at": each["published_at"], "notice": each} for each in notices]
    return sorted([*shown, *steps.values()], key=lambda each: datetime.fromisoformat(each["at"]))


def _documents(project_id: str, lots: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The digests by which anybody who holds a file can tell whether it is the one: {"name", "lot", "digest", "at"}."""
    found = known("tendering", "notices", {"project_id": project_id}) or {"notices": []}
    seen: dict[str, dict[str, Any]] = {}
    for each in sorted(found["notices"], key=lambda notice: datetime.fromisoformat(notice["published_at"])):
        digest = each["document_digest"]
        if digest:
            seen.setdefault(digest, {"name": "tender", "lot": None, "digest": digest, "at": each["published_at"]})
    results = [(lot["no"], lot["result"]) for lot in lots if lot["result"]]
    reports = [
        {"name": "report", "lot": no, "digest": result["report_digest"], "at": result["settled_at"]}
        for no, result in results
    ]
    return [*seen.values(), *reports]
