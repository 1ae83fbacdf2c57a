"""Qualification, conformity, questions, prices: who decides, what is refused, when the lot fails."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from tests.evaluation import rehearsal
from tests.evaluation.conftest import Played
from tests.evaluation.people import id_of, notice, refused
from tests.evaluation.world import World

REASON = "未提供有效证明"


def rejected(world: World, number: int) -> dict[str, str]:
    """Supplier key → stage, of the bids that are out."""
    keys = {id_of(each["key"]): each["key"] for each in rehearsal.data()["organisations"]}
    found = world.call("evaluation", "zheng", lot_id=world.lot(number))["bids"]
    return {keys[each["supplier_id"]]: each["out"] for each in found if each["out"]}


def test_both_sides_check_every_bid_and_must_agree(played: Played) -> None:
    world = played("begun")
    fields = {"lot_id": world.lot(2), "bid_id": world.bid(2, "s1")}
    with refused("qualification_unchecked"):
        world.call("close_qualification", "zhao", lot_id=world.lot(2))
    with refused("check_needs_reason"):
        world.call("check_qualification", "li", **fields, passed=False)
    with refused("member_checks_qualification"):
        world.call("check_qualification", "ma", **fields, passed=True)
    with refused("forbidden"):
        world.call("check_qualification", "zhao", **fields, passed=True)
    with refused("qualification_unchecked"):
        world.qualify_by("li", 2)
    world.call("check_qualification", "zhou", **fields, passed=False, reason=REASON)
    for supplier in ("s2", "s4", "s5", "s6"):
        world.call("check_qualification", "zhou", lot_id=world.lot(2), bid_id=world.bid(2, supplier), passed=True)
    with refused("qualification_disputed"):
        world.call("close_qualification", "zhao", lot_id=world.lot(2))
    world.call("check_qualification", "li", **fields, passed=False, reason=REASON, article="法22")
    assert world.call("close_qualification", "zhao", lot_id=world.lot(2))["left"] == 4
    assert rejected(world, 2) == {"s1": "qualification"}
    with refused("wrong_stage"):
        world.call("check_qualification", "li", **fields, passed=True)


def test_with_two_left_after_qualification_the_lot_fails_and_says_why(played: Played) -> None:
    world = played("begun")
    done = world.qualify(2, {"s1": REASON, "s2": REASON, "s6": REASON})
    assert (done["stage"], done["left"]) == ("failed", 2)
    told = world.events("evaluation_failed")[0]
    assert (told["reason"], told["figures"], told["articles"]) == (
        "too_few_left",
        {"left": "2", "least": "3"},
        ["法36", "法37"],
    )
    with refused("wrong_stage"):
        world.call(
            "vote_on_conformity", world.panel_keys[0], lot_id=world.lot(2), bid_id=world.bid(2, "s4"), choice="pass"
        )
    assert world.call("evaluation", "zheng", lot_id=world.lot(1))["stage"] == "qualification", "the other lot goes on"


def test_bids_of_one_brand_count_as_one_bidder_when_the_rest_is_counted(played: Played) -> None:
    world = played("begun")
    world.qualify(1, {"s1": REASON, "s6": REASON})
    done = world.conform(1, {"s2": REASON}, out=("s1", "s6"))
    assert (done["left"], done["stage"]) == (2, "failed"), "s3, and s4 with s5 for one brand"


def test_conformity_goes_by_majority_and_written_dissent_is_kept(played: Played) -> None:
    world = played("begun")
    world.qualify(2)
    lot, first = world.lot(2), world.panel_keys[0]
    with refused("vote_needs_reason"):
        world.call("vote_on_conformity", first, lot_id=lot, bid_id=world.bid(2, "s6"), choice="fail")
    with refused("conformity_open"):
        world.call("close_conformity", "zhao", lot_id=lot)
    for number, key in enumerate(world.panel_keys):
        for supplier in ("s1", "s2", "s4", "s5", "s6"):
            fails = supplier == "s6" and number < 4
            reason = REASON if fails else ("参数可以满足" if supplier == "s6" and number == 4 else "")
            world.call(
                "vote_on_conformity",
                key,
                lot_id=lot,
                bid_id=world.bid(2, supplier),
                choice="fail" if fails else "pass",
                reason=reason,
            )
    assert world.call("close_conformity", "zhao", lot_id=lot)["left"] == 4
    assert rejected(world, 2) == {"s6": "conformity"}
    world.price(2)
    world.settle(2)
    body = world.call("report", "zheng", lot_id=lot)["body"]
    found = next(each for each in body["conformity"] if each["bid_id"] == world.bid(2, "s6"))
    assert (found["choice"], found["counts"]) == ("fail", {"fail": 4, "pass": 3})
    assert [each["reason"] for each in found["dissent"]] == ["参数可以满足"], "two who wrote nothing count as agreeing"


def test_a_bid_may_be_rejected_by_majority_on_a_lawful_ground_only(played: Played) -> None:
    world = played("pricing")
    fields = {"lot_id": world.lot(2), "bid_id": world.bid(2, "s1"), "ground": "collusion", "reason": "文件异常一致"}
    with refused("invalid_input"):
        world.call("vote_on_rejection", world.panel_keys[0], **fields | {"ground": "dislike"}, choice="reject")
    for key in world.panel_keys[:3]:
        world.call("vote_on_rejection", key, **fields, choice="reject")
    assert rejected(world, 2) == {}
    world.call("vote_on_rejection", world.panel_keys[3], **fields, choice="reject")
    assert world.events("bid_rejected")[-1]["article"] == "87-37"
    with refused("bid_out"):
        world.call("vote_on_rejection", world.panel_keys[4], **fields, choice="reject")


def test_a_question_is_written_timed_and_answered_by_its_bidder_alone(played: Played) -> None:
    world = played("pricing")
    fields = {"lot_id": world.lot(1), "bid_id": world.bid(1, "s3"), "text": "请说明保修起算日"}
    with refused("answer_time_short"):
        world.call("ask_bidder", world.panel_keys[0], **fields, answer_by=world.in_minutes(29))
    asked = world.call("ask_bidder", world.panel_keys[0], **fields, answer_by=world.in_minutes(30))["id"]
    with refused("not_yours"):
        world.call("answer_question", "agent-s2", question_id=asked, text="自验收之日起")
    assert [each["question_id"] for each in world.call("my_questions", "agent-s3")["questions"]] == [asked]
    assert world.call("my_questions", "agent-s2")["questions"] == []
    world.call("answer_question", "agent-s3", question_id=asked, text="自验收之日起")
    with refused("question_answered"):
        world.call("answer_question", "agent-s3", question_id=asked, text="更正")
    late = world.call("ask_bidder", world.panel_keys[0], **fields, answer_by=world.in_minutes(30))["id"]
    world.later(minutes=30, seconds=1)
    with refused("answer_late"):
        world.call("answer_question", "agent-s3", question_id=late, text="迟到的答复")


def corrections(world: World) -> str:
    """Look at lot 2's prices; the question put to s5."""
    answer = world.call("find_corrections", "zhao", lot_id=world.lot(2), answer_by=world.in_minutes(30))
    assert len(answer["question_ids"]) == 1, "only s5 contradicts itself"
    return str(answer["question_ids"][0])


@pytest.mark.parametrize("answered", [True, False])
def test_a_correction_that_is_not_confirmed_makes_the_bid_invalid(played: Played, answered: bool) -> None:
    world = played("pricing")
    question = corrections(world)
    with refused("correction_open"):
        world.call("examine_prices", world.panel_keys[0], lot_id=world.lot(2), answer_by=world.in_minutes(30))
    if answered:
        world.call("confirm_correction", "agent-s5", question_id=question, confirmed=False)
    else:
        world.later(minutes=31)
    world.call("examine_prices", world.panel_keys[0], lot_id=world.lot(2), answer_by=world.in_minutes(30))
    assert rejected(world, 2) == {"s5": "prices"}
    world.later(minutes=31)
    done = world.call("close_prices", "zhao", lot_id=world.lot(2))
    assert (done["stage"], done["left"]) == ("ranking", 3)
    assert [each["supplier_id"] for each in world.settle(2)["ranking"]] == [id_of("s2"), id_of("s1"), id_of("s6")]


def low_question(world: World) -> str:
    """Examine lot 2's prices; the question put to s4."""
    world.call("confirm_correction", "agent-s5", question_id=corrections(world), confirmed=True)
    with refused("low_answer_time_short"):
        world.call("examine_prices", world.panel_keys[0], lot_id=world.lot(2), answer_by=world.in_minutes(29))
    asked = world.call("examine_prices", world.panel_keys[0], lot_id=world.lot(2), answer_by=world.in_minutes(30))
    told = world.events("price_explanation_asked")[-1]
    assert told["supplier_id"] == id_of("s4")
    return str(asked["question_ids"][0])


@pytest.mark.parametrize(("votes_for", "out"), [(4, {}), (3, {"s4": "prices"})])
def test_the_panel_decides_whether_an_explanation_proves_the_price(
    played: Played, votes_for: int, out: dict[str, str]
) -> None:
    world = played("pricing")
    question = low_question(world)
    fields = {"lot_id": world.lot(2), "bid_id": world.bid(2, "s4")}
    with refused("nothing_explained"):
        world.call("vote_on_proof", world.panel_keys[0], **fields, choice="proved")
    with refused("explanation_open"):
        world.call("close_prices", "zhao", lot_id=world.lot(2))
    world.call("answer_question", "agent-s4", question_id=question, text="库存清仓，附进货发票", evidence=["b" * 64])
    with refused("proof_open"):
        world.call("close_prices", "zhao", lot_id=world.lot(2))
    for number, key in enumerate(world.panel_keys):
        proved = number < votes_for
        world.call(
            "vote_on_proof",
            key,
            **fields,
            choice="proved" if proved else "unproved",
            reason="" if proved else "发票与投标型号不符",
        )
    world.call("close_prices", "zhao", lot_id=world.lot(2))
    assert rejected(world, 2) == out
    if not out:
        assert world.settle(2)["ranking"][0]["supplier_id"] == id_of("s4"), "960,000 less 20 % is the lowest"


def test_without_any_trigger_the_panels_majority_may_still_ask_for_an_explanation(played: Played) -> None:
    world = played("pricing")
    world.call("find_corrections", "zhao", lot_id=world.lot(1), answer_by=world.in_minutes(30))
    for key in world.panel_keys[:4]:
        world.call(
            "vote_on_low_price", key, lot_id=world.lot(1), bid_id=world.bid(1, "s4"), choice="low", reason="低于成本"
        )
    asked = world.call("examine_prices", world.panel_keys[0], lot_id=world.lot(1), answer_by=world.in_minutes(30))
    assert len(asked["question_ids"]) == 1
    again = world.call("examine_prices", world.panel_keys[0], lot_id=world.lot(1), answer_by=world.in_minutes(30))
    assert again["question_ids"] == [], "nobody is asked twice"


@pytest.mark.parametrize(("notice_day", "asked"), [("2026-01-31", 0), ("2026-02-01", 1)])
def test_the_figures_in_force_on_the_notices_day_decide_what_is_abnormally_low(
    played: Played, notice_day: str, asked: int
) -> None:
    world = played("pricing")
    with world.service.runtime.engines.writing() as session:
        session.execute(text("UPDATE project SET notice_day = CAST(:day AS date)"), {"day": notice_day})
        session.commit()
    world.call("confirm_correction", "agent-s5", question_id=corrections(world), confirmed=True)
    fields = {"lot_id": world.lot(2), "answer_by": world.in_minutes(30)}
    assert len(world.call("examine_prices", world.panel_keys[0], **fields)["question_ids"]) == asked


def changed(world: World, number: int, supplier: str, **sheet: Any) -> dict[str, Any]:
    """bids_opened with one bid's sheet changed."""
    fact = world.opened(number)
    for each in fact["bids"]:
        if each["bid_id"] == world.bid(number, supplier):
            each["sheet"] |= sheet
            each["price"] = sheet.get("price", each["price"])
    return fact


def opened_with(world: World, number: int, fact: dict[str, Any]) -> None:
    """The whole way to the prices of one lot with a changed opening."""
    world.hear_everything(lots=(), noticed=notice(only=number))
    world.hear("tendering", "bids_opened", f"lot:{world.lot(number)}", fact)
    world.form_small_panel(number)
    world.draw_experts()
    world.answer_all()
    world.begin()
    bids = [each["bid_id"] for each in fact["bids"] if each["status"] == "opened"]
    for bid in bids:
        for key in ("li", "zhou"):
            world.call("check_qualification", key, lot_id=world.lot(number), bid_id=bid, passed=True)
    world.call("close_qualification", "zhao", lot_id=world.lot(number))
    for bid in bids:
        for key in world.panel_keys:
            world.call("vote_on_conformity", key, lot_id=world.lot(number), bid_id=bid, choice="pass")
    world.call("close_conformity", "zhao", lot_id=world.lot(number))


def test_ceiling_unreadable_words_one_brand_and_a_bid_that_was_never_open(world: World) -> None:
    fact = changed(world, 2, "s1", price="2300000.01", words="贰佰叁拾万元零壹分")
    by_supplier = {each["bid_id"]: each for each in fact["bids"]}
    by_supplier[world.bid(2, "s2")]["sheet"]["words"] = "贰佰零陆元万"
    by_supplier[world.bid(2, "s6")]["sheet"]["brand"] = "丙牌"
    plain = {"price": "2200000.00", "brand": "辛牌", "domestic": True, "maker_size": "large"}
    fact["bids"] += [
        fact["bids"][0]
        | {
            "bid_id": id_of("faulty"),
            "supplier_id": id_of("s3"),
            "price": None,
            "status": "faulty",
            "fault": "解密失败",
        },
        fact["bids"][0] | {"bid_id": id_of("plain"), "supplier_id": id_of("s7"), "price": "2200000.00", "sheet": plain},
    ]
    opened_with(world, 2, fact)
    for side, by in (("li", "centre"), ("zhou", "purchaser")):
        assert by in str(world.call("reviews", "zheng", lot_id=world.lot(2))["checks"]), side
    asked = world.call("find_corrections", "zhao", lot_id=world.lot(2), answer_by=world.in_minutes(30))["question_ids"]
    kinds = {
        each["question_id"]: each["kind"] for each in world.call("questions", "zhao", lot_id=world.lot(2))["questions"]
    }
    words = next(each for each in asked if kinds[each] == "words")
    correction = next(each for each in asked if kinds[each] == "correction")
    with refused("answer_amount"):
        world.call("answer_question", "agent-s2", question_id=words, text="就是那个数")
    world.call("answer_question", "agent-s2", question_id=words, text="贰佰零叁万元", amount="2030000.00")
    world.call("confirm_correction", "agent-s5", question_id=correction, confirmed=True)
    world.call("examine_prices", world.panel_keys[0], lot_id=world.lot(2), answer_by=world.in_minutes(30))
    assert rejected(world, 2) == {"s1": "prices", "s3": "opening"}, "s1 is above the ceiling"
    world.later(minutes=31)
    world.call("close_prices", "zhao", lot_id=world.lot(2))
    settled = world.settle(2)
    prices = {each["supplier_id"]: each["price"] for each in settled["ranking"]}
    assert prices[id_of("s2")] == "2030000.00", "the words, once explained, prevail over the figures"
    out = {each["supplier_id"]: each["article"] for each in settled["rejected"]}
    assert out[id_of("s5")] == "87-31", "s6 offers the same brand for less"
    assert set(prices) == {id_of("s2"), id_of("s6"), id_of("s7")}


def test_a_document_that_breaks_a_mandatory_rule_stops_the_panel(world: World) -> None:
    fact = notice(only=1)
    fact["lots"][0]["factors"][0]["points"] = 25
    fact["lots"][0]["factors"][1]["points"] = 40
    world.hear_everything(lots=(1,), noticed=fact)
    world.form_small_panel(1)
    world.draw_experts()
    world.answer_all()
    with refused("price_weight_unlawful"):
        world.begin()


def test_integrity_findings_come_with_their_figures_and_stay_inside(world: World) -> None:
    fact = world.opened(2)
    for each, price in zip(
        fact["bids"], ("2000000.00", "2020000.00", "2040000.00", "2060000.00", "2080000.00"), strict=True
    ):
        each["price"] = price
    fact["integrity_signals"] = [
        {
            "kind": "shared_machine",
            "bids": [world.bid(2, "s1"), world.bid(2, "s2")],
            "figures": {"machine": "aa:bb"},
            "article": "87-37",
        }
    ]
    world.hear_everything(lots=())
    world.hear("tendering", "bids_opened", f"lot:{world.lot(2)}", fact)
    found = world.call("findings", "zheng", lot_id=world.lot(2))["findings"]
    assert found == [], "before the evaluation begins they are not shown"
    announced = world.events("integrity_finding_recorded")
    assert [each["kind"] for each in announced] == ["regular_price_differences"]
    assert announced[0]["figures"]["step"] == "20000.00"
    assert not [each for each in world.service.announced if each.event == "integrity_finding_recorded" and each.public]
    assert Decimal(announced[0]["figures"]["prices"].split("、")[0]) == 2000000


def test_a_cancelled_project_is_not_evaluated_further(played: Played) -> None:
    world = played("begun")
    fact = {"project_id": id_of("project"), "reason": "采购任务取消", "at": world.at()}
    world.hear("tendering", "project_cancelled", f"project:{id_of('project')}", fact)
    with refused("wrong_stage"):
        world.qualify(1)
