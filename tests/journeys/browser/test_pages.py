"""Every public page, on a phone and on a desk, in Chinese and in English."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext

from tests.conftest import ROOT
from tests.journeys.browser.conftest import WIDTHS, Suite, Tab

pytestmark = pytest.mark.timeout(600)  # the first test here may have to play the rehearsal

PAGES = (
    "home", "notices", "nothing found", "notice", "failure", "project", "verification", "file", "statistics",
    "empty year", "excluded", "data", "enquiries", "signin", "board", "docs",
)  # fmt: skip
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
BILINGUAL = ("docs",)  # one page for both, each part marked
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
LEFTOVER = re.compile(r"\bNone\b|\bundefined\b|\bNaN\b|\{\w*\}|\{\{|%\(|\d{4}-\d\d-\d\dT\d\d")
WORDS: dict[str, dict[str, str]] = json.loads((ROOT / "gateway/portal/words.json").read_text("utf-8"))

UNMARKED_CHINESE = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const said = walker.currentNode.textContent.trim();
    const parent = walker.currentNode.parentElement;
    const seen = /[\\u4e00-\\u9fff]/.test(said) && parent.checkVisibility();
    if (seen && parent.closest("[lang]").lang === "en") found.push(said);
  }
  return found;
}"""


def overflow(tab: Tab) -> int:
    return int(tab.page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


@pytest.fixture
def looking(contexts: dict[str, BrowserContext], suite: Suite, language: str) -> Any:
    made = Tab(contexts[language].new_page(), suite.url)
    made.watch()
    yield made
    made.page.close()


@pytest.mark.parametrize(
    ("name", "language"),
    [(name, language) for name in PAGES for language in (("zh",) if name in BILINGUAL else ("zh", "en"))],
)
def test_a_page_is_whole_translated_and_for_everybody(
    looking: Tab, places: dict[str, str], name: str, language: str
) -> None:
    assert looking.open(places[name]) == 200
    is_there(looking, name)
    for width, size in WIDTHS.items():
        looking.page.set_viewport_size(size)
        assert overflow(looking) <= 0, width
        finds_nothing_serious(looking)
    if name not in BILINGUAL:
        speaks_one_language(looking, language)
        shows_no_inside(looking)
    assert looking.faults() == []
    assert {address for _, address, _ in looking.sent if not address.startswith((looking.url, "data:"))} == set()


def is_there(tab: Tab, name: str) -> None:
    """What a script adds has come; of the API's three hundred operations, all alike, some are enough."""
    if name == "verification":
        tab.page.wait_for_selector("#findings .verdict")
    if name == "docs":
        tab.page.wait_for_selector("summary")
        assert overflow(tab) <= 0
        tab.page.locator("#find").fill("bulletin")
        tab.page.locator("summary").first.click()
        tab.page.wait_for_selector(".body table")


def speaks_one_language(tab: Tab, language: str) -> None:
    """The page says its language; what is Chinese on an English page is somebody's own words and marked as such."""
    said = tab.text()
    assert tab.page.locator("html").get_attribute("lang") == {"zh": "zh-CN", "en": "en"}[language]
    assert tab.page.title().endswith(WORDS["site"][language]) or tab.page.url.rstrip("/") == tab.url
    if language == "en":
        other = {WORDS["language.other"]["en"]}
        assert set(tab.page.evaluate(UNMARKED_CHINESE)) - other == set()
    else:
        sentences = {each["en"] for each in WORDS.values() if len(each["en"]) > 12 and "{" not in each["en"]}
        assert {each for each in sentences if each in said} == set()


def shows_no_inside(tab: Tab) -> None:
    """No key of a translation file, no blank left open, no code, id or moment as machines write it."""
    said = tab.text()
    assert [key for key in WORDS if "." in key and re.search(rf"\b{re.escape(key)}\b", said)] == []
    assert LEFTOVER.findall(said) == []
    assert UUID.findall(said) == []
    assert CODE.findall(said) == []


def finds_nothing_serious(tab: Tab) -> None:
    """axe-core, by the rules of WCAG 2.2 AA and good practice."""
    found = Axe().run(tab.page, options=WCAG).response["violations"]
    grave = [
        (each["id"], each["help"], [node["html"][:160] for node in each["nodes"][:3]])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert grave == []


def test_the_list_of_pages_is_complete(places: dict[str, str], suite: Suite, tab: Tab) -> None:
    """Whatever the navigation leads to is looked at above."""
    assert set(PAGES) == set(places)
    tab.open("/")
    reached = tab.page.eval_on_selector_all("header a, footer a", "links => links.map(link => link.pathname)")
    reached = {each for each in reached if not each.startswith("/language/")}
    assert reached <= {each.partition("?")[0] for each in places.values()}
    assert len(reached) >= 10


def test_money_and_moments_are_written_as_people_here_write_them(tab: Tab, places: dict[str, str]) -> None:
    tab.open("/")
    assert "¥1,020 万元" in tab.text(".figures")
    assert "2026-05-11 09:00" in tab.text(".lines")  # 01:00 UTC
    tab.open(places["project"])
    assert "¥8,150,000.00" in tab.text("#main")
    tab.page.get_by_role("link", name="English").click()
    tab.page.get_by_role("link", name="Statistics").click()
    assert "¥10.2 million" in tab.text("figure")
    assert "June 2026" in tab.text("figure")


def test_a_project_shows_its_lots_results_failure_timeline_and_documents(tab: Tab, places: dict[str, str]) -> None:
    tab.open(places["project"])
    cards = tab.page.locator("section.card")
    first, third = cards.nth(0).inner_text(), cards.nth(2).inner_text()
    assert "履约完成" in first
    assert "吉林市松江网络科技有限公司(演练)" in first
    assert "91.79" in cards.nth(0).locator("tbody tr").first.inner_text()
    assert "投标人不足三家" in third
    assert "政府采购法第36条" in third
    kinds = [re.split(r"\s", line.strip())[2] for line in tab.page.locator(".timeline li").all_inner_texts()]
    assert kinds == [
        "采购公告", "答疑", "投标截止", "废标公告", "开标", "定标", "结果公告", "结果公告", "合同公告", "合同公告",
    ]  # fmt: skip
    assert tab.page.locator("#documents ~ dl .digest").count() == 3
    for link in tab.page.locator("#documents ~ ul a").all():
        assert tab.page.request.get(tab.url + str(link.get_attribute("href"))).status == 200


def test_every_link_of_the_open_data_page_leads_somewhere(tab: Tab) -> None:
    tab.open("/data")
    links = tab.page.eval_on_selector_all("#main a", "links => links.map(link => link.href)")
    assert len(links) >= 15
    assert {each: status for each in links if (status := tab.page.request.get(each).status) != 200} == {}


@pytest.mark.parametrize("path", ["/nowhere", "/projects/nothing", f"/projects/{'0' * 8}-0000-4000-8000-{'0' * 12}"])
def test_what_is_not_there_is_told_as_a_page_with_a_way_on(tab: Tab, path: str) -> None:
    assert tab.open(path) == 404
    assert tab.text("h1") == "没有找到这一页"
    tab.page.get_by_role("link", name="返回首页").click()
    assert tab.page.url == f"{tab.url}/"


def test_a_program_still_gets_the_problem_it_can_read(tab: Tab) -> None:
    answer = tab.page.request.get(f"{tab.url}/nowhere", headers={"Accept": "application/json"})
    assert (answer.status, answer.headers["content-type"]) == (404, "application/problem+json")


def test_styles_and_scripts_stand_in_files_alone() -> None:
    """What the content security policy would refuse is not even written."""
    inline = re.compile(r"<style|style=|<script(?![^>]*src=)|\son\w+=|javascript:|https?://(?!www\.w3\.org)")
    pages = sorted(Path(ROOT / "gateway/templates").rglob("*.html"))
    assert len(pages) > 10
    assert {page.name: found for page in pages if (found := inline.findall(page.read_text("utf-8")))} == {}
