"""The environment is made once, from pinned and hashed packages; what is missing is said in one line."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import environment, system_packages
from tests.conftest import ROOT

REQUIREMENTS = ROOT / "deploy/requirements"


@pytest.mark.parametrize("kind", environment.KINDS)
def test_every_package_is_pinned_and_hashed_and_no_index_is_named(kind: str) -> None:
    text = (REQUIREMENTS / f"{kind}.txt").read_text()
    entries = re.split(r"\n(?=\S)", text.strip())
    packages = [entry for entry in entries if not entry.startswith("#")]
    assert packages
    for entry in packages:
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", entry), entry
        assert "--hash=sha256:" in entry, entry
    assert "://" not in text


def test_the_tests_environment_holds_everything_the_suite_runs_on() -> None:
    def pinned(kind: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==[^ ;]+", (REQUIREMENTS / f"{kind}.txt").read_text(), re.MULTILINE))

    assert pinned("runtime") <= pinned("test")


def test_an_environment_made_from_this_list_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "make", lambda *_: pytest.fail("it is there"))
    monkeypatch.setattr(environment, "install", lambda *_: pytest.fail("nothing is missing"))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").touch()
    environment.note(tmp_path, "test").write_text(environment.digest("test"))
    environment.ensure(tmp_path, "test")
    environment.ensure(tmp_path, "runtime")


def test_an_environment_made_from_an_older_list_is_brought_up_to_date(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[str] = []
    monkeypatch.setattr(environment, "install", lambda folder, kind, log: installed.append(kind))
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/python").touch()
    environment.note(tmp_path, "runtime").write_text("older")
    environment.ensure(tmp_path, "runtime")
    environment.ensure(tmp_path, "runtime")
    assert installed == ["runtime"]
    assert environment.digest("runtime") != environment.digest("test")


def test_where_python_cannot_make_environments_one_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "python"
    broken.write_text('#!/bin/sh\nmkdir -p "$3/bin"\nexit 1\n')  # as Debian's does without python3-venv
    broken.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(broken))
    with pytest.raises(environment.Trouble, match="install python3-venv") as trouble:
        environment.make(tmp_path / "venv", tmp_path / "log")
    assert "\n" not in str(trouble.value)
    assert not (tmp_path / "venv").exists()


def test_an_old_python_is_refused_with_what_is_needed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(environment, "LEAST", (9, 9))
    assert environment.main(["runtime"]) == 1
    assert "Python 9.9 or newer is needed" in capsys.readouterr().err


def test_an_ordinary_user_is_told_which_packages_to_ask_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(system_packages.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system_packages, "BASE", (("left-pad", "the left margin", lambda: False),))
    assert system_packages.main([]) == 1
    said = capsys.readouterr().err
    assert said == "cannot go on: this machine lacks left-pad (the left margin): apt-get install left-pad\n"


def test_a_machine_that_has_everything_is_asked_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(system_packages, "BASE", (("left-pad", "the left margin", lambda: True),))
    monkeypatch.setattr(system_packages.subprocess, "run", lambda *_: pytest.fail("nothing is to be installed"))
    assert system_packages.main([]) == 0


def test_every_command_of_the_makefile_is_listed_by_help() -> None:
    text = (ROOT / "Makefile").read_text()
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for command in ("run", "up", "down", "status", "test", "check", "bench", "soak", "lock", "help"):
        assert re.search(rf"^{command}:", text, re.MULTILINE)
        assert re.search(rf"make {command} +\S", said), command
