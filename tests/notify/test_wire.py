"""Sample messages: what notify announces, as it really was announced; what others announce, as they show it.

`SAMPLES=write` writes our samples anew; else they must be what the department says: same fields, values of one kind.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import services.notify
from services.chassis import obligations
from services.chassis.definitions import HEARS, Definition, definitions
from services.chassis.log import events as of_the_log
from services.notify.events import CATALOGUE, ON_THE_BUS
from services.notify.service import NotifyService
from tests.notify.receivers import Partner
from tests.notify.story import BEGIN, Story, uid

WIRE = Path(services.notify.__file__).parent / "wire"
SLOT = {
    "topic": "质疑咨询", "place": "大厅二号窗口",
    "starts_at": "2026-07-20T01:00:00Z", "ends_at": "2026-07-20T01:30:00Z",
}  # fmt: skip
OURS = set(CATALOGUE) - set(obligations.CATALOGUE) | {"obligation_opened", "obligation_met", "obligation_cancelled"}
HEARD = sorted(
    (each for _, _, each in definitions(NotifyService) if each.kind == HEARS and each.event != "session_ended"),
    key=lambda each: (each.source, each.event),
)


def live(story: Story, partner: Partner) -> None:
    """Every event of the department, once at least."""
    story.whole()
    story.direct.announced.clear()
    (survey,) = story.call("my_surveys", by="sun")["surveys"]
    story.call("answer_survey", by="sun", survey_id=survey["survey_id"], score=5)
    asked = story.call("ask_enquiry", by="agent-s1", kind="question", title="交货地点", text="何处交货？")
    enquiry = {"enquiry_id": asked["enquiry_id"]}
    story.call("take_enquiry", by="wang", **enquiry)
    story.call("hand_on_enquiry", by="wang", to_person_id=uid("li"), reason="属项目经办", **enquiry)
    story.call("answer_enquiry", by="li", answer="学校库房。", **enquiry)
    slot = {"slot_id": story.call("offer_slot", by="li", **SLOT)["slot_id"]}
    booked = story.call("book_appointment", by="agent-s1", matter="咨询", **slot)
    cancelled = {"appointment_id": booked["appointment_id"], "reason": "改期"}
    story.call("cancel_appointment", by="agent-s1", **cancelled)
    story.call("withdraw_slot", by="li", reason="会议", **slot)
    call = {"call_id": story.call("call_into_room", by="zhao", organisation_id=uid("s1"), room="谈判三室")["call_id"]}
    story.call("acknowledge_call", by="agent-s1", **call)
    story.call("take_down_call", by="zhao", **call)
    story.call("arrange_board", by="zhao", panel="prices", shown=False)
    story.call("publish_announcement", by="wang", title="五一放假安排", text="放假。")
    hook = story.call("register_webhook", by="program", url=partner.url)
    story.call("end_webhook", by="program", webhook_id=hook["webhook_id"], reason="搬家")


def test_every_event_is_announced_and_its_sample_shows_what_it_looks_like(
    story: Story, channels: Path, partner: Partner
) -> None:
    live(story, partner)
    said = {each.event: each for each in story.direct.announced}
    assert set(said) == OURS
    assert {name for name, each in said.items() if each.relay} - set(obligations.CATALOGUE) == set(ON_THE_BUS)
    for name, announcement in sorted(said.items()):
        kind = CATALOGUE[name]
        assert kind.schema().validate(announcement.payload) == {}, name
        assert set(announcement.payload) == set(kind.schema().fields), name
        file = WIRE / f"{name}.v{kind.version}.json"
        shown = {name: getattr(announcement, name) for name in ("event", "version", "subject", "payload")}
        if os.environ.get("SAMPLES") == "write":
            file.write_text(json.dumps(shown, ensure_ascii=False, indent=1) + "\n", "utf-8")
        sample = json.loads(file.read_text("utf-8"))
        assert (sample["event"], sample["version"]) == (name, kind.version)
        assert sample["subject"].partition(":")[0] == announcement.subject.partition(":")[0]
        assert kind.schema().validate(sample["payload"]) == {}, name
        assert _shape(sample["payload"]) == _shape(announcement.payload), name


def test_no_sample_is_left_over() -> None:
    assert {path.name.partition(".")[0] for path in WIRE.glob("*.json")} == OURS


@pytest.mark.parametrize("definition", HEARD, ids=lambda each: f"{each.source}-{each.event}")
def test_what_others_send_is_understood(definition: Definition) -> None:
    assert definition.schema is not None
    assert definition.schema().load(shown_by(definition.source, definition.event))


def shown_by(source: str, event: str) -> dict[str, Any]:
    """The payload a department shows in its sample; of what the chassis says for every department: as that says it.

    Raises FileNotFoundError where neither shows one.
    """
    if event == "log_alarm":
        said = of_the_log.log_alarm(source, f"sunshine/{source}", "fork", "two histories", {"held": "…"}, BEGIN)
        return dict(said.payload)
    if event in obligations.CATALOGUE:
        duty = obligations.Obligation(
            uid("duty"), "award_notice", f"lot:{uid('lot-1')}", "条例43", BEGIN, BEGIN + timedelta(days=2), uid("li"),
            None, None, None, supervisor_watch=True, extendable=False, public=True, extensions=[],
        )  # fmt: skip
        return dict(obligations.ObligationFact().dump({**asdict(duty), "at": BEGIN, "reason": None}))
    file = WIRE.parent.parent / source / "wire" / f"{event}.v1.json"
    return dict(json.loads(file.read_text("utf-8"))["payload"])


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shape(each) for name, each in value.items()}
    return "text or nothing" if value is None or isinstance(value, str) else type(value).__name__
