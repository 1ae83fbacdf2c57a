"""Sample messages: what we announce, written from what was really announced; what others announce, really heard.

`SAMPLES=write` writes our samples anew; else they must be what the department says: same fields and kinds of values.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from services import contracts
from services.chassis.definitions import COMMAND, EVERY, HEARS, QUERY, definitions
from services.chassis.obligations import CATALOGUE as OF_OBLIGATIONS
from services.contracts.events import CATALOGUE, OWN_MATTERS
from services.contracts.service import ContractsService
from services.registry.permissions import PERMISSIONS
from tests.contracts.messages import ADDRESSES, PANEL, bid_id, lot_id
from tests.contracts.people import organisation, person
from tests.contracts.world import World

SERVICES = Path(contracts.__file__).parent.parent
WIRE = SERVICES / "contracts" / "wire"
OURS = set(CATALOGUE) - set(OF_OBLIGATIONS)
ENTRYPOINTS = [definition for _, _, definition in definitions(ContractsService)]
LISTENERS = [each for each in ENTRYPOINTS if each.kind == HEARS and each.event != "session_ended"]
HEARD = sorted((each.source, each.event) for each in LISTENERS)


def live_a_whole_life(world: World) -> None:
    """Every event the department knows, once at least."""
    world.prepare(1, 2)
    hold = {"ground": "candidate_under_inquiry", "note": "有关部门正在调查第一候选人"}
    world.call("hold_award", "sun", lot_id=lot_id(1), **hold)
    award = world.announce(world.award(2, "s5"))
    world.call("refuse_award", "agent-s5", award_id=award["id"], ground="declined", note="产能不足")
    world.call("return_lot", "sun", lot_id=lot_id(2), ground="winner_refused", note="重新招标")
    contract = world.conclude(1, "s2")
    world.call("publish_contract", "li", contract_id=contract["id"])
    world.call("file_contract", "li", contract_id=contract["id"], filing_no="备-2026-1")
    more: dict[str, Any] = {"lines": [{"no": 1, "quantity": "1"}], "explanation": "新增一个班级，追加一台服务器"}
    for taken_back in (True, False):
        made = world.call("propose_supplement", "sun", contract_id=contract["id"], **more)
        if taken_back:
            world.call("withdraw_agreement", "sun", agreement_id=made["id"])
    for who, side in (("sun", "purchaser"), ("agent-s2", "supplier")):
        signed = person(who).sign("supplement", made["id"], side, made["digest"])
        world.call("sign_agreement", who, agreement_id=made["id"], signed=signed)
    delivery = world.deliver(contract, "s2", _1="40", _2="1", _3="1")
    dropped = world.open_acceptance(contract, delivery)
    world.call("withdraw_acceptance", "wu", acceptance_id=dropped["id"])
    world.accept(contract, delivery)
    sent_back = world.invoice(contract, "s2", "8340000.00", "F1")
    world.call("return_invoice", "sun", invoice_id=sent_back["id"], reason="税号填写错误")
    world.pay(world.invoice(contract, "s2", "8340000.00", "F2"), "8340000.00", "B1")
    world.call("grade_performance", "sun", contract_id=contract["id"], grade="good", note="按期交付")
    for bond in sorted(world.call("bonds", "li", lot_id=lot_id(1))["bonds"], key=lambda each: each["kind"]):
        world.call("return_bond", "li", bond_id=bond["id"])
    world.call("rebuild_figures", "chen")


@pytest.fixture
def said(world: World) -> dict[str, Any]:
    """The last announcement of each kind; the termination out of a second world would cost more than it shows."""
    live_a_whole_life(world)
    found = {each.event: each for each in world.direct.announced}
    ended = found["contract_completed"]
    terminated = {**ended.payload, "ground": "public_interest"}
    return {**found, "contract_terminated": type(ended)("contract_terminated", 1, ended.subject, terminated)}


def test_every_event_is_announced_and_its_sample_shows_what_it_looks_like(said: dict[str, Any]) -> None:
    assert set(said) >= OURS
    for name in sorted(OURS):
        announcement, kind = said[name], CATALOGUE[name]
        assert kind.schema().validate(announcement.payload) == {}, name
        assert set(announcement.payload) == set(kind.schema().fields), name
        assert not _floats(announcement.payload), name
        assert announcement.relay == (name not in OWN_MATTERS)
        path = WIRE / f"{name}.v{announcement.version}.json"
        if os.environ.get("SAMPLES") == "write":
            told = {"event": name, "version": announcement.version, "subject": announcement.subject}
            path.write_text(
                json.dumps(told | {"payload": announcement.payload}, ensure_ascii=False, indent=1) + "\n", "utf-8"
            )
        sample = json.loads(path.read_text("utf-8"))
        assert sample["subject"].split(":")[0] == announcement.subject.split(":")[0]
        assert _shape(sample["payload"]) == _shape(announcement.payload), name


def test_there_is_a_sample_for_each_event_and_none_besides() -> None:
    assert {path.name.split(".")[0] for path in WIRE.glob("*.json")} == OURS


@pytest.mark.parametrize(("department", "event"), HEARD)
def test_what_the_sender_shows_in_its_sample_is_understood(department: str, event: str) -> None:
    schema = next(each.schema for each in ENTRYPOINTS if (each.source, each.event) == (department, event))
    assert schema is not None
    assert schema().load(payload_of(department, event))


def test_what_tendering_shows_of_one_lot_becomes_a_contract(world: World) -> None:
    told = {event: payload_of("tendering", event) for event in ("notice_published", "bids_opened")}
    notice, opened = told["notice_published"], told["bids_opened"]
    lot, first = opened["lot_id"], opened["bids"][0]
    ours = {"purchaser_id": organisation("education")["id"], "officer_id": person("li").id}
    world.hear("tendering", "notice_published", notice | ours, f"project:{notice['project_id']}")
    world.hear("tendering", "bids_opened", opened, f"lot:{lot}")
    place = {name: first[name] for name in ("bid_id", "supplier_id", "supplier_name", "price")}
    ranking = [place | {"rank": 1, "joint": False, "recommended": True, "total": None}]
    settled = {"settled_at": "2026-06-08T01:00:00Z", "report_digest": "e" * 64, "panel": PANEL, "ranking": ranking}
    ids = {"lot_id": lot, "project_id": notice["project_id"], "rejected": []}
    world.hear("evaluation", "ranking_settled", settled | ids, f"lot:{lot}")
    award = world.call("decide_award", "sun", lot_id=lot, bid_id=first["bid_id"])
    items = [{"no": 1, "specification": "见投标文件", "service": "安装调试、三年维保"}]
    world.call("announce_award", "li", award_id=award["id"], items=items, **ADDRESSES)
    contract = world.call("draft_contract", "li", lot_id=lot)
    assert contract["amount"] == first["price"]
    terms = contract["data"]["contract"]["terms"]
    wanted = next(each["conditions"] for each in notice["lots"] if each["lot_id"] == lot)
    assert (terms["delivery_days"], terms["payment_terms"]) == (str(wanted["delivery_days"]), wanted["payment_terms"])


def payload_of(department: str, event: str) -> dict[str, Any]:
    """What a department's sample message carries."""
    found = json.loads((SERVICES / department / "wire" / f"{event}.v1.json").read_text("utf-8"))
    payload: dict[str, Any] = found.get("payload", found)
    return payload


def test_the_rankings_sample_opens_an_award_that_can_be_decided(world: World) -> None:
    told = payload_of("evaluation", "ranking_settled")
    world.publish()
    ids = {"lot_id": lot_id(1), "project_id": world.project}
    world.hear("evaluation", "ranking_settled", told | ids, f"lot:{lot_id(1)}")
    first = told["ranking"][0]
    made = world.call("decide_award", "sun", lot_id=lot_id(1), bid_id=first["bid_id"])
    assert (made["amount"], made["supplier_name"]) == (first["price"], first["supplier_name"])
    assert made["bid_id"] != bid_id(1, "s2"), "the sample's ids, not this world's"


def test_every_entrypoint_names_a_permission_of_the_one_table() -> None:
    asked = {each.permission for each in ENTRYPOINTS if each.kind in (QUERY, COMMAND)}
    assert asked - {"public", "rehearsal.move_clock"} <= set(PERMISSIONS)


def test_every_entrypoint_says_what_it_does() -> None:
    for name, function, definition in definitions(ContractsService):
        assert function.__doc__, name
        assert definition.kind in (QUERY, COMMAND, HEARS, EVERY)


def test_no_two_rooms_of_the_department_use_one_name() -> None:
    seen: dict[str, type] = {}
    for room in ContractsService.__bases__:
        for name in vars(room):
            if not name.startswith("__"):
                assert name not in seen, f"{name} stands in {seen.get(name)} and in {room}"
                seen[name] = room


def _shape(value: Any) -> Any:
    """Names of fields and kinds of values; of a list, the shape of its first."""
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in sorted(value.items()) if not name.endswith((".docx", ".pdf"))}
    if isinstance(value, list):
        return [_shape(each) for each in value[:1]]
    return type(value).__name__


def _floats(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [found for each in value.values() for found in _floats(each)]
    if isinstance(value, list):
        return [found for each in value for found in _floats(each)]
    return [value] if isinstance(value, float) else []
