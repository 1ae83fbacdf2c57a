"""Sample messages: one file per event, written from what the department really announces.

`SAMPLES=write` writes them anew; else they must be what the department says: same fields, values of the same kind.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from services.registry import enrolment
from services.registry.events import CATALOGUE
from tests.registry.town import Citizen, Town, document, whole_file

WIRE = Path(enrolment.__file__).parent / "wire"


@pytest.fixture
def said(fresh_town: Town) -> dict[str, Any]:
    """One announcement of each event, out of a town's life."""
    town = fresh_town
    town.registry.announced.clear()
    centre = town.organisation("centre", name="省政府采购中心(演练)")
    li = town.person(centre, "centre", "centre.officer", name="李经办")
    town.registry.call("change_person", by=town.administrator(), person_id=li.person_id, email="li@example.cn")
    keys = town.enrol(li)
    town.session(keys)
    at_home = Citizen("00000000-0000-4000-8000-00000000000b", centre, "centre", ("registry.admin",)).by
    held = town.registry.call("appoint", by=at_home, person_id=li.person_id, role="centre.officer")
    town.registry.call("end_role", by=at_home, appointment_id=held["appointment_id"], reason="调岗")
    town.registry.call(
        "revoke_certificate", by=town.administrator(), fingerprint=keys.fingerprint, reason="superseded"
    )
    content = whole_file(categories=["A02", "C03"])
    content["documents"].append(document("qualification", "2026-06-30", ("C0301",)))
    agent = town.admitted_supplier(**content)
    town.clock.forward(days=60)
    town.registry.tick("look_at_standings")
    barred = town.registry.call(
        "bar_supplier", by=town.finance(), organisation_id=agent.organisation_id, ground="collusion",
        decision_no="财采罚〔2026〕1号", until="2028-07-10",
    )  # fmt: skip
    lifting = {"restriction_id": barred["restriction_id"], "reason": "行政复议撤销"}
    named = [each for each in town.registry.announced if each.event == "supplier_standing_changed"][-2]
    town.registry.call("lift_bar", by=town.finance(), **lifting)
    chu = town.expert("褚专家", specialties=["A02010201", "A02010202", "C0301"])
    town.registry.call("change_expert", by=town.finance(), person_id=chu.person_id, available=False)
    town.registry.call(
        "suspend_expert", by=town.finance(), person_id=chu.person_id, ground="under_investigation", decision_no="2号",
        until="2026-12-31",
    )  # fmt: skip
    town.registry.call("publish_rule_data", by=town.finance(), kind="threshold", in_force_from="2027-01-01", entries=[
        {"key": "open_tender_threshold", "value": "5000000.00", "article": "吉政采〔2026〕演练1号", "checked": False,
         "unit": "yuan", "bound": "from", "objects": ["goods", "services"], "budget_levels": ["province"],
         "zh": "货物、服务公开招标数额标准（演练）", "en": "goods and services: the open-tender threshold (rehearsal)"},
    ])  # fmt: skip
    found = {each.event: each for each in town.registry.announced}
    return {**found, "supplier_standing_changed": named}


def test_every_event_is_announced_and_its_sample_shows_what_it_looks_like(said: dict[str, Any]) -> None:
    assert set(said) == set(CATALOGUE)
    for name, announcement in sorted(said.items()):
        assert CATALOGUE[name].schema().validate(announcement.payload) == {}
        assert announcement.public == CATALOGUE[name].public
        path = WIRE / f"{name}.v{announcement.version}.json"
        if os.environ.get("SAMPLES") == "write":
            path.parent.mkdir(exist_ok=True)
            told = {"event": name, "version": announcement.version, "subject": announcement.subject,
                    "payload": announcement.payload}  # fmt: skip
            path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
        sample = json.loads(path.read_text("utf-8"))
        assert (sample["event"], sample["version"]) == (name, announcement.version)
        assert sample["subject"].split(":")[0] == announcement.subject.split(":")[0]
        assert _shape(sample["payload"]) == _shape(announcement.payload), name


def test_there_is_no_sample_without_an_event() -> None:
    assert {path.name.split(".")[0] for path in WIRE.glob("*.json")} == set(CATALOGUE)


def test_money_and_moments_are_text_and_nothing_is_a_float(said: dict[str, Any]) -> None:
    for announcement in said.values():
        assert not _floats(announcement.payload), announcement.event


def _shape(value: Any) -> Any:
    """Names of fields and kinds of values; of a list, the shape of its first."""
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in sorted(value.items())}
    if isinstance(value, list):
        return [_shape(each) for each in value[:1]]
    return type(value).__name__


def _floats(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [found for each in value.values() for found in _floats(each)]
    if isinstance(value, list):
        return [found for each in value for found in _floats(each)]
    return [value] if isinstance(value, float) else []
