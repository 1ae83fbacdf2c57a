"""A project's public record shows that the pool of a published draw was journalled before any randomness existed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.api import records
from gateway.bus import Refused
from services.chassis import relay
from services.chassis.log import ledger
from services.chassis.refusal import Refusal
from services.protocol.log import verify
from services.protocol.log.checkpoint import Checkpoint
from services.protocol.verify import Finding, Trust, check
from tests.evaluation.people import id_of
from tests.evaluation.world import World

KEY = Ed25519PrivateKey.generate()
ORIGIN = ledger.origin("tendering")


def notice_in_its_log(lots: list[str]) -> dict[str, Any]:
    """tendering's part: one public entry that names the lots, in a log of one entry."""
    entry = {"id": "n", "event": "notice_published", "payload": {"lots": [{"lot_id": each} for each in lots]}}
    note = Checkpoint(ORIGIN, 1, verify.entry_leaf(entry), "2026-06-08T01:00:00Z").signed(KEY)
    return {"entries": [{"entry": entry, "position": 0, "proof": []}], "checkpoint": note, "size": 1, "more": False}


def asked_of(world: World) -> Callable[[str, str, dict[str, Any]], dict[str, Any]]:
    """What the gateway asks, answered by evaluation itself and by tendering's one entry."""

    def ask(department: str, method: str, fields: dict[str, Any]) -> dict[str, Any]:
        told = fields.get("subjects", [])
        if (department, method) == ("tendering", "log_record") and any(each.startswith("project:") for each in told):
            return notice_in_its_log([world.lot(1), world.lot(2)])
        if (department, method) == ("tendering", "log_newest"):
            return {"keys": [ledger.key_of("tendering", KEY.public_key()).text]}
        if department != "evaluation":
            raise Refused("log_entry_not_sealed", "")
        try:
            return dict(world.service.call(method, **fields))
        except Refusal as refusal:
            raise Refused(refusal.code, str(refusal)) from refusal

    return ask


def record_of(world: World, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    with world.service.runtime.engines.writer.connect() as connection:
        while relay.seal(connection):
            pass
    world.service.tick("sign_log")
    monkeypatch.setattr(records, "ask", asked_of(world))
    return records.record_of(id_of("project"))


def judged(record: dict[str, Any]) -> dict[str, Finding]:
    lines = json.dumps(record, ensure_ascii=False).encode().splitlines(keepends=True)
    return {each.name: each for each in check([("record", lines)], Trust())}


def test_a_published_draw_and_its_frozen_pool_are_in_the_record_and_verify_together(
    played: Callable[[str], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = played("settled")
    assert record_of(world, monkeypatch)["documents"] == [], "the draw is secret until the result is published"
    world.publish(1)
    world.publish(2)
    record = record_of(world, monkeypatch)
    findings = judged(record)
    drawn = [each for name, each in findings.items() if "draw-" in name]
    assert len(drawn) == 2
    for each in drawn:
        assert [reason.code for reason in each.shown] == ["draw_replays", "draw_pool_journalled"]
        assert each.reasons == each.cautions == []
    assert findings["record"].reasons == []

    (log,) = (each for each in record["logs"] if ledger.origin("evaluation") in each["checkpoint"])
    events = [each["entry"]["event"] for each in log["entries"] if "entry" in each]
    assert events.index("pool_frozen") < events.index("nonce_committed") < events.index("experts_drawn")
    log["entries"] = [each for each in log["entries"] if each.get("entry", {}).get("event") != "pool_frozen"]
    without = [each for name, each in judged(record).items() if "draw-" in name]
    assert {reason.code for each in without for reason in each.cautions} == {"draw_pool_not_shown"}
