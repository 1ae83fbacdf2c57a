"""Search, filters, the language switch and the keyboard, as somebody uses them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys.browser.conftest import Tab

pytestmark = pytest.mark.timeout(600)


def kinds(page: Page) -> list[str]:
    """The kinds of the notices shown, from the top."""
    return page.locator(".lines .kind").all_inner_texts()


def find(tab: Tab) -> None:
    with tab.page.expect_navigation():
        tab.page.get_by_role("button", name="查找").click()


def follow(tab: Tab, name: str) -> None:
    """Click a link, and wait for the page it leads to."""
    with tab.page.expect_navigation():
        tab.page.get_by_role("link", name=name).click()


def test_words_find_the_notices_that_have_all_of_them(tab: Tab) -> None:
    tab.open("/")
    tab.page.get_by_label("关键词").fill("网络交换 合同")
    find(tab)
    assert tab.page.url.startswith(f"{tab.url}/notices?words=")
    titles = tab.page.locator(".lines a").all_inner_texts()
    assert titles
    assert all("校园网络交换设备" in title for title in titles)
    assert tab.page.get_by_label("关键词").input_value() == "网络交换 合同"
    assert "网络交换 合同" in tab.page.title()


def test_kind_object_and_days_narrow_the_list(tab: Tab) -> None:
    tab.open("/notices")
    assert len(kinds(tab.page)) == 7
    tab.page.get_by_label("公告类型").select_option("结果公告")
    find(tab)
    assert kinds(tab.page) == ["结果公告"] * 2
    follow(tab, "清除条件")
    tab.page.get_by_label("采购对象").select_option("服务")
    find(tab)
    assert kinds(tab.page) == ["采购公告"]
    tab.open("/notices")
    tab.page.get_by_label("发布日期自").fill("2026-05-14")
    tab.page.get_by_label("发布日期至").fill("2026-06-02")
    find(tab)
    assert kinds(tab.page) == ["废标公告", "答疑"]


def test_what_cannot_be_searched_for_is_said_beside_the_form(tab: Tab) -> None:
    assert tab.open("/notices?from=yesterday") == 422
    assert "无法查找" in tab.text("[role=alert]")
    assert tab.page.get_by_label("关键词").is_visible()


def test_the_language_switch_keeps_the_page_and_what_was_asked(tab: Tab) -> None:
    tab.open("/notices?kind=result&words=%E6%9C%8D%E5%8A%A1%E5%99%A8")
    follow(tab, "English")
    assert tab.page.url == f"{tab.url}/notices?kind=result&words=%E6%9C%8D%E5%8A%A1%E5%99%A8"
    assert tab.page.locator("h1").inner_text() == "Notices"
    assert tab.page.get_by_label("Words").input_value() == "服务器"
    follow(tab, "Statistics")
    assert tab.page.locator("html").get_attribute("lang") == "en"
    follow(tab, "中文")
    assert tab.page.url == f"{tab.url}/statistics"
    assert tab.page.locator("html").get_attribute("lang") == "zh-CN"


def test_the_keyboard_alone_skips_to_the_content_and_finds(tab: Tab) -> None:
    tab.open("/notices")
    focused = tab.page.locator(":focus")
    tab.page.keyboard.press("Tab")
    assert focused.inner_text() == "跳到正文"
    assert focused.bounding_box()["x"] >= 0  # type: ignore[index]  # it is visible once it has the focus
    tab.page.keyboard.press("Enter")
    tab.page.keyboard.press("Tab")
    assert focused.get_attribute("name") == "words"
    style = "element => getComputedStyle(element).outlineStyle + getComputedStyle(element).outlineWidth"
    assert focused.evaluate(style) == "solid3px"
    tab.page.keyboard.type("合同公告")
    tab.page.keyboard.press("Enter")
    tab.page.wait_for_url("**/notices?words=*")
    assert set(kinds(tab.page)) == {"合同公告"}


def test_two_readers_of_the_same_moment_have_a_form_each(tab: Tab) -> None:
    tab.open("/enquiries")  # warms whatever keeps pages
    ask = "document.querySelector('[name=key]').value"
    keys = [(tab.open("/enquiries"), tab.page.evaluate(ask))[1] for _ in range(3)]
    assert len(set(keys)) == 3


def test_a_question_left_in_the_publics_window_is_received_once(tab: Tab) -> None:
    tab.open("/enquiries")
    tab.page.get_by_label("标题").fill("开标可以旁听吗")
    tab.page.get_by_label("内容").fill("请问公开招标的开标会，公众可以旁听吗？")
    tab.page.get_by_role("button", name="提交").click()
    assert "已收到" in tab.text("[role=status]")
    assert tab.page.get_by_label("标题").input_value() == ""
    assert tab.faults() == []


@pytest.mark.parametrize(
    ("switch", "title", "names"),
    [
        (None, "按品目", ("服务器 A02010104", "交换设备 A02010202")),
        ("English", "By category", ("Servers A02010104", "Switches A02010202")),
    ],
)
def test_the_statistics_name_the_categories(tab: Tab, switch: str | None, title: str, names: tuple[str, ...]) -> None:
    tab.open("/statistics")
    if switch:
        follow(tab, switch)
    rows = tab.page.locator("table", has=tab.page.locator("caption", has_text=title)).locator("tbody th")
    assert set(names) <= set(rows.all_inner_texts())
