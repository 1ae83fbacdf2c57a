"""Enquiries with an owner and a time limit, appointments without double booking, surveys and satisfaction."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.refusal import Refusal
from services.notify.rules import satisfaction
from tests.notify.story import Story, uid

QUESTION = {"kind": "question", "title": "交货地点", "text": "可否分批交货？"}
SLOT = {
    "topic": "质疑咨询", "place": "大厅二号窗口",
    "starts_at": "2026-05-12T01:00:00Z", "ends_at": "2026-05-12T01:30:00Z",
}  # fmt: skip


def test_the_officer_of_the_project_is_the_first_asked_and_answers_within_three_working_days(story: Story) -> None:
    story.plan()
    asked = story.call("ask_enquiry", by="agent-s1", project_id=story.project, publish_agreed=True, **QUESTION)
    assert asked["owner_person_id"] == uid("li")
    assert asked["due"] == "2026-05-14T15:59:59.999999Z"  # Monday asked, Thursday's last instant in Beijing
    assert story.inbox("li")[-1] == "enquiry_asked"
    with pytest.raises(Refusal, match="enquiry_not_owned"):
        story.call("answer_enquiry", by="wang", enquiry_id=asked["enquiry_id"], answer="可以。")
    story.call("answer_enquiry", by="li", enquiry_id=asked["enquiry_id"], answer="可以。")
    assert story.letters("agent-s1")[-1]["words"]["zh"]["text"] == "可以。"
    (public,) = story.call("published_enquiries")["enquiries"]
    assert public["answer"] == "可以。"
    assert "asker_person_id" not in public
    with pytest.raises(Refusal, match="enquiry_answered"):
        story.call("answer_enquiry", by="li", enquiry_id=asked["enquiry_id"], answer="再答。")
    told = [each.event for each in story.direct.announced]
    assert [each for each in told if "obligation" in each] == ["obligation_opened", "obligation_met"]


def test_an_answer_the_asker_did_not_agree_to_publish_stays_between_them(story: Story) -> None:
    asked = story.call("ask_enquiry", by="agent-s1", **QUESTION)
    story.call("take_enquiry", by="wang", enquiry_id=asked["enquiry_id"])
    with pytest.raises(Refusal, match="enquiry_owned"):
        story.call("take_enquiry", by="li", enquiry_id=asked["enquiry_id"])
    story.call("answer_enquiry", by="wang", enquiry_id=asked["enquiry_id"], answer="可以。")
    assert story.call("published_enquiries")["enquiries"] == []
    assert len(story.call("enquiries", by="agent-s1")["enquiries"]) == 1
    assert story.call("enquiries", by="agent-s2")["enquiries"] == []


def test_an_enquiry_is_handed_on_with_a_reason_to_somebody_in_office(story: Story) -> None:
    asked = story.call("ask_enquiry", by="agent-s1", **QUESTION)
    story.call("take_enquiry", by="wang", enquiry_id=asked["enquiry_id"])
    for nobody in ("agent-s2", "wang"):
        with pytest.raises(Refusal, match="enquiry_not_theirs"):
            story.call(
                "hand_on_enquiry", by="wang", enquiry_id=asked["enquiry_id"], to_person_id=uid(nobody), reason="不熟悉"
            )
    handed = story.call(
        "hand_on_enquiry", by="wang", enquiry_id=asked["enquiry_id"], to_person_id=uid("li"), reason="属项目经办"
    )
    assert (handed["owner_person_id"], handed["due"]) == (uid("li"), asked["due"])
    assert "属项目经办" in story.letters("li")[-1]["words"]["zh"]["text"]


def test_an_unanswered_enquiry_becomes_overdue_for_owner_and_supervisor_once(story: Story) -> None:
    story.plan()
    story.call("ask_enquiry", by="agent-s1", project_id=story.project, **QUESTION)
    story.clock.forward(days=5)
    story.direct.tick("tell_own_overdue")
    story.direct.tick("tell_own_overdue")
    assert story.inbox("li").count("obligation_overdue") == 1
    assert story.inbox("zheng").count("obligation_overdue") == 1


def test_the_public_may_leave_so_many_suggestions_a_minute(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    from services.notify import settings

    monkeypatch.setenv("NOTIFY_PUBLIC_A_MINUTE", "2")
    settings.current.cache_clear()
    for number in range(2):
        story.call("leave_suggestion", title=f"建议{number}", text="延长开放时间。", contact="a@example.org")
    with pytest.raises(Refusal, match="too_many_requests"):
        story.call("leave_suggestion", title="建议", text="再来一条。")
    story.clock.forward(minutes=2)
    assert story.call("leave_suggestion", title="建议", text="再来一条。")["due"]


def test_a_time_is_booked_once_however_many_come_at_once(story: Story) -> None:
    slot = story.call("offer_slot", by="li", **SLOT)["slot_id"]

    def book(agent: str) -> str:
        try:
            story.direct.call("book_appointment", story.by(agent), slot_id=slot, matter="咨询")
        except Refusal as refusal:
            return refusal.objections[0].code if refusal.objections else refusal.code
        return "booked"

    with ThreadPoolExecutor(3) as pool:
        answers = sorted(pool.map(book, ["agent-s1", "agent-s2", "agent-s3"]))
    assert answers == ["booked", "slot_taken", "slot_taken"]
    assert story.call("free_slots", by="agent-s1")["slots"] == []
    assert story.inbox("li")[-1] == "appointment_booked"


def test_nobody_is_in_two_places_at_once(story: Story) -> None:
    first = story.call("offer_slot", by="li", **SLOT)
    with pytest.raises(Refusal, match="slot_overlaps"):
        story.call("offer_slot", by="li", **SLOT | {"starts_at": "2026-05-12T01:15:00Z"})
    second = story.call("offer_slot", by="wang", **SLOT | {"starts_at": "2026-05-12T01:15:00Z"})
    story.call("book_appointment", by="agent-s1", slot_id=first["slot_id"], matter="咨询")
    with pytest.raises(Refusal, match="elsewhere_then"):
        story.call("book_appointment", by="agent-s1", slot_id=second["slot_id"], matter="咨询")


def test_a_cancelled_time_is_free_again_and_a_withdrawn_one_is_gone_with_a_reason(story: Story) -> None:
    slot = story.call("offer_slot", by="li", **SLOT)["slot_id"]
    booked = story.call("book_appointment", by="agent-s1", slot_id=slot, matter="咨询")
    with pytest.raises(Refusal, match="appointment_unknown"):
        story.call(
            "cancel_appointment", by="agent-s2", appointment_id=booked["appointment_id"], reason="不是我的"
        )
    story.call("cancel_appointment", by="agent-s1", appointment_id=booked["appointment_id"], reason="改期")
    story.call("book_appointment", by="agent-s2", slot_id=slot, matter="咨询")
    story.call("withdraw_slot", by="li", slot_id=slot, reason="会议")
    assert "会议" in story.letters("agent-s2")[-1]["words"]["zh"]["text"]
    with pytest.raises(Refusal, match="has been withdrawn"):
        story.call("book_appointment", by="agent-s3", slot_id=slot, matter="咨询")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"starts_at": "2026-05-11T00:00:00Z"}, "slot_past"),
        ({"ends_at": "2026-05-12T01:00:00Z"}, "slot_length"),
        ({"ends_at": "2026-05-12T05:00:01Z"}, "slot_length"),
    ],
)
def test_a_time_lies_ahead_and_has_a_length(story: Story, changed: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        story.call("offer_slot", by="li", **SLOT | changed)
    assert code in {each.code for each in refused.value.objections}


def test_both_sides_are_asked_once_and_satisfaction_follows_by_period(story: Story) -> None:
    story.whole()  # the last acceptance and the completion both ask
    (purchaser,) = story.call("my_surveys", by="sun")["surveys"]
    (supplier,) = story.call("my_surveys", by="agent-s1")["surveys"]
    assert story.inbox("sun").count("survey_asked") == 1
    with pytest.raises(Refusal, match="not_yours"):
        story.call("answer_survey", by="agent-s2", survey_id=purchaser["survey_id"], score=1)
    story.direct.announced.clear()
    story.call("answer_survey", by="sun", survey_id=purchaser["survey_id"], score=5, comment="很好")
    (said,) = story.direct.announced
    assert (said.event, said.payload["score"], said.payload["satisfied"], said.relay) == (
        "survey_answered", 5, True, True,
    )  # fmt: skip
    with pytest.raises(Refusal, match="survey_answered"):
        story.call("answer_survey", by="sun", survey_id=purchaser["survey_id"], score=1)
    story.call("answer_survey", by="agent-s1", survey_id=supplier["survey_id"], score=3)
    figures = story.call("satisfaction", **_year())
    assert [(each["side"], each["rate"], each["mean"]) for each in figures["periods"]] == [
        ("purchaser", "100.00", "5.00"), ("supplier", "0.00", "3.00"),
    ]  # fmt: skip


def _year() -> dict[str, Any]:
    return {"from": "2026-01-01", "until": "2026-12-31"}


@given(st.lists(st.integers(1, 5)))
def test_the_rate_is_the_share_of_fours_and_fives_to_two_places(scores: list[int]) -> None:
    figure = satisfaction.of_period("2026", "supplier", len(scores) + 1, scores)
    assert figure.answered == len(scores)
    if not scores:
        assert figure.rate is None
        assert figure.mean is None
        return
    assert figure.rate is not None
    exact = Decimal(100 * sum(each > 3 for each in scores)) / len(scores)
    assert abs(figure.rate - exact) <= Decimal("0.005")
    assert 0 <= figure.rate <= 100
