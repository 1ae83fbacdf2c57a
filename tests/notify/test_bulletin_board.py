"""The bulletin finds Chinese words and parts of them; the board is followed from the last seen number."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.chassis.refusal import Refusal
from services.notify.queries import bulletin
from services.notify.rules.search_words import folded, marks_of, wanted_marks, words_of
from tests.notify.story import BEGIN, Story, uid

TITLES = (
    "吉林大学第一医院核磁共振设备采购项目公开招标公告",
    "长春市公安局执法记录仪采购项目竞争性谈判公告",
    "省教育厅高校校园网络设备采购公开招标公告",
    "延边州中心血站血液冷藏箱采购中标结果公告",
    "省水利厅防汛物资储备库物业服务项目磋商公告",
    "吉林市第一中学教学楼电梯更换工程询价公告",
    "白城市2026年高标准农田监理服务招标公告",
    "省图书馆GPU服务器及存储扩容项目公告",
    "四平市人民医院信息系统安全等级保护测评服务公告",
    "松原市环境监测站水质自动监测设备维护合同公告",
)
LOOKED_FOR: tuple[tuple[str, set[int]], ...] = (
    ("核磁共振", {0}),
    ("医院", {0, 8}),
    ("公安", {1}),
    ("校园 网络", {2}),
    ("网络 校园", {2}),
    ("血站", {3}),
    ("第一", {0, 5}),
    ("监", {6, 9}),
    ("gpu", {7}),
    ("ＧＰＵ", {7}),
    ("2026年", {6}),
    ("水质自动", {9}),
    ("电梯", {5}),
    ("设备 招标", {0, 2}),
    ("直升机", set()),
    ("院医", set()),
)


@pytest.fixture
def titled(story: Story) -> Story:
    for number, title in enumerate(TITLES):
        story.notice("tender", notice_id=uid(f"n{number}"), title=title, text="正文。", lots=[], closes_at=None)
    return story


def found(story: Story, **wanted: Any) -> list[str]:
    return [each["title"] for each in story.call("search_bulletin", **wanted)["notices"]]


def test_words_and_parts_of_words_are_found_and_nothing_else(titled: Story) -> None:
    for words, expected in LOOKED_FOR:
        assert {TITLES.index(each) for each in found(titled, words=words)} == expected, words


def test_the_same_is_found_where_the_newest_thousand_do_not_suffice(
    titled: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulletin, "NEWEST", 2)
    for words, expected in LOOKED_FOR:
        assert {TITLES.index(each) for each in found(titled, words=words)} == expected, words
    with titled.direct.runtime.engines.writing() as session:  # the next notice lies in another segment
        session.execute(text("SELECT max(nextval('notice_number')) FROM generate_series(1, 49152)"))
        session.commit()
    titled.notice("tender", notice_id=uid("far"), title="省医院搬迁服务公告", text="正文。", lots=[], closes_at=None)
    assert found(titled, words="医院") == ["省医院搬迁服务公告", TITLES[8], TITLES[0]]
    assert found(titled, words="医院", most=2) == ["省医院搬迁服务公告", TITLES[8]]


def test_pages_follow_by_key_without_gap_or_repetition(titled: Story) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = titled.call("search_bulletin", words="公告", most=3, after=after)
        seen += [each["title"] for each in page["notices"]]
        after = page["next"]
        if after is None:
            break
    assert seen == list(reversed(TITLES))
    with pytest.raises(Refusal, match="cursor_wrong"):
        titled.call("search_bulletin", after="nonsense")


def test_notices_are_narrowed_by_kind_object_region_purchaser_and_day(story: Story) -> None:
    story.whole()
    assert {each["kind"] for each in story.call("search_bulletin")["notices"]} == {"tender", "result", "contract"}
    assert found(story, kind="result") == ["高校校园网络设备采购公开招标公告(演练)（核心交换机与无线接入）中标结果公告"]
    assert len(found(story, object="goods", region="长春", purchaser_id=uid("education"))) == 3
    assert found(story, object="works") == found(story, region="四平") == []
    assert len(found(story, **{"from": "2026-05-11", "until": "2026-05-11"})) == 1
    assert len(found(story, **{"from": "2026-05-12"})) == 2
    notices = story.call("notices_of_project", project_id=story.project)["notices"]
    assert [each["kind"] for each in notices] == ["tender", "result", "contract"]
    assert story.call("notice", notice_id=notices[0]["notice_id"])["text"].startswith("采购核心交换机")


def test_a_bar_and_its_end_and_an_announcement_stand_on_the_bulletin_and_in_the_feed(story: Story) -> None:
    bar = {
        "organisation_id": uid("s3"), "name": "四平云岭电子有限公司(演练)", "credit_code": "91220100MA17017814",
        "ground": "collusion", "article": "法77", "decision_no": "吉财采罚〔2026〕1号", "from": "2026-05-11",
        "until": "2028-05-10", "lifted_because": None, "at": story.at(),
    }  # fmt: skip
    story.hear("registry", "supplier_barred", f"organisation:{uid('s3')}", **bar)
    story.call("publish_announcement", by="wang", title="五一放假安排", text="放假。")
    feed = story.call("bulletin_feed")
    assert [each["category"] for each in feed["entries"]] == ["general", "barring"]
    assert feed["updated"] == feed["entries"][0]["updated"]
    assert story.call("bulletin_feed", kind="barring")["entries"][0]["title"].startswith("四平云岭")


def test_what_is_published_can_be_neither_changed_nor_deleted(titled: Story) -> None:
    for statement in ("UPDATE notice SET title = 'x'", "DELETE FROM notice"):
        with titled.direct.runtime.engines.writing() as session, pytest.raises(DBAPIError, match="published"):
            session.execute(text(statement))


@given(st.text(alphabet="采购公告医院设备网络 GPU12，", min_size=1, max_size=40), st.data())
@settings(max_examples=60, deadline=None)
def test_every_part_of_a_title_is_found_by_its_marks(title: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(title) - 1))
    end = data.draw(st.integers(begin + 1, len(title)))
    marks = set(marks_of(70_000, title, "", {}))
    for word in words_of(title[begin:end]):
        assert word in folded(title)
        assert set(wanted_marks([word], {})) <= marks
        assert set(wanted_marks([word], {}, segment=4)) <= marks
        assert not set(wanted_marks([word], {}, segment=5)) <= marks


def test_the_board_is_resumed_after_the_last_seen_number(story: Story) -> None:
    story.plan()
    story.notice()
    before = story.call("board_now")
    story.clock.forward(days=21)
    story.opening()
    first = story.call("board_events", since=before["last"], most=3)
    rest = story.call("board_events", since=first["last"])
    kinds = [each["kind"] for each in first["events"] + rest["events"]]
    assert kinds == [
        "lot_closed", "opening_began", "seat_turned", "price_read_out", "price_read_out", "price_read_out",
        "bids_opened",
    ]  # fmt: skip
    assert rest["events"][0]["shows"]["price"] == "7980000.00"
    assert story.call("board_events", since=rest["last"]) == {"events": [], "last": rest["last"]}


def test_the_wall_shows_what_is_next_what_is_opening_and_nothing_of_bids_before(story: Story) -> None:
    story.plan()
    story.notice()
    assert story.call("board_now")["openings"] == []
    story.clock.forward(days=20, hours=12)
    (lot,) = story.call("board_now")["openings"]
    assert (lot["place"], lot["room"]) == ("next", None)
    story.clock.forward(hours=12)
    story.of_lot("tendering", "lot_closed", closed_at=story.at())
    assert [each["place"] for each in story.call("board_now")["openings"]] == ["waiting"]
    assert "bids" not in story.call("board_events")["events"][-1]["shows"]
    story.of_lot("tendering", "opening_began", title="核心交换机", at=story.at(), room="开标一室")
    (lot,) = story.call("board_now")["openings"]
    assert (lot["place"], lot["room"]) == ("opening", "开标一室")


def test_a_call_stands_on_the_wall_until_taken_down_and_only_the_called_acknowledge(story: Story) -> None:
    call = story.call("call_into_room", by="zhao", organisation_id=uid("s1"), room="谈判三室")
    assert story.inbox("agent-s1")[-1] == "room_called"
    with pytest.raises(Refusal, match="not_yours"):
        story.call("acknowledge_call", by="agent-s2", call_id=call["call_id"])
    assert story.call("acknowledge_call", by="agent-s1", call_id=call["call_id"])["acknowledged_at"]
    assert [each["name"] for each in story.call("board_now")["calls"]] == ["长春星桥信息技术有限公司(演练)"]
    story.call("take_down_call", by="zhao", call_id=call["call_id"])
    assert story.call("board_now")["calls"] == []
    kinds = [each["kind"] for each in story.call("board_events")["events"]]
    assert kinds == ["room_called", "call_acknowledged", "call_taken_down"]
    with pytest.raises(Refusal, match="forbidden"):
        story.call("call_into_room", by="agent-s1", name="某人", room="一室")
    assert story.call("arrange_board", by="zhao", panel="prices", shown=False) == {"hidden": ["prices"]}


def test_numbers_of_the_board_are_handed_out_in_the_order_of_commit(story: Story) -> None:
    def call_somebody(number: int) -> None:
        story.direct.call("call_into_room", story.by("zhao"), name=f"{number}号", room="一室")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(call_somebody, range(12)))
    events = story.call("board_events", since=0)["events"]
    assert len({each["number"] for each in events}) == 12
    assert story.clock() == BEGIN
