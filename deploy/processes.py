"""Which processes are ours, and how are they ended?

A process is known by its id together with the moment it was started: an id alone may by now belong to somebody else.
Nothing in this module (or anywhere in the suite) ends a process by its name.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True)
class Known:
    """A process we started: its name for people, its id, its start (unix seconds, as the system reports it)."""

    name: str
    pid: int
    started: float

    def process(self) -> psutil.Process | None:
        """The living process, or None when it is gone or its id belongs to another by now."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < 0.05
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    @property
    def alive(self) -> bool:
        return self.process() is not None


def known(name: str, pid: int) -> Known:
    """What to remember of a process just started. Raises psutil.NoSuchProcess when it is gone already."""
    return Known(name, pid, psutil.Process(pid).create_time())


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str],
    folder: Path,
    user: tuple[int, int] | None = None,
    dies_with_us: bool = False,
) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own (a Ctrl-C at our terminal does not reach it), output appended to `log`.

    `user` is a (uid, gid) to become first; `dies_with_us` asks the kernel to end it should this process be killed.
    """
    uid, gid = user or (-1, -1)
    if dies_with_us:
        leash = Path(__file__).with_name("leash.py")
        command = [sys.executable, "-SE", leash, str(os.getpid()), str(uid), str(gid), *command]
        uid, gid = -1, -1
    with log.open("ab") as output:
        return subprocess.Popen(
            [os.fspath(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=dict(environment),
            start_new_session=True,
            user=None if uid < 0 else uid,
            group=None if gid < 0 else gid,
            extra_groups=None if uid < 0 else [],
        )


def end(process: Known, *, gently: signal.Signals = signal.SIGTERM, within: float = 10.0) -> None:
    """End this process and what it started: politely, and after `within` seconds by force. Gone already is well."""
    living = process.process()
    if living is None:
        return
    family = [living, *_children(living)]
    with contextlib.suppress(psutil.NoSuchProcess):
        living.send_signal(gently)
    psutil.wait_procs([living], timeout=within)
    for member in family:  # psutil compares start times, so a reused id is not touched
        with contextlib.suppress(psutil.NoSuchProcess):
            if member.is_running():
                member.kill()
    psutil.wait_procs(family, timeout=5)


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def wait_until(ready: Callable[[], bool], *, within: float, every: float = 0.05) -> bool:
    """Ask until the answer is yes; False when `within` seconds passed without it."""
    last = time.monotonic() + within
    while not ready():
        if time.monotonic() > last:
            return False
        time.sleep(every)
    return True


class Book:
    """The processes we started, one small file each, so that a later start can end what an earlier one left behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def enter(self, process: Known) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f".{process.name}.new"
        fresh.write_text(json.dumps(asdict(process)))
        fresh.replace(self._page(process.name))

    def strike(self, name: str) -> None:
        self._page(name).unlink(missing_ok=True)

    def entries(self) -> list[Known]:
        if not self.folder.is_dir():
            return []
        found = []
        for page in sorted(self.folder.glob("[!.]*.json")):
            with contextlib.suppress(ValueError, TypeError, FileNotFoundError):
                found.append(Known(**json.loads(page.read_text())))
        return found

    def get(self, name: str) -> Known | None:
        return next((entry for entry in self.entries() if entry.name == name), None)

    def _page(self, name: str) -> Path:
        return self.folder / f"{name}.json"
