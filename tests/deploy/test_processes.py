"""Only our own processes are ended, and they are ended whole."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from deploy import processes
from deploy.processes import Book, Known
from tests.deploy.programs import FOREVER, STUBBORN, WITH_CHILD, eventually, start


def test_a_process_id_that_belongs_to_another_by_now_is_not_ours(tmp_path: Path) -> None:
    child = start(tmp_path, FOREVER)
    ours = processes.known("ours", child.pid)
    reused = replace(ours, started=ours.started - 3600)
    assert ours.alive
    assert not reused.alive
    processes.end(reused)
    assert child.poll() is None
    processes.end(ours)
    assert not ours.alive
    child.wait(5)


def test_ending_takes_the_children_along(tmp_path: Path) -> None:
    note = tmp_path / "child"
    child = start(tmp_path, WITH_CHILD, str(note))
    eventually(lambda: note.exists() and note.read_text())
    grandchild = psutil.Process(int(note.read_text()))
    processes.end(processes.known("family", child.pid))
    child.wait(5)
    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


def test_what_will_not_end_is_ended_by_force(tmp_path: Path) -> None:
    note = tmp_path / "deaf"
    child = start(tmp_path, STUBBORN, str(note))
    eventually(note.exists)
    deaf = processes.known("deaf", child.pid)
    processes.end(deaf, within=0.3)
    assert not deaf.alive
    child.wait(5)


def test_ending_what_is_gone_is_no_error(tmp_path: Path) -> None:
    child = start(tmp_path, "pass")
    gone = processes.known("gone", child.pid)
    child.wait(10)
    processes.end(gone)
    assert not gone.alive


def test_a_leashed_program_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    parent_code = (
        "import sys, time\nfrom pathlib import Path\nfrom tests.deploy.programs import FOREVER, start\n"
        "child = start(Path(sys.argv[1]), FOREVER)\n"
        "Path(sys.argv[1], 'pid').write_text(str(child.pid))\ntime.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", parent_code, str(tmp_path)], cwd=Path(__file__).parents[2])
    eventually(lambda: note.exists() and note.read_text())
    leashed = psutil.Process(int(note.read_text()))
    eventually(lambda: "time.sleep" in " ".join(leashed.cmdline()) and "leash.py" not in " ".join(leashed.cmdline()))
    parent.kill()
    parent.wait()
    eventually(lambda: not leashed.is_running() or leashed.status() == psutil.STATUS_ZOMBIE)


def test_a_program_started_too_late_for_its_parent_does_not_start(tmp_path: Path) -> None:
    leash = Path(processes.__file__).with_name("leash.py")
    command: list[str | Path] = [
        sys.executable,
        "-SE",
        leash,
        "1",
        "-1",
        "-1",
        sys.executable,
        "-c",
        "print('started')",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")


def test_the_leash_does_not_reach_the_program_as_an_argument(tmp_path: Path) -> None:
    child = start(tmp_path, "import sys\nprint(sys.argv[1:])", "a b", "c")
    child.wait(10)
    assert (tmp_path / "program.log").read_text() == "['a b', 'c']\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_a_program_is_started_as_another_account_without_roots_groups(tmp_path: Path) -> None:
    before = os.getgroups()
    for dies_with_us in (True, False):
        log = tmp_path / f"log-{dies_with_us}"
        os.setgroups([0])  # a group the program must not inherit
        child = processes.start(
            ["/usr/bin/id"], log=log, environment={}, folder=Path("/"), user=(65534, 65534), dies_with_us=dies_with_us
        )
        os.setgroups(before)
        assert child.wait(10) == 0
        said = log.read_text()
        assert "uid=65534" in said
        assert "gid=65534" in said
        assert "root" not in said


def test_the_book_gives_back_what_was_entered_and_forgets_what_was_struck(tmp_path: Path) -> None:
    book = Book(tmp_path / "processes")
    assert book.entries() == []
    first, second = Known("broker", 11, 1.5), Known("postgres", 12, 2.5)
    book.enter(first)
    book.enter(second)
    assert book.entries() == [first, second]
    book.strike("broker")
    book.strike("broker")
    assert book.entries() == [second]
    assert book.get("broker") is None


def test_a_torn_page_of_the_book_hides_no_other(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.enter(Known("postgres", 12, 2.5))
    (tmp_path / "broker.json").write_text('{"name": "bro')
    assert [each.name for each in book.entries()] == ["postgres"]
