"""Evaluation's part of the walk over the table: own and foreign panels, draws, lots and bids, for every role."""

from __future__ import annotations

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
