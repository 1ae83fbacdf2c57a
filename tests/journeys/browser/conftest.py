"""A private Chromium over the played suite: its own empty profile, ended with the last test here.

While writing tests, a suite that is up already can be looked at instead: PLAYED_RUN_DIR=its run folder.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from deploy.rehearsal.client import Api
from deploy.rehearsal.people import Cast
from deploy.rehearsal.stage import read_input
from deploy.system_packages import browser as installed_browser

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
WIDTHS: dict[int, Any] = {390: {"width": 390, "height": 844}, 1280: {"width": 1280, "height": 800}}
WATCH = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.violations.push(`${event.violatedDirective}: ${event.blockedURI || event.sample}`));
"""


@dataclass(frozen=True)
class Suite:
    """A suite that serves and has played the rehearsal: its run folder and its address."""

    folder: Path
    url: str

    def process_of(self, program: str) -> int:
        """The process id of a program that is ready, as the launcher noted it; 0 while it is not."""
        rows = json.loads((self.folder / "state.json").read_text("utf-8"))
        return next((int(row["pid"]) for row in rows if row["name"] == program and row["pid"] and row["ready"]), 0)

    def get(self, path: str) -> Any:
        """JSON from the API, asked as a program asks."""
        answer = httpx.get(self.url + path, trust_env=False, timeout=30)
        answer.raise_for_status()
        return answer.json()


@dataclass
class Tab:
    """A page with what its console complained of, and every request it made."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    sent: list[tuple[str, str, str]] = field(default_factory=list)  # method, address, body

    def watch(self) -> None:
        """Keep complaints and requests from now on."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self.sent.append((asked.method, asked.url, asked.post_data or "")))

    def open(self, path: str) -> int:
        """Go there; the HTTP status."""
        answer = self.page.goto(self.url + path)
        assert answer is not None
        return answer.status

    def text(self, selector: str = "body") -> str:
        """What can be read there."""
        return self.page.locator(selector).inner_text()

    def faults(self) -> list[str]:
        """Complaints of the console, errors of scripts and violations of the content security policy."""
        return self.complaints + list(self.page.evaluate("window.violations"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)


@pytest.fixture(scope="package")
def suite(request: pytest.FixtureRequest) -> Suite:
    """The suite that has played the rehearsal."""
    given = os.environ.get("PLAYED_RUN_DIR")
    folder = Path(given) if given else request.getfixturevalue("played").folder
    return Suite(folder, (folder / "url").read_text().strip().rstrip("/"))


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all; each context in it is as a browser newly installed."""
    path = installed_browser()
    if path is None:
        pytest.fail("no Chromium: python3 deploy/system_packages.py --browser")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=path, headless=True, args=list(ARGUMENTS))
        try:
            yield started
        finally:
            started.close()


@pytest.fixture(scope="package")
def contexts(chromium: Browser) -> Iterator[dict[str, BrowserContext]]:
    """A context for each language, for the tests that only look."""
    made = {
        language: chromium.new_context(viewport=WIDTHS[390], locale=locale) for language, locale in LOCALES.items()
    }
    for each in made.values():
        each.add_init_script(WATCH)
    yield made
    for each in made.values():
        each.close()


@pytest.fixture
def tab(chromium: Browser, suite: Suite) -> Iterator[Tab]:
    """A Chinese reader's tab at desktop width, in a context of its own."""
    context = chromium.new_context(viewport=WIDTHS[1280], locale=LOCALES["zh"], accept_downloads=True)
    context.add_init_script(WATCH)
    made = Tab(context.new_page(), suite.url)
    made.watch()
    yield made
    context.close()


@pytest.fixture(scope="package")
def cast(suite: Suite) -> Cast:
    """The people of the rehearsal with their keys."""
    found = Cast(read_input(), suite.folder / "rehearsal")
    assert found.load()
    return found


@pytest.fixture
def api(suite: Suite) -> Iterator[Api]:
    """The API as a partner's program uses it."""
    made = Api(suite.url)
    yield made
    made.close()


@pytest.fixture(scope="package")
def places(suite: Suite) -> dict[str, str]:
    """Every public page: its name and its path, with what the rehearsal left to look at."""
    notices = suite.get("/api/v1/bulletin")["notices"]
    tender = next(each for each in notices if each["kind"] == "tender")
    failure = next(each for each in notices if each["kind"] == "failure")
    project = f"/projects/{tender['project_id']}"
    return {
        "home": "/", "notices": "/notices", "nothing found": "/notices?words=zzzz",
        "notice": f"/notices/{tender['notice_id']}", "failure": f"/notices/{failure['notice_id']}",
        "project": project, "verification": f"{project}/verification", "file": "/verification",
        "statistics": "/statistics", "empty year": "/statistics?year=2010", "excluded": "/excluded",
        "data": "/data", "enquiries": "/enquiries", "signin": "/signin", "board": "/board", "docs": "/api/v1/docs",
    }  # fmt: skip


