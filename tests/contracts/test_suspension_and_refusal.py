"""What a challenge stops, what a refusal opens, who shares a place: the ways off the straight road."""

from __future__ import annotations

from typing import Any

from services.chassis.refusal import Refusal
from services.contracts.rules import joint_places
from tests.contracts.messages import PROJECT, bid_id, lot_id, settled
from tests.contracts.people import id_of, organisation
from tests.contracts.world import World, at, refused

CHALLENGE, COMPLAINT = id_of("challenge", "1"), id_of("complaint", "1")
ABOUT = {"project_id": PROJECT, "lot_ids": [lot_id(1)]}


def challenge(world: World, *suspends: str) -> None:
    told = ABOUT | {
        "challenge_id": CHALLENGE,
        "about": "result",
        "supplier_id": organisation("s1")["id"],
        "lodged_at": "2026-06-09T01:00:00Z",
        "suspends": list(suspends),
    }
    world.hear("tendering", "challenge_lodged", told, f"challenge:{CHALLENGE}")


def answer(world: World, *, upheld: bool, changes_result: bool = True) -> None:
    suspends = ["award", "signing"] if upheld and changes_result else []
    told = ABOUT | {
        "challenge_id": CHALLENGE,
        "about": "result",
        "upheld": upheld,
        "decision": "x",
        "suspends": suspends,
    }
    told |= {"answered_at": "2026-06-16T01:00:00Z"}
    world.hear("tendering", "challenge_answered", told, f"challenge:{CHALLENGE}")


def complaint(world: World, until: str) -> None:
    told = ABOUT | {"complaint_id": COMPLAINT, "challenge_id": CHALLENGE, "suspended_until": until}
    world.hear("tendering", "complaint_lodged", told, f"challenge:{CHALLENGE}")


def decide(world: World, outcome: str) -> None:
    told = ABOUT | {
        "complaint_id": COMPLAINT,
        "challenge_id": CHALLENGE,
        "outcome": outcome,
        "decision_no": "吉财采决〔2026〕1号",
    }
    told |= {"text": "", "decided_at": "2026-07-01T01:00:00Z"}
    world.hear("tendering", "complaint_decided", told, f"challenge:{CHALLENGE}")


def test_while_a_challenge_is_open_nobody_decides_and_the_period_stands_still(world: World) -> None:
    world.prepare(1)
    world.time = at("2026-06-09 09:00")
    challenge(world, "award", "signing")
    with refused("suspended_by_challenge"):
        world.award(1, "s2")
    world.time = at("2026-06-16 09:00")
    world.direct.tick("decide_by_silence")
    assert "award_decided" not in world.told, "the five working days are over, but they stood still"
    answer(world, upheld=False)
    (lot,) = world.call("lots_to_award", "sun")["lots"]
    assert lot["due"] == "2026-06-22T15:59:59.999999Z", "seven days later"
    assert world.award(1, "s2")["status"] == "decided"


def test_a_challenge_after_the_award_stops_the_signing_and_then_the_performance(world: World) -> None:
    world.prepare(1)
    world.announce(world.award(1, "s2"))
    contract = world.draft(1)
    world.lodge_bond(contract)
    world.sign(contract, "agent-s2", "supplier")
    challenge(world, "signing")
    with refused("suspended_by_challenge"):
        world.sign(contract, "sun", "purchaser")
    answer(world, upheld=False)
    world.sign(contract, "sun", "purchaser")
    delivery = world.deliver(contract, "s2", _1="10")
    world.accept(contract, delivery)
    invoice = world.invoice(contract, "s2", "1900000.00", "F1")
    challenge(world, "signing")  # told once more; answered already, it stops nothing
    complaint(world, "2026-07-08T00:00:00Z")
    with refused("suspended_by_complaint"):
        world.pay(invoice, "1900000.00", "B1")
    with refused("suspended_by_complaint"):
        world.deliver(contract, "s2", _1="1")
    assert world.duties("payment") == ["opened", "paused"]
    world.time = at("2026-07-08 08:01")
    world.direct.tick("take_up_after_suspensions")
    assert world.duties("payment")[-1] == "extended", "the suspension ended by its own date"
    world.pay(invoice, "1900000.00", "B1")


def test_an_upheld_challenge_has_to_be_acted_upon_before_anything_goes_on(world: World) -> None:
    world.prepare(1)
    award = world.announce(world.award(1, "s2"))
    challenge(world, "award", "signing")
    answer(world, upheld=True)
    contract = world.draft(1)
    with refused("challenge_upheld"):
        world.sign(contract, "agent-s2", "supplier")
    with refused("finance_decides"):
        world.call("annul_award", "sun", award_id=award["id"], ground="complaint_upheld", note="质疑成立")
    ended = world.call("annul_award", "sun", award_id=award["id"], ground="challenge_upheld", note="质疑成立，中标无效")
    assert ended["status"] == "annulled"
    assert world.last("award_refused")["annulled"] is True
    assert world.call("contract", "li", contract_id=contract["id"])["status"] == "voided"
    with refused("out_of_order"):
        world.award(1, "s5")
    assert world.award(1, "s1")["amount"] == "7980000.00"


def test_a_challenge_upheld_without_touching_the_result_stops_nothing(world: World) -> None:
    world.prepare(1)
    challenge(world, "award", "signing")
    answer(world, upheld=True, changes_result=False)
    assert world.award(1, "s2")["status"] == "decided"


def test_a_complaint_upheld_for_a_new_tender_ends_everything_of_the_lot(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    complaint(world, "2026-07-08T00:00:00Z")
    decide(world, "upheld_retender")
    assert world.call("contract", "li", contract_id=contract["id"])["status"] == "terminated"
    assert world.told.count("lot_returned") == 1
    with refused("lot_over"):
        world.award(1, "s1")
    bonds = world.call("bonds", "li", lot_id=lot_id(1))["bonds"]
    assert {each["status"] for each in bonds} == {"due"}, "no fault of the supplier: every bond goes back"
    while world.direct.tick("fold_figures"):
        pass
    (total,) = world.call("figures", year=2026)["rows"]
    assert (total["contracts"], total["terminated"]) == (1, 1)


def test_after_a_complaint_upheld_for_a_new_evaluation_the_new_ranking_counts(world: World) -> None:
    world.prepare(1)
    world.award(1, "s2")
    complaint(world, "2026-07-08T00:00:00Z")
    decide(world, "upheld_reevaluate")
    assert world.last("award_refused")["annulled"] is True
    world.time = at("2026-07-02 09:00")
    anew = settled(1, world.time)
    for place, rank in zip(anew["ranking"][:2], (2, 1), strict=True):
        place["rank"] = rank
    world.hear("evaluation", "ranking_settled", anew, f"lot:{lot_id(1)}")
    assert world.duties("award_decision") == ["opened", "met", "opened"]
    with refused("out_of_order"):
        world.award(1, "s2")
    world.time = at("2026-07-10 09:00")
    world.direct.tick("decide_by_silence")
    decided = world.last("award_decided")
    assert (decided["supplier_id"], decided["by_silence"]) == (organisation("s1")["id"], True)


def test_a_refusing_winner_gives_way_to_the_next_and_pays_for_it(world: World) -> None:
    world.prepare(1)
    award = world.announce(world.award(1, "s2"))
    with refused("signing_period_runs"):
        world.call("declare_refusal", "sun", award_id=award["id"], ground="period_passed", note="逾期未签")
    ended = world.call("refuse_award", "agent-s2", award_id=award["id"], ground="declined", note="产能不足，放弃中标")
    assert ended["status"] == "refused"
    with refused("award_ended"):
        world.call("refuse_award", "agent-s2", award_id=award["id"], ground="declined", note="产能不足，放弃中标")
    kept = [each for each in world.call("bonds", "li", lot_id=lot_id(1))["bonds"] if each["status"] == "kept"]
    assert [each["supplier_id"] for each in kept] == [organisation("s2")["id"]]
    assert world.last("supplier_performance_recorded")["kind"] == "award_refused"
    world.pass_time(days=30)
    world.direct.tick("decide_by_silence")
    assert world.told.count("award_decided") == 1, "after a refusal silence decides nothing (条例49)"
    with refused("fell_away"):
        world.award(1, "s2")
    assert world.award(1, "s1")["rank"] == 2


def test_force_majeure_costs_no_bond_and_no_record(world: World) -> None:
    world.prepare(1)
    award = world.announce(world.award(1, "s2"))
    world.call("refuse_award", "agent-s2", award_id=award["id"], ground="force_majeure", note="厂房遭洪水冲毁")
    assert "bond_kept" not in world.told
    assert "supplier_performance_recorded" not in world.told


def test_a_winner_that_lets_the_signing_period_pass_is_taken_to_refuse_and_the_lot_may_go_back(world: World) -> None:
    world.prepare(1)
    award = world.announce(world.award(1, "s2"))
    with refused("award_stands", "nobody_refused"):
        world.call("return_lot", "sun", lot_id=lot_id(1), ground="winner_refused", note="重新招标")
    world.time = at("2026-07-10 09:00")
    world.direct.tick("tell_of_overdue")
    world.pass_time(days=5)
    world.direct.tick("tell_of_overdue")
    world.direct.tick("tell_of_overdue")
    assert world.duties("contract_signing") == ["opened", "overdue"], "told once"
    world.call("declare_refusal", "sun", award_id=award["id"], ground="period_passed", note="逾期未签")
    world.call("return_lot", "sun", lot_id=lot_id(1), ground="winner_refused", note="重新招标")
    assert world.last("lot_returned")["reason"] == "winner_refused"
    with refused("returned_already"):
        world.call("return_lot", "sun", lot_id=lot_id(1), ground="winner_refused", note="重新招标")


def test_a_stated_reason_keeps_silence_from_deciding(world: World) -> None:
    world.prepare(1)
    with refused("hold_ground_unknown"):
        world.call("hold_award", "sun", lot_id=lot_id(1), ground="holiday", note="负责人正在休假，无法签字")
    hold = {"lot_id": lot_id(1), "ground": "reported_to_finance", "note": "发现评审标准执行有误，已书面报告财政部门"}
    world.call("hold_award", "sun", **hold)
    with refused("held_already"):
        world.call("hold_award", "sun", **hold)
    world.pass_time(days=20)
    world.direct.tick("decide_by_silence")
    assert "award_decided" not in world.told
    assert world.award(1, "s2")["by_silence"] is False


def joint(world: World, **conditions: Any) -> None:
    """Lot 1 with the first two sharing the first place."""
    world.publish(**conditions)
    world.open_bids(1)
    told = settled(1, world.time)
    for place in told["ranking"][:2]:
        place.update(rank=1, joint=True)
    world.hear("evaluation", "ranking_settled", told, f"lot:{lot_id(1)}")


def test_a_shared_place_is_drawn_from_a_nonce_committed_before_the_opening(world: World) -> None:
    joint(world)
    committed = next(each.payload for each in world.direct.announced if each.event == "draw_nonce_committed")
    world.pass_time(days=20)
    world.direct.tick("decide_by_silence")
    draw = world.last("award_decided")["draw"]
    assert joint_places.commitment(draw["nonce"]) == draw["commitment"] == committed["commitment"]
    seed = joint_places.seed(draw["nonce"], draw["report_digest"], lot_id(1))
    assert joint_places.drawn_order(draw["joint"], seed)[0] == draw["taken"] == world.last("award_decided")["bid_id"]


def test_the_purchaser_may_not_choose_where_the_document_says_draw(world: World) -> None:
    joint(world)
    ends = []
    for supplier in ("s1", "s2"):
        try:
            world.award(1, supplier)
            ends.append("awarded")
            break
        except Refusal as refusal:
            ends.extend(each.code for each in refusal.objections)
    drawn = world.last("award_decided")["draw"]["taken"]
    assert ends[-1] == "awarded"
    assert world.last("award_decided")["bid_id"] == drawn
    assert ends == (["awarded"] if drawn == bid_id(1, "s1") else ["joint_place_decided", "awarded"])


def test_the_purchaser_chooses_where_the_document_says_so(world: World) -> None:
    joint(world, joint_rule="purchaser_decides")
    assert world.award(1, "s1")["rank"] == 1


def test_a_lot_that_silence_cannot_award_holds_up_no_other(world: World) -> None:
    world.prepare(1, 2)
    world.standing("s5", "barred")
    world.time = at("2026-06-16 09:00")
    world.direct.tick("decide_by_silence")
    assert [each["supplier_id"] for each in decided(world)] == [organisation("s2")["id"]], (
        "lot 2 waits: its first is barred"
    )
    world.time = at("2026-10-01 09:00")
    world.standing("s5", "admitted")
    world.direct.tick("decide_by_silence")
    assert len(decided(world)) == 1, "no published calendar reaches the notice's last day; nothing is guessed"


def decided(world: World) -> list[dict[str, Any]]:
    return [each.payload for each in world.direct.announced if each.event == "award_decided"]


def test_a_cancelled_project_is_neither_announced_drafted_nor_signed(world: World) -> None:
    world.prepare(1, 2)
    award = world.award(1, "s2")
    world.announce(world.award(2, "s5"))
    contract = world.draft(2)
    told = {"project_id": PROJECT, "reason": "task_cancelled", "at": "2026-06-09T01:00:00Z"}
    world.hear("tendering", "project_cancelled", told, f"project:{PROJECT}")
    for attempt in (
        lambda: world.announce(award),
        lambda: world.draft(2),
        lambda: world.sign(contract, "agent-s5", "supplier"),
    ):
        with refused("lot_over"):
            attempt()
    assert world.duties("contract_signing") == ["opened", "cancelled"]
    while world.direct.tick("fold_figures"):
        pass
    (total,) = world.call("figures", year=2026)["rows"]
    assert (total["failed_lots"], total["awarded_lots"]) == (3, 0)


def test_what_is_to_be_done_next_is_told_to_those_who_may_know(world: World) -> None:
    world.prepare(1, 2)

    def steps(who: str) -> dict[int, str]:
        return {each["no"]: each["step"] for each in world.call("lots_to_award", who)["lots"]}

    assert steps("sun") == {1: "decide", 2: "decide"}
    assert steps("agent-s5") == {}, "before the award no supplier knows"
    world.award(1, "s2")
    world.announce(world.award(2, "s5"))
    assert steps("li") == {1: "announce", 2: "draft"}
    contract = world.draft(2)
    assert steps("agent-s5") == {2: "sign"}
    assert steps("agent-s1") == {}
    world.lodge_bond(contract)
    world.sign(contract, "agent-s5", "supplier")
    world.sign(contract, "sun", "purchaser")
    assert steps("li") == {1: "announce"}
