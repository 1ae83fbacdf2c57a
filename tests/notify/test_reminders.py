"""What is owed: reminders to who owes it and to the supervisors who watch, in words."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

import services
from services.chassis.direct import Direct
from services.contracts.rules import falling_away
from services.notify import telling
from services.notify.rules.wording import LANGUAGES
from services.notify.service import NotifyService
from services.registry.permissions import ROLES
from services.registry.rules.standing import STANDINGS
from tests.notify.story import Story, uid

FOLDER = Path(services.__path__[0])
QUESTION = {"kind": "question", "title": "交货地点", "text": "可否分批交货？"}


def test_a_near_duty_and_an_overdue_one_reach_its_owner_and_the_supervisor_once(story: Story) -> None:
    duty = {
        "obligation_id": uid("duty"), "kind": "award_notice", "about": f"lot:{story.lot}", "article": "条例43",
        "since": story.at(), "due": "2026-05-12T00:00:00Z", "owner_person_id": uid("li"),
        "owner_organisation_id": None, "waiting_person_id": uid("agent-s1"), "waiting_organisation_id": None,
        "supervisor": True, "at": story.at(), "reason": None,
    }  # fmt: skip
    story.hear("contracts", "obligation_opened", f"obligation:{uid('duty')}", **duty)
    story.direct.tick("remind")
    story.direct.tick("remind")
    assert story.inbox("li")[1:] == story.inbox("zheng")[1:] == ["obligation_due_soon"]
    assert story.letters("zheng")[-1]["words"]["zh"]["title"] == "监督提示：事项即将到期 发出中标通知并公告结果"
    later = duty | {"due": "2026-05-13T00:00:00Z", "reason": "专家补充材料"}
    story.hear("contracts", "obligation_extended", f"obligation:{uid('duty')}", **later)
    assert story.inbox("agent-s1")[1:] == ["obligation_extended"]
    story.clock.forward(days=1, hours=12)
    story.direct.tick("remind")
    assert story.inbox("li")[1:] == ["obligation_due_soon", "obligation_due_soon"]  # a new due time
    story.clock.forward(days=1)
    story.hear("contracts", "obligation_overdue", f"obligation:{uid('duty')}", **later | {"at": story.at()})
    assert story.inbox("zheng")[1:] == ["obligation_due_soon", "obligation_due_soon", "obligation_overdue"]
    assert story.inbox("li")[-1] == "obligation_overdue"
    assert [each["status"] for each in story.call("duties", by="zheng")["duties"]] == ["overdue"]
    story.hear("contracts", "obligation_met", f"obligation:{uid('duty')}", **later | {"at": story.at()})
    assert story.call("duties", by="zheng")["duties"] == []


def test_a_duty_nobody_watches_is_reminded_of_to_who_owes_it_alone(story: Story) -> None:
    duty = {
        "obligation_id": uid("duty"), "kind": "delivery", "about": f"contract:{story.contract}", "article": "合同",
        "since": story.at(), "due": "2026-05-12T00:00:00Z", "owner_person_id": None, "owner_organisation_id": uid("s1"),
        "waiting_person_id": None, "waiting_organisation_id": uid("education"), "supervisor": False, "at": story.at(),
        "reason": None,
    }  # fmt: skip
    story.hear("contracts", "obligation_opened", f"obligation:{uid('duty')}", **duty)
    story.direct.tick("remind")
    assert story.inbox("agent-s1")[-1] == "obligation_due_soon"
    assert story.inbox("zheng")[1:] == story.inbox("sun")[1:] == []
    assert [each["id"] for each in story.call("duties", by="agent-s1")["duties"]] == [uid("duty")]
    assert story.call("duties", by="agent-s2")["duties"] == []


def test_two_instances_that_remind_at_the_same_moment_tell_once(story: Story, database_url: str) -> None:
    story.plan()
    story.call("ask_enquiry", by="agent-s1", project_id=story.project, **QUESTION)
    story.clock.forward(days=3)
    story.direct.tick("remind")
    with story.direct.runtime.engines.writing() as session:  # the other one looked before this one was done
        session.execute(text("DELETE FROM reminder"))
        session.commit()
    other = Direct(NotifyService, database_url, now=story.clock)
    other.tick("remind")
    other.close()
    assert story.inbox("li").count("obligation_due_soon") == 1


def test_an_enquiry_is_owed_by_who_has_it_now(story: Story) -> None:
    story.plan()
    asked = story.call("ask_enquiry", by="agent-s1", project_id=story.project, **QUESTION)
    handed = {"enquiry_id": asked["enquiry_id"], "to_person_id": uid("wang"), "reason": "非本人经办"}
    story.call("hand_on_enquiry", by="li", **handed)
    story.clock.forward(days=3)
    story.direct.tick("remind")
    assert story.inbox("wang")[-1] == story.inbox("zheng")[-1] == "obligation_due_soon"
    assert story.letters("wang")[-1]["words"]["zh"]["title"] == "事项即将到期：询问答复"
    (duty,) = story.call("duties", by="zheng")["duties"]
    assert (duty["owner_person_id"], duty["status"], duty["department"]) == (uid("wang"), "open", "notify")
    assert story.call("duties", by="agent-s1")["duties"] == []
    story.clock.forward(days=1)
    story.direct.tick("tell_own_overdue")
    assert story.inbox("wang")[-1] == story.inbox("zheng")[-1] == "obligation_overdue"
    assert not {"obligation_due_soon", "obligation_overdue"} & set(story.inbox("li"))
    assert [each["status"] for each in story.call("duties", by="zheng")["duties"]] == ["overdue"]
    story.call("answer_enquiry", by="wang", enquiry_id=asked["enquiry_id"], answer="可以。")
    assert story.call("duties", by="zheng")["duties"] == []


def test_an_enquiry_nobody_has_taken_is_the_whole_centres(story: Story) -> None:
    asked = story.call("ask_enquiry", by="agent-s1", **QUESTION)
    story.clock.forward(days=3)
    story.direct.tick("remind")
    assert story.inbox("li")[-1] == story.inbox("zheng")[-1] == "obligation_due_soon"
    story.clock.forward(days=1)
    story.direct.tick("tell_own_overdue")
    assert story.inbox("li")[-1] == story.inbox("zheng")[-1] == "obligation_overdue"
    story.call("take_enquiry", by="wang", enquiry_id=asked["enquiry_id"])
    (duty,) = story.call("duties", by="zheng")["duties"]
    assert (duty["owner_person_id"], duty["status"]) == (uid("wang"), "overdue")


def duty_kinds() -> set[str]:
    """Every kind of duty the departments' sources open, as far as it is written there in letters."""
    found: set[str] = set()
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("owe", "open_duty", "open_obligation"):
                given = [each for each in node.args if isinstance(each, ast.Constant)][:1]
                given += [each.value for each in node.keywords if each.arg == "kind" and
                          isinstance(each.value, ast.Constant)]
                found |= {str(each.value) for each in given}
    constants = ast.parse((FOLDER / "contracts" / "duties.py").read_text("utf-8")).body
    for node in constants:
        if isinstance(node, ast.Assign):
            values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            found |= {str(each.value) for each in values if isinstance(each, ast.Constant)}
    return found


def failure_codes() -> set[str]:
    rows = json.loads((FOLDER / "tendering" / "law" / "grounds.json").read_text("utf-8"))
    return {row["value"]["code"] for row in _rows(rows) if row["key"] == "failure"}


def _rows(told: object) -> list[dict[str, Any]]:
    if isinstance(told, dict):
        return [told] if "key" in told else [row for each in told.values() for row in _rows(each)]
    return [row for each in told for row in _rows(each)] if isinstance(told, list) else []


CODED = {
    "duties": duty_kinds(),
    "failures": failure_codes(),
    "refusals of an award": set(falling_away.REFUSAL_GROUNDS) | set(falling_away.ANNULMENT_GROUNDS),
    "returns of a lot": set(falling_away.RETURN_GROUNDS),
    "standings": set(STANDINGS),
    "roles": set(ROLES),
}


@pytest.mark.parametrize("kind", sorted(CODED))
def test_what_the_departments_say_in_codes_people_read_in_words(kind: str) -> None:
    assert CODED[kind]
    assert CODED[kind] - set(telling.codes()) == set()
    assert all(telling.codes()[code][language] for code in CODED[kind] for language in LANGUAGES)
