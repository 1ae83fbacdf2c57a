"""Organisations, people, roles, the first administration, rows of law."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.chassis.caller import Caller
from services.chassis.refusal import Refusal
from services.registry import settings
from services.registry.permissions import PERMISSIONS, ROLES
from services.registry.queries.rule_data import category_children
from services.registry.rules.incompatible_roles import FUNCTIONS
from tests.registry.town import Citizen, Keys, Town, caller, codes

CENTRE = {"name": "省政府采购中心(演练)", "credit_code": "91220100MA17001378"}


@pytest.fixture
def invited(fresh_town: Town) -> Iterator[Keys]:
    """A certificate that the settings name as the first administrator's."""
    keys = fresh_town.keys("管理员")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("BOOTSTRAP_CERTIFICATE", keys.fingerprint.upper())
        settings.current.cache_clear()
        yield keys
    settings.current.cache_clear()


def test_the_first_administrator_enters_by_the_certificate_the_settings_name_and_only_once(
    fresh_town: Town, invited: Keys
) -> None:
    town = fresh_town
    claim = {"organisation": CENTRE, "person": {"name": "管理员"}, "certificate": town.offered(invited)}
    stranger = {**claim, "certificate": town.offered(town.keys())}
    assert town.refusal("claim_administration", **stranger).code == "administration_not_offered"
    town.registry.call("claim_administration", **claim)
    told = town.token(town.session(invited))
    assert (told["roles"], told["organisation_kind"]) == (["registry.admin"], "centre")
    assert "organisation.enrol" in told["may"]
    town.clock.forward(days=-400)  # the rehearsal's day is set once somebody may set it
    assert town.token(town.session(invited))["roles"] == ["registry.admin"]
    again = {**claim, "organisation": {**CENTRE, "credit_code": town.code()}}
    assert town.refusal("claim_administration", **again).code == "administration_taken"


def test_an_administrator_builds_up_the_centre_and_the_others_appoint_on(fresh_town: Town) -> None:
    """The order in which a rehearsal fills the register: centre, purchaser, finance; each appoints its own."""
    town = fresh_town
    centre = town.organisation("centre")
    admin = Citizen("00000000-0000-4000-8000-00000000000a", centre, "centre", ("registry.admin",))
    li = town.person(centre, "centre", name="李经办")
    town.registry.call("appoint", by=admin.by, person_id=li.person_id, role="centre.officer")
    education = town.organisation("purchaser", budget_level="province")
    sun = town.person(education, "purchaser", "purchaser.officer", name="孙处长")
    town.registry.call("appoint", by=admin.by, person_id=sun.person_id, role="purchaser.officer")
    zhou = town.registry.call("enrol_person", by=sun.by, organisation_id=education, name="周代表")["person_id"]
    named = {"person_id": zhou, "role": "purchaser.representative"}
    assert codes(town.refusal("appoint", by=admin.by, **named)) == ["not_entitled_to_appoint"]
    town.registry.call("appoint", by=sun.by, **named)
    finance = town.organisation("finance")
    chen = town.person(finance, "finance", "finance.officer", name="陈监管")
    town.registry.call("appoint", by=admin.by, person_id=chen.person_id, role="finance.officer")
    zheng = town.person(finance, "finance", name="郑监督")
    watcher = {"person_id": zheng.person_id, "role": "supervisor"}
    assert codes(town.refusal("appoint", by=admin.by, **watcher)) == ["not_entitled_to_appoint"]
    town.registry.call("appoint", by=chen.by, **watcher)
    roles = {each["person_id"]: each["role"] for each in town.events("role_appointed")}
    assert roles == {
        li.person_id: "centre.officer",
        sun.person_id: "purchaser.officer",
        zhou: "purchaser.representative",
        chen.person_id: "finance.officer",
        zheng.person_id: "supervisor",
    }
    held = town.registry.call("people", by=chen.by, role="supervisor")["items"]
    assert [each["name"] for each in held] == ["郑监督"]


def test_a_role_is_held_once_and_from_its_day(fresh_town: Town) -> None:
    town = fresh_town
    education = town.organisation("purchaser")
    person = town.person(education, "purchaser")
    admin = town.administrator()
    named = {"person_id": person.person_id, "role": "purchaser.officer", "from": "2026-06-01T00:00:00Z"}
    town.registry.call("appoint", by=admin, **named)
    assert codes(town.refusal("appoint", by=admin, **named)) == ["role_held_already"]
    asked = {"person_id": person.person_id}
    assert town.registry.call("person", by=admin, **asked)["roles"] == []
    town.clock.forward(days=30)
    assert town.registry.call("person", by=admin, **asked)["roles"] == ["purchaser.officer"]


def test_an_unknown_role_is_answered_with_those_there_are(town: Town) -> None:
    person = town.person(town.organisation("hall"), "hall")
    refused = town.refusal("appoint", by=town.administrator(), person_id=person.person_id, role="emperor")
    assert refused.code == "role_unknown"
    assert "centre.officer" in refused.objections[0].figures["known"]


def test_a_colleagues_appointment_is_ended_by_those_who_may_make_it_or_by_its_holder(town: Town) -> None:
    education = town.organisation("purchaser")
    sun = town.person(education, "purchaser", "purchaser.officer")
    town.registry.call("appoint", by=town.administrator(), person_id=sun.person_id, role="purchaser.officer")
    held = town.registry.call("person", by=sun.by, person_id=sun.person_id)["appointments"][0]["appointment_id"]
    colleague = caller("c", education, "purchaser", "purchaser.officer")
    asked = {"appointment_id": held, "reason": "…"}
    assert codes(town.refusal("end_role", by=colleague, **asked)) == ["not_entitled_to_end"]
    town.registry.call("end_role", by=sun.by, **asked)
    assert town.events("role_ended")[-1]["person_id"] == sun.person_id


def test_an_officer_changes_the_own_address_but_not_a_colleagues_name(town: Town) -> None:
    centre = town.organisation("hall")
    mine, other = town.person(centre, "hall", "supervisor"), town.person(centre, "hall", "supervisor")
    town.registry.call("change_person", by=mine.by, person_id=mine.person_id, email="Wo@Example.CN")
    assert town.events("person_changed")[-1]["email"] == "Wo@example.cn"
    assert town.refusal("change_person", by=mine.by, person_id=other.person_id, language="en").code == "not_yours"
    assert town.refusal("change_person", by=mine.by, person_id=mine.person_id, name="改名").code == "not_yours"


def test_a_suppliers_facts_change_only_through_its_reviewed_file(town: Town) -> None:
    agent = town.supplier()
    asked = {"organisation_id": agent.organisation_id, "name": "换个名字"}
    assert town.refusal("change_organisation", by=town.administrator(), **asked).code == "change_through_file"


def test_a_change_is_told_once_and_only_if_something_is_another(town: Town) -> None:
    purchaser = town.organisation("purchaser", name="省教育厅")
    town.registry.announced.clear()
    for name in ("省教育厅", "省教育委员会", "省教育委员会"):
        town.registry.call("change_organisation", by=town.administrator(), organisation_id=purchaser, name=name)
    assert [each["name"] for each in town.events("organisation_changed")] == ["省教育委员会"]


def test_organisations_are_found_by_live_code_kind_and_name(town: Town) -> None:
    made = town.organisation("agency", name="对接系统甲_100%")
    admin = town.administrator()
    told = town.registry.call("organisation", by=admin, organisation_id=made)
    assert town.registry.call("organisation", by=admin, credit_code=told["credit_code"])["organisation_id"] == made
    found = town.registry.call("organisations", by=admin, kind="agency", name="甲_100%")["items"]
    assert [each["organisation_id"] for each in found] == [made]
    assert town.registry.call("organisations", by=admin, kind="agency", name="甲X100%")["items"] == []
    assert town.refusal("organisation", by=admin, credit_code=town.code()).code == "organisation_unknown"


def test_the_table_is_published_whole(town: Town) -> None:
    told = town.registry.call("permission_table")
    assert set(told["roles"]) == set(ROLES)
    assert {each["permission"]: each["holders"] for each in told["permissions"]} == {
        name: dict(each.holders) for name, each in PERMISSIONS.items()
    }
    assert all(each["allows"] for each in told["permissions"])


def test_conflicts_of_functions_are_told_to_tendering_and_unknown_functions_named(town: Town) -> None:
    person = "11111111-1111-4111-8111-111111111111"
    both = [{"person_id": person, "function": each} for each in ("document_preparer", "document_reviewer")]
    told = town.registry.call("role_conflicts", by=Caller(department="tendering"), assignments=both)
    assert [(each["one"], each["other"], each["article"]) for each in told["conflicts"]] == [
        ("document_preparer", "document_reviewer", "法61")
    ]
    odd = [{"person_id": person, "function": "cook"}]
    refused = town.refusal("role_conflicts", by=Caller(department="tendering"), assignments=odd)
    assert refused.code == "function_unknown"
    assert refused.objections[0].figures["known"] == ", ".join(FUNCTIONS)


def test_the_public_may_ask_so_much_a_minute_and_no_more(fresh_town: Town) -> None:
    town = fresh_town
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PUBLIC_COMMANDS_A_MINUTE", "2")
        settings.current.cache_clear()
        town.supplier()
        town.supplier()
        with pytest.raises(Refusal, match="too_many_requests"):
            town.supplier()
    settings.current.cache_clear()


def test_what_the_suite_ships_is_published_once_and_the_tree_hangs_together(fresh_town: Town) -> None:
    town = fresh_town
    town.registry.tick("publish_shipped_rule_data")
    assert town.registry.announced == []
    told = town.registry.call("rule_data", kind="category", on="2026-05-11")["entries"]
    assert {"A02010104", "A02010202", "C0301"} <= {each["key"] for each in told}
    with town.registry.runtime.engines.reading() as reading:
        children = category_children(reading, town.clock.moment.date())
    assert sorted(children[""]) == ["A", "B", "C"]
    assert town.registry.call("rule_data", kind="category", on="2019-12-31")["entries"] == []


def test_a_later_row_takes_the_place_of_an_earlier_one_from_its_day(fresh_town: Town) -> None:
    town = fresh_town
    row = {
        "key": "open_tender_threshold", "value": "5000000.00", "article": "演练1号", "checked": False, "unit": "yuan",
        "bound": "from", "objects": ["services", "goods"], "budget_levels": ["city", "county", "province"],
        "zh": "公开招标数额标准", "en": "open-tender threshold",
    }  # fmt: skip
    published = {"kind": "threshold", "in_force_from": "2027-01-01", "entries": [row]}
    town.registry.call("publish_rule_data", by=town.finance(), **published)
    assert town.refusal("publish_rule_data", by=town.finance(), **published).code == "row_published_already"
    ending = {**row, "in_force_until": "2027-12-31", "value": "6000000.00"}
    town.registry.call(
        "publish_rule_data", by=town.finance(), kind="threshold", in_force_from="2027-06-01", entries=[ending]
    )

    def threshold(on: str) -> list[str]:
        rows = town.registry.call("rule_data", kind="threshold", on=on)["entries"]
        return [each["value"] for each in rows if each["key"] == "open_tender_threshold"]

    assert threshold("2026-12-31") == ["4000000.00"]
    assert threshold("2027-05-31") == ["5000000.00"]
    assert threshold("2027-12-31") == ["6000000.00"]
    assert threshold("2028-01-01") == []
