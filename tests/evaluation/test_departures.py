"""Somebody goes in the middle: who comes instead, what is void, and what is done again (87-49, 条例9)."""

from __future__ import annotations

import pytest

from services.evaluation.rules import departure
from services.protocol import draw
from tests.evaluation import rehearsal
from tests.evaluation.conftest import Played
from tests.evaluation.people import id_of, refused
from tests.evaluation.test_reviews import low_question, rejected
from tests.evaluation.world import KEYS, World

TIE = {"ties": ["长春星桥信息技术有限公司(演练)"], "reason": "配偶在此任职"}


def place_of_a_plain_member(world: World) -> int:
    """The seat, from 0, of an expert who does not lead."""
    return next(number for number, key in enumerate(world.panel_keys) if key not in (world.leader, "ma"))


def goes(world: World, place: int) -> None:
    world.call("stand_aside", world.panel_keys[place], panel_id=world.panel_id, **TIE)


def comes(world: World, place: int) -> str:
    """The next in the drawn order accepts and checks in on the free seat."""
    world.answer_all()
    new = next(each for each in world.panel("zheng")["members"] if each["seat_no"] == place + 1)
    key = next(each["key"] for each in rehearsal.data()["experts"] if each["name"] == new["name"])
    world.call("check_in", key, panel_id=world.panel_id)
    world.enrol(key)
    world.panel_keys[place] = key
    return str(key)


def test_who_accepted_and_then_declares_a_tie_is_recused_and_the_next_in_the_drawn_order_is_called(
    played: Played,
) -> None:
    world = played("formed")
    world.draw_experts()
    world.answer_all()
    gone = next(each for each in world.events("call_ended") if each["outcome"] == "accepted")
    called_before = {each["person_id"] for each in world.events("expert_called")}
    person = next(each for each in world.events("expert_called") if each["call_id"] == gone["call_id"])["person_id"]
    with refused("not_a_member"):
        world.call("stand_aside", _nobody(world), panel_id=world.panel_id, **TIE)
    world.call("stand_aside", KEYS[person], panel_id=world.panel_id, **TIE)
    assert len(world.panel("zheng")["members"]) == 6
    (waiting,) = world.waiting()
    assert id_of(waiting) not in called_before
    world.answer_all()
    order = _order(world, gone["specialty"])
    transcript = world.call("transcript", "zheng", draw_id=world.draw_id)["transcript"]
    assert draw.replay(transcript) == []
    mine = [each for each in transcript["calls"] if each["specialty"] == gone["specialty"]]
    assert [each["expert"] for each in mine] == order[: len(mine)]
    assert {each["expert"]: (each["outcome"], each["reason"]) for each in mine}[gone["pseudonym"]] == (
        "recused",
        "、".join([*TIE["ties"], str(TIE["reason"])]),
    )
    assert len(world.panel("zheng")["members"]) == 7


def _nobody(world: World) -> str:
    called = {KEYS[each["person_id"]] for each in world.events("expert_called")}
    return next(each["key"] for each in rehearsal.data()["experts"] if each["key"] not in called)


def _order(world: World, specialty: str) -> list[str]:
    orders = world.call("transcript", "zheng", draw_id=world.draw_id)["transcript"]["orders"]
    found: list[str] = next(each["order"] for each in orders if each["specialty"] == specialty)
    return found


def test_a_member_who_goes_before_the_signing_takes_the_report_along_and_the_new_one_scores(played: Played) -> None:
    world = played("signing")
    place = place_of_a_plain_member(world)
    world.call("sign_report", world.leader, lot_id=world.lot(1), signed=world.signed(world.leader, 1, "member"))
    goes(world, place)
    stages = [world.call("evaluation", "zheng", lot_id=world.lot(number))["stage"] for number in (1, 2)]
    assert stages == ["scoring", "ranking"], "the sheets are open again; by price alone there are none"
    assert len(world.events("report_withdrawn")) == 2
    with refused("panel_incomplete"):
        world.call("settle_ranking", "zhao", lot_id=world.lot(2))
    with refused("sheets_open"):
        world.close_sheets(1)
    seen = world.call("score_sheets", world.leader, lot_id=world.lot(1))
    assert (seen["view"], seen["submitted"], len(seen["sheets"])) == ("own", 6, 1), "six are in, one is to come"

    new = comes(world, place)
    with refused("mark_missing"):
        world.call("submit_sheet", new, lot_id=world.lot(1))
    world.call("save_sheet", new, lot_id=world.lot(1), marks=world.marks_of(1, place))
    world.call("submit_sheet", new, lot_id=world.lot(1))
    assert world.close_sheets(1)["stage"] == "ranking"
    again = world.settle(1)
    assert [each["total"] for each in again["ranking"]] == ["91.79", "83.53", "81.79", "80.94", "79.93"]
    assert again["version"] == 2
    assert world.settle(2)["ranking"][0]["supplier_id"] == id_of("s5")
    with refused("member_signed_off"):
        goes(world, place)


def test_when_the_leader_goes_another_is_elected_and_old_votes_count_for_nobody(played: Played) -> None:
    world = played("pricing")
    place = world.panel_keys.index(world.leader)
    goes(world, place)
    members = {each["seat_no"]: each for each in world.panel("zheng")["members"]}
    assert not any(each["leader"] for each in members.values())
    successor = next(number for number, key in enumerate(world.panel_keys) if number != place and key != "ma")
    voters = [key for number, key in enumerate(world.panel_keys) if number != place and key != "ma"]
    chosen = {"panel_id": world.panel_id, "member_id": members[successor + 1]["member_id"]}
    ends = [world.call("vote_for_leader", key, **chosen)["leader"] for key in voters[:4]]
    assert ends == [None, None, None, chosen["member_id"]], "more than half of seven"
    assert world.leader == world.panel_keys[successor]


def test_a_proof_whose_majority_went_is_voted_on_again(played: Played) -> None:
    world = played("pricing")
    place = place_of_a_plain_member(world)
    fields = {"lot_id": world.lot(2), "bid_id": world.bid(2, "s4")}
    world.call("answer_question", "agent-s4", question_id=low_question(world), text="附进货发票")
    believers = {place, *[number for number in range(7) if number != place][:3]}
    for number, key in enumerate(world.panel_keys):
        proved = number in believers
        vote = {"choice": "proved"} if proved else {"choice": "unproved", "reason": "发票与投标型号不符"}
        world.call("vote_on_proof", key, **fields, **vote)
    assert world.call("close_prices", "zhao", lot_id=world.lot(2))["stage"] == "ranking"
    goes(world, place)
    assert world.call("evaluation", "zheng", lot_id=world.lot(2))["stage"] == "prices", "three to three"
    with refused("proof_open"):
        world.call("close_prices", "zhao", lot_id=world.lot(2))
    new = comes(world, place)
    world.call("vote_on_proof", new, **fields, choice="unproved", reason="证据不足")
    world.call("close_prices", "zhao", lot_id=world.lot(2))
    assert rejected(world, 2) == {"s4": "prices"}
    assert world.settle(2)["ranking"][0]["supplier_id"] == id_of("s5")


def test_a_bid_rejected_by_a_majority_that_went_is_in_again(played: Played) -> None:
    world = played("pricing")
    place = place_of_a_plain_member(world)
    fields = {"lot_id": world.lot(2), "bid_id": world.bid(2, "s1"), "ground": "collusion", "reason": "文件异常一致"}
    voters = [place, *[number for number in range(7) if number != place][:3]]
    for number in voters:
        world.call("vote_on_rejection", world.panel_keys[number], **fields, choice="reject")
    assert rejected(world, 2) == {"s1": "prices"}
    goes(world, place)
    assert rejected(world, 2) == {}
    assert world.call("evaluation", "zheng", lot_id=world.lot(2))["stage"] == "conformity"


def test_where_nobody_is_left_in_the_drawn_order_another_panel_evaluates_from_the_opened_bids_on(
    played: Played,
) -> None:
    world = played("begun")
    world.qualify(1)
    with refused("wrong_stage"):
        world.form_panel()
    place = place_of_a_plain_member(world)
    tied = world.panel_keys[place]
    goes(world, place)
    world.answer_all(lambda key: {"accept": False, "reason": "没空"})
    assert world.panel("zheng")["missing"] != []
    world.form_panel()
    for number in (1, 2):
        stands = world.call("evaluation", "zheng", lot_id=world.lot(number))
        assert (stands["attempt"], stands["stage"]) == (2, "waiting"), "what the old panel found is void"
    world.draw_experts()
    world.answer_all()
    assert id_of(tied) not in {each["person_id"] for each in world.events("expert_called")}, "the tie is still there"
    world.begin()
    assert world.qualify(1)["stage"] == "conformity"


@pytest.mark.parametrize(
    ("conformity_closed", "conformity_stands", "readmitted", "prices_closed", "proofs_stand", "expected"),
    [
        (False, False, False, False, True, "sheets"),  # conformity is still being voted on: it goes on
        (False, False, True, False, True, "sheets"),
        (True, True, False, True, True, "sheets"),
        (True, False, False, True, True, "conformity"),
        (True, True, True, True, True, "conformity"),  # a bid is in again: it was never examined further
        (True, False, True, True, False, "conformity"),  # the earlier step takes the later one with it
        (True, True, False, True, False, "prices"),
        (True, True, False, False, False, "sheets"),  # prices are still open: the vote is simply taken again
    ],
)
def test_a_lot_falls_back_to_the_first_step_that_does_not_stand_without_the_member(
    conformity_closed: bool,
    conformity_stands: bool,
    readmitted: bool,
    prices_closed: bool,
    proofs_stand: bool,
    expected: str,
) -> None:
    found = departure.first_step(
        conformity_closed=conformity_closed,
        conformity_stands=conformity_stands,
        readmitted=readmitted,
        prices_closed=prices_closed,
        proofs_stand=proofs_stand,
    )
    assert found == expected
