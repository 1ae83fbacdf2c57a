"""Supplements, amendments, early ends, bonds; and what the papers say."""

from __future__ import annotations

import io
from typing import Any

import docx
import pypdf

from services.chassis.store import Store
from services.contracts.papers import rendering
from services.contracts.rules import terms
from tests.contracts.messages import TERMS, lot_id
from tests.contracts.people import organisation, person
from tests.contracts.world import World, at, refused


def sign_agreement(world: World, agreement: Any, who: str, side: str) -> Any:
    signed = person(who).sign(agreement["kind"], agreement["id"], side, agreement["digest"])
    return world.call("sign_agreement", who, agreement_id=agreement["id"], signed=signed)


def supplement(world: World, contract: Any, no: int, quantity: str) -> Any:
    return world.call(
        "propose_supplement",
        "sun",
        contract_id=contract["id"],
        lines=[{"no": no, "quantity": quantity}],
        explanation="新增两个班级，追加同型号服务器",
    )


def test_supplements_buy_more_of_the_same_within_a_tenth_and_are_performed_like_the_rest(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    with refused("supplements_too_high"):
        supplement(world, contract, 1, "5")
    made = supplement(world, contract, 1, "4")
    assert made["amount"] == "760000.00"
    with refused("supplements_too_high"):
        supplement(world, contract, 1, "1")  # with what is proposed already it would be 950,000 of 815,000
    sign_agreement(world, made, "sun", "purchaser")
    with refused("already_signed"):
        sign_agreement(world, made, "sun", "purchaser")
    assert sign_agreement(world, made, "agent-s2", "supplier")["status"] == "in_force"
    with refused("agreement_closed"):
        sign_agreement(world, made, "agent-s2", "supplier")

    world.accept(contract, world.deliver(contract, "s2", _1="40", _2="1", _3="4"))
    invoice = world.invoice(contract, "s2", "8910000.00", "F1")
    world.pay(invoice, "8910000.00", "B1")
    done = world.account(contract)["contract"]
    assert (done["status"], done["supplements"], done["paid"]) == ("completed", "760000.00", "8910000.00")
    with refused("contract_over"):
        supplement(world, contract, 1, "0.1")


def test_a_proposal_may_be_taken_back_and_then_leaves_room(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    made = supplement(world, contract, 1, "4")
    assert world.call("withdraw_agreement", "agent-s2", agreement_id=made["id"])["status"] == "withdrawn"
    assert supplement(world, contract, 1, "4")["status"] == "proposed"


def test_an_amendment_moves_the_delivery_and_its_duty(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    wanted = {
        "contract_id": contract["id"],
        "changes": {"delivery_days": "45"},
        "explanation": "洪水冲毁运输道路，无法按期到货",
    }
    with refused("reason_does_not_carry"):
        world.call("propose_amendment", "agent-s2", **wanted, reason="clerical_correction")
    made = world.call("propose_amendment", "agent-s2", **wanted, reason="force_majeure")
    with refused("agreement_open"):
        world.call("propose_amendment", "agent-s2", **wanted, reason="force_majeure")
    sign_agreement(world, made, "agent-s2", "supplier")
    assert world.account(contract)["contract"]["delivery_due"] == contract["delivery_due"], (
        "one signature changes nothing"
    )
    sign_agreement(world, made, "sun", "purchaser")
    assert world.account(contract)["contract"]["delivery_due"] > contract["delivery_due"]
    assert world.duties("delivery") == ["opened", "cancelled", "opened"]


def test_the_suppliers_breach_ends_the_contract_keeps_the_bond_and_goes_on_record(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    world.accept(contract, world.deliver(contract, "s2", _1="10"))
    wanted = {"contract_id": contract["id"], "explanation": "供应商明确表示不再供货"}
    with refused("both_sides_sign"):
        world.call("terminate_contract", "sun", **wanted, ground="force_majeure")
    with refused("finance_decides"):
        world.call("terminate_contract", "sun", **wanted, ground="complaint_decision")
    ended = world.call("terminate_contract", "sun", **wanted, ground="supplier_breach")
    assert ended["status"] == "terminated"
    bond = next(each for each in world.call("bonds", "sun", contract_id=contract["id"])["bonds"])
    assert (bond["status"], bond["kept_ground"]) == ("kept", "breach")
    record = world.last("supplier_performance_recorded")
    assert (record["supplier_id"], record["kind"], record["grade"]) == (organisation("s2")["id"], "breach", "poor")
    with refused("contract_over"):
        world.deliver(contract, "s2", _1="1")
    # What was accepted is still owed.
    invoice = world.invoice(contract, "s2", "1900000.00", "F1")
    world.pay(invoice, "1900000.00", "B1")
    assert world.account(contract)["contract"]["status"] == "terminated"


def test_both_sign_an_early_end_in_the_public_interest_and_the_bond_goes_back(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    made = world.call(
        "propose_termination",
        "sun",
        contract_id=contract["id"],
        ground="public_interest",
        explanation="继续履行将损害社会公共利益",
    )
    sign_agreement(world, made, "sun", "purchaser")
    assert world.account(contract)["contract"]["status"] == "signed"
    sign_agreement(world, made, "agent-s2", "supplier")
    assert world.account(contract)["contract"]["status"] == "terminated"
    assert world.call("bonds", "sun", contract_id=contract["id"])["bonds"][0]["status"] == "due"


def test_rejected_pieces_come_again_and_late_ones_are_remembered(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    whole = [{"no": 1, "quantity": "40"}, {"no": 2, "quantity": "1"}]
    first = world.call("record_delivery", "agent-s2", contract_id=contract["id"], lines=whole, milestone="初验")
    world.accept(contract, first, rejected={1: "2"})
    account = world.account(contract)
    assert [(each["no"], each["milestone"]) for each in account["deliveries"]] == [(1, "初验")]
    assert account["contract"]["accepted"] == "7770000.00"
    assert [each["rejected"] for each in account["lines"]] == ["2.000", "0.000"]
    world.time = at("2026-07-20 09:00")
    again = world.deliver(contract, "s2", _1="2")
    assert again["late"] is True
    world.accept(contract, again)
    assert world.account(contract)["contract"]["accepted"] == "8150000.00"
    kinds = [each.payload["kind"] for each in world.direct.announced if each.event == "supplier_performance_recorded"]
    assert kinds == ["rejected_delivery", "late_delivery"]


def test_a_bond_returned_late_costs_interest_and_one_not_due_is_not_returned(world: World) -> None:
    world.prepare(1)
    winner_first = world.award(1, "s2")
    bonds = world.call("bonds", "li", lot_id=lot_id(1))["bonds"]
    assert {each["status"] for each in bonds} == {"held"}
    with refused("bond_not_due"):
        world.call("return_bond", "li", bond_id=bonds[0]["id"])
    world.announce(winner_first)
    due = [each for each in world.call("bonds", "li", lot_id=lot_id(1))["bonds"] if each["status"] == "due"]
    assert {each["due"] for each in due} == {"2026-06-15T15:59:59.999999Z"}
    assert world.call("return_bond", "li", bond_id=due[0]["id"])["late_fee"] == "0.00"
    world.time = at("2026-06-18 00:00")
    assert world.call("return_bond", "li", bond_id=due[1]["id"])["late_fee"] == "52.20", "three days of 120,000 yuan"
    with refused("bond_closed"):
        world.call("return_bond", "li", bond_id=due[1]["id"])


def test_both_papers_say_what_the_data_say(world: World) -> None:
    world.prepare(2)
    world.announce(world.award(2, "s5"))
    contract = world.draft(2)
    kept = Store(world.direct.runtime.settings.store_url)
    files = {each["name"].rpartition(".")[2]: b"".join(kept.open(each["digest"])) for each in contract["data"]["files"]}

    word = docx.Document(io.BytesIO(files["docx"]))
    written = "\n".join(each.text for each in word.paragraphs)
    cells = [cell.text for row in word.tables[0].rows for cell in row.cells]
    pages = pypdf.PdfReader(io.BytesIO(files["pdf"])).pages
    printed = "".join(each.extract_text() for each in pages).replace("\n", "")
    for said in (
        "贰佰零伍万元整",
        "2050000.00",
        "延边海兰计算机有限公司(演练)",
        "省教育厅(演练)",
        contract["no"],
        "102500.00",
    ):
        assert said in written, said
        assert said in printed, said
    assert "核心交换机" in cells
    assert "1025000.00" in cells, "the lawful correction is divided among the items"
    assert "合法修正按比例分摊" in written
    assert contract["data"]["contract"]["items_divided"] is True


def test_the_publication_leaves_out_secrets_and_bank_accounts_but_never_the_price(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    secrets = [{"term": "items", "kind": "business_secret"}]
    with refused("redaction_unlawful"):
        world.call(
            "publish_contract",
            "li",
            contract_id=contract["id"],
            secrets=[{"term": "amount", "kind": "business_secret"}],
        )
    world.call("publish_contract", "li", contract_id=contract["id"], secrets=secrets)
    with refused("published_already"):
        world.call("publish_contract", "li", contract_id=contract["id"])
    text = world.call("public_contract", contract_id=contract["id"])["text"]
    assert "8150000.00" in text
    assert "教学服务器" not in text.partition("合同内容")[2].replace("教学用服务器", "")
    assert "4200 0000 0001" not in text
    assert world.last("contract_published")["withheld"] == ["items"]
    assert world.duties("contract_publication") == ["opened", "met"]
    world.call("file_contract", "li", contract_id=contract["id"], filing_no="备-1")
    assert world.duties("contract_filing") == ["opened", "met"]


def test_a_supplier_is_graded_once_and_only_at_the_end(world: World) -> None:
    world.prepare(2)
    contract = world.conclude(2, "s5")
    with refused("nothing_to_grade"):
        world.call("grade_performance", "sun", contract_id=contract["id"], grade="good", note="服务及时")
    world.accept(contract, world.deliver(contract, "s5", _1="4", _2="130"))
    world.pay(world.invoice(contract, "s5", "2050000.00", "F1"), "2050000.00", "B1")
    world.call("grade_performance", "sun", contract_id=contract["id"], grade="good", note="服务及时")
    with refused("graded_already"):
        world.call("grade_performance", "wu", contract_id=contract["id"], grade="poor", note="改主意了")


def test_an_invoice_sent_back_stops_its_clock_and_another_takes_its_place(world: World) -> None:
    world.prepare(2)
    contract = world.conclude(2, "s5")
    world.accept(contract, world.deliver(contract, "s5", _1="4", _2="130"))
    invoice = world.invoice(contract, "s5", "2050000.00", "F1")
    assert invoice["due"] == "2026-07-08T15:59:59.999999Z", "thirty days of the invoice"
    world.call("return_invoice", "sun", invoice_id=invoice["id"], reason="税号填写错误")
    with refused("invoice_closed"):
        world.pay(invoice, "2050000.00", "B1")
    again = world.invoice(contract, "s5", "2050000.00", "F1")
    world.pay(again, "50000.00", "B1")
    with refused("invoice_closed"):
        world.call("return_invoice", "sun", invoice_id=again["id"], reason="税号填写错误")
    world.pay(again, "2000000.00", "B2")
    assert world.duties("payment") == ["opened", "cancelled", "opened", "met"]


def test_an_invoice_not_paid_in_thirty_days_is_told_as_overdue_once_and_paying_ends_it(world: World) -> None:
    world.prepare(2)
    contract = world.conclude(2, "s5")
    world.accept(contract, world.deliver(contract, "s5", _1="4", _2="130"))
    invoice = world.invoice(contract, "s5", "2050000.00", "F1")
    assert invoice["due"] == "2026-07-08T15:59:59.999999Z"
    world.time = at("2026-07-08 23:59")
    world.direct.tick("tell_of_overdue")
    assert world.duties("payment") == ["opened"], "the thirtieth day is not over"
    world.time = at("2026-07-09 00:01")
    world.direct.tick("tell_of_overdue")
    world.direct.tick("tell_of_overdue")
    assert world.duties("payment") == ["opened", "overdue"]
    world.pay(invoice, "2050000.00", "B1")
    assert world.duties("payment") == ["opened", "overdue", "met"]


def test_a_lawful_departure_is_shown_in_the_data_the_event_and_both_papers(world: World) -> None:
    world.prepare(2, delivery_place="长春市人民大街")
    world.announce(world.award(2, "s5"))
    with refused("departure_without_reason"):
        world.draft(2)
    reasons = {"delivery_place": "place_detailed"}
    contract = world.call("draft_contract", "li", lot_id=lot_id(2), terms=TERMS, reasons=reasons)
    (shown,) = contract["data"]["contract"]["departures"]
    assert (shown["term"], shown["fixed"], shown["drafted"], shown["reason"], shown["lawful"]) == (
        "delivery_place",
        "长春市人民大街",
        TERMS["delivery_place"],
        "place_detailed",
        True,
    )
    assert world.last("contract_drafted")["departures"] == [shown]
    kept = Store(world.direct.runtime.settings.store_url)
    files = {each["name"].rpartition(".")[2]: b"".join(kept.open(each["digest"])) for each in contract["data"]["files"]}
    written = "\n".join(each.text for each in docx.Document(io.BytesIO(files["docx"])).paragraphs)
    pages = pypdf.PdfReader(io.BytesIO(files["pdf"])).pages
    printed = "".join(each.extract_text() for each in pages).replace("\n", "")
    line = f"交货地点：长春市人民大街 → {TERMS['delivery_place']}（对采购文件所定地点的具体化）"
    assert line in written
    assert line in printed


def test_every_term_and_reason_has_its_chinese_words_in_the_papers() -> None:
    assert set(rendering.TERMS) == {each.key for each in terms.TERMS}
    assert set(rendering.REASONS) == set(terms.LAWFUL_DEPARTURES)


def test_surveys_give_the_rate_of_the_satisfied(world: World) -> None:
    for number, satisfied in enumerate((True, True, False)):
        told = {"contract_id": organisation(f"s{number + 1}")["id"], "by_organisation_id": None, "side": "purchaser"}
        told |= {"score": 5 if satisfied else 2, "satisfied": satisfied, "at": "2026-07-01T01:00:00Z"}
        world.hear("notify", "survey_answered", told, f"contract:{told['contract_id']}")
    figures = world.call("figures", year=2026)
    assert (figures["surveys"], figures["satisfied_percent"]) == (3, "66.7")
