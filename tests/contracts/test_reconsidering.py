"""A lot evaluated again: the new ranking counts, the upheld challenge is acted upon, and nothing stays stuck."""

from __future__ import annotations

from typing import Any

from tests.contracts.messages import ADDRESSES, PROJECT, lot_id, settled
from tests.contracts.people import organisation
from tests.contracts.test_suspension_and_refusal import CHALLENGE, answer, challenge
from tests.contracts.world import World, at, refused


def evaluated_again(world: World, no: int, *, swapped: bool = False) -> None:
    """A new ranking of the lot, settled after the challenge was answered; `swapped`: the first two change places."""
    world.time = at("2026-06-18 09:00")
    anew = settled(no, world.time)
    if swapped:
        for place, rank in zip(anew["ranking"][:2], (2, 1), strict=True):
            place["rank"] = rank
    world.hear("evaluation", "ranking_settled", anew, f"lot:{lot_id(no)}")


def test_after_an_upheld_challenge_the_ranking_evaluated_again_counts_and_its_winner_may_sign(world: World) -> None:
    world.prepare(1)
    award = world.announce(world.award(1, "s2"))
    contract = world.draft(1)
    challenge(world, "signing")
    answer(world, upheld=True)
    with refused("challenge_upheld"):
        world.sign(contract, "agent-s2", "supplier")
    evaluated_again(world, 1)
    assert world.last("award_refused")["award_id"] == award["id"]
    assert world.last("award_refused")["annulled"] is True
    assert world.call("contract", "li", contract_id=contract["id"])["status"] == "voided"
    assert world.duties("award_decision") == ["opened", "met", "opened"], "a period to decide of its own"
    kept = [each for each in world.call("bonds", "li", lot_id=lot_id(1))["bonds"] if each["status"] == "kept"]
    assert kept == [], "nobody's fault"
    assert world.conclude(1, "s2")["status"] == "signed", "the new evaluation found the same winner"


def test_where_the_new_evaluation_changes_the_order_the_former_winner_is_second(world: World) -> None:
    world.prepare(1)
    world.announce(world.award(1, "s2"))
    challenge(world, "signing")
    answer(world, upheld=True)
    evaluated_again(world, 1, swapped=True)
    with refused("out_of_order"):
        world.award(1, "s2")
    award = world.award(1, "s1")
    world.call("refuse_award", "agent-s1", award_id=award["id"], ground="declined", note="产能不足，放弃中标")
    assert world.award(1, "s2")["rank"] == 2, "annulled is not passed over"


def test_the_answer_heard_after_the_new_ranking_leaves_nothing_stopped(world: World) -> None:
    world.prepare(1)
    world.announce(world.award(1, "s2"))
    challenge(world, "signing")
    evaluated_again(world, 1)
    answer(world, upheld=True)
    assert world.conclude(1, "s2")["status"] == "signed"


def test_a_new_ranking_does_not_undo_a_signed_contract(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    evaluated_again(world, 1, swapped=True)
    assert world.call("contract", "li", contract_id=contract["id"])["status"] == "signed"
    assert "award_refused" not in world.told


def test_a_challenge_about_two_lots_is_settled_when_both_awards_are_gone(world: World) -> None:
    world.prepare(1, 2)
    first, second = (world.announce(world.award(no, supplier)) for no, supplier in ((1, "s2"), (2, "s5")))
    both: dict[str, Any] = {"challenge_id": CHALLENGE, "project_id": PROJECT, "lot_ids": [lot_id(1), lot_id(2)]}
    told = {"about": "result", "supplier_id": organisation("s1")["id"], "lodged_at": "2026-06-09T01:00:00Z"}
    world.hear("tendering", "challenge_lodged", both | told | {"suspends": ["signing"]}, f"challenge:{CHALLENGE}")
    told = {"about": "result", "upheld": True, "decision": "x", "answered_at": "2026-06-16T01:00:00Z"}
    world.hear("tendering", "challenge_answered", both | told | {"suspends": ["signing"]}, f"challenge:{CHALLENGE}")
    world.time = at("2026-06-16 10:00")
    world.call("annul_award", "sun", award_id=first["id"], ground="challenge_upheld", note="质疑成立，中标无效")
    with refused("challenge_upheld"):
        world.sign(world.draft(2), "agent-s5", "supplier")
    world.call("annul_award", "sun", award_id=second["id"], ground="challenge_upheld", note="质疑成立，中标无效")
    award = world.award(2, "s2")
    detail = [{"no": 1, "specification": "48口万兆", "service": "安装调试"}]
    world.call("announce_award", "li", award_id=award["id"], items=detail, **ADDRESSES)
    contract = world.draft(2)
    assert world.sign(contract, "agent-s2", "supplier")["status"] == "draft", "one side has signed, nothing stops it"
