"""What a challenge reopens, played: the marks of the four grounds and nothing else, and nothing for the document."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from tests.evaluation.conftest import Played
from tests.evaluation.people import refused
from tests.evaluation.test_results import REOPEN, dispute
from tests.evaluation.test_scores import mark


def test_a_recheck_changes_a_mark_on_a_lawful_ground_only_and_the_new_ranking_is_signed_anew(played: Played) -> None:
    world = played("settled")
    lot, key = world.lot(1), world.panel_keys[0]
    again = mark(world, "s1", "tech", "30")
    with refused("wrong_stage"):
        world.call("change_mark", key, lot_id=lot, **again, ground="abnormal", reason="质疑复核")
    its_id = dispute(world, upheld=True)
    world.call("reopen_evaluation", "zhao", lot_id=lot, dispute_id=its_id, **REOPEN | {"ground": "abnormal"})
    told = world.events("evaluation_reopened")[-1]
    assert (told["scope"], told["dispute_id"], told["article"]) == ("recheck", its_id, "87-64")
    for method, fields in (
        ("submit_sheet", {}),
        ("vote_on_low_price", {"bid_id": world.bid(1, "s1"), "choice": "usual"}),
        ("ask_bidder", {"bid_id": world.bid(1, "s1"), "text": "x" * 10, "answer_by": world.in_minutes(30)}),
        ("vote_on_rejection", {"bid_id": world.bid(1, "s1"), "ground": "collusion", "choice": "keep"}),
    ):
        with refused("wrong_stage"):
            world.call(method, key, lot_id=lot, **fields)
    with refused("change_not_found_abnormal"):
        world.call("change_mark", key, lot_id=lot, **again, ground="abnormal", reason="质疑复核")
    with refused("change_not_unequal"):
        world.call("change_mark", key, lot_id=lot, **again, ground="objective_unequal", reason="质疑复核")
    with refused("change_in_range"):
        world.call("change_mark", key, lot_id=lot, **again, ground="out_of_range", reason="质疑复核")
    member = next(each["member_id"] for each in world.panel("zheng")["members"] if each["seat_no"] == 1)
    judged = {"lot_id": lot, "bid_id": world.bid(1, "s1"), "factor": "tech", "member_id": member}
    for voter in world.panel_keys[:4]:
        world.call("judge_mark", voter, **judged, choice="abnormal", reason="明显低于其他成员")
    old = next(
        each["points"]
        for each in world.marks_of(1, 0)
        if (each["bid_id"], each["factor"]) == (world.bid(1, "s1"), "tech")
    )
    world.call("change_mark", key, lot_id=lot, **again, ground="abnormal", reason="质疑复核")
    settled = world.settle(1)
    body = world.call("report", "zheng", lot_id=lot)["body"]
    assert [(each["old"], each["new"], each["ground"]) for each in body["changes"]] == [
        (f"{Decimal(old):.2f}", "30.00", "abnormal")
    ]
    # 183.5 less the old mark and 30 more, by seven, instead of 26.21; the rest of s1's 83.53 stays.
    tech = ((Decimal("183.5") - Decimal(old) + 30) / 7).quantize(Decimal("0.01"), ROUND_HALF_UP)
    totals = {each["bid_id"]: each["total"] for each in settled["ranking"]}
    assert totals[world.bid(1, "s1")] == str(Decimal("83.53") - Decimal("26.21") + tech)
    assert settled["version"] == 2
    with refused("wrong_stage"):
        world.call("change_mark", key, lot_id=lot, **mark(world, "s1", "tech", "29"), ground="abnormal", reason="又改")


def test_a_challenge_of_the_document_reopens_no_evaluation(played: Played) -> None:
    world = played("settled")
    its_id = dispute(world, upheld=True, about="document")
    for ground in ("abnormal", "composition"):
        with refused("reopen_of_document"):
            fields = REOPEN | {"ground": ground}
            world.call("reopen_evaluation", "zhao", lot_id=world.lot(1), dispute_id=its_id, **fields)
    assert world.call("evaluation", "zheng", lot_id=world.lot(1))["stage"] == "settled"
