"""One suite for all journeys: started as `make run` starts it, the rehearsal played; it serves until the last one ends.

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

import pytest

from deploy import ports
from tests.conftest import ROOT

STARTED_AND_PLAYED_WITHIN = 480.0  # seconds: the issue says two minutes after set-up, on a machine with nothing else


class Played:
    """A suite with a run folder of its own that has played the rehearsal and goes on serving."""

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
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.run"], cwd=ROOT, env=self.environment, stdout=output,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> None:
        """Until it serves, which it does when the main job is over."""
        last = time.monotonic() + STARTED_AND_PLAYED_WITHIN
        while not (self.folder / "url").exists():
            assert self.process.poll() is None, self.said.read_text()[-4000:]
            assert time.monotonic() < last, self.said.read_text()[-4000:]
            time.sleep(0.5)

    @property
    def url(self) -> str:
        """Where it serves, without a slash at the end."""
        return (self.folder / "url").read_text().strip().rstrip("/")

    def again(self) -> subprocess.CompletedProcess[str]:
        """The main job once more on the same system."""
        return subprocess.run(
            [sys.executable, "-m", "deploy.main_job", self.url], cwd=ROOT, env=self.environment, text=True,
            capture_output=True, timeout=120, check=False,
        )  # fmt: skip

    @property
    def summary(self) -> dict[str, Any]:
        """What came of it."""
        found: dict[str, Any] = json.loads((self.folder / "rehearsal" / "summary.json").read_text("utf-8"))
        return found

    def end(self) -> None:
        """Ctrl-C."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(90)


@pytest.fixture(scope="package")
def played(server_folder: Path) -> Iterator[Played]:
    """The rehearsal played on a suite of its own; it ends with the last test of this folder, not of the session."""
    found = Played(server_folder / f"journey-{secrets.token_hex(4)}")
    try:
        found.wait()
        yield found
    finally:
        found.end()
