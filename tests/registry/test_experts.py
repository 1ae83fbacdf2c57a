"""The expert library and the eligible pool, with the rehearsal's own people."""

from __future__ import annotations

from typing import Any

import pytest

from services.chassis.caller import Caller
from tests.registry.town import Citizen, Town, caller, codes

WHEN = "2026-06-02T01:00:00Z"


def test_an_expert_is_enrolled_admitted_and_told_of_without_showing_it_to_the_public(town: Town) -> None:
    expert = town.expert("褚专家")
    told = [each for each in town.registry.announced if each.event == "expert_admitted"][-1]
    assert told.payload["person_id"] == expert.person_id
    assert told.payload["available"] is True
    assert not told.public
    assert town.events("role_appointed")[-1]["role"] == "expert"


def test_an_expert_declares_ties_and_finance_the_specialties(town: Town) -> None:
    expert = town.expert()
    employer = {"org_name": "演练单位9", "from": "2015-03-01"}
    after = town.registry.call("change_expert", by=expert.by, person_id=expert.person_id, employers=[employer])
    assert (after["version"], after["employers"][0]["org_name"]) == (2, "演练单位9")
    named = {"person_id": expert.person_id, "specialties": ["C03"], "region": "四平"}
    refused = town.refusal("change_expert", by=expert.by, **named)
    assert (refused.code, [each.field for each in refused.objections]) == ("finance_only", ["specialties", "region"])
    town.registry.call("change_expert", by=town.finance(), person_id=expert.person_id, specialties=["C03"])
    assert town.events("expert_changed")[-1]["specialties"] == ["C03"]


def test_another_experts_file_is_not_mine(town: Town) -> None:
    mine, other = town.expert(), town.expert()
    assert town.refusal("expert", by=mine.by, person_id=other.person_id).code == "not_yours"
    assert town.refusal("change_expert", by=mine.by, person_id=other.person_id, available=False).code == "not_yours"
    assert town.registry.call("expert", by=mine.by, person_id=mine.person_id)["state"] == "admitted"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"specialties": ["A0299"]}, "specialties.0"),
        ({"specialties": []}, "specialties"),
        ({"employers": [{"org_name": "甲", "from": "2020-02-01", "until": "2020-01-31"}]}, "employers.0.until"),
        ({"employers": [{"org_name": "甲", "from": "1 May"}]}, "employers.0.from"),
        ({"shareholdings": [{"org_name": "甲", "percent": "0.00"}]}, "shareholdings.0.percent"),
        ({"shareholdings": [{"org_name": "甲", "percent": "100.01"}]}, "shareholdings.0.percent"),
        ({"shareholdings": [{"org_name": "甲", "percent": 12}]}, "shareholdings.0.percent"),
        ({"kin": [{"name": "乙", "relation": "friend"}]}, "kin.0.relation"),
    ],
)
def test_each_wrong_field_of_an_experts_file_is_named(town: Town, changed: dict[str, Any], field: str) -> None:
    given = {"name": "甲", "region": "长春", "specialties": ["A0201"], **changed}
    refused = town.refusal("enrol_expert", by=town.finance(), **given)
    assert [each.field for each in refused.objections] == [field]


def test_suspension_and_release_take_an_expert_out_of_the_pool_and_back(fresh_town: Town) -> None:
    town = fresh_town
    expert = town.expert()
    asked = {"categories": ["A02010104"], "when": WHEN}

    def reasons() -> list[str]:
        answer = town.registry.call("expert_pool", by=town.finance(), **asked)
        return [reason["code"] for each in answer["out"] for reason in each["reasons"]]

    assert reasons() == []
    decision = {"person_id": expert.person_id, "ground": "poor_performance", "decision_no": "5号"}
    town.registry.call("suspend_expert", by=town.finance(), **decision)
    assert reasons() == ["expert_suspended"]
    lifting = {"person_id": expert.person_id, "reason": "期满"}
    town.registry.call("lift_expert_suspension", by=town.finance(), **lifting)
    assert reasons() == []
    assert town.refusal("lift_expert_suspension", by=town.finance(), **lifting).code == "not_suspended"
    town.registry.call("release_expert", by=town.finance(), person_id=expert.person_id, reason="本人申请")
    assert reasons() == ["left_library"]
    assert town.refusal("release_expert", by=town.finance(), **lifting).code == "not_in_library"
    town.registry.call("admit_expert", by=town.finance(), person_id=expert.person_id)
    assert reasons() == []
    assert town.refusal("admit_expert", by=town.finance(), person_id=expert.person_id).code == "admitted_already"


def test_the_pool_of_the_rehearsals_first_lot(fresh_town: Town) -> None:
    """Five of its experts, each with one tie of its own; bidders known by id alone are filled in from the registry."""
    town = fresh_town
    education = town.organisation("purchaser", name="省教育厅(演练)", budget_level="province")
    bidder = town.admitted_supplier(responsible_person="星负责", controllers=["云控股"])
    named = town.registry.call("organisation", by=bidder.by, organisation_id=bidder.organisation_id)["name"]
    former = {"org_name": named, "from": "2019-01-01"}
    experts = {
        "free": town.expert("卫专家"),
        "employed": town.expert("沈专家", employers=[{**former, "until": "2025-12-31"}]),
        "long gone": town.expert("尤专家", employers=[{**former, "until": "2021-06-30"}]),
        "purchaser_staff": town.expert("孔专家", employers=[{"org_name": "省教育厅（演练）", "from": "2012-01-01"}]),
        "holds_shares": town.expert("陶专家", shareholdings=[{"org_name": named, "percent": "12.00"}]),
        "kin_of_responsible": town.expert("华专家", kin=[{"name": "星负责", "relation": "spouse"}]),
        "named_controller": town.expert("云控股"),
        "other_specialty": town.expert("何专家", specialties=["C0301"]),
        "other_region": town.expert("杨专家", region="延边"),
    }
    answer = town.registry.call(
        "expert_pool", by=town.finance(), categories=["A02010104"], when=WHEN, purchaser_id=education,
        bidders=[{"organisation_id": bidder.organisation_id, "name": named}], regions=["长春"],
    )  # fmt: skip
    inside = [each["person_id"] for each in answer["pool"]]
    assert inside == sorted(experts[each].person_id for each in ("free", "long gone"))
    assert all(each["covers"] == ["A02010104"] for each in answer["pool"])
    out = {each["person_id"]: [reason["code"] for reason in each["reasons"]] for each in answer["out"]}
    assert out == {
        citizen.person_id: [reason]
        for reason, citizen in experts.items()
        if reason not in ("free", "long gone")
    }  # fmt: skip


def test_evaluation_may_ask_for_the_pool_and_the_host_may_not(town: Town) -> None:
    asked = {"categories": ["A02010104"], "when": WHEN}
    assert "pool" in town.registry.call("expert_pool", by=Caller(department="evaluation"), **asked)
    assert town.refusal("expert_pool", by=Caller(department="contracts"), **asked).code == "forbidden"
    host = caller("p", "o", "centre", "centre.host")
    assert town.refusal("expert_pool", by=host, **asked).code == "forbidden"


def test_the_library_is_listed_by_specialty_and_region(fresh_town: Town) -> None:
    town = fresh_town
    broad = town.expert(specialties=["A02"], region="吉林")
    narrow = town.expert(specialties=["A02010104"], region="吉林")
    town.expert(specialties=["C03"], region="吉林")
    found = town.registry.call("experts", by=town.finance(), category="A02010104", region="吉林")["items"]
    assert [each["person_id"] for each in found] == sorted([broad.person_id, narrow.person_id])
    page = town.registry.call("experts", by=town.finance(), limit=2)
    rest = town.registry.call("experts", by=town.finance(), limit=2, after=page["next"])
    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (2, 1, None)


def test_a_panels_record_stands_in_the_experts_file(town: Town) -> None:
    expert = town.expert()
    fact = {"person_id": expert.person_id, "lot_id": "l1", "kind": "late", "points": -2, "note": "迟到",
            "at": "2026-05-29T02:00:00Z"}  # fmt: skip
    subject = f"expert:{expert.person_id}"
    town.registry.hear("evaluation", "expert_performance_recorded", fact, subject=subject)
    seen = town.registry.call("expert", by=expert.by, person_id=expert.person_id)["performance"]
    assert [(each["kind"], each["points"]) for each in seen] == [("late", -2)]


def test_supervisors_in_office_stand_on_the_roster(fresh_town: Town) -> None:
    town = fresh_town
    finance = town.organisation("finance")
    chen = Citizen("00000000-0000-4000-8000-0000000000fe", finance, "finance", ("finance.officer",))
    zheng = town.person(finance, "finance", "supervisor", name="郑监督")
    turn = {"person_id": zheng.person_id, "from": "2026-05-29T00:00:00Z", "until": "2026-05-29T10:00:00Z"}
    assert town.refusal("schedule_supervisor", by=chen.by, **turn).code == "not_a_supervisor"
    town.registry.call("appoint", by=chen.by, person_id=zheng.person_id, role="supervisor")
    town.registry.call("schedule_supervisor", by=chen.by, **turn)
    told = town.registry.call("supervisors", by=chen.by, at="2026-05-29T09:59:59Z")
    assert [each["name"] for each in told["supervisors"]] == ["郑监督"]
    assert [each["person_id"] for each in told["duties"]] == [zheng.person_id]
    assert town.registry.call("supervisors", by=chen.by, at="2026-05-29T10:00:00Z")["duties"] == []
    assert codes(town.refusal("schedule_supervisor", by=chen.by, **{**turn, "until": turn["from"]})) == [
        "period_backwards"
    ]
