"""Who is told what, once; what leaves by mail and spool, and what becomes of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, text

from services.chassis.log.store_tables import log_alarm
from services.notify import audience, telling
from services.protocol.log.witness import ALARMING
from tests.notify.receivers import Letterbox
from tests.notify.story import Story, uid

ALARMS = [("fork", "分叉"), ("rollback", "回滚"), ("forged", "伪造"), ("silence", "中断")]


def hurry(story: Story) -> None:
    """Waiting deliveries are due now: as if their time had come."""
    with story.direct.runtime.engines.writing() as session:
        session.execute(text("UPDATE delivery SET try_at = clock_timestamp() WHERE try_at IS NOT NULL"))
        session.commit()


def deliveries(story: Story, **chosen: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = story.call("deliveries", by="admin", most=100, **chosen)["deliveries"]
    return found


def test_everybody_concerned_is_told_of_each_step_and_nobody_else(story: Story) -> None:
    story.whole()
    assert story.inbox("sun")[:4] == ["role_appointed", "plan_confirmed", "entrustment_accepted", "notice_published"]
    assert {"bids_opened", "award_announced", "contract_signed", "payment_made"} <= set(story.inbox("agent-s1"))
    assert "contract_signed" not in story.inbox("agent-s2")
    assert story.inbox("chu") == ["role_appointed"]
    assert "ranking_settled" in story.inbox("zheng")
    assert "ranking_settled" not in story.inbox("agent-s1")


def test_each_loser_is_told_its_own_score_and_the_winner_that_it_won(story: Story) -> None:
    story.whole()
    (second,) = [each for each in story.letters("agent-s2") if each["event"].endswith("award_announced")]
    assert second["words"]["zh"]["text"] == "贵单位得分88.15，排名第2。—"
    (third,) = [each for each in story.letters("agent-s3") if each["event"].endswith("award_announced")]
    assert "交货期不响应" in third["words"]["zh"]["text"]
    (won,) = [each for each in story.letters("agent-s1") if each["event"].endswith("award_announced")]
    assert won["words"]["en"]["title"] == "You have won: 核心交换机与无线接入"
    assert "7,980,000.00" in won["words"]["zh"]["text"]


def test_an_expert_called_is_told_alone(story: Story) -> None:
    story.hear(
        "evaluation", "expert_called", f"draw:{uid('draw')}", draw_id=uid("draw"), lot_ids=[], person_id=uid("chu"),
        at=story.at(), answer_by=story.at(), room=None, when=story.at(),
    )  # fmt: skip
    assert story.inbox("chu") == ["role_appointed", "expert_called"]
    assert not any("expert_called" in story.inbox(key) for key in ("li", "zheng", "agent-s1", "zhao"))


def test_an_event_heard_twice_tells_once(story: Story, channels: Path, letterbox: Letterbox) -> None:
    story.plan()
    story.notice()
    payload = {"project_id": story.project, "reason": "task_cancelled", "at": story.at()}
    assert story.direct.hear("tendering", "project_cancelled", payload, f"project:{story.project}", seq=9) == "new"
    assert story.direct.hear("tendering", "project_cancelled", payload, f"project:{story.project}", seq=9) == "seen"
    while story.direct.tick("post_mail"):
        pass
    assert story.inbox("sun").count("project_cancelled") == 1
    titles = [each["Subject"] for each in letterbox.to("sun@example.org")]
    assert titles.count("采购任务取消：高校校园网络设备采购公开招标公告(演练)") == 1


def test_who_has_left_is_not_written_to(story: Story, channels: Path) -> None:
    story.hear(
        "registry", "person_changed", f"person:{uid('sun')}", person_id=uid("sun"), name="孙处长",
        organisation_id=uid("education"), email="sun@example.org", phone=None, language="zh", roles=[], left=True,
        at=story.at(),
    )  # fmt: skip
    story.plan()
    assert deliveries(story, recipient=uid("sun")) == []


def test_the_inbox_pages_by_key_and_keeps_read_marks(story: Story) -> None:
    story.whole()
    first = story.call("inbox", by="sun", most=3)
    rest = story.call("inbox", by="sun", most=100, after=first["next"])
    together = [each["message_id"] for each in first["messages"] + rest["messages"]]
    assert len(set(together)) == len(together) == first["unread"]
    assert story.call("mark_read", by="sun", message_ids=together[:1])["marked"] == 1
    assert story.call("mark_read", by="sun", message_ids=together[:1])["marked"] == 0
    assert story.call("mark_read", by="li", message_ids=together)["marked"] == 0  # not hers
    assert story.call("mark_read", by="sun", up_to=together[0])["marked"] == len(together) - 1
    assert story.call("inbox", by="sun", unread=True)["messages"] == []


def test_mail_goes_out_in_the_persons_language_once_with_a_message_id(
    story: Story, channels: Path, letterbox: Letterbox
) -> None:
    story.call("change_preference", by="sun", email=True, sms=False, language="en")
    story.plan()
    story.direct.tick("post_mail")
    story.direct.tick("post_mail")
    letters = letterbox.to("sun@example.org")
    assert [each["Subject"] for each in letters] == [
        "Plan confirmed: 高校校园网络设备采购(演练)", "Entrustment accepted: 高校校园网络设备采购(演练)",
    ]  # fmt: skip
    assert len({each["Message-ID"] for each in letters}) == 2
    assert letters[0]["Auto-Submitted"] == "auto-generated"
    assert {each["state"] for each in deliveries(story)} == {"sent"}


def test_a_mail_server_that_is_away_loses_nothing_and_doubles_nothing(
    story: Story, channels: Path, letterbox: Letterbox
) -> None:
    story.plan()
    letterbox.away()
    story.direct.tick("post_mail")
    waiting = deliveries(story)
    assert {each["state"] for each in waiting} == {"waiting"}
    assert {each["tries"] for each in waiting} == {1}
    letterbox.back()
    assert not story.direct.tick("post_mail")  # not due yet
    assert letterbox.letters == []
    hurry(story)
    story.direct.tick("post_mail")
    assert len(letterbox.letters) == len(waiting)
    assert len({each["Message-ID"] for each in letterbox.letters}) == len(waiting)


def test_an_address_refused_for_good_is_given_up_and_others_are_not(
    story: Story, channels: Path, letterbox: Letterbox
) -> None:
    letterbox.refusing = {"sun@example.org": "550 no such box", "li@example.org": "451 later"}
    story.plan()
    story.direct.tick("post_mail")
    assert {each["state"] for each in deliveries(story, recipient=uid("sun"))} == {"given_up"}
    assert {each["state"] for each in deliveries(story, recipient=uid("li"))} == {"waiting"}
    assert {each["state"] for each in deliveries(story, recipient=uid("chen"))} == {"sent"}
    gone = [each["delivery_id"] for each in deliveries(story, state="given_up")]
    letterbox.refusing = {}
    assert story.call("try_again", by="admin", delivery_ids=gone)["queued"] == len(gone)
    story.direct.tick("post_mail")
    assert len(letterbox.to("sun@example.org")) == len(gone)


def test_who_dies_after_sending_repeats_under_the_same_message_id(
    story: Story, channels: Path, letterbox: Letterbox
) -> None:
    story.plan()
    story.direct.tick("post_mail")
    with story.direct.runtime.engines.writing() as session:  # as if the process had died before settling
        session.execute(text("UPDATE delivery SET sent_at = NULL, try_at = clock_timestamp()"))
        session.commit()
    story.direct.tick("post_mail")
    ids = [each["Message-ID"] for each in letterbox.letters]
    assert sorted(ids) == sorted(2 * list(set(ids)))


def test_short_messages_go_to_the_spool_when_urgent_and_wanted(story: Story, channels: Path) -> None:
    story.call("change_preference", by="agent-s1", email=False, sms=True)
    story.whole()
    story.direct.tick("post_short_messages")
    texts = [json.loads(each.read_text("utf-8"))["text"] for each in channels.glob("*.json")]
    assert texts == ["中标通知：核心交换机与无线接入"]


def test_every_row_of_the_table_names_an_audience_and_words_that_exist() -> None:
    rows = [row for rows in telling.told().values() for row in rows]
    assert {row["to"] for row in rows} <= set(audience.AUDIENCES)
    assert {row["words"] for row in rows} == set(telling.templates())
    for key, template in telling.templates().items():
        assert set(template) == {"zh", "en"}, key
        assert all(template[language][part] for language in template for part in ("title", "text")), key


def test_every_event_heard_or_told_of_exists(story: Story) -> None:
    heard = {
        f"{each.source}.{each.event}" for _, each in story.direct.definitions.values() if each.kind == "hears"
    }
    own = {name for name in telling.told() if name.startswith("notify.") or name.endswith("obligation_due_soon")}
    assert set(telling.told()) - own <= heard
    assert telling.for_webhooks() <= heard


@pytest.mark.parametrize("source", ["registry", "tendering", "evaluation", "contracts"])
@pytest.mark.parametrize(("kind", "said"), ALARMS)
def test_a_log_alarm_of_any_department_reaches_the_supervisors(story: Story, source: str, kind: str, said: str) -> None:
    alarm = {"about": "sunshine/tendering", "kind": kind, "message": "", "figures": {}, "at": story.at()}
    story.hear(source, "log_alarm", f"log:{source}", **alarm)
    assert [story.inbox(key)[-1] for key in ("zheng", "admin")] == ["log_alarm", "log_alarm"]
    assert [story.inbox(key).count("log_alarm") for key in ("li", "sun", "agent-s1", "chu")] == [0, 0, 0, 0]
    words = story.letters("zheng")[-1]["words"]
    assert words["zh"] == {"title": "记录日志警报：sunshine/tendering", "text": f"类型：{said}。请立即核查。"}
    assert words["en"]["title"] == "Log alarm: sunshine/tendering"
    assert deliveries(story, recipient=uid("zheng")) == []  # no channel is open here


def test_what_notify_itself_finds_wrong_with_a_log_reaches_the_supervisors_once(
    story: Story, channels: Path, letterbox: Letterbox
) -> None:
    def raise_alarm(evidence: str) -> None:
        with story.direct.runtime.engines.writing() as session:
            row = {"about": "sunshine/registry", "kind": "rollback", "evidence": evidence, "figures": {}}
            session.execute(insert(log_alarm).values(row))
            session.commit()

    story.direct.tick("tell_own_alarms")
    assert "log_alarm" not in story.inbox("zheng")
    raise_alarm("smaller after 40")
    for _ in range(2):
        story.direct.tick("tell_own_alarms")
    assert story.inbox("zheng").count("log_alarm") == story.inbox("admin").count("log_alarm") == 1
    assert story.letters("zheng")[-1]["words"]["zh"]["text"] == "类型：回滚。请立即核查。"
    raise_alarm("smaller after 60")
    story.direct.tick("tell_own_alarms")
    assert story.inbox("zheng").count("log_alarm") == 2
    while story.direct.tick("post_mail"):
        pass
    assert len(letterbox.to("zheng@example.org")) == 2


def test_every_kind_of_alarm_has_words() -> None:
    assert {kind for kind, _ in ALARMS} == set(ALARMING) | {"silence"}
    assert all(telling.codes()[kind]["zh"] == said for kind, said in ALARMS)
