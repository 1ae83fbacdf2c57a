"""The board: prices as read out, the same after a reload, and following on when the gateway is killed under it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page

from deploy.rehearsal.client import Api
from deploy.rehearsal.people import Cast
from tests.journeys.browser.conftest import Suite, Tab

pytestmark = pytest.mark.timeout(600)

ROOM = "第九评标室"


def until(what: str, true: Callable[[], bool], within: float = 60.0) -> None:
    last = time.monotonic() + within
    while not true():
        assert time.monotonic() < last, what
        time.sleep(0.2)


def link(page: Page) -> str:
    """live or away, as the wall says."""
    return str(page.locator("body").get_attribute("data-link"))


def prices(page: Page) -> dict[str, str]:
    """Bidder → price of the table shown first."""
    table = page.locator("table").first
    bidders = table.locator("tbody th").all_inner_texts()
    return dict(zip(bidders, table.locator("tbody td").all_inner_texts(), strict=True))


def served(suite: Suite) -> bool:
    try:
        return httpx.get(f"{suite.url}/ready", trust_env=False, timeout=2).status_code == 200
    except httpx.TransportError:
        return False


def test_openings_are_shown_with_the_prices_as_they_were_read_out(tab: Tab) -> None:
    tab.open("/board")
    assert prices(tab.page) == {
        "长春星桥信息技术有限公司(演练)": "¥2,210,000.00",
        "吉林市松江网络科技有限公司(演练)": "¥2,060,000.00",
        "通化白山数据设备有限公司(演练)": "¥960,000.00",
        "长春北湖系统集成有限公司(演练)": "¥1,930,000.00",
        "延边海兰计算机有限公司(演练)": "¥2,080,000.00",  # as read; its words say 2,050,000, which evaluation corrects
    }
    assert tab.page.locator("table").count() == 2
    assert "中标：延边海兰计算机有限公司(演练) ¥2,050,000.00" in tab.text("#events")
    until("the wall is live", lambda: link(tab.page) == "live")
    assert "实时" in tab.text("header")


def test_the_wall_is_the_same_after_a_reload_and_its_clock_goes_on(tab: Tab) -> None:
    tab.open("/board")
    before = (prices(tab.page), tab.text("#events"))
    tab.page.reload()
    assert (prices(tab.page), tab.text("#events")) == before
    until("the clock has seconds", lambda: len(tab.text("#clock")) > len("2026-06-02 09:10"))
    was = tab.text("#clock")
    until("the clock goes on", lambda: tab.text("#clock") > was, within=10)


def test_without_scripts_the_wall_is_there_as_well(chromium: object, suite: Suite) -> None:
    text = httpx.get(f"{suite.url}/board", trust_env=False, headers={"Accept-Language": "zh-CN"}).text
    assert "¥2,060,000.00" in text
    assert "通化白山数据设备有限公司(演练)" in text


def test_an_open_wall_follows_on_when_the_gateway_is_killed(tab: Tab, suite: Suite, api: Api, cast: Cast) -> None:
    """Killed with -9: the wall says it is away, comes back by itself, and shows what happens then, without a reload."""
    host = cast["zhao"]
    tab.open("/board")
    until("the wall is live", lambda: link(tab.page) == "live")
    tab.page.evaluate("window.sameDocument = true")
    killed = suite.process_of("gateway")
    os.kill(killed, signal.SIGKILL)
    until("the wall says it is away", lambda: link(tab.page) == "away")
    assert "正在重试" in tab.text("header")
    assert "¥2,060,000.00" in tab.text("main")  # what is known stays on the wall
    until("the gateway is there again", lambda: suite.process_of("gateway") not in (0, killed) and served(suite))
    called = api.call("notify.call_into_room", by=host, name="评审委员会（演练）", room=ROOM)
    try:
        until("the call is shown", lambda: ROOM in tab.text(".call") if tab.page.locator(".call").count() else False)
        assert tab.page.evaluate("window.sameDocument") is True
        assert link(tab.page) == "live"
        until("it is read out once", lambda: tab.page.locator("#said").inner_text().count(ROOM) == 1)
        assert tab.page.evaluate("window.violations") == []
    finally:
        api.call("notify.take_down_call", by=host, call_id=called["call_id"])
    until("the call is gone", lambda: tab.page.locator(".call").count() == 0)
