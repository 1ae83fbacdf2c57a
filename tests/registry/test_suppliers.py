"""Suppliers: from self-registration to standing, with every refusal on the way."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.refusal import Refusal
from tests.registry.town import Town, codes, document, whole_file

FULL_WIDTH = str.maketrans({chr(each): chr(each + 0xFEE0) for each in range(0x21, 0x7F)})


def test_a_supplier_registers_itself_and_is_told_of_as_a_draft(town: Town) -> None:
    agent = town.supplier()
    assert [each["standing"] for each in town.events("organisation_registered")] == ["draft"]
    assert [each["standing"] for each in town.events("supplier_standing_changed")] == ["draft"]
    assert town.events("role_appointed")[0]["role"] == "supplier.agent"
    assert town.events("certificate_enrolled")[0]["person_id"] == agent.person_id


def test_a_code_in_full_width_lower_case_and_blanks_is_the_same_code(town: Town) -> None:
    code = town.code()
    written = f" {code[:8].lower()}　{code[8:].translate(FULL_WIDTH)} "
    agent = town.supplier(organisation={"name": "全角公司", "credit_code": written})
    told = town.registry.call("organisation", by=agent.by, organisation_id=agent.organisation_id)
    assert told["credit_code"] == code
    again = {"name": "另一公司", "credit_code": code}
    refused = town.refusal(
        "register_supplier", organisation=again, person={"name": "乙"}, certificate=town.offered(town.keys())
    )
    assert refused.code == "credit_code_taken"


def test_a_wrong_check_digit_is_named_beside_its_field(town: Town) -> None:
    code = town.code()
    wrong = code[:17] + ("0" if code[17] != "0" else "1")
    refused = town.refusal(
        "register_supplier",
        organisation={"name": "错码公司", "credit_code": wrong},
        person={"name": "甲"},
        certificate=town.offered(town.keys()),
    )
    assert [(each.code, each.field) for each in refused.objections] == [
        ("credit_code_check_digit", "organisation.credit_code")
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"size": "huge"}, "size"),
        ({"contact_email": "nobody"}, "contact_email"),
        ({"contact_phone": "12"}, "contact_phone"),
        ({"bank_account": "abc"}, "bank_account"),
        ({"address": "x" * 201}, "address"),
        ({"address": 7}, "address"),
        ({"categories": ["Z9"]}, "categories.0"),
        ({"documents": [document("business_licence", "31.12.2027")]}, "documents.0.valid_until"),
        ({"documents": [{**document("other"), "digest": "12"}]}, "documents.0.digest"),
        ({"documents": [document("other")] * 101}, "documents"),
        ({"turnover": "1"}, "turnover"),
    ],
)
def test_each_field_that_is_wrong_is_named(town: Town, changed: dict[str, Any], field: str) -> None:
    agent = town.supplier()
    refused = town.refusal("draft_supplier", by=agent.by, **changed)
    assert (refused.code, [each.field for each in refused.objections]) == ("invalid_input", [field])


def test_a_draft_may_be_incomplete_and_a_submission_may_not(town: Town) -> None:
    agent = town.supplier()
    assert town.registry.call("draft_supplier", by=agent.by, address="只有地址")["state"] == "draft"
    refused = town.refusal("submit_supplier", by=agent.by)
    fields = {each.field for each in refused.objections}
    assert {"responsible_person", "contact_phone", "bank_account", "size", "documents"} <= fields
    assert "address" not in fields


def test_an_expired_document_and_an_unknown_category_are_objected_to_at_submission(town: Town) -> None:
    agent = town.supplier()
    content = whole_file(categories=["A02", "B99"])
    content["documents"][0]["valid_until"] = "2026-05-10"
    town.registry.call("draft_supplier", by=agent.by, **content)
    refused = town.refusal("submit_supplier", by=agent.by)
    assert {(each.code, each.field) for each in refused.objections} == {
        ("document_already_expired", "documents.0.valid_until"),
        ("category_unknown", "categories.1"),
    }


def test_review_returns_with_reasons_the_supplier_reads_and_then_admits(town: Town) -> None:
    agent = town.supplier()
    town.registry.call("draft_supplier", by=agent.by, **whole_file())
    number = town.registry.call("submit_supplier", by=agent.by)["version"]
    named = {"organisation_id": agent.organisation_id, "version": number}
    town.registry.call("examine_supplier", by=town.officer(), **named, remarks="银行账号待核")
    reasons = [{"field": "bank_account", "reason": "账号与开户许可不符"}]
    town.registry.call("decide_supplier", by=town.reviewer(), **named, admit=False, reasons=reasons)
    seen = town.registry.call("supplier", by=agent.by)
    assert seen["standing"]["standing"] == "returned"
    assert seen["last_returned"]["reasons"] == reasons

    town.registry.call("draft_supplier", by=agent.by, bank_account="6222000011113333")
    town.admit(agent, town.registry.call("submit_supplier", by=agent.by)["version"])
    assert town.registry.call("supplier", by=agent.by)["standing"]["standing"] == "admitted"
    assert [each["standing"] for each in town.events("supplier_standing_changed")] == [
        "draft", "submitted", "returned", "submitted", "admitted",
    ]  # fmt: skip
    history = town.registry.call("supplier_history", by=agent.by)["items"]
    assert [each["state"] for each in history] == ["returned", "admitted"]


def test_who_examined_may_not_decide_and_nobody_decides_unexamined(town: Town) -> None:
    agent = town.supplier()
    town.registry.call("draft_supplier", by=agent.by, **whole_file())
    number = town.registry.call("submit_supplier", by=agent.by)["version"]
    named = {"organisation_id": agent.organisation_id, "version": number}
    assert codes(town.refusal("decide_supplier", by=town.reviewer(), **named, admit=True)) == ["not_examined"]
    town.registry.call("examine_supplier", by=town.reviewer(), **named)
    assert codes(town.refusal("decide_supplier", by=town.reviewer(), **named, admit=True)) == ["same_hand"]
    town.registry.call("decide_supplier", by=town.officer(), **named, admit=True)


def test_the_admitted_version_stays_in_force_while_a_change_is_reviewed(town: Town) -> None:
    agent = town.admitted_supplier()
    town.registry.announced.clear()
    town.registry.call("draft_supplier", by=agent.by, size="large", responsible_person="新负责")
    town.registry.call("submit_supplier", by=agent.by)
    seen = town.registry.call("supplier", by=agent.by)
    assert seen["standing"]["standing"] == "admitted"
    assert (seen["admitted"]["content"]["size"], seen["open"]["content"]["size"]) == ("medium", "large")
    assert town.registry.announced == []
    assert town.refusal("draft_supplier", by=agent.by, size="small").code == "under_review"
    town.admit(agent, 2)
    assert town.events("organisation_changed")[-1]["responsible_person"] == "新负责"


def test_an_expired_document_suspends_by_itself_and_a_renewed_one_frees(fresh_town: Town) -> None:
    content = whole_file()
    content["documents"][0]["valid_until"] = "2026-06-30"
    agent = fresh_town.admitted_supplier(**content)
    fresh_town.registry.announced.clear()
    fresh_town.clock.moment = fresh_town.clock.moment.replace(month=6, day=30, hour=15, minute=59)
    fresh_town.registry.tick("look_at_standings")
    assert fresh_town.registry.announced == []
    fresh_town.clock.forward(minutes=1)  # midnight in Beijing: 1 July has begun
    fresh_town.registry.tick("look_at_standings")
    said = fresh_town.events("supplier_standing_changed")
    assert [(each["standing"], each["since"], each["ground"]) for each in said] == [
        ("suspended", "2026-06-30T16:00:00Z", "document_expired")
    ]
    fresh_town.registry.tick("look_at_standings")
    assert len(fresh_town.events("supplier_standing_changed")) == 1

    content["documents"][0]["valid_until"] = "2030-06-30"
    fresh_town.registry.call("draft_supplier", by=agent.by, documents=content["documents"])
    fresh_town.admit(agent, fresh_town.registry.call("submit_supplier", by=agent.by)["version"])
    assert fresh_town.events("supplier_standing_changed")[-1]["standing"] == "admitted"


def test_an_expired_qualification_takes_away_its_category_only(fresh_town: Town) -> None:
    content = whole_file(categories=["A02", "C03"])
    content["documents"].append(document("qualification", "2026-06-30", ("C0301",)))
    fresh_town.admitted_supplier(**content)
    fresh_town.registry.announced.clear()
    fresh_town.clock.forward(days=60)
    fresh_town.registry.tick("look_at_standings")
    said = fresh_town.events("supplier_standing_changed")[-1]
    assert (said["standing"], said["categories"]) == ("admitted", ["A02", "C0302"])
    assert said["reasons"][0]["categories"] == "C0301"


def test_finance_bars_with_ground_number_and_dates_and_the_list_is_public(fresh_town: Town) -> None:
    agent = fresh_town.admitted_supplier()
    decision = {
        "organisation_id": agent.organisation_id,
        "ground": "collusion",
        "decision_no": "财采罚〔2026〕1号",
        "until": "2027-05-11",
    }
    barred = fresh_town.registry.call("bar_supplier", by=fresh_town.finance(), **decision)
    assert fresh_town.events("supplier_barred")[0] == {
        "organisation_id": agent.organisation_id, "name": barred["name"], "credit_code": barred["credit_code"],
        "ground": "collusion", "article": "法77-3", "decision_no": "财采罚〔2026〕1号", "from": "2026-05-11",
        "until": "2027-05-11", "lifted_because": None, "at": "2026-05-11T01:00:00Z",
    }  # fmt: skip
    assert fresh_town.events("supplier_standing_changed")[-1]["standing"] == "barred"
    listed = fresh_town.registry.call("exclusion_list")["items"]
    assert [(each["organisation_id"], each["until"]) for each in listed] == [(agent.organisation_id, "2027-05-11")]

    fresh_town.clock.moment = fresh_town.clock.moment.replace(year=2027, month=5, day=11, hour=15, minute=59)
    fresh_town.registry.tick("look_at_standings")
    assert fresh_town.events("supplier_standing_changed")[-1]["standing"] == "barred"
    fresh_town.clock.forward(minutes=1)
    fresh_town.registry.tick("look_at_standings")
    assert fresh_town.events("supplier_standing_changed")[-1]["standing"] == "admitted"
    assert fresh_town.registry.call("exclusion_list")["items"] == []
    assert len(fresh_town.registry.call("exclusion_list", past=True)["items"]) == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"until": "2026-12-31"}, "bar_length"),
        ({"until": "2029-05-12"}, "bar_length"),
        ({"until": "2026-05-10"}, "period_backwards"),
        ({"ground": "unpleasant"}, "ground_unknown"),
    ],
)
def test_an_exclusion_outside_the_law_is_refused(town: Town, changed: dict[str, str], code: str) -> None:
    agent = town.admitted_supplier()
    decision = {"ground": "bribery", "decision_no": "1号", "until": "2028-05-11", **changed}
    refused = town.refusal("bar_supplier", by=town.finance(), organisation_id=agent.organisation_id, **decision)
    assert code in codes(refused)


def test_a_decision_number_is_used_once_and_exclusions_do_not_overlap(town: Town) -> None:
    one, other = town.admitted_supplier(), town.admitted_supplier()
    decision = {"ground": "bribery", "decision_no": "7号", "until": "2028-05-11"}
    town.registry.call("bar_supplier", by=town.finance(), organisation_id=one.organisation_id, **decision)
    taken = town.refusal("bar_supplier", by=town.finance(), organisation_id=other.organisation_id, **decision)
    assert taken.code == "decision_number_taken"
    again = {**decision, "decision_no": "8号"}
    refused = town.refusal("bar_supplier", by=town.finance(), organisation_id=one.organisation_id, **again)
    assert codes(refused) == ["bar_overlaps"]


def test_a_suspension_is_lifted_and_a_lifted_one_cannot_be_lifted_again(town: Town) -> None:
    agent = town.admitted_supplier()
    decision = {"organisation_id": agent.organisation_id, "ground": "under_investigation", "decision_no": "3号"}
    made = town.registry.call("suspend_supplier", by=town.finance(), **decision)
    assert town.events("supplier_standing_changed")[-1]["standing"] == "suspended"
    town.clock.forward(hours=2)
    lifting = {"restriction_id": made["restriction_id"], "reason": "查无实据"}
    assert town.refusal("lift_bar", by=town.finance(), **lifting).code == "restriction_unknown"
    town.registry.call("lift_suspension", by=town.finance(), **lifting)
    assert town.events("supplier_standing_changed")[-1]["standing"] == "admitted"
    assert town.refusal("lift_suspension", by=town.finance(), **lifting).code == "lifted_already"


def test_a_decided_version_cannot_be_rewritten_even_in_the_database(town: Town) -> None:
    town.admitted_supplier()
    with town.registry.runtime.engines.writing() as session, pytest.raises(DBAPIError, match="stays as it is"):
        session.execute(text("UPDATE supplier_version SET content = '{}'"))


def test_concurrent_registrations_of_one_code_admit_one(town: Town) -> None:
    code, outcomes = town.code(), []
    offered = [town.offered(town.keys()) for _ in range(6)]
    start = threading.Barrier(len(offered))

    def register(certificate: dict[str, Any]) -> None:
        start.wait()
        try:
            town.registry.call(
                "register_supplier",
                organisation={"name": "抢注公司", "credit_code": code},
                person={"name": "代表"},
                certificate=certificate,
            )
            outcomes.append("registered")
        except Refusal as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=register, args=(each,)) for each in offered]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["credit_code_taken"] * 5 + ["registered"]


def test_a_closed_organisations_code_may_be_registered_anew(town: Town) -> None:
    code = town.code()
    former = town.supplier(organisation={"name": "旧公司", "credit_code": code})
    town.registry.call(
        "close_organisation", by=town.administrator(), organisation_id=former.organisation_id, reason="注销"
    )
    successor = town.supplier(organisation={"name": "新公司", "credit_code": code})
    assert successor.organisation_id != former.organisation_id


def test_a_contracts_record_of_the_supplier_stands_in_its_file(town: Town) -> None:
    agent = town.admitted_supplier()
    fact = {
        "supplier_id": agent.organisation_id, "contract_id": "c1", "kind": "delivery", "grade": "good", "note": "按期",
        "at": "2026-05-11T01:00:00Z", "added_later": "ignored",
    }  # fmt: skip
    subject = f"organisation:{agent.organisation_id}"
    town.registry.hear("contracts", "supplier_performance_recorded", fact, subject=subject)
    assert [each["grade"] for each in town.registry.call("supplier", by=agent.by)["performance"]] == ["good"]
