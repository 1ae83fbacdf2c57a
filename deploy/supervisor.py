"""Keeps programs running: starts them, sees them end, starts them again with growing pauses, stops them in order.

One loop in the main thread and no other threads: the kernel's promise that a child ends with its parent (leash.py)
holds for the thread that started it.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy import processes
from deploy.trouble import Trouble

Say = Callable[[str], None]

FIRST_PAUSE, LONGEST_PAUSE = 0.3, 10.0  # seconds before a program that ended is started again
STEADY = 30.0  # one that ran this long starts again after the first pause
_TURN = 0.1
_ASK_EVERY = 0.5


class Stopped(Exception):
    """Somebody asked us to stop before the step was done."""


@dataclass(frozen=True)
class Program:
    """`launch` starts it without waiting; `ready` asks it (only while it lives) whether it does its work.

    `stop_signal` asks it to end, `stop_within` is how many seconds it gets for that.
    """

    name: str
    launch: Callable[[], subprocess.Popen[bytes]]
    ready: Callable[[], bool]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within: float = 10.0
    port: int | None = None


@dataclass
class _Watched:
    program: Program
    pause: float
    child: subprocess.Popen[bytes] | None = None
    since: float = 0.0
    due: float = 0.0
    restarts: int = 0
    ready: bool = False
    asked: float = 0.0


@dataclass
class Supervisor:
    """Programs under care. `book` notes their process ids; `state` is a file for `make status`."""

    book: processes.Book
    state: Path
    say: Say
    first_pause: float = FIRST_PAUSE
    longest_pause: float = LONGEST_PAUSE
    stopping: bool = False
    _watched: dict[str, _Watched] = field(default_factory=dict)

    def add(self, program: Program) -> None:
        """Start a program and keep it running from now on."""
        watched = _Watched(program, self.first_pause)
        self._watched[program.name] = watched
        self._launch(watched)
        self._write_state()

    def wait_ready(self, names: Sequence[str], within: float) -> None:
        """Care for all until the named are ready. Raises Trouble, naming the log of one that is late, or Stopped."""
        last = time.monotonic() + within
        while True:
            self.turn()
            waiting = [self._watched[name] for name in names if not self._watched[name].ready]
            if not waiting:
                return
            if time.monotonic() > last:
                late = waiting[0].program
                raise Trouble(f"{late.name} is not ready after {within:.0f} s: see {late.log}")

    def care_until(self, done: Callable[[], bool]) -> None:
        """Keep everything running until `done` says so. Raises Stopped when somebody asks us to stop first."""
        while not done():
            self.turn()

    def turn(self) -> None:
        """One look at every program, then a short sleep. Raises Stopped when somebody asked us to."""
        if self.stopping:
            raise Stopped
        changed = False
        for watched in self._watched.values():
            changed |= self._look_at(watched)
        if changed:
            self._write_state()
        time.sleep(_TURN)

    def stop(self, groups: Sequence[Sequence[str]]) -> None:
        """Stop the groups one after another, the programs of a group together."""
        for group in groups:
            living = [self._watched.pop(name) for name in group if name in self._watched]
            for watched in living:
                if watched.child is not None and watched.child.poll() is None:
                    with contextlib.suppress(ProcessLookupError):
                        watched.child.send_signal(watched.program.stop_signal)
            for watched in living:
                self._end(watched)
        self._write_state()

    def _end(self, watched: _Watched) -> None:
        program, child = watched.program, watched.child
        if child is not None:
            helpers = _descendants(child.pid)
            try:
                child.wait(program.stop_within)
            except subprocess.TimeoutExpired:
                self.say(f"{program.name} did not end within {program.stop_within:.0f} s; ending it by force")
                child.kill()
                child.wait()
            for helper in helpers:
                with contextlib.suppress(psutil.NoSuchProcess):
                    helper.kill()
        self.book.strike(program.name)

    def _look_at(self, watched: _Watched) -> bool:
        now = time.monotonic()
        program, child = watched.program, watched.child
        if child is None:
            if now >= watched.due:
                watched.restarts += 1
                self._launch(watched)
                return True
            return False
        if child.poll() is not None:
            if now - watched.since > STEADY:
                watched.pause = self.first_pause
            self.say(
                f"{program.name} ended ({_how(child.returncode)}); starting it again in {watched.pause:.1f} s "
                f"(its log: {program.log})"
            )
            watched.child, watched.ready, watched.due = None, False, now + watched.pause
            watched.pause = min(watched.pause * 2, self.longest_pause)
            self.book.strike(program.name)
            return True
        if not watched.ready and now - watched.asked >= _ASK_EVERY:
            watched.asked = now
            watched.ready = program.ready()
            if watched.ready:
                where = f" on port {program.port}" if program.port else ""
                self.say(f"{program.name} is ready{where}")
            return watched.ready
        return False

    def _launch(self, watched: _Watched) -> None:
        try:
            watched.child = watched.program.launch()
        except OSError as failed:
            raise Trouble(f"{watched.program.name} cannot be started: {failed}") from failed
        watched.since = time.monotonic()
        watched.ready, watched.asked = False, 0.0
        with contextlib.suppress(psutil.NoSuchProcess):
            self.book.enter(processes.known(watched.program.name, watched.child.pid))

    def _write_state(self) -> None:
        rows = [
            {
                "name": watched.program.name,
                "pid": watched.child.pid if watched.child is not None else None,
                "ready": watched.ready,
                "restarts": watched.restarts,
                "port": watched.program.port,
                "log": str(watched.program.log),
            }
            for watched in self._watched.values()
        ]
        fresh = self.state.with_suffix(".new")
        fresh.write_text(json.dumps(rows, indent=1))
        fresh.replace(self.state)


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
