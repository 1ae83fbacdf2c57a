"""Notify's part of the walk over the table: own and foreign messages, enquiries, appointments, surveys, webhooks."""

from __future__ import annotations

from pathlib import Path

from tests.notify.story import PEOPLE, Story, uid
from tests.registry.walk import Ground, reach_faults

FOR_THEMSELVES = {
    "ask_enquiry", "book_appointment", "change_preference", "free_slots", "inbox", "mark_read", "my_surveys",
    "preference",
}  # fmt: skip
LISTS = {"appointments", "duties", "enquiries", "webhooks"}
OF_THE_SUPPLIER = {
    ("acknowledge_call", "purchaser.officer"), ("answer_survey", "purchaser.officer"),
    ("answer_survey", "purchaser.acceptor"), ("cancel_appointment", "purchaser.officer"),
    ("cancel_appointment", "agency.program"), ("cancel_appointment", "expert"),
}  # fmt: skip
"""The call, the survey and the appointment of this story are the supplier's."""
SLOT = {
    "topic": "质疑咨询", "place": "大厅二号窗口",
    "starts_at": "2026-07-12T01:00:00Z", "ends_at": "2026-07-12T01:30:00Z",
}  # fmt: skip


def test_each_role_reaches_its_own_and_no_foreign_thing(story: Story, channels: Path) -> None:
    story.whole()
    enquiry = story.call("ask_enquiry", by="agent-s1", kind="question", title="交货地点", text="可否分批？")
    slot = story.call("offer_slot", by="li", **SLOT)["slot_id"]
    appointment = story.call("book_appointment", by="agent-s1", slot_id=slot, matter="交货咨询")
    called = story.call("call_into_room", by="zhao", organisation_id=uid("s1"), room="三号室")
    webhook = story.call("register_webhook", by="program", url="http://127.0.0.1:9/hook")
    [survey] = story.call("my_surveys", by="agent-s1")["surveys"]
    people = {role: story.by(key) for key, (_, _, role) in PEOPLE.items() if key not in ("agent-s2", "agent-s3")}
    found = reach_faults(Ground(
        "notify", story.direct, people,
        known={
            "enquiry_id": enquiry["enquiry_id"], "slot_id": slot, "appointment_id": appointment["appointment_id"],
            "call_id": called["call_id"], "webhook_id": webhook["webhook_id"], "survey_id": survey["survey_id"],
            "organisation_id": uid("s1"),
        },
        outsiders=OF_THE_SUPPLIER,
        asked={"register_webhook": {"url": "http://127.0.0.1:9/hook", "organisation_id": uid("agency")}},
        lists=LISTS, own_only=FOR_THEMSELVES, marks=("交货", uid("s1"), uid("agency")),
    ))  # fmt: skip
    assert not found, "\n".join(found)
