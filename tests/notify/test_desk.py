"""Enquiries with an owner and a time limit, appointments without double booking, surveys and satisfaction."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from services.chassis.direct import Direct
from services.chassis.refusal import Refusal
from services.notify.models import Appointment, Slot
from services.notify.rules import satisfaction
from services.notify.service import NotifyService
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


def test_the_time_limit_is_three_working_days(story: Story) -> None:
    for days, due in (
        (0, "2026-05-14T15:59:59.999999Z"),  # Monday: Thursday
        (3, "2026-05-19T15:59:59.999999Z"),  # Thursday: over the weekend
        (34, "2026-06-23T15:59:59.999999Z"),  # Wednesday before the Dragon Boat Festival
    ):
        story.clock.forward(days=days)
        assert story.call("ask_enquiry", by="agent-s1", **QUESTION)["due"] == due
        assert story.call("leave_suggestion", title="建议", text="延长开放时间。")["due"] == due


def test_an_answer_is_published_where_both_want_it_and_without_who_asked(story: Story) -> None:
    for agreed, publish in ((True, False), (False, True), (False, False), (True, True)):
        told: dict[str, Any] = {"contact": "a@example.org", "publish_agreed": agreed}
        left = story.call("leave_suggestion", title="建议", text="延长开放时间。", **told)["enquiry_id"]
        story.call("take_enquiry", by="wang", enquiry_id=left)
        story.call("answer_enquiry", by="wang", enquiry_id=left, answer=f"{agreed}、{publish}", publish=publish)
    public = story.call("published_enquiries")["enquiries"]
    assert [each["answer"] for each in public] == ["True、True"]
    assert "a@example.org" not in str(public)
    with story.direct.runtime.engines.writing() as session, pytest.raises(IntegrityError, match="as_agreed"):
        session.execute(text("UPDATE enquiry SET published_at = answered_at"))


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
    with pytest.raises(Refusal, match="invalid_input"):
        story.call("hand_on_enquiry", by="li", enquiry_id=asked["enquiry_id"], to_person_id=uid("wang"), reason=" ")
    with pytest.raises(Refusal, match="enquiry_not_owned"):
        story.call("answer_enquiry", by="wang", enquiry_id=asked["enquiry_id"], answer="已转交。")


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


def test_a_time_is_booked_once_however_many_come_at_once(story: Story, database_url: str) -> None:
    """Eight threads for each of five times, all at one moment: five bookings, and everybody else is told why not."""
    slots = []
    for hour in range(5):
        at = {"starts_at": f"2026-05-12T0{hour}:00:00Z", "ends_at": f"2026-05-12T0{hour}:30:00Z"}
        slots.append(story.call("offer_slot", by="li", **SLOT | at)["slot_id"])
    start = threading.Barrier(8)
    desks = [Direct(NotifyService, database_url, now=story.clock) for _ in range(8)]  # as eight instances

    def book(number: int) -> list[str]:
        agent, ends = story.by(("agent-s1", "agent-s2", "agent-s3")[number % 3]), []
        for slot in slots:
            start.wait()
            try:
                desks[number].call("book_appointment", agent, slot_id=slot, matter="咨询")
                ends.append("booked")
            except Refusal as refusal:
                ends.append(refusal.objections[0].code if refusal.objections else refusal.code)
        return ends

    with ThreadPoolExecutor(8) as pool:
        answers = [end for ends in pool.map(book, range(8)) for end in ends]
    for desk in desks:
        desk.close()
    assert answers.count("booked") == 5
    assert set(answers) <= {"booked", "slot_taken", "elsewhere_then"}
    assert story.call("free_slots", by="agent-s1")["slots"] == []
    assert story.inbox("li").count("appointment_booked") == 5


def test_the_database_itself_books_nothing_twice(story: Story) -> None:
    slot = story.call("offer_slot", by="li", **SLOT)["slot_id"]
    story.call("book_appointment", by="agent-s1", slot_id=slot, matter="咨询")
    other = story.call("offer_slot", by="wang", **SLOT)["slot_id"]
    at = {"starts_at": SLOT["starts_at"], "ends_at": SLOT["ends_at"], "booked_at": SLOT["starts_at"]}
    row = {"id": uid("second"), "name": "乙", "matter": "咨询", **at}
    for slot_id, person, rule in (
        (slot, "agent-s2", "uq_appointment_slot_live"),
        (other, "agent-s1", "ex_appointment_person_once"),
    ):
        with story.direct.runtime.engines.writing() as session, pytest.raises(IntegrityError, match=rule):
            session.execute(insert(Appointment).values(**row, slot_id=slot_id, person_id=uid(person)))
    again = {"id": uid("slot"), "topic": "质疑咨询", "host_person_id": uid("li"), "host_name": "李", "place": "大厅"}
    again |= {"starts_at": "2026-05-12T01:29:00Z", "ends_at": "2026-05-12T02:00:00Z", "offered_at": SLOT["starts_at"]}
    with story.direct.runtime.engines.writing() as session, pytest.raises(IntegrityError, match="ex_slot_host_once"):
        session.execute(insert(Slot).values(**again))


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


def test_satisfaction_is_told_by_month_quarter_and_year_of_the_asking_and_the_answer(story: Story) -> None:
    story.whole()  # asked in May
    (supplier,) = story.call("my_surveys", by="agent-s1")["surveys"]
    story.clock.forward(days=106)
    story.call("answer_survey", by="agent-s1", survey_id=supplier["survey_id"], score=4)  # answered in September

    def told(period: str) -> list[tuple[str, int, int, str | None]]:
        figures = story.call("satisfaction", period=period, **_year())["periods"]
        return [(each["period"], each["asked"], each["answered"], each["rate"])
                for each in figures if each["side"] == "supplier"]  # fmt: skip

    assert told("month") == [("2026-05", 1, 0, None), ("2026-09", 0, 1, "100.00")]
    assert told("quarter") == [("2026-Q2", 1, 0, None), ("2026-Q3", 0, 1, "100.00")]
    assert told("year") == [("2026", 1, 1, "100.00")]


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
