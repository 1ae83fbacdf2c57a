"""Tendering's part of the walk over the table: own and foreign projects, lots, bids, challenges, for every role."""

from __future__ import annotations

import pytest

from tests.registry.walk import Ground, reach_faults
from tests.tendering.people import agent_of, caller, id_of
from tests.tendering.test_course import ITEM
from tests.tendering.world import World, plain

MATTERS = [{"key": "a", "matter": "评分标准不明确", "facts": "第六章无分档", "evidence": ["招标文件第六章"]}]
PEOPLE = {
    "centre.officer": "li", "centre.reviewer": "wang", "centre.host": "zhao", "purchaser.officer": "sun",
    "purchaser.representative": "zhou", "purchaser.acceptor": "wu", "supervisor": "zheng", "finance.officer": "chen",
    "supplier.agent": "agent-s1",
}  # fmt: skip
FOR_THEMSELVES = {
    "ask_question", "bids_of_lot", "draft_entrustment", "extend_calendar", "lodge_challenge", "my_bids", "my_bonds",
    "my_downloads", "my_duties", "my_key_tests", "record_bond", "submit_bid", "take_document", "withdraw_bid",
}  # fmt: skip
"""What a caller does or reads for itself: a notice is everybody's, nothing of another's is named, and prices that were
read out (`bids_of_lot`) were heard by all."""
NO_PART = {
    ("confirm_reading", "no_bid_here"), ("extend_duty", "extension_not_later"),
    ("hand_in_share", "move_closed"), ("prove_key", "holder_of_another"),
    ("sign_in", "no_place_at_opening"), ("sign_record", "not_present"),
}  # fmt: skip
"""Whether a lot is being opened (`hand_in_share`) is public; the duty here is finance's, whoever acts for it."""
OTHERS_DUTY = {("duties", "supplier.agent"), ("extend_duty", "centre.officer"), ("extend_duty", "centre.reviewer")}
LISTS = {"bids_of_lot", "challenges", "complaints", "projects", "questions", "opening"}


@pytest.fixture
def ground(open_world: World) -> Ground:
    """A project with a question, an amendment, a challenge, a complaint, a bond, bids, an opening with a remark."""
    world = open_world
    project = {"project_id": world.project_id}
    world.call("take_document", agent_of("s1"), **project)
    question = world.call("ask_question", agent_of("s1"), **project, text="可否延长质保？")
    amendment = world.call("draft_amendment", "li", **project, text="更正", affects_bids=False)
    asked = {**project, "about": "document", "matters": MATTERS, "request": "修改评分标准"}
    challenge = world.call("lodge_challenge", agent_of("s1"), **asked)
    world.call("answer_challenge", "li", challenge_id=challenge["id"], upheld=False, decision="不成立")
    told = {"challenge_id": challenge["id"], "matters": ["a"], "request": "责令修改"}
    complaint = world.call("lodge_complaint", agent_of("s1"), **told)
    lot = world.lots[2]
    bond = {"lot_id": lot, "amount": "40000.00", "form": "bank_guarantee", "number": "G-1", "account": "6222"}
    world.call("record_bond", agent_of("s1"), **bond)
    for supplier, price in (("s1", "2210000.00"), ("s2", "2060000.00"), ("s4", "1960000.00")):
        world.bid(2, supplier, price)
    world.close()
    world.unseal(2)
    remark = world.call("confirm_reading", agent_of("s1"), lot_id=lot, kind="object", text="唱标有误")
    [[holder]] = world.sql("SELECT id FROM seat_holder WHERE person_id = :zhao", zhao=id_of("zhao"))
    [[bond_id]] = world.sql("SELECT id FROM bond")
    [[duty]] = world.sql("SELECT id FROM obligation WHERE kind = 'complaint_decision'")
    entrustment = {"fiscal_year": 2026, "items": [{**ITEM}], "procedure": "open_tender"}
    content = plain(world.content())
    return Ground(
        "tendering", world.direct, {role: caller(key) for role, key in PEOPLE.items()},
        known={
            **project, "lot_id": lot, "document_id": world.document_id, "amendment_id": amendment["amendment_id"],
            "question_id": question["question_id"], "challenge_id": challenge["id"], "complaint_id": complaint["id"],
            "bond_id": bond_id, "remark_id": remark["remark_id"], "holder_id": holder, "obligation_id": duty,
            "lot_ids": [lot], "officer_id": id_of("li"), "reviewer_id": id_of("wang"),
        },
        asked={
            "draft_entrustment": entrustment, "edit_entrustment": entrustment,
            "edit_document": {"revision": 1, "content": content}, "extend_calendar": {"year": 2027, "make_up": []},
            "name_holders": {"seats": {"centre": [id_of("zhao")]}},
        },
        lists=LISTS, own_only=FOR_THEMSELVES, outsiders=OTHERS_DUTY, strangers_told=NO_PART,
        marks=(id_of("s1"), "可否延长质保？", "演练"),
    )  # fmt: skip


def test_each_role_reaches_its_own_and_no_foreign_thing(ground: Ground) -> None:
    found = reach_faults(ground)
    assert not found, "\n".join(found)
