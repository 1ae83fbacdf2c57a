"""The last act: everything is fetched through the public API and verified offline, with the open protocols alone.

Each department's log entry by entry, against its checkpoints and against what the other departments saw of it; every
receipt with its proof of inclusion; the draw, done again; every signature with its certificate.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from deploy.databases import DEPARTMENTS
from deploy.rehearsal.opening import OPENED
from deploy.rehearsal.stage import NotAsExpected, Stage
from services.protocol import certificates
from services.protocol.log.note import Key
from services.protocol.verify import Finding, Trust, check

_PAGE = 500
_SHOWN = {
    # kind of file → what must have been shown about it
    "receipt": "receipt_promise_kept",
    "statement": "certificate_trusted",
    "transcript": "draw_pool_journalled",
}


def play(stage: Stage) -> dict[str, dict[str, Any]]:
    """Verify everything. Answers department → {"size", "verified"}; raises `NotAsExpected` with the first reasons."""
    logs = {department: _log(stage, department) for department in DEPARTMENTS}
    wrong = [department for department, found in logs.items() if not found["verified"]]
    if wrong:
        raise NotAsExpected(f"not verified: the logs of {', '.join(wrong)}")
    _papers(stage)
    _open_data(stage)
    return logs


def _open_data(stage: Stage) -> None:
    """The open data of the project hold both awards and both contracts with their payments."""
    record = stage.until("open data of the whole project", lambda: _told_whole(stage))
    months = stage.call("notify.open_data_months")["months"]
    place = stage.folder / "files" / "open-data" / "record.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(record, ensure_ascii=False, indent=1))
    releases = sum(int(each["releases"]) for each in months)
    stage.say(f"open data: {releases} releases in {len(months)} months, and a record of the project")


def _told_whole(stage: Stage) -> dict[str, Any] | None:
    told: dict[str, Any] = stage.call("notify.project_record", project_id=stage.facts["project"])["package"]
    release = told["records"][0]["compiledRelease"]
    paid = [each for each in release.get("contracts", []) if each.get("implementation", {}).get("transactions")]
    return told if len(release.get("awards", [])) == len(paid) == len(OPENED) else None


def _keys(stage: Stage) -> list[Key]:
    return [Key.read(text) for department in DEPARTMENTS for text in stage.call(f"{department}.log_newest")["keys"]]


def _log(stage: Stage, department: str) -> dict[str, Any]:
    """One log, whole: the lines a verifier reads."""
    newest = stage.until(f"checkpoint of {department}", lambda: _signed(stage, department))
    size = int(newest["size"])
    keys = [Key.read(text) for text in newest["keys"]]
    kept = [
        each["checkpoint"]
        for witness in DEPARTMENTS
        if witness != department
        for each in stage.call(f"{witness}.log_witnessed")["witnessed"]
        if each["origin"] == newest["origin"] and each["size"] <= size
    ]
    lines = [json.dumps(each, ensure_ascii=False).encode() + b"\n" for each in _export(stage, department, newest)]
    place = stage.folder / "files" / "logs" / f"{department}.log.jsonl"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"".join(lines))
    (found,) = check([(f"{department}.log.jsonl", lines)], Trust(keys=keys, kept=kept))
    _tell(stage, found)
    stage.say(f"the log of {department}: {size} entries, seen by {len(kept)} other departments: "
              f"{'verified' if found.yes else 'NOT verified'}")  # fmt: skip
    return {"size": size, "verified": found.yes}


def _signed(stage: Stage, department: str) -> dict[str, Any] | None:
    newest: dict[str, Any] = stage.call(f"{department}.log_newest")
    return newest if newest["checkpoint"] else None


def _export(stage: Stage, department: str, newest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The log's head, its entries in order, and each checkpoint directly behind the last entry it covers."""
    yield {"kind": "sunshine.log", "version": 1, "origin": newest["origin"]}
    notes = {int(each["size"]): each["checkpoint"] for each in _checkpoints(stage, department)}
    notes[int(newest["size"])] = newest["checkpoint"]
    for each in _entries(stage, department, int(newest["size"])):
        yield {name: each[name] for name in ("position", "leaf", "entry") if name in each}
        if each["position"] + 1 in notes:
            yield {"checkpoint": notes[each["position"] + 1]}


def _entries(stage: Stage, department: str, size: int) -> Iterator[dict[str, Any]]:
    after = -1
    while after + 1 < size:
        page = stage.call(f"{department}.log_entries", after=after, at_most=_PAGE)["entries"]
        if not page:
            raise NotAsExpected(f"the log of {department} ends before its checkpoint says")
        for each in page:
            if each["position"] < size:
                yield each
        after = page[-1]["position"]


def _checkpoints(stage: Stage, department: str) -> Iterator[dict[str, Any]]:
    after = 0
    while page := stage.call(f"{department}.log_checkpoints", after=after, at_most=_PAGE)["checkpoints"]:
        yield from page
        after = int(page[-1]["size"])


def _papers(stage: Stage) -> None:
    """Receipts, statements, records and the draw, together: one file shows another to be genuine."""
    trust = Trust(keys=_keys(stage), anchors=_authorities(stage), at=datetime.now(UTC))
    findings = check(((name, [json.dumps(content).encode()]) for name, content in _given(stage)), trust)
    counted: dict[str, int] = {}
    for found in findings:
        _tell(stage, found)
        wanted = _SHOWN.get(found.kind)
        if not found.yes or (wanted and wanted not in {each.code for each in found.shown}):
            reasons = "; ".join(str(each) for each in (*found.reasons, *found.cautions))
            raise NotAsExpected(f"{found.name} ({found.kind}) is not verified: {reasons}")
        counted[found.kind] = counted.get(found.kind, 0) + 1
    told = ", ".join(f"{count} × {kind}" for kind, count in sorted(counted.items()))
    stage.say(f"verified offline: {told}")


def _authorities(stage: Stage) -> list[str]:
    """The anchors the registry publishes, and the issuing authorities one of them vouches for."""
    anchors: list[str] = stage.call("registry.trust_anchors")["anchors"]
    offered = {pem for person in stage.cast.people.values() for keys in person.held.values() for pem in keys.chain}
    return [*anchors, *(pem for pem in sorted(offered) if not certificates.faults(pem, anchors, datetime.now(UTC)))]


def _given(stage: Stage) -> Iterable[tuple[str, Any]]:
    for name, content in sorted(stage.files.items()):
        if name.startswith(("bids/", "opening/", "contract/")) and "evidence" not in name:
            yield name, content
        if name.startswith("report/") and "ranking" not in name:
            yield name, content
        if name.endswith("-receipt.json"):
            leaf = content["receipt"]["leaf"]
            proof = stage.call("tendering.log_inclusion", leaf=leaf)
            yield name.replace("-receipt", "-inclusion"), proof
    for no in OPENED:
        evidence = stage.files[f"contract/{no}-evidence.json"]
        yield f"contract/{no}-envelope.json", evidence["envelope"]
        for place, signed in enumerate(evidence["signatures"]):
            yield f"contract/{no}-signed-{place}.json", signed
    result = stage.call("evaluation.published_result", lot_id=stage.lots[OPENED[0]])
    yield "draw/transcript.json", result["transcript"]
    part = stage.call("evaluation.log_record", subjects=[f"draw:{stage.facts['draw']}"])
    yield "draw/record.json", {
        "kind": "sunshine.record", "version": 1, "about": f"draw:{stage.facts['draw']}",
        "logs": [{"checkpoint": part["checkpoint"], "entries": part["entries"]}],
    }  # fmt: skip


def _tell(stage: Stage, found: Finding) -> None:
    for reason in found.reasons:
        stage.say(f"{found.name}: {reason}")
