"""Start, look at and stop the whole suite.

python -m deploy.run              start, do the main job, serve until Ctrl-C, stop
python -m deploy.run --once       start, do the main job, stop; ends with the main job's status
python -m deploy.run --no-job     start and serve, without the main job
python -m deploy.run up           the same in the background
python -m deploy.run status       what runs
python -m deploy.run down         stop what runs in the background
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from deploy import processes
from deploy.places import ROOT, Places
from deploy.suite import Suite
from deploy.supervisor import Say, Stopped, Supervisor
from deploy.trouble import Trouble

LAUNCHER = "launcher"
_START_SECONDS = 900.0  # the first start may have to fetch the broker
_STOP_SECONDS = 90.0


@dataclass
class Progress:
    """Says each step with the seconds since the start."""

    began: float = field(default_factory=time.monotonic)

    def __call__(self, text: str) -> None:
        print(f"[{time.monotonic() - self.began:5.1f} s] {text}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="deploy.run", description="Start, look at and stop the whole suite.")
    parser.add_argument("what", nargs="?", choices=("run", "up", "down", "status"), default="run")
    parser.add_argument("--once", action="store_true", help="stop after the main job, with its status")
    parser.add_argument("--no-job", action="store_true", help="serve without doing the main job")
    wanted = parser.parse_args(arguments)
    places = Places.of_this_checkout()
    places.make()
    try:
        if wanted.what == "up":
            return up(places)
        if wanted.what == "down":
            return down(places)
        if wanted.what == "status":
            return status(places)
        return serve(places, once=wanted.once, job=not wanted.no_job)
    except Trouble as trouble:
        print(f"cannot go on: {trouble}", file=sys.stderr, flush=True)
        return 1


def serve(places: Places, once: bool, job: bool) -> int:
    """Start everything, do the main job, stay until told to stop; the exit status."""
    say = Progress()
    with _only_launcher(places):
        end_leftovers(places, say)
        supervisor = Supervisor(processes.Book(places.processes), places.state, say)
        suite = Suite(places, supervisor, say)
        _stop_when_told(supervisor)
        say(f"starting; logs are in {places.logs}")
        result = 0
        try:
            suite.start()
            if job:
                result = do_main_job(suite, supervisor)
            if not once:
                say(f"everything is ready: {suite.gateway_url}  (logs: {places.logs}; Ctrl-C stops it)")
                (places.run / "url").write_text(suite.gateway_url + "\n")
                supervisor.care_until(lambda: False)
        except Stopped:
            result = result if (places.run / "url").exists() else 130
        finally:
            (places.run / "url").unlink(missing_ok=True)
            say("stopping")
            suite.stop()
            say("stopped")
        return result


def do_main_job(suite: Suite, supervisor: Supervisor) -> int:
    """Run the main job as its own program, keeping everything running meanwhile; its exit status."""
    child = subprocess.Popen(
        [sys.executable, "-m", "deploy.main_job", suite.gateway_url], cwd=ROOT, start_new_session=True
    )
    try:
        supervisor.care_until(lambda: child.poll() is not None)
    finally:
        if child.poll() is None:
            child.terminate()
            child.wait()
    return child.returncode


def up(places: Places) -> int:
    """Start in the background and wait until it serves; what it says is shown meanwhile."""
    running = _launcher(places)
    if running is not None:
        print(f"it runs already (process {running.pid}): make status, make down")
        return 0
    log = places.log(LAUNCHER)
    log.touch()
    start = log.stat().st_size
    child = processes.start([sys.executable, "-m", "deploy.run", "run"], log=log, environment=os.environ, folder=ROOT)
    with log.open() as said:
        said.seek(start)
        last = time.monotonic() + _START_SECONDS
        while child.poll() is None and time.monotonic() < last:
            sys.stdout.write(said.read())
            sys.stdout.flush()
            if (places.run / "url").exists():
                return 0
            time.sleep(0.2)
        sys.stdout.write(said.read())
    if child.poll() is None:
        child.terminate()
    print(f"it did not start: see {log}", file=sys.stderr)
    return child.wait() or 1


def down(places: Places) -> int:
    """Stop what `up` (or another terminal) started; leftovers of a launcher that was killed, too."""
    running = _launcher(places)
    if running is not None:
        processes.end(running, within=_STOP_SECONDS)
    end_leftovers(places, print)
    print("stopped" if running is not None else "nothing was running")
    return 0


def status(places: Places) -> int:
    """Print what runs; 0 when everything is ready, 3 when nothing runs, 1 in between."""
    running = _launcher(places)
    if running is None:
        print("nothing is running")
        return 3
    rows = json.loads(places.state.read_text()) if places.state.exists() else []
    print(f"{'program':<14} {'process':>8} {'port':>6} {'restarts':>8}  state")
    for row in rows:
        state = "ready" if row["ready"] else "starting" if row["pid"] else "ended, starts again"
        print(f"{row['name']:<14} {row['pid'] or '':>8} {row['port'] or '':>6} {row['restarts']:>8}  {state}")
    address = places.run / "url"
    print(f"address: {address.read_text().strip()}" if address.exists() else "not serving yet")
    print(f"logs: {places.logs}")
    return 0 if rows and all(row["ready"] for row in rows) and address.exists() else 1


def end_leftovers(places: Places, say: Say) -> None:
    """End what a launcher that was killed left running: by the process ids and start times it noted, nothing else."""
    book = processes.Book(places.processes)
    for left in book.entries():
        if left.name == LAUNCHER:
            continue
        if left.alive:
            say(f"ending {left.name} (process {left.pid}), left over from an earlier start")
            processes.end(left, within=30)
        book.strike(left.name)


def _launcher(places: Places) -> processes.Known | None:
    noted = processes.Book(places.processes).get(LAUNCHER)
    return noted if noted is not None and noted.alive else None


@contextmanager
def _only_launcher(places: Places) -> Iterator[None]:
    book = processes.Book(places.processes)
    with (places.run / "launcher.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(f"this checkout is running already ({places.run}): make status, make down") from None
        book.enter(processes.known(LAUNCHER, os.getpid()))
        try:
            yield
        finally:
            book.strike(LAUNCHER)


def _stop_when_told(supervisor: Supervisor) -> None:
    def told(_number: int, _frame: object) -> None:
        supervisor.stopping = True

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, told)


if __name__ == "__main__":
    sys.exit(main())
