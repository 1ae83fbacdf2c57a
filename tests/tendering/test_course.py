"""What follows publication: questions, amendments, bonds, challenges, endings; and the other procedures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.protocol.sealing.sheet import SealingSheet
from services.tendering.rules import invitations
from tests.tendering.people import agent_of, id_of
from tests.tendering.world import CLOSES, NOTICE, World, codes

ITEM = {"category": "A02010104", "title": "服务器", "object": "goods", "budget": "1000000.00"}


def drafted(world: World, **changes: Any) -> str:
    fields = {
        "title": "小额采购", "plan_no": "JL-1", "fiscal_year": 2026, "funding": "财政拨款", "procedure": "open_tender",
        "items": [ITEM],
    }  # fmt: skip
    answer = world.call("draft_entrustment", "sun", **{**fields, **changes})
    world.project_id = answer["project_id"]
    return world.project_id


# asking


def test_a_question_is_answered_to_all_and_its_asker_stays_unnamed(open_world: World) -> None:
    asked = open_world.call("ask_question", agent_of("s1"), project_id=open_world.project_id, text="电源是否双路？")
    answer = open_world.call("answer_question", "li", question_id=asked["question_id"], answer="是")
    assert answer["moved"] == {}
    for person in ("li", "sun", "agent-s2"):
        shown = open_world.call("questions", person, project_id=open_world.project_id)["questions"]
        assert [(each["organisation_id"], each["answer"]) for each in shown] == [(None, "是")]
    mine = open_world.call("questions", agent_of("s1"), project_id=open_world.project_id)["questions"]
    assert mine[0]["organisation_id"] == id_of("s1")
    assert id_of("s1") not in str(open_world.announced("notice_published")[-1])
    duties = open_world.sql("SELECT kind, met_at IS NOT NULL FROM obligation WHERE kind = 'answer_to_inquiry'")
    assert [tuple(each) for each in duties] == [("answer_to_inquiry", True)]


def test_an_answer_that_changes_bids_late_moves_the_deadline(open_world: World) -> None:
    asked = open_world.call("ask_question", agent_of("s1"), project_id=open_world.project_id, text="数量？")
    open_world.at(CLOSES - timedelta(days=5))
    told = {"question_id": asked["question_id"], "answer": "改为20台", "affects_bids": True}
    moved = open_world.call("answer_question", "li", **told)["moved"]
    assert set(moved.values()) == {"2026-06-12T01:00:00Z"}
    event = open_world.announced("deadline_moved")[0]
    assert (event["article"], sorted(event["lot_ids"])) == ("条例31", sorted(open_world.lots.values()))


def test_downloads_are_recorded_and_shown_only_after_the_closing(open_world: World) -> None:
    open_world.call("take_document", agent_of("s1"), project_id=open_world.project_id)
    refused = open_world.refused("downloads", "li", project_id=open_world.project_id)
    assert codes(refused) == {"secret_until_closing"}
    assert len(open_world.call("my_downloads", agent_of("s1"), project_id=open_world.project_id)["downloads"]) == 1
    open_world.close()
    shown = open_world.call("downloads", "li", project_id=open_world.project_id)["downloads"]
    assert [each["organisation_id"] for each in shown] == [id_of("s1")]


def test_an_amended_document_is_checked_again_and_the_old_text_stays(open_world: World) -> None:
    content = open_world.call("document", "li", document_id=open_world.document_id)["content"]
    content["lots"][0]["ceiling"] = "9000000.00"
    told = {"project_id": open_world.project_id, "text": "提高限价", "affects_bids": True, "content": content}
    assert "ceiling_over_budget" in codes(open_world.refused("draft_amendment", "li", **told))
    content["lots"][0]["ceiling"] = "8500000.00"
    drafted_id = open_world.call("draft_amendment", "li", **told)["amendment_id"]
    notice = open_world.call("publish_amendment", "wang", amendment_id=drafted_id)["notice"]
    assert notice["payload"]["lots"][0]["ceiling"] == "8500000.00"
    kinds = [each["kind"] for each in open_world.call("notices", "li", project_id=open_world.project_id)["notices"]]
    assert kinds == ["amendment", "tender"]
    first = open_world.announced("notice_published")
    assert (
        first[-1]["document_digest"] != open_world.call("notices", "li", kind="tender")["notices"][0]["document_digest"]
    )


def test_key_holders_may_change_while_one_of_each_seat_stays(open_world: World) -> None:
    gone = {"centre": ["qian"], "purchaser": ["zhou"], "supervisor": ["feng"]}
    before = open_world.bid(2, "s1", "2210000.00")
    open_world.held(gone)
    told = {"project_id": open_world.project_id, "text": "更换持钥人", "affects_bids": False, "new_holders": True}
    made = open_world.call("draft_amendment", "li", **told)
    open_world.call("publish_amendment", "wang", amendment_id=made["amendment_id"])
    for supplier, price in (("s2", "2060000.00"), ("s4", "1960000.00")):
        assert open_world.bid(2, supplier, price).manifest["sheet"] != before.manifest["sheet"]
    open_world.close()
    open_world.call("begin_opening", "qian", lot_id=open_world.lots[2])
    for person in ("zhou", "feng"):
        open_world.call("sign_in", person, lot_id=open_world.lots[2])
    assert [open_world.turn(2, person)["status"] for person in ("qian", "zhou", "feng")][-1] == "read_out"
    assert len(open_world.announced("price_read_out")) == 3


def test_every_sealing_sheet_that_was_published_stays_for_anybody_to_read(open_world: World) -> None:
    lot_id = open_world.lots[2]
    first = open_world.direct.call("lot", lot_id=lot_id)["sealing_sheet"]
    open_world.held({"centre": ["qian"], "purchaser": ["zhou"], "supervisor": ["feng"]})
    told = {"project_id": open_world.project_id, "text": "更换持钥人", "affects_bids": False, "new_holders": True}
    made = open_world.call("draft_amendment", "li", **told)
    open_world.call("publish_amendment", "wang", amendment_id=made["amendment_id"])
    kept = open_world.direct.call("sealing_sheets", lot_id=lot_id)["sheets"]
    assert [each["version"] for each in kept] == [1, 2]
    assert kept[0]["sheet"] == first
    assert [each["digest"] for each in kept] == [SealingSheet(each["sheet"]).digest for each in kept]
    notices = open_world.announced("notice_published")
    assert {each["sealing_sheet_digest"] for each in notices[-1]["lots"] if each["no"] == 2} == {kept[1]["digest"]}
    with pytest.raises(DBAPIError, match=r"never changed|permission denied"):
        _write(open_world, "DELETE FROM sealing_sheet")


def _write(world: World, statement: str) -> None:
    with world.direct.runtime.engines.writer.begin() as connection:
        connection.execute(text(statement))


# bonds


def test_bonds_are_recorded_and_their_return_is_owed_in_time(open_world: World) -> None:
    lot = open_world.lots[1]
    bond = {"lot_id": lot, "amount": "120000.00", "form": "bank_guarantee", "number": "G-1", "account": "6222"}
    assert codes(open_world.refused("record_bond", agent_of("s1"), **{**bond, "form": "cash"})) == {
        "bond_form_unlawful"
    }
    assert codes(open_world.refused("record_bond", agent_of("s1"), **{**bond, "amount": "1.00"})) == {"bond_too_small"}
    for supplier in ("s1", "s2", "s4"):
        open_world.call("record_bond", agent_of(supplier), **bond)
        open_world.bid(1, supplier, "7980000.00")
    open_world.call("withdraw_bid", agent_of("s4"), lot_id=lot)
    open_world.bid(1, "s5", "7990000.00")
    open_world.close()
    award = {"lot_id": lot, "supplier_id": id_of("s1"), "announced_at": "2026-06-15T01:00:00Z"}
    open_world.hear("award_announced", award, f"lot:{lot}", "contracts")
    signed = {"lot_id": lot, "supplier_id": id_of("s1"), "signed_at": "2026-06-25T01:00:00Z"}
    open_world.hear("contract_signed", signed, f"lot:{lot}", "contracts")
    bonds = {each["supplier_id"]: each for each in open_world.call("bonds", "li", lot_id=lot)["bonds"]}
    assert {key: (each["return_because"], each["return_due"]) for key, each in bonds.items()} == {
        id_of("s4"): ("bid_bond_back_withdrawn", "2026-06-09T15:59:59.999999Z"),
        id_of("s2"): ("bid_bond_back_losers", "2026-06-23T15:59:59.999999Z"),  # the 19th is a day of rest
        id_of("s1"): ("bid_bond_back_winner", "2026-07-02T15:59:59.999999Z"),
    }
    open_world.call("return_bond", "zhao", bond_id=bonds[id_of("s2")]["id"])
    returned = {"kind": "bid", "supplier_id": id_of("s1"), "lot_id": lot, "at": "2026-06-26T01:00:00Z"}
    open_world.hear("bond_returned", returned, f"lot:{lot}", "contracts")
    open_duties = open_world.sql("SELECT about FROM obligation WHERE kind LIKE 'bid_bond%' AND met_at IS NULL")
    assert [each[0] for each in open_duties] == [f"bond:{bonds[id_of('s4')]['id']}"]


def test_a_duty_nobody_meets_is_told_overdue_once(open_world: World) -> None:
    open_world.call("ask_question", agent_of("s1"), project_id=open_world.project_id, text="？")
    open_world.at(NOTICE + timedelta(days=4))
    open_world.direct.tick("tell_overdue")
    open_world.direct.tick("tell_overdue")
    told = open_world.announced("obligation_overdue")
    assert [(each["kind"], each["article"]) for each in told] == [("answer_to_inquiry", "条例52")]


# working days


def test_a_day_nobody_has_published_is_refused_until_an_operator_enters_the_year(open_world: World) -> None:
    open_world.at(datetime(2026, 10, 6, 1, tzinfo=UTC))
    told = {"project_id": open_world.project_id, "text": "？"}
    refusal = open_world.refused("ask_question", agent_of("s1"), **told)
    assert (refusal.code, refusal.objections[0].figures) == ("calendar_unknown", {"day": "2026-10-08"})
    year = {
        "year": 2026,
        "rest": ["2026-10-01", "2026-10-02"],
        "make_up": ["2026-10-10"],
        "source": "国办发明电（演练）",
    }
    assert codes(open_world.refused("extend_calendar", "chen", **{**year, "make_up": ["2026-10-01"]})) == {
        "calendar_contradicts"
    }
    assert open_world.call("extend_calendar", "chen", **year)["year"] == 2026
    open_world.call("ask_question", agent_of("s1"), **told)
    assert open_world.announced("obligation_opened")[-1]["due"] == "2026-10-09T15:59:59.999999Z"


# challenges


MATTERS = [{"key": "a", "matter": "评分标准不合理", "facts": "与需求无关", "evidence": ["文件第3页"]}]


def lodge(world: World, supplier: str, **changes: Any) -> dict[str, Any]:
    told = {"project_id": world.project_id, "about": "document", "matters": MATTERS, "request": "修改评分标准"}
    answer: dict[str, Any] = world.call("lodge_challenge", agent_of(supplier), **{**told, **changes})
    return answer


def test_a_duty_is_extended_by_those_who_owe_it_and_only_where_the_law_lets_it(open_world: World) -> None:
    world = open_world
    world.call("take_document", agent_of("s1"), project_id=world.project_id)
    challenge = lodge(world, "s1")
    told = {"due": "2026-12-20T01:00:00Z", "reason": "须委托检验"}
    owed = world.call("my_duties", "li")["duties"][0]
    assert world.refused("extend_duty", "li", obligation_id=owed["id"], **told).code == "obligation_not_extendable"
    world.call("answer_challenge", "li", challenge_id=challenge["id"], upheld=False, decision="不成立")
    asked = {"challenge_id": challenge["id"], "matters": ["a"], "request": "责令修改"}
    complaint = world.call("lodge_complaint", agent_of("s1"), **asked)
    [[duty]] = world.sql("SELECT id FROM obligation WHERE kind = 'complaint_decision'")
    assert world.refused("extend_duty", "li", obligation_id=duty, **told).code == "not_yours"
    assert world.call("extend_duty", "chen", obligation_id=duty, **told)["duty"]["due"] == told["due"]
    extended = world.announced("obligation_extended")[-1]
    assert (extended["about"], extended["reason"]) == (f"complaint:{complaint['id']}", told["reason"])
    assert extended["waiting_organisation_id"] == id_of("s1")


def test_a_challenge_is_answered_in_time_and_may_be_complained_about(open_world: World) -> None:
    world = open_world
    told = {"project_id": world.project_id, "about": "document", "matters": MATTERS, "request": "修改"}
    refusal = world.refused("lodge_challenge", agent_of("s1"), **told)
    assert (refusal.code, codes(refusal)) == ("challenge_refused", {"challenge_without_document"})
    world.call("take_document", agent_of("s1"), project_id=world.project_id)
    made = lodge(world, "s1")
    assert made["reply_due"] == "2026-05-20T15:59:59.999999Z"
    assert world.announced("challenge_lodged")[0]["suspends"] == ["signing"]
    assert "challenged_before" in codes(world.refused("lodge_challenge", agent_of("s1"), **told))
    seen = world.call("challenges", agent_of("s2"), project_id=world.project_id)["challenges"]
    assert seen == []
    world.call("answer_challenge", "li", challenge_id=made["id"], upheld=False, decision="评分标准与需求相适应")
    seen = world.call("challenges", agent_of("s2"), project_id=world.project_id)["challenges"]
    assert [(each["supplier_id"], each["decision"]) for each in seen] == [(None, "评分标准与需求相适应")]
    assert world.announced("challenge_answered")[0]["suspends"] == []
    beyond = {"challenge_id": made["id"], "matters": ["a", "z"], "request": "责令修改"}
    assert codes(world.refused("lodge_complaint", agent_of("s1"), **beyond)) == {"complaint_beyond_challenge"}
    complaint = world.call("lodge_complaint", agent_of("s1"), **{**beyond, "matters": ["a"]})
    too_long = (NOTICE + timedelta(days=40)).isoformat()
    assert codes(world.refused("suspend_procurement", "chen", complaint_id=complaint["id"], until=too_long)) == {
        "suspension_too_long"
    }
    until = (NOTICE + timedelta(days=20)).isoformat()
    world.call("suspend_procurement", "chen", complaint_id=complaint["id"], until=until)
    assert world.announced("complaint_lodged")[-1]["suspended_until"] is not None
    world.call(
        "decide_complaint", "chen", complaint_id=complaint["id"], outcome="upheld_retender",
        decision_no="财采决〔2026〕1号",
        text="责令重新组织采购",
    )  # fmt: skip
    assert world.announced("complaint_decided")[0]["outcome"] == "upheld_retender"
    assert {each["lot_id"] for each in world.announced("lot_failed")} == set(world.lots.values())
    assert world.call("project", "li", project_id=world.project_id)["status"] == "ended"
    duties = world.call("duties", "li", project_id=world.project_id)["duties"]
    assert {each["kind"] for each in duties} >= {"challenge_reply", "complaint_decision", "review_document"}
    assert {each["status"] for each in duties} <= {"met", "cancelled"}
    kinds = [each["kind"] for each in world.call("notices", "li", project_id=world.project_id)["notices"]]
    assert kinds.count("complaint_decision") == 1


def test_a_result_is_challenged_by_who_bid_once_it_is_announced(open_world: World) -> None:
    for supplier, price in (("s1", "2210000.00"), ("s2", "2060000.00"), ("s4", "1960000.00")):
        open_world.bid(2, supplier, price)
    open_world.close()
    lot = open_world.lots[2]
    told = {
        "project_id": open_world.project_id, "lot_ids": [lot], "about": "result", "matters": MATTERS,
        "request": "重新评审",
    }  # fmt: skip
    assert codes(open_world.refused("lodge_challenge", agent_of("s7"), **told)) == {"challenge_without_bid"}
    assert codes(open_world.refused("lodge_challenge", agent_of("s1"), **told)) == {"challenge_too_early"}
    award = {"lot_id": lot, "supplier_id": id_of("s4"), "announced_at": "2026-06-15T01:00:00Z"}
    open_world.hear("award_announced", award, f"lot:{lot}", "contracts")
    open_world.at(datetime(2026, 6, 17, 1, tzinfo=UTC))
    made = open_world.call("lodge_challenge", agent_of("s1"), **told)
    open_world.call("withdraw_challenge", agent_of("s1"), challenge_id=made["id"])
    assert open_world.announced("challenge_answered")[0]["upheld"] is False


# endings


def test_a_failed_lot_is_tendered_again_as_a_new_project(open_world: World) -> None:
    open_world.close()
    told = {"lot_ids": [open_world.lots[3]]}
    again = open_world.call("tender_again", "li", **told)
    assert codes(open_world.refused("tender_again", "li", **told)) == {"tendered_again_already"}
    shown = open_world.call("project", "li", project_id=again["project_id"])
    assert (shown["status"], shown["budget"], shown["previous_project_id"]) == (
        "drafted",
        "1200000.00",
        open_world.project_id,
    )
    open_world.call("submit_entrustment", "sun", project_id=again["project_id"])


def test_a_cancelled_task_ends_every_lot_with_no_way_on(open_world: World) -> None:
    open_world.call("cancel_project", "sun", project_id=open_world.project_id, reason="机构撤并")
    failed = open_world.announced("lot_failed")
    assert {(each["reason"], each["stage"], tuple(each["ways_on"])) for each in failed} == {
        ("task_cancelled", "cancellation", ())
    }
    assert open_world.announced("project_cancelled")[0]["reason"] == "机构撤并"
    offer = open_world.sealed(1, "s1", "1.00")
    told = {"lot_id": offer.lot_id, "manifest": offer.manifest, "signed": offer.signed}
    assert open_world.refused("submit_bid", agent_of("s1"), **told).code == "move_closed"
    sealed = open_world.call("seal_archive", "wang", project_id=open_world.project_id)
    assert sealed["entries"] == len(open_world.call("archive", "wang", project_id=open_world.project_id)["entries"])


def test_people_fail_a_lot_only_on_a_coded_ground(open_world: World) -> None:
    told = {"lot_id": open_world.lots[1], "note": "发现串通线索"}
    assert codes(open_world.refused("fail_lot", "li", **told, reason="dislike")) == {"failure_ground_unknown"}
    failure = open_world.call("fail_lot", "li", **told, reason="unlawful_acts")["failure"]
    assert (failure["articles"], failure["stage"]) == (["法36"], "closing")


def test_what_evaluation_and_contracts_tell_moves_the_lot(open_world: World) -> None:
    for supplier, price in (("s1", "2210000.00"), ("s2", "2060000.00"), ("s4", "1960000.00")):
        open_world.bid(2, supplier, price)
    open_world.close()
    open_world.opened(2)
    lot, subject = open_world.lots[2], f"lot:{open_world.lots[2]}"

    def state() -> str:
        return str(open_world.direct.call("lot", lot_id=lot)["status"])

    told = {"lot_id": lot, "project_id": open_world.project_id, "at": "2026-06-03T01:00:00Z"}
    winner = {"lot_id": lot, "supplier_id": id_of("s4")}
    course: list[tuple[str, str, dict[str, Any], str]] = [
        ("evaluation", "evaluation_began", told, "evaluating"),
        ("evaluation", "ranking_settled", {"lot_id": lot, "settled_at": "2026-06-04T01:00:00Z"}, "ranked"),
        ("contracts", "award_decided", {**winner, "decided_at": "2026-06-05T01:00:00Z"}, "awarded"),
        ("contracts", "award_refused", told, "ranked"),
        ("contracts", "award_decided", {**winner, "decided_at": "2026-06-06T01:00:00Z"}, "awarded"),
        ("contracts", "contract_signed", {**winner, "signed_at": "2026-06-20T01:00:00Z"}, "contracted"),
        ("contracts", "contract_completed", told, "completed"),
    ]
    for source, event, payload, expected in course:
        open_world.hear(event, payload, subject, source)
        assert state() == expected
    failed = {
        "lot_id": open_world.lots[1],
        "reason": "too_few_left",
        "figures": {"left": 2},
        "at": "2026-06-05T01:00:00Z",
    }
    open_world.hear("evaluation_failed", failed, "lot:1", "evaluation")
    assert (
        open_world.direct.call("lot", lot_id=open_world.lots[1])["failure"]["reason"] == "too_few_bids"
    )  # it failed before


# other procedures, by the same code


@pytest.mark.parametrize(
    ("procedure", "ground", "suppliers", "public"),
    [("inquiry", "uniform_goods", 3, False), ("invited_tender", "limited_suppliers", 3, True),
     ("single_source", "only_one_supplier", 1, False), ("negotiation", "urgent_need", 3, False)],
)  # fmt: skip
def test_every_procedure_goes_the_same_way_by_its_flags(
    world: World, procedure: str, ground: str, suppliers: int, public: bool
) -> None:
    drafted(world, procedure=procedure, ground=ground)
    world.call("submit_entrustment", "sun", project_id=world.project_id)
    world.call("confirm_plan", "chen", project_id=world.project_id)
    people_of = {"officer_id": id_of("li"), "reviewer_id": id_of("wang"), "host_id": id_of("zhao")}
    world.call("accept_entrustment", "li", project_id=world.project_id, **people_of)
    method = "negotiated_price" if procedure == "single_source" else "lowest_evaluated_price"
    lot = {
        "no": 1, "title": "服务器", "object": "goods", "category": "A02010104", "budget": "1000000.00",
        "award_method": method, "requirements": "见附件", "deductions": {"small": "0.10"},
    }  # fmt: skip
    clauses = {"why_single_source": {"reasons": "专利", "supplier": "某公司"}} if procedure == "single_source" else {}
    world.documented(lots=[lot], clauses=clauses)
    world.held()
    bidders = [f"s{number}" for number in range(1, suppliers + 1)]
    if procedure in ("invited_tender", "single_source"):
        assert "nobody_invited" in codes(world.refused("publish_notice", "li", project_id=world.project_id))
        pool = [id_of(f"s{number}") for number in range(1, 7 if procedure == "invited_tender" else 2)]
        drawn = world.call("invite_suppliers", "li", project_id=world.project_id, pool=pool, wanted=suppliers)
        replayed = invitations.chosen(drawn["draw"]["pool"], bytes.fromhex(drawn["draw"]["seed"]), suppliers)
        assert drawn["invited"] == replayed
        bidders = [key for key in (f"s{number}" for number in range(1, 7)) if id_of(key) in drawn["invited"]]
    world.published()
    outsider = next((f"s{number}" for number in range(1, 7) if f"s{number}" not in bidders), None)
    if procedure in ("invited_tender", "single_source") and outsider:
        offer = world.sealed(1, outsider, "900000.00")
        world.upload(offer)
        told = {"lot_id": offer.lot_id, "manifest": offer.manifest, "signed": offer.signed}
        assert codes(world.refused("submit_bid", agent_of(outsider), **told)) == {"not_invited"}
    for place, supplier in enumerate(bidders):
        world.bid(1, supplier, f"{900000 + place * 7919}.00")
    world.close()
    assert len(world.opened(1)["bids"]) == suppliers
    assert len(world.announced("price_read_out")) == (suppliers if public else 0)
    assert [each["public_opening"] for each in world.announced("bids_opened")] == [public]
    for method in ("bids_of_lot", "opening"):
        seen = world.call(method, agent_of(bidders[0]), lot_id=world.lots[1])
        others = [each for each in seen.get("opened", seen["bids"] if method == "opening" else []) if "price" in each]
        assert (len(others) > 1) == (public and suppliers > 1)
