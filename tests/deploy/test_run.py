"""The suite started as `make run` starts it: ready, healed after kill -9, gone after Ctrl-C. Journeys play on it."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy import ports, round_trip
from deploy.databases import DEPARTMENTS
from tests.conftest import ROOT
from tests.deploy.programs import eventually

HEALED_WITHIN = 150.0  # seconds: guarantee G7 says 35, on a machine that is not busy with other tests


class Launched:
    """A launcher with a run folder of its own, and what it says."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self.said = folder.with_suffix(f".said-{secrets.token_hex(4)}")
        if not folder.exists():
            folder.mkdir()
            (folder / "cache").symlink_to(ROOT / ".run/cache")
        environment = {
            **{name: value for name, value in os.environ.items() if name not in ("AMQP_URI", "DATABASE_ADMIN_URL")},
            "RUN_DIR": str(folder),
            "PORT": str(ports.free_port()),
        }
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.run", *arguments],
                cwd=ROOT,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def rows(self) -> dict[str, dict[str, Any]]:
        return {row["name"]: row for row in json.loads((self.folder / "state.json").read_text())}

    def serving(self) -> bool:
        assert self.process.poll() is None, self.diagnosis()
        return (self.folder / "url").exists()

    def url(self) -> str:
        return (self.folder / "url").read_text().strip()

    def all_ready(self) -> bool:
        return all(row["ready"] for row in self.rows().values())

    def ours(self) -> list[psutil.Process]:
        """Every living process that has this run folder in its settings or on its command line."""
        return [each for each in psutil.process_iter() if each.pid != os.getpid() and self._is_ours(each)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            words = [*process.cmdline(), *process.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False
        return any(str(self.folder) in word for word in words)

    def diagnosis(self) -> str:
        """What it said, and the ends of its programs' logs."""
        logs = sorted((self.folder / "logs").glob("*.log"))
        ends = [f"--- {log.name}\n{log.read_text(errors='replace')[-1500:]}" for log in logs]
        return "\n".join([self.said.read_text(), *ends])

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(90)


@pytest.fixture(scope="module")
def folder(server_folder: Path) -> Path:
    """One run folder for this file: the second start finds what the first one made."""
    return server_folder / f"run-{secrets.token_hex(4)}"


@pytest.fixture
def launched(folder: Path) -> Iterator[Launched]:
    found = Launched(folder, "--no-job")
    yield found
    found.end()


@pytest.mark.timeout(600)
def test_what_is_killed_is_healed_and_a_ctrl_c_leaves_nothing(launched: Launched) -> None:
    eventually(launched.serving, within=240)
    assert set(launched.rows()) == {"epmd", "broker", "postgres", *DEPARTMENTS, "gateway"}
    assert round_trip.main([launched.url()]) == 0
    for name in ("registry", "gateway", "postgres", "broker"):
        killed = launched.rows()[name]["pid"]
        os.kill(killed, signal.SIGKILL)
        eventually(lambda name=name, killed=killed: launched.rows()[name]["pid"] != killed)  # type: ignore[misc]  # bound now
        eventually(lambda: launched.all_ready() and round_trip.main([launched.url()]) == 0, within=HEALED_WITHIN)
    assert launched.ours()
    launched.end()
    assert launched.process.returncode == 0
    assert launched.ours() == []
    assert not (launched.folder / "url").exists()
    assert "starting it again" in launched.said.read_text()
