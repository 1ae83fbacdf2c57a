"""Small programs to be kept running, and places to keep them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from deploy import processes
from deploy.places import Places
from deploy.supervisor import Program, Supervisor

FOREVER = "import time\ntime.sleep(600)\n"
STUBBORN = (
    "import signal, time, sys\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nopen(sys.argv[1], 'w')\ntime.sleep(600)\n"
)
WITH_CHILD = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "open(sys.argv[1], 'w').write(str(child.pid))\n"
    "time.sleep(600)\n"
)


def start(folder: Path, code: str, *arguments: str, dies_with_us: bool = True) -> subprocess.Popen[bytes]:
    """A Python program of this text, in a session of its own."""
    return processes.start(
        [sys.executable, "-c", code, *arguments],
        log=folder / "program.log",
        environment=os.environ,
        folder=folder,
        dies_with_us=dies_with_us,
    )


def program(folder: Path, name: str, code: str = FOREVER, ready: Callable[[], bool] = lambda: True) -> Program:
    return Program(name, lambda: start(folder, code), ready, folder / "program.log", stop_within=5)


def supervisor(folder: Path, said: list[str]) -> Supervisor:
    places = Places(folder)
    places.make()
    return Supervisor(processes.Book(places.processes), places.state, said.append)


def eventually(condition: Callable[[], object], within: float = 20.0) -> None:
    """Wait for a condition; AssertionError when it does not come."""
    last = time.monotonic() + within
    while not condition():
        assert time.monotonic() < last, "it did not come about"
        time.sleep(0.02)
