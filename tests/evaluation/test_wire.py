"""Sample messages: one file per event, written from what the department really announces; and what others send is
understood.

`SAMPLES=write` writes them anew; else they must be what the department says: same fields, values of the same kind.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from services.chassis import obligations
from services.chassis.definitions import HEARS, definitions
from services.chassis.journal import Announcement
from services.evaluation import service
from services.evaluation.events import CATALOGUE, OFF_THE_BUS
from services.evaluation.service import EvaluationService
from tests.evaluation.conftest import Played
from tests.evaluation.people import id_of
from tests.evaluation.test_draws import HOLDERS, fresh, reveal
from tests.evaluation.test_results import REOPEN, dispute
from tests.evaluation.test_rounds import OFFERS, seal
from tests.evaluation.test_rounds import reveal as open_offer
from tests.evaluation.world import World

WIRE = Path(service.__file__).parent / "wire"
SERVICES = WIRE.parent.parent
OURS = set(CATALOGUE) - set(obligations.CATALOGUE) | {"obligation_opened", "obligation_met"}


def lived(played: Played) -> dict[str, Announcement]:
    """One announcement of each event, out of an evaluation's life."""
    found: dict[str, Announcement] = {}

    def remember(world: World) -> None:
        found.update({each.event: each for each in world.service.announced})

    world = played("formed")
    made, nonces = world.freeze(), fresh()
    world.commit(made, HOLDERS, nonces)
    made = world.call("record_refusal_to_reveal", "zhao", draw_id=world.draw_id, seat="centre", reason="不愿公开")
    nonces = fresh()
    world.commit(made, HOLDERS | {"centre": "qian"}, nonces)
    reveal(world, nonces, HOLDERS | {"centre": "qian"})
    world.answer_all()
    world.begin()
    world.call("stand_aside", world.panel_keys[5], panel_id=world.panel_id, reason="与投标人有其他关系")
    remember(world)
    world = played("pricing")
    question = world.call("find_corrections", "zhao", lot_id=world.lot(2), answer_by=world.in_minutes(30))[
        "question_ids"
    ][0]
    world.call("confirm_correction", "agent-s5", question_id=question, confirmed=True)
    world.call("examine_prices", world.panel_keys[0], lot_id=world.lot(2), answer_by=world.in_minutes(30))
    world.call(
        "attach_recording",
        "zhao",
        panel_id=world.panel_id,
        digest="a" * 64,
        kind="video",
        size=1,
        began_at="2026-06-08T01:00:00Z",
        ended_at="2026-06-08T02:00:00Z",
    )
    remember(world)
    world = played("begun")
    world.qualify(2, {"s1": "无资格", "s2": "无资格", "s6": "无资格"})
    remember(world)
    world = played("opened")
    world.form_panel()
    fact = world.opened(2) | {"lot_id": id_of("lot3")}
    for each, price in zip(fact["bids"], ("100.00", "110.00", "120.00", "130.00", "140.00"), strict=True):
        each |= {"bid_id": id_of(f"again:{price}"), "price": price}
    world.hear("tendering", "bids_opened", f"lot:{id_of('lot3')}", fact)
    remember(world)
    world = played("signing")
    world.sign(1)
    world.call("deliver_report", "zhao", lot_id=world.lot(1))
    world.call("reopen_evaluation", "zhao", lot_id=world.lot(1), dispute_id=dispute(world, upheld=True), **REOPEN)
    world.settle(1)
    remember(world)
    world = played("negotiating")
    final = {"lot_id": world.lot(2), "kind": "final_offer", "closes_at": world.in_minutes(60)}
    offer = (world, world.call("open_round", world.panel_keys[0], **final)["id"], "s1", OFFERS["s1"])
    seal(*offer)
    world.later(minutes=61)
    open_offer(*offer)
    remember(world)
    return found


def test_every_event_is_announced_and_its_sample_shows_what_it_looks_like(played: Played) -> None:
    said = lived(played)
    assert set(said) == OURS
    for name, announcement in sorted(said.items()):
        assert CATALOGUE[name].schema().validate(announcement.payload) == {}, name
        assert announcement.public == CATALOGUE[name].public
        assert announcement.relay == (name not in OFF_THE_BUS)
        path = WIRE / f"{name}.v{announcement.version}.json"
        if os.environ.get("SAMPLES") == "write":
            told = {
                "event": name,
                "version": announcement.version,
                "subject": announcement.subject,
                "payload": announcement.payload,
            }
            path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
        sample = json.loads(path.read_text("utf-8"))
        assert (sample["event"], sample["version"]) == (name, announcement.version)
        assert sample["subject"].split(":")[0] == announcement.subject.split(":")[0]
        assert _shape(sample["payload"]) == _shape(announcement.payload), name


def test_no_sample_is_left_over() -> None:
    assert {path.name.split(".")[0] for path in WIRE.glob("*.json")} == OURS


HEARD = [each for _, _, each in definitions(EvaluationService) if each.kind == HEARS and each.event != "session_ended"]


@pytest.mark.parametrize("definition", HEARD, ids=lambda each: f"{each.source}-{each.event}")
def test_what_others_send_is_understood(definition: Any) -> None:
    sample = SERVICES / definition.source / "wire" / f"{definition.event}.v1.json"
    assert definition.schema().load(json.loads(sample.read_text("utf-8"))["payload"])


def _shape(value: Any) -> Any:
    """The kinds of the values: what a listener relies on. Of a list, its first element; a null fits anything."""
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in value.items() if name not in ("figures", "factor_scores")}
    if isinstance(value, list):
        return [_shape(value[0])] if value and not isinstance(value[0], dict) else []
    return "text or nothing" if value is None or isinstance(value, str) else type(value).__name__
