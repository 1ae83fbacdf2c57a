"""From entrustment to publication: every move, and every reason why not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.protocol.sealing import holding
from tests.tendering import people
from tests.tendering.people import agent_of, caller, id_of
from tests.tendering.test_course import ITEM, drafted
from tests.tendering.world import NOTICE, SEATS, World, codes

# entrusting


def test_finance_returns_a_plan_with_reasons_and_it_may_be_submitted_again(world: World) -> None:
    drafted(world)
    world.call("submit_entrustment", "sun", project_id=world.project_id)
    world.call("return_plan", "chen", project_id=world.project_id, reasons="预算来源不清")
    shown = world.call("project", "sun", project_id=world.project_id)
    assert (shown["status"], shown["returned_because"]) == ("returned", "预算来源不清")
    world.call("submit_entrustment", "sun", project_id=world.project_id)
    assert world.call("confirm_plan", "chen", project_id=world.project_id)["status"] == "plan_confirmed"


def test_a_move_outside_the_table_names_the_open_ones(world: World) -> None:
    drafted(world)
    refusal = world.refused("confirm_plan", "chen", project_id=world.project_id)
    assert (refusal.code, refusal.objections[0].figures["state"]) == ("move_closed", "drafted")
    assert "submit_entrustment" in refusal.objections[0].figures["open"]


def test_another_purchaser_sees_and_moves_nothing(world: World) -> None:
    drafted(world)
    stranger = people.caller("sun").__class__(
        **{**vars(people.caller("sun")), "person_id": id_of("x"), "organisation_id": id_of("other")}
    )
    for method in ("submit_entrustment", "project"):
        assert world.refused(method, stranger, project_id=world.project_id).code == "not_yours"


def test_another_procedure_above_the_threshold_needs_an_approval(world: World) -> None:
    drafted(world, procedure="inquiry", ground="uniform_goods", items=[{**ITEM, "budget": "4000000.00"}])
    world.call("submit_entrustment", "sun", project_id=world.project_id)
    assert codes(world.refused("confirm_plan", "chen", project_id=world.project_id)) == {"approval_needed"}
    world.call("confirm_plan", "chen", project_id=world.project_id, approval_no="财采〔2026〕7号")


def test_splitting_within_a_year_is_warned_recorded_and_shown_to_the_supervisor(world: World) -> None:
    for budget in ("2500000.00", "2400000.00"):
        drafted(world, procedure="inquiry", ground="uniform_goods", items=[{**ITEM, "budget": budget}])
        answer = world.call("submit_entrustment", "sun", project_id=world.project_id)
        world.call("confirm_plan", "chen", project_id=world.project_id)
    assert [(each["code"], each["article"]) for each in answer["warnings"]] == [("splitting_suspected", "条例28")]
    shown = world.call("warnings", "zheng", project_id=world.project_id)["warnings"]
    assert shown[0]["figures"]["total"] == "4900000.00"


def test_officer_and_reviewer_are_two_people_with_those_roles(world: World) -> None:
    drafted(world)
    world.call("submit_entrustment", "sun", project_id=world.project_id)
    world.call("confirm_plan", "chen", project_id=world.project_id)
    told = {"project_id": world.project_id, "officer_id": id_of("li")}
    assert codes(world.refused("accept_entrustment", "li", **told, reviewer_id=id_of("li"))) == {
        "reviewer_is_preparer",
        "role_missing",
    }
    assert codes(world.refused("accept_entrustment", "li", **told, reviewer_id=id_of("zhao"))) == {"role_missing"}
    assert world.call("accept_entrustment", "li", **told, reviewer_id=id_of("wang"))["status"] == "accepted"


# documents


def test_a_draft_may_be_incomplete_a_submitted_document_may_not(world: World) -> None:
    world.entrusted()
    made = world.call("draft_document", "li", project_id=world.project_id)
    assert [each["no"] for each in made["content"]["lots"]] == [1, 2, 3]  # every entrusted item became a lot
    assert made["template_key"] == "goods.open_tender"
    found = codes(world.refused("submit_document", "li", document_id=made["id"]))
    assert {"no_closing_time", "no_requirements", "scheme_total_wrong", "deduction_missing"} <= found


def test_who_read_an_older_revision_writes_over_nobody(world: World) -> None:
    world.entrusted()
    made = world.call("draft_document", "li", project_id=world.project_id)
    told = {"document_id": made["id"], "content": made["content"]}
    assert world.call("edit_document", "li", revision=1, **told)["revision"] == 2
    assert codes(world.refused("edit_document", "li", revision=1, **told)) == {"document_changed"}


def test_the_reviewer_or_the_purchaser_sends_a_document_back_with_reasons(world: World) -> None:
    world.entrusted()
    made = world.call("draft_document", "li", project_id=world.project_id, content=world.content())
    world.call("submit_document", "li", document_id=made["id"])
    assert len(world.call("document", "wang", document_id=made["id"])["to_judge"]) == 8
    world.call("return_document", "wang", document_id=made["id"], reasons="需求过于笼统")
    world.call("submit_document", "li", document_id=made["id"])
    world.call("review_document", "wang", document_id=made["id"])
    back = world.call("decline_document", "sun", document_id=made["id"], reasons="交货期过长")
    assert (back["reviewed_by"], back["returned_because"]) == (None, "交货期过长")


def test_the_database_too_refuses_a_reviewer_who_prepared(world: World) -> None:
    world.entrusted()
    made = world.call("draft_document", "li", project_id=world.project_id)
    session = world.direct.runtime.engines.writing()
    with pytest.raises(IntegrityError, match="reviewer_is_another"):
        session.execute(text("UPDATE document SET reviewed_by = prepared_by WHERE id = :id"), {"id": made["id"]})
    session.close()


def test_a_document_remembers_the_version_of_its_template(world: World) -> None:
    world.entrusted()
    first = world.call("templates", "li", object="goods", procedure="open_tender")["templates"][-1]
    newer = {**first, "version": "2026.2", "in_force_from": "2026-04-01"}
    world.call("publish_template", "wang", **newer)
    assert codes(world.refused("publish_template", "wang", **newer)) == {"template_version_taken"}
    broken = {**newer, "version": "2026.3", "clauses": [{**first["clauses"][0], "text": "{nowhere}"}]}
    assert codes(world.refused("publish_template", "wang", **broken)) == {"clause_names_no_blank"}
    made = world.call("draft_document", "li", project_id=world.project_id)
    assert made["template_version"] == "2026.2"


# publishing


def test_no_notice_goes_out_before_every_holder_has_proven_the_key(world: World) -> None:
    world.entrusted()
    world.documented()
    assert "no_holders_named" in codes(world.refused("publish_notice", "li", project_id=world.project_id))
    named = {seat: [id_of(each) for each in held] for seat, held in SEATS.items()}
    world.call("name_holders", "li", project_id=world.project_id, seats=named)
    refusal = world.refused("publish_notice", "li", project_id=world.project_id)
    assert [each.code for each in refusal.objections].count("key_not_proven") == 5


def test_only_the_right_secret_proves_a_key(world: World) -> None:
    world.entrusted()
    named = {seat: [id_of(each) for each in held] for seat, held in SEATS.items()}
    world.call("name_holders", "li", project_id=world.project_id, seats=named)
    test = world.call("my_key_tests", "zhao")["tests"][0]
    assert world.refused("prove_key", "zhao", holder_id=test["holder_id"], answer="A" * 43).code == "key_not_proven"
    right = holding.answer(people.encryption("zhao").key, test["test"])
    assert codes(world.refused("prove_key", "zhou", holder_id=test["holder_id"], answer=right)) == {"holder_of_another"}
    assert world.call("prove_key", "zhao", holder_id=test["holder_id"], answer=right)["proven"] is True


def test_a_panel_member_or_stranger_holds_no_key(world: World) -> None:
    world.entrusted()
    seats = {"centre": ["li"], "purchaser": ["zhou"], "supervisor": ["chen"]}
    named = {seat: [id_of(each) for each in held] for seat, held in seats.items()}
    found = codes(world.refused("name_holders", "li", project_id=world.project_id, seats=named))
    assert found == {"role_missing", "no_encryption_certificate", "supervisor_of_own_work"} - {"supervisor_of_own_work"}


def test_a_notice_published_too_late_for_its_closing_is_refused(world: World) -> None:
    world.entrusted()
    world.documented()
    world.held()
    world.at(datetime(2026, 5, 14, 1, tzinfo=UTC))
    refusal = world.refused("publish_notice", "li", project_id=world.project_id)
    assert [(each.code, each.article, each.figures["earliest"]) for each in refusal.objections] == [
        ("period_too_short", "法35", "2026-06-03")
    ]


def test_the_law_of_the_notice_day_is_recorded_with_the_project(open_world: World) -> None:
    rules = open_world.sql("SELECT rules FROM project WHERE id = :id", id=open_world.project_id)[0][0]
    assert rules["notice_day"] == "2026-05-11"
    assert rules["procedure"] == "procedure/open_tender[]@2003-01-01"
    assert len(rules["law_version"]) == 64


def test_the_published_document_is_in_the_store_under_the_digest_of_the_notice(open_world: World) -> None:
    notice = open_world.call("notices", "li", kind="tender")["notices"][0]
    taken = open_world.call("take_document", agent_of("s1"), project_id=open_world.project_id)
    assert taken["digest"] == notice["document_digest"]
    content = b"".join(open_world.store.open(taken["digest"])).decode()
    assert "校园网络交换设备" in content
    assert open_world.direct.call("lot", lot_id=open_world.lots[1])["sealing_sheet_digest"] in content


def test_the_notice_names_whom_to_ask_and_nobody_is_named_who_need_not_be(world: World) -> None:
    world.entrusted()
    world.documented()
    world.held()
    notice = world.published()
    assert f"项目联系人：{caller('li').name}" in notice["text"]
    assert id_of("wang") not in str(notice["payload"])
    assert notice["payload"]["officer_id"] == id_of("li")


def test_other_departments_hear_who_acts_when_another_takes_over(world: World) -> None:
    world.entrusted()
    asked = {"project_id": world.project_id}
    world.call("assign_people", "wang", **asked, host_id=id_of("qian"))
    assert len(world.announced("entrustment_accepted")) == 1, "officer and reviewer are who they were"
    for key, role in (("li", "centre.reviewer"), ("wang", "centre.officer")):
        appointed = {"person_id": id_of(key), "role": role, "organisation_id": id_of("centre"), "until": None}
        world.hear("role_appointed", {**appointed, "from": "2026-01-01T00:00:00Z"}, f"person:{id_of(key)}")
    world.call("assign_people", "wang", **asked, officer_id=id_of("wang"), reviewer_id=id_of("li"))
    told = world.announced("entrustment_accepted")
    assert [(each["officer_id"], each["reviewer_id"]) for each in told] == [
        (id_of("li"), id_of("wang")), (id_of("wang"), id_of("li")),
    ]  # fmt: skip
    assert world.call("project", "li", **asked)["status"] == "accepted"


def test_applications_for_prequalification_get_five_working_days_before_anything_is_decided(world: World) -> None:
    """条例21."""
    world.entrusted()
    world.documented()
    world.held()
    world.at(NOTICE - timedelta(days=13))  # Tuesday 28 April; 1 to 5 May are holidays
    called = {"project_id": world.project_id, "text": "资格预审公告"}
    short = world.refused("publish_intention", "li", **called, applications_until="2026-05-07")
    assert codes(short) == {"prequalification_too_short"}
    assert (short.objections[0].article, short.objections[0].figures["days"]) == ("条例21", "5")
    until = short.objections[0].figures["earliest"]
    notice = world.call("publish_intention", "li", **called, applications_until=until)
    assert notice["period_ends"] == until
    assert "prequalification_open" in codes(world.refused("publish_notice", "li", project_id=world.project_id))
    world.call("publish_intention", "li", project_id=world.project_id, text="采购意向补充说明")
    waits = world.refused("publish_notice", "li", project_id=world.project_id)
    assert "prequalification_open" in codes(waits), "a later intention ends no call that was made"
    world.published()
