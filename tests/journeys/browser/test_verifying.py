"""Verify: the reader's own browser says what it checked, says no to a changed record, and agrees with the verifier."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from services.protocol.reasons import say
from services.protocol.verify import Trust, check
from tests.conftest import ROOT
from tests.journeys.browser.conftest import Suite, Tab

pytestmark = pytest.mark.timeout(600)

Record = dict[str, Any]


@pytest.fixture(scope="module")
def record(suite: Suite, places: dict[str, str]) -> Record:
    """The project's record as anybody gets it."""
    found: Record = suite.get(f"/api/v1{places['project']}/record")
    return found


TIME = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+Z| \d\d:\d\d(:\d\d)?)")


def findings(page: Page) -> list[tuple[bool, list[str]]]:
    """What the browser found, file by file: yes or no, and its sentences."""
    page.wait_for_selector("#findings .verdict", timeout=20_000)
    return [
        ("good" in str(card.get_attribute("class")).split(), card.locator("li").all_inner_texts())
        for card in page.locator("#findings section.card").all()
    ]


def by_python(record: Record) -> list[tuple[bool, list[str]]]:
    """What the offline verifier says of the same bytes."""
    found = check([("", [json.dumps(record, ensure_ascii=False).encode()])], Trust())
    return [(each.yes, [say(one) for one in (*each.shown, *each.reasons, *each.cautions)]) for each in found]


def without_times(told: list[tuple[bool, list[str]]]) -> list[tuple[bool, list[str]]]:
    """The page writes Beijing time, the verifier UTC; everything else is the same."""
    return [(yes, [TIME.sub("", line) for line in lines]) for yes, lines in told]


def serve_instead(tab: Tab, record: Record) -> None:
    """From now on the record's address answers with this one."""

    def answer(route: Route) -> None:
        route.fulfill(status=200, content_type="application/json", body=json.dumps(record, ensure_ascii=False))

    tab.page.route("**/record", answer)


def entry_with_content(record: Record, log: int = 0) -> Record:
    found: Record = next(each for each in record["logs"][log]["entries"] if each.get("entry"))
    return found


def a_payload_changed(record: Record) -> None:
    entry_with_content(record)["entry"]["payload"]["amount"] = "1.00"


def a_leaf_too(record: Record) -> None:
    """The content changed and its hash made to fit: the proof no longer leads to the signed root."""
    found = entry_with_content(record)
    found["entry"]["time"] = "2020-01-01T00:00:00Z"
    found.pop("leaf", None)


def a_proof_changed(record: Record) -> None:
    proof = entry_with_content(record, 1)["proof"]
    proof[0] = proof[0][::-1]


def a_signature_changed(record: Record) -> None:
    """The size in the signed note, as if the log had been shorter."""
    log = record["logs"][2]
    origin, size, rest = log["checkpoint"].split("\n", 2)
    log["checkpoint"] = f"{origin}\n{int(size) + 1}\n{rest}"


def a_draw_changed(record: Record) -> None:
    order = record["documents"][0]["file"]["orders"][0]["order"]
    order[0], order[1] = order[1], order[0]


def test_the_verify_button_says_what_the_readers_browser_checked(tab: Tab, places: dict[str, str]) -> None:
    tab.open(places["project"])
    tab.page.get_by_role("link", name="核验", exact=True).click()
    found = findings(tab.page)
    assert [yes for yes, _ in found] == [True] * 3
    said = tab.text("#findings")
    assert "核验通过" in said
    assert "条记录均在日志 sunshine/log/tendering 中" in said
    assert "抽取已重演" in said
    assert "密钥取自文件本身" in said  # what it could not know, it says as well
    assert tab.faults() == []


def test_browser_and_verifier_say_the_same_of_the_same_bytes(tab: Tab, places: dict[str, str], record: Record) -> None:
    serve_instead(tab, record)
    tab.open(places["verification"])
    assert without_times(findings(tab.page)) == without_times(by_python(record))


def test_the_verify_button_says_no_when_what_arrives_was_changed_on_its_way(
    tab: Tab, places: dict[str, str], record: Record
) -> None:
    changed = copy.deepcopy(record)
    a_payload_changed(changed)
    serve_instead(tab, changed)
    tab.open(places["project"])
    tab.page.get_by_role("link", name="核验", exact=True).click()
    found = findings(tab.page)
    assert [yes for yes, _ in found] == [False, True, True]
    assert "核验未通过" in tab.text("#findings")
    assert "的内容与封存时不同" in tab.text("#findings .bad")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (a_payload_changed, "的内容与封存时不同"),
        (a_leaf_too, "号位置不是这一条"),
        (a_proof_changed, "号位置不是这一条"),
        (a_signature_changed, "的签名与文本不符"),
        (a_draw_changed, "抽取记录与其摘要不符"),
    ],
)
def test_a_changed_record_is_refused_with_the_verifiers_own_reason(
    tab: Tab, record: Record, tmp_path: Path, change: Callable[[Record], None], sentence: str
) -> None:
    changed = copy.deepcopy(record)
    change(changed)
    file = tmp_path / "changed.json"
    file.write_text(json.dumps(changed, ensure_ascii=False), "utf-8")
    tab.open("/verification")
    tab.page.get_by_label("档案文件").set_input_files(file)
    found = findings(tab.page)
    assert not all(yes for yes, _ in found)
    assert any(sentence in line for _, lines in found for line in lines)
    assert without_times(found) == without_times(by_python(changed))


def test_a_record_that_cannot_be_fetched_is_not_called_verified(tab: Tab, places: dict[str, str]) -> None:
    tab.page.route("**/record", lambda route: route.abort())
    tab.open(places["verification"])
    tab.page.wait_for_selector("#findings .bad")
    assert "没有取到" in tab.text("#findings")
    assert tab.page.locator("#findings .verdict").count() == 0


def offline(file: Path) -> subprocess.CompletedProcess[str]:
    """The verifier as anybody starts it, on a file alone."""
    command = [sys.executable, "-m", "services.protocol.verify", str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_what_the_browser_downloads_the_offline_verifier_verifies(
    tab: Tab, places: dict[str, str], tmp_path: Path
) -> None:
    tab.open(places["project"])
    with tab.page.expect_download() as coming:
        tab.page.get_by_role("link", name="可核验档案").click()
    file = tmp_path / coming.value.suggested_filename
    coming.value.save_as(file)
    assert file.name.startswith("project-ZC-2026-")
    assert offline(file).returncode == 0, offline(file).stdout
    changed = json.loads(file.read_text("utf-8"))
    a_payload_changed(changed)
    file.write_text(json.dumps(changed, ensure_ascii=False), "utf-8")
    assert offline(file).returncode == 1


def test_a_file_from_disk_is_checked_in_the_page_and_not_sent(tab: Tab, record: Record, tmp_path: Path) -> None:
    good, bad, other = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "other.json"
    good.write_text(json.dumps(record, ensure_ascii=False), "utf-8")
    changed = copy.deepcopy(record)
    a_payload_changed(changed)
    bad.write_text(json.dumps(changed, ensure_ascii=False), "utf-8")
    other.write_text('{"kind": "something else"}', "utf-8")
    tab.open("/verification")
    tab.page.wait_for_load_state("networkidle")
    tab.sent.clear()
    chooser = tab.page.get_by_label("档案文件")
    for file, expected in ((good, [True] * 3), (bad, [False, True, True]), (other, [False])):
        tab.page.evaluate("document.getElementById('findings').replaceChildren()")
        chooser.set_input_files(file)
        assert [yes for yes, _ in findings(tab.page)] == expected, file.name
    assert tab.sent == []
    assert tab.faults() == []
