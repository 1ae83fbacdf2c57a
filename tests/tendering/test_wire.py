"""Sample messages: one file per event, written from what the department really announces; and what others send is
understood.

`SAMPLES=write` writes them anew; else they must be what the department says: same fields, values of the same kind.
"""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.chassis import obligations
from services.chassis.definitions import COMMAND, HEARS, QUERY, definitions
from services.chassis.journal import Announcement
from services.registry.permissions import PERMISSIONS
from services.tendering import service
from services.tendering.events import CATALOGUE, OWN_MATTERS
from services.tendering.service import TenderingService
from tests.tendering.people import agent_of, id_of
from tests.tendering.test_course import ITEM, MATTERS
from tests.tendering.world import CLOSES, NOTICE, TURNING, World

WIRE = Path(service.__file__).parent / "wire"
SERVICES = WIRE.parent.parent
OURS = set(CATALOGUE) - set(obligations.CATALOGUE) | {"obligation_opened", "obligation_met", "obligation_cancelled"}
ENTRYPOINTS = [each for _, _, each in definitions(TenderingService)]
HEARD = [each for each in ENTRYPOINTS if each.kind == HEARS and each.event != "session_ended" and each.source in
         ("registry", "evaluation", "contracts", "notify")]  # fmt: skip


def lived(world: World) -> dict[str, Announcement]:
    """One announcement of each event, out of a purchase's life."""
    split_and_returned(world)
    invited(world)
    world.entrusted()
    drafted = world.call("draft_document", "li", project_id=world.project_id, content=world.content())
    world.call("submit_document", "li", document_id=drafted["id"])
    world.call("return_document", "wang", document_id=drafted["id"], reasons="需求过于笼统")
    world.document_id = drafted["id"]
    for method, person in (("submit", "li"), ("review", "wang"), ("confirm", "sun")):
        world.call(f"{method}_document", person, document_id=drafted["id"])
    world.call("assign_people", "wang", project_id=world.project_id, host_id=id_of("qian"))
    world.held()
    world.published()
    template = world.call("templates", "li", object="goods", procedure="open_tender")["templates"][-1]
    world.call("publish_template", "wang", **{**template, "version": "2026.9"})
    world.call("take_document", agent_of("s1"), project_id=world.project_id)
    question = world.call("ask_question", agent_of("s1"), project_id=world.project_id, text="电源是否双路？")
    world.call("answer_question", "li", question_id=question["question_id"], answer="是")
    disputed(world)
    bond = {"lot_id": world.lots[2], "amount": "40000.00", "form": "bank_guarantee", "number": "G-1", "account": "6222"}
    world.call("record_bond", agent_of("s1"), **bond)
    for supplier, price in (("s1", "2210000.00"), ("s2", "2060000.00"), ("s4", "1960000.00"), ("s5", "2100000.00")):
        world.bid(2, supplier, price)
    world.call("withdraw_bid", agent_of("s5"), lot_id=world.lots[2])
    world.at(CLOSES - timedelta(days=3))
    told = {"project_id": world.project_id, "text": "数量改为20台", "affects_bids": True}
    made = world.call("draft_amendment", "li", **told)
    world.call("publish_amendment", "wang", amendment_id=made["amendment_id"])
    opened_and_on(world)
    found: dict[str, Announcement] = {}
    for each in world.direct.announced:
        if each.event != "notice_published" or each.payload["kind"] == "tender":
            found.setdefault(each.event, each)
    return found


def split_and_returned(world: World) -> None:
    """Two purchases that together pass the threshold; the second is sent back."""
    item = {**ITEM, "budget": "2500000.00"}
    for _ in range(2):
        fields = {"title": "小额采购", "plan_no": "JL-1", "fiscal_year": 2026, "funding": "财政拨款", "items": [item]}
        made = world.call("draft_entrustment", "sun", procedure="inquiry", ground="uniform_goods", **fields)
        world.call("submit_entrustment", "sun", project_id=made["project_id"])
        world.call("confirm_plan", "chen", project_id=made["project_id"])
    world.call("return_entrustment", "li", project_id=made["project_id"], reasons="疑似化整为零")


def invited(world: World) -> None:
    """An invited tender as far as its draw."""
    fields = {"title": "邀请", "plan_no": "JL-2", "fiscal_year": 2026, "funding": "财政拨款", "items": [ITEM]}
    made = world.call("draft_entrustment", "sun", procedure="invited_tender", ground="limited_suppliers", **fields)
    people = {"officer_id": id_of("li"), "reviewer_id": id_of("wang")}
    world.call("submit_entrustment", "sun", project_id=made["project_id"])
    world.call("confirm_plan", "chen", project_id=made["project_id"])
    world.call("accept_entrustment", "li", project_id=made["project_id"], **people)
    pool = [id_of(f"s{number}") for number in range(1, 7)]
    world.call("invite_suppliers", "li", project_id=made["project_id"], pool=pool, wanted=3)


def disputed(world: World) -> None:
    """A challenge, its answer, a complaint, its suspension and decision."""
    told = {"project_id": world.project_id, "about": "document", "matters": MATTERS, "request": "修改评分标准"}
    made = world.call("lodge_challenge", agent_of("s1"), **told)
    world.call("answer_challenge", "li", challenge_id=made["id"], upheld=False, decision="与需求相适应")
    complaint = {"challenge_id": made["id"], "matters": ["a"], "request": "责令修改"}
    complained = world.call("lodge_complaint", agent_of("s1"), **complaint)["id"]
    until = (NOTICE + timedelta(days=5)).isoformat()
    world.call("suspend_procurement", "chen", complaint_id=complained, until=until)
    decided = {"outcome": "rejected", "decision_no": "财采决〔2026〕1号", "text": "投诉事项不成立"}
    world.call("decide_complaint", "chen", complaint_id=complained, **decided)


def opened_and_on(world: World) -> None:
    """Lot 2 is opened and its contract signed; lots 1 and 3 fail; the project is cancelled and archived."""
    world.close(CLOSES + timedelta(days=14))
    world.unseal(2)
    remark = world.call("confirm_reading", agent_of("s2"), lot_id=world.lots[2], kind="object", text="报价有误")
    world.call("answer_remark", "zhao", remark_id=remark["remark_id"], answer="以密封内容为准")
    stored = world.store.put([b"video of the room"])
    times = {"began_at": "2026-06-15T01:00:00Z", "ended_at": "2026-06-15T02:00:00Z"}
    world.call("add_recording", "zhao", lot_id=world.lots[2], kind="video", digest=stored.digest, **times)
    world.open_files()
    for person in TURNING:
        world.sign(2, person)
    lot, subject = world.lots[2], f"lot:{world.lots[2]}"
    world.hear("evaluation_began", {"lot_id": lot, "at": "2026-06-15T03:00:00Z"}, subject, "evaluation")
    award = {"lot_id": lot, "supplier_id": id_of("s4"), "announced_at": "2026-06-15T05:00:00Z"}
    world.hear("award_announced", award, subject, "contracts")
    bond = world.call("bonds", "li", lot_id=lot)["bonds"][0]
    world.call("return_bond", "zhao", bond_id=bond["id"])
    world.call("cancel_project", "sun", project_id=world.project_id, reason="机构撤并")
    world.call("seal_archive", "wang", project_id=world.project_id)


def test_every_event_is_announced_and_its_sample_shows_what_it_looks_like(world: World) -> None:
    said = lived(world)
    assert set(said) == OURS
    for name, announcement in sorted(said.items()):
        assert CATALOGUE[name].schema().validate(announcement.payload) == {}, name
        assert announcement.public == (CATALOGUE[name].public and name not in obligations.CATALOGUE), name
        assert announcement.relay == (name not in OWN_MATTERS)
        path = WIRE / f"{name}.v{announcement.version}.json"
        if os.environ.get("SAMPLES") == "write":
            told = {"event": name, "version": announcement.version, "subject": announcement.subject}
            text = json.dumps({**told, "payload": announcement.payload}, ensure_ascii=False, indent=1)
            path.write_text(text + "\n", "utf-8")
        sample = json.loads(path.read_text("utf-8"))
        assert (sample["event"], sample["version"]) == (name, announcement.version)
        assert sample["subject"].split(":")[0] == announcement.subject.split(":")[0]
        assert _shape(sample["payload"]) == _shape(announcement.payload), name


def test_no_sample_is_left_over() -> None:
    assert {path.name.split(".")[0] for path in WIRE.glob("*.json")} == OURS


@pytest.mark.parametrize("definition", HEARD, ids=lambda each: f"{each.source}-{each.event}")
def test_what_others_send_is_understood(definition: Any) -> None:
    sample = SERVICES / definition.source / "wire" / f"{definition.event}.v1.json"
    if not sample.exists():
        pytest.skip(f"{definition.source} has not published a sample of {definition.event}")
    assert definition.schema().load(json.loads(sample.read_text("utf-8"))["payload"])


def test_every_entrypoint_names_a_permission_of_the_one_table() -> None:
    asked = {each.permission for each in ENTRYPOINTS if each.kind in (QUERY, COMMAND)}
    assert asked - {"public", "rehearsal.move_clock"} <= set(PERMISSIONS)


def test_nothing_that_tells_of_a_bid_leaves_the_department_before_the_closing() -> None:
    secret = {"bid_received", "bid_withdrawn", "bond_recorded", "document_taken", "question_asked", "suppliers_invited"}
    assert secret <= OWN_MATTERS
    assert all(not CATALOGUE[name].public for name in secret)


def _shape(value: Any) -> Any:
    """The kinds of the values: what a listener relies on. Of a list, its first element; a null fits anything."""
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in value.items() if name != "figures"}
    if isinstance(value, list):
        return [_shape(value[0])] if value and not isinstance(value[0], dict) else []
    return "text or nothing" if value is None or isinstance(value, str) else type(value).__name__
