"""Evaluation's part of the walk over the table: own and foreign panels, draws, lots and bids, for every role."""

from __future__ import annotations

from decimal import Decimal

from services.evaluation.rules.rounds import commitment
from tests.evaluation.conftest import Played
from tests.evaluation.people import caller, id_of
from tests.evaluation.world import World
from tests.registry.walk import Ground, reach_faults

PEOPLE = {
    "centre.officer": "li", "centre.reviewer": "wang", "centre.host": "zhao", "purchaser.officer": "sun",
    "purchaser.representative": "zhou", "supervisor": "zheng", "finance.officer": "chen", "supplier.agent": "agent-s1",
}  # fmt: skip
FOR_THEMSELVES = {"my_invitations", "my_questions"}
LISTS = {"evaluations", "questions"}
ROUNDS = {"reveal_offer", "seal_offer", "open_round"}
MARKS = ("lot1", "lot2", "s1", "s2", "project")


def ground_of(world: World, number: int) -> Ground:
    """A lot that is to be signed for, with its panel, draw, calls and questions."""
    expert = next(key for key in world.panel_keys if key != "ma")
    [call_id] = [each["call_id"] for each in world.ever("expert_called") if each["person_id"] == id_of(expert)][:1]
    member = next(each for each in world.panel("zheng")["members"] if each["name"] == caller(expert).name)
    bid = world.bid(number, "s1")
    when = world.in_minutes(30)
    asked = {"lot_id": world.lot(number), "bid_id": bid, "text": "请澄清交货期", "answer_by": when}
    question = world.call("ask_bidder", world.leader, **asked)
    return Ground(
        "evaluation", world.service, {**{role: caller(key) for role, key in PEOPLE.items()}, "expert": caller(expert)},
        known={
            "project_id": id_of("project"), "panel_id": world.panel_id, "draw_id": world.draw_id,
            "lot_id": world.lot(number), "lot_ids": [world.lot(number)], "bid_id": bid, "call_id": call_id,
            "member_id": member["member_id"], "person_id": id_of(expert), "question_id": question["id"],
            "answer_by": when, "seat": "centre", "points": "1", "signed": {}, "closes_at": when, "evaluates_at": when,
        },
        asked={
            "save_sheet": {"marks": [{"bid_id": bid, "factor": "service", "points": "1"}]},
            "form_panel": {"seats": {"centre": [id_of("zhao")], "purchaser": [id_of("zhou")],
                                     "supervisor": [id_of("zheng")]}},
        },
        lists=LISTS, own_only=FOR_THEMSELVES, marks=[*(id_of(each) for each in MARKS), "请澄清交货期"],
        strangers_told={("stand_aside", "not_a_member")},
        last=("record_absence", "recuse_member", "stand_aside", "reopen_evaluation"),
    )  # fmt: skip


def test_each_role_reaches_its_own_and_no_foreign_thing(played: Played) -> None:
    world = played("pricing")
    found = reach_faults(ground_of(world, 1), lambda method: method not in ROUNDS)
    assert not found, "\n".join(found)


def test_rounds_and_offers_are_reached_by_who_takes_part_and_by_no_stranger(played: Played) -> None:
    world = played("negotiating")
    when = world.in_minutes(30)
    opened = {"lot_id": world.lot(2), "kind": "final_offer", "closes_at": when, "changes": "质保改为五年"}
    round_id = world.call("open_round", world.panel_keys[0], **opened)["id"]
    offer = {"price": "2100000.00", "nonce": "s1" * 16}
    sealed = commitment(round_id, world.bid(2, "s1"), Decimal(offer["price"]), offer["nonce"])
    world.call("seal_offer", "agent-s1", round_id=round_id, commitment=sealed)
    ground = ground_of(world, 2)
    ground.known = {**ground.known, **offer, "round_id": round_id, "commitment": sealed, "kind": "final_offer"}
    ground.marks = [*ground.marks, round_id, sealed, "质保改为五年"]
    found = reach_faults(ground, lambda method: method in ROUNDS | LISTS | {"my_questions"})
    assert not found, "\n".join(found)
    outsider = world.call("my_questions", "agent-s3")
    assert not [each for each in ground.marks if each in str(outsider)], "s3 takes part in nothing here"
