"""Every kind of public notice comes onto the bulletin from its own event, and from there into search and feed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from gateway.open_data import ATOM, atom
from services.notify.notices import KINDS
from tests.notify.story import ORGANISATIONS, Story, uid

BAR = {
    "organisation_id": uid("s3"), "name": ORGANISATIONS["s3"][1], "credit_code": ORGANISATIONS["s3"][2],
    "ground": "collusion", "article": "法77", "decision_no": "吉财采罚〔2026〕1号", "from": "2026-05-11",
    "until": "2028-05-10", "lifted_because": None,
}  # fmt: skip
WRITTEN = ("intention", "tender", "amendment", "answer", "failure", "cancellation", "complaint_decision")
"""Those tendering writes itself; each is one kind of `notice_published`."""


def everything(story: Story) -> None:
    """Each kind once, an hour apart, the bar also lifted."""
    story.plan()
    for kind in WRITTEN:
        story.clock.forward(hours=1)
        more: dict[str, Any] = {} if kind == "tender" else {"lots": [], "closes_at": None}
        story.notice(kind, title=f"高校校园网络设备采购（{kind}）", text=f"正文：{kind}。", **more)
    for step in (story.opening, story.evaluation, story.award, story.contract_life):
        story.clock.forward(hours=1)
        step()
    story.call("publish_announcement", by="wang", title="五一放假安排", text="放假。")
    about = f"organisation:{uid('s3')}"
    story.hear("registry", "supplier_barred", about, at=story.at(), **BAR)
    story.hear("registry", "supplier_unbarred", about, at=story.at(), **{**BAR, "lifted_because": "复议撤销"})


def titles(story: Story, **wanted: Any) -> list[str]:
    return [each["title"] for each in story.call("search_bulletin", most=100, **wanted)["notices"]]


def test_each_kind_arrives_from_its_event_and_is_found_under_it(story: Story) -> None:
    everything(story)
    project = "高校校园网络设备采购（tender）"
    expected = {kind: [f"高校校园网络设备采购（{kind}）"] for kind in WRITTEN}
    expected |= {
        "result": [f"{project}（核心交换机与无线接入）中标结果公告"],
        "contract": [f"{project}（核心交换机与无线接入）政府采购合同公告"],
        "barring": [f"{BAR['name']}解除禁止参加政府采购活动", f"{BAR['name']}列入禁止参加政府采购活动名单"],
        "general": ["五一放假安排"],
    }
    assert set(expected) == set(KINDS)
    assert {kind: titles(story, kind=kind) for kind in KINDS} == expected
    assert len(titles(story)) == 12
    for kind in WRITTEN:
        assert titles(story, words=f"正文 {kind}") == expected[kind]
    shown = story.call("notices_of_project", project_id=story.project)["notices"]
    assert [each["kind"] for each in shown] == [*WRITTEN, "result", "contract"]
    assert {each["purchaser_id"] for each in shown} == {uid("education")}
    (bar, _) = (story.call("search_bulletin", kind="barring")["notices"])
    assert "复议撤销" in story.call("notice", notice_id=bar["notice_id"])["text"]


def inside(element: ElementTree.Element, name: str) -> str:
    """What the feed or an entry says under this name."""
    found = element.find(f"{{{ATOM}}}{name}")
    assert found is not None, name
    return found.text or found.get("href") or found.get("term") or "".join(found.itertext())


def test_the_feed_is_an_atom_document_with_the_newest_first(story: Story) -> None:
    everything(story)
    for asked in ({}, {"kind": "tender"}, {"kind": "barring"}):
        feed = ElementTree.fromstring(atom(story.call("bulletin_feed", **asked)))
        assert feed.tag == f"{{{ATOM}}}feed"
        entries = feed.findall(f"{{{ATOM}}}entry")
        for each in [feed, *entries]:
            assert all(inside(each, required) for required in ("id", "title", "updated"))  # RFC 4287, 4.1.1 and 4.1.2
        assert all(inside(each, "author") and inside(each, "link") for each in entries)
        assert len({inside(each, "id") for each in entries}) == len(entries)
        moments = [datetime.fromisoformat(inside(each, "updated")) for each in entries]
        assert datetime.fromisoformat(inside(feed, "updated")) == max(moments)
        kinds = [inside(each, "category") for each in entries]
        if asked:
            assert kinds == ["tender"] or kinds == ["barring", "barring"]
        else:
            assert kinds == ["barring", "barring", "general", "contract", "result", *reversed(WRITTEN)]
            assert moments[0] < max(moments), "the bar was announced before it was heard"


def test_an_event_heard_again_puts_up_no_second_notice(story: Story) -> None:
    again = {**BAR, "at": story.at()}
    for outcome in ("new", "seen"):
        assert story.direct.hear("registry", "supplier_barred", again, f"organisation:{uid('s3')}", seq=7) == outcome
    assert len(titles(story, kind="barring")) == 1
