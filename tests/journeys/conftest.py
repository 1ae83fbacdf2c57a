"""One suite for all journeys: played with `make run ONCE=1`, started again with `make run`, serving to the last one.

A test that changes what others look at comes last in its module, or undoes what it did.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy import ports
from tests.conftest import ROOT
from tests.journeys.onlookers import Onlookers

STARTED_AND_PLAYED_WITHIN = 480.0  # seconds: the issue says two minutes after set-up, on a machine with nothing else


class Played:
    """A suite with a run folder of its own that plays the rehearsal, ends, is started again and goes on serving."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        (folder / "cache").symlink_to(ROOT / ".run/cache")
        others = ("AMQP_URI", "DATABASE_ADMIN_URL", "REHEARSAL_AUTHORITY_DIR")
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in others},
            "RUN_DIR": str(folder),
            "PORT": str(ports.free_port()),
        }
        self.said = folder / "said.txt"
        self.once_said = folder / "said-once.txt"
        self.once_status: int | None = None
        self.left_behind: list[str] = []
        self.process: subprocess.Popen[bytes] | None = None
        self.onlookers = Onlookers(f"http://127.0.0.1:{self.environment['PORT']}", folder)

    def play(self) -> None:
        """`make run ONCE=1`: start, play, stop; how it ended and what still runs is kept for the tests to look at.

        Meanwhile onlookers ask for what they must not see yet.
        """
        self.onlookers.start()
        with self.once_said.open("wb") as output:
            self.once_status = subprocess.run(
                [sys.executable, "-m", "deploy.run", "--once"], cwd=ROOT, env=self.environment, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True, timeout=STARTED_AND_PLAYED_WITHIN, check=False,
            ).returncode  # fmt: skip
        self.onlookers.stop()
        self.left_behind = [str(each) for each in psutil.process_iter() if self._is_ours(each)]

    def serve(self) -> None:
        """`make run` on what was played; until it serves, which it does when the main job is over."""
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.run"], cwd=ROOT, env=self.environment, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        last = time.monotonic() + STARTED_AND_PLAYED_WITHIN
        while not (self.folder / "url").exists():
            assert self.process.poll() is None, self.said.read_text()[-4000:]
            assert time.monotonic() < last, self.said.read_text()[-4000:]
            time.sleep(0.5)

    def _is_ours(self, process: psutil.Process) -> bool:
        """Has it this run folder in its settings or on its command line?"""
        try:
            if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
                return False
            words = [*process.cmdline(), *process.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False
        return any(str(self.folder) in word for word in words)

    @property
    def url(self) -> str:
        """Where it serves, without a slash at the end."""
        return (self.folder / "url").read_text().strip().rstrip("/")

    @property
    def summary(self) -> dict[str, Any]:
        """What came of it."""
        found: dict[str, Any] = json.loads((self.folder / "rehearsal" / "summary.json").read_text("utf-8"))
        return found

    def end(self) -> None:
        """Ctrl-C."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(90)


@pytest.fixture(scope="package")
def played(server_folder: Path) -> Iterator[Played]:
    """The rehearsal played on a suite of its own; it ends with the last test of this folder, not of the session."""
    found = Played(server_folder / f"journey-{secrets.token_hex(4)}")
    try:
        found.play()
        found.serve()
        yield found
    finally:
        found.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules of this folder that say CHANGES_THE_SUITE come last in it: the others look at what was played."""
    here = str(ROOT / "tests" / "journeys")
    places = [place for place, item in enumerate(items) if str(item.path).startswith(here)]
    mine = [items[place] for place in places]
    mine.sort(key=lambda item: bool(getattr(getattr(item, "module", None), "CHANGES_THE_SUITE", False)))
    for place, item in zip(places, mine, strict=True):
        items[place] = item
