"""The bulletin finds Chinese words and parts of them; the board is followed from the last seen number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from deploy import databases
from deploy.postgres import PostgresServer, plain
from services.chassis.direct import Direct
from services.chassis.refusal import Refusal
from services.notify.queries import bulletin
from services.notify.rules.search_words import LADDER, folded, marks_of, place, wanted_marks, words_of
from services.notify.rules.wall import place_of
from services.notify.service import NotifyService
from tests.notify.story import BEGIN, Clock, Story, uid
from tests.notify.titles import LOOKED_FOR, TITLES

TEN = tuple(TITLES)[:10]

KEYS = {title: key for key, title in TITLES.items()}


def titles_put_up(story: Story) -> None:
    for key, title in TITLES.items():
        known = {"purchaser_name": "某单位", "text": "正文。"}  # what is found, is found in the title
        story.notice("tender", notice_id=uid(f"n-{key}"), title=title, lots=[], closes_at=None, **known)


@pytest.fixture(scope="session")
def library(another: Callable[[], databases.Access]) -> Iterator[Story]:
    """All titles on one bulletin, which the tests of searching only read."""
    clock = Clock()
    direct = Direct(NotifyService, another().runtime_url, now=clock)
    story = Story(direct, clock)
    titles_put_up(story)
    yield story
    direct.close()


@pytest.fixture
def titled(story: Story) -> Story:
    for key in TEN:
        story.notice("tender", notice_id=uid(f"n-{key}"), title=TITLES[key], text="正文。", lots=[], closes_at=None)
    return story


def found(story: Story, **wanted: Any) -> list[str]:
    return [each["title"] for each in story.call("search_bulletin", **wanted)["notices"]]


def keys(story: Story, **wanted: Any) -> list[str]:
    return [KEYS[each] for each in found(story, most=100, **wanted)]


@pytest.mark.parametrize(("words", "expected"), LOOKED_FOR, ids=[words for words, _ in LOOKED_FOR])
@pytest.mark.parametrize("newest", [bulletin.NEWEST, 3], ids=["read", "by marks"])
def test_words_and_parts_of_words_are_found_and_nothing_else(
    library: Story, monkeypatch: pytest.MonkeyPatch, newest: int, words: str, expected: set[str]
) -> None:
    monkeypatch.setattr(bulletin, "NEWEST", newest)  # with 3, nearly all is found by the index
    shown = keys(library, words=words)
    assert set(shown) == expected
    assert shown == sorted(shown, key=list(TITLES).index, reverse=True)  # newest first, each once


def test_what_is_far_back_is_found_through_every_rung_of_the_ladder(
    titled: Story, postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulletin, "NEWEST", 2)
    far: list[str] = []
    database = str(titled.direct.runtime.engines.writer.url.database)
    for gap in (5_000, 40_000, 300_000, 3_000_000, 60_000_000):  # as if so many notices lay between
        with psycopg.connect(plain(postgres.url(database)), autocommit=True) as admin:
            admin.execute("SELECT setval('notice_number', nextval('notice_number') + %s)", [gap])
        far.insert(0, f"省医院第{gap}号搬迁服务公告")
        titled.notice("tender", notice_id=uid(str(gap)), title=far[0], text="正文。", lots=[], closes_at=None)
    near = [TITLES["grading"], TITLES["mri"]]
    assert found(titled, words="医院") == far + near
    assert found(titled, words="医院", most=6) == far + near[:1]
    assert found(titled, words="核磁共振") == near[1:]
    day = "2026-05-11"
    assert found(titled, words="医院 公告", kind="tender", **{"from": day, "until": day}) == far + near


def test_a_notice_heard_late_is_found_in_its_own_days(titled: Story) -> None:
    titled.clock.forward(days=3)
    titled.notice("tender", notice_id=uid("prompt"), title="准时公告", text="正文。", lots=[], closes_at=None)
    late = {"title": "迟到公告", "published_at": "2026-05-12T01:00:00Z"}
    titled.notice("tender", notice_id=uid("late"), text="正文。", lots=[], closes_at=None, **late)
    titled.clock.forward(days=1)
    titled.notice("tender", notice_id=uid("after"), title="次日公告", text="正文。", lots=[], closes_at=None)
    first, second, last = ("2026-05-11", "2026-05-12", "2026-05-14")
    assert len(found(titled, until=first)) == len(TEN)
    assert found(titled, **{"from": second, "until": second}) == ["迟到公告"]
    assert found(titled, words="公告", **{"from": second, "until": "2026-05-13"}) == ["迟到公告"]
    assert found(titled, words="公告", **{"from": second}) == ["次日公告", "迟到公告", "准时公告"]
    assert found(titled, **{"from": last, "until": last}) == ["准时公告"]
    assert found(titled, **{"from": "2026-05-16"}) == []


def test_pages_follow_by_key_without_gap_or_repetition(titled: Story) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = titled.call("search_bulletin", words="公告", most=3, after=after)
        seen += [each["title"] for each in page["notices"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [TITLES[key] for key in reversed(TEN)]
    with pytest.raises(Refusal, match="cursor_wrong"):
        titled.call("search_bulletin", after="nonsense")


def test_notices_are_narrowed_by_kind_object_region_procedure_purchaser_and_day(story: Story) -> None:
    story.whole()
    assert {each["kind"] for each in story.call("search_bulletin")["notices"]} == {"tender", "result", "contract"}
    assert found(story, kind="result") == ["高校校园网络设备采购公开招标公告(演练)（核心交换机与无线接入）中标结果公告"]
    assert len(found(story, object="goods", region="长春", purchaser_id=uid("education"))) == 3
    assert found(story, object="works") == found(story, region="四平") == found(story, procedure="inquiry") == []
    assert len(found(story, procedure="open_tender")) == len(found(story, procedure="open_tender", words="采购")) == 3
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


@given(st.integers(1, 2**26), st.integers(1, 2**26))
def test_a_notice_lies_in_a_place_exactly_when_its_marks_say_so(number: int, top: int) -> None:
    marks = set(marks_of(number, "", "", {}))
    for bits in LADDER:
        first, segments = place(top, bits)
        assert first < top
        assert bool(marks & set(segments)) == (first <= number <= top - 1 | (1 << bits) - 1)
        assert first == 0 or top - first > 1 << bits


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


def test_the_wall_tells_the_result_the_failure_and_the_laws_time(story: Story) -> None:
    story.whole()
    won = story.call("board_events")["events"][-1]
    assert (won["kind"], won["shows"]["amount"]) == ("result", "7980000.00")
    assert won["shows"]["supplier"] == "长春星桥信息技术有限公司(演练)"
    story.of_lot(
        "tendering", "lot_failed", no=1, title="核心交换机", stage="closing", reason="too_few_bids", figures={},
        articles=["法36"], at=story.at(), ways_on=[],
    )  # fmt: skip
    assert story.call("board_events")["events"][-1]["shows"]["reason"] == "too_few_bids"
    assert story.call("board_now")["at"] == story.at()
    story.clock.forward(hours=1)
    assert story.call("board_now")["at"] == story.at()


CLOSES = BEGIN + timedelta(days=21)


@pytest.mark.parametrize(
    ("hours", "began", "opened", "ended", "expected"),
    [
        (-25, None, None, None, None),
        (-24, None, None, None, "next"),
        (0, None, None, None, "waiting"),
        (23, None, None, None, "waiting"),
        (24, None, None, None, None),
        (1, 0, None, None, "opening"),
        (30, 0, None, None, "opening"),
        (1, 0, 1, None, "opened"),
        (2.9, 0, 1, None, "opened"),
        (3, 0, 1, None, None),
        (1, 0, 1, 1, None),
        (0, None, None, 0, None),
    ],
)
def test_where_a_lot_stands_on_the_wall(
    hours: float, began: float | None, opened: float | None, ended: float | None, expected: str | None
) -> None:
    now, *moments = (each if each is None else CLOSES + timedelta(hours=each) for each in (hours, began, opened, ended))
    assert now is not None
    assert place_of(now, CLOSES, *moments) == expected
    assert place_of(now, None, *moments) is None


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
