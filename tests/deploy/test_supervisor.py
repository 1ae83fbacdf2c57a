"""What dies is started again; what is stopped stays stopped."""

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy import processes, run
from deploy.places import Places
from deploy.supervisor import Program, Stopped, Supervisor
from deploy.trouble import Trouble
from tests.deploy.programs import FOREVER, STUBBORN, program, start, supervisor


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def care(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    found = supervisor(tmp_path, said)
    yield found
    found.stop([["a", "b", "c"]])


def pid_of(care: Supervisor, name: str) -> int:
    rows = {row["name"]: row for row in json.loads(care.state.read_text())}
    return int(rows[name]["pid"] or 0)


def test_a_killed_program_is_started_again_and_the_others_go_on(
    care: Supervisor, tmp_path: Path, said: list[str]
) -> None:
    care.add(program(tmp_path, "a"))
    care.add(program(tmp_path, "b"))
    care.wait_ready(["a", "b"], 10)
    first, other = pid_of(care, "a"), pid_of(care, "b")
    os.kill(first, signal.SIGKILL)
    care.care_until(lambda: pid_of(care, "a") not in (0, first))
    assert psutil.Process(pid_of(care, "a")).is_running()
    assert pid_of(care, "b") == other
    assert any("a ended (signal 9); starting it again in 0.3 s" in line for line in said)


def test_one_that_dies_at_once_is_tried_with_growing_pauses(care: Supervisor, tmp_path: Path, said: list[str]) -> None:
    care.first_pause, care.longest_pause = 0.1, 0.3
    care.add(program(tmp_path, "a", "raise SystemExit(3)", ready=lambda: False))
    care.care_until(lambda: len(said) >= 4)
    assert [line.split(" s (")[0] for line in said[:4]] == [
        f"a ended (status 3); starting it again in {pause}" for pause in (0.1, 0.2, 0.3, 0.3)
    ]


def test_a_program_that_never_becomes_ready_is_named_with_its_log(care: Supervisor, tmp_path: Path) -> None:
    care.add(program(tmp_path, "a", ready=lambda: False))
    with pytest.raises(Trouble, match=rf"a is not ready after 0 s: see {tmp_path / 'program.log'}"):
        care.wait_ready(["a"], 0.3)


def test_stopping_ends_the_groups_in_their_order(tmp_path: Path, said: list[str]) -> None:
    order = tmp_path / "order"
    code = (
        "import signal, sys, time\n"
        f"def end(*_):\n    open({str(order)!r}, 'a').write(NAME)\n    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        f"open({str(tmp_path)!r} + '/up-' + NAME, 'w')\n"
        "time.sleep(600)\n"
    )
    care = supervisor(tmp_path, said)
    for name in "abc":
        care.add(program(tmp_path, name, f"NAME = {name!r}\n{code}", ready=(tmp_path / f"up-{name}").exists))
    care.wait_ready(["a", "b", "c"], 20)
    care.stop([["c"], ["a"], ["b"]])
    assert order.read_text() == "cab"
    assert care.book.entries() == []
    assert json.loads(care.state.read_text()) == []


def test_stopping_ends_by_force_what_will_not(tmp_path: Path, said: list[str]) -> None:
    care = supervisor(tmp_path, said)
    deaf = tmp_path / "deaf"
    care.add(Program("a", lambda: start(tmp_path, STUBBORN, str(deaf)), deaf.exists, tmp_path / "log", stop_within=0.3))
    care.wait_ready(["a"], 20)
    living = psutil.Process(pid_of(care, "a"))
    care.stop([["a"]])
    assert not living.is_running()
    assert any("by force" in line for line in said)


def test_a_wish_to_stop_ends_every_wait(care: Supervisor, tmp_path: Path) -> None:
    care.add(program(tmp_path, "a"))
    care.stopping = True
    with pytest.raises(Stopped):
        care.wait_ready(["a"], 10)
    with pytest.raises(Stopped):
        care.care_until(lambda: False)


def test_a_program_that_cannot_be_started_at_all_says_so(care: Supervisor, tmp_path: Path) -> None:
    def launch() -> None:
        raise FileNotFoundError("no such program")

    with pytest.raises(Trouble, match="a cannot be started: no such program"):
        care.add(Program("a", launch, lambda: True, tmp_path / "log"))  # type: ignore[arg-type]  # never returns


def test_leftovers_of_a_killed_launcher_are_ended_and_strangers_are_not(tmp_path: Path, said: list[str]) -> None:
    places = Places(tmp_path)
    places.make()
    book = processes.Book(places.processes)
    left, stranger = start(tmp_path, FOREVER), start(tmp_path, FOREVER)
    ours = processes.known("registry", left.pid)
    book.enter(ours)
    reused = processes.known("notify", stranger.pid)
    book.enter(processes.Known("notify", reused.pid, reused.started - 60))
    run.end_leftovers(places, said.append)
    left.wait(5)
    assert not ours.alive
    assert stranger.poll() is None
    assert book.entries() == []
    assert said == [f"ending registry (process {left.pid}), left over from an earlier start"]
    stranger.kill()
    stranger.wait()


def test_a_second_launcher_of_one_checkout_is_told_so(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.make()
    with run._only_launcher(places):
        assert run._launcher(places) is not None
        with pytest.raises(Trouble, match="running already"), run._only_launcher(places):
            pass
    assert run._launcher(places) is None


def test_nothing_running_is_said_with_a_status_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = Places(tmp_path)
    places.make()
    assert run.status(places) == 3
    assert run.down(places) == 0
    assert capsys.readouterr().out == "nothing is running\nnothing was running\n"
