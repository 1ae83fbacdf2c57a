"""Long work shows its progress on a terminal, the kernel's own kind (a pseudo-terminal), and nowhere else."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

from tests.cli.people import pem_files
from tests.conftest import ROOT
from tests.protocol import sealing_builders as builders

STYLED = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
SIZE = 24 * 1024 * 1024


def command(folder: Path, *more: object) -> list[str]:
    """Seal a synthetic tender of some size, offline."""
    (folder / "price.json").write_text(json.dumps({"price": "7980000.00"}))
    (folder / "plan.bin").write_bytes(b"synthetic " * (SIZE // 10))
    (folder / "sheet.json").write_text(json.dumps({"sealing_sheet": builders.sheet_of().content}))
    told = [sys.executable, "-m", "gateway.cli", "--lang", "en", "seal", folder / "price.json", folder / "plan.bin",
            "--sheet", folder / "sheet.json", "--supplier", "supplier-1", "-o", folder / "bid", *pem_files(folder),
            *more]  # fmt: skip
    return [str(each) for each in told]


def environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": str(folder / "state"), "TERM": "xterm-256color",
            "COLUMNS": "100"}  # fmt: skip


SLOW = """
import time
from gateway.cli.screen import Screen

with Screen(json=True).progress("slow work") as advance:
    for done in range(1, 11):
        time.sleep(0.1)
        advance(done * 1_000_000, 10_000_000)
"""
"""Work that takes a second however quick the machine: the bar is redrawn ten times a second."""


def at_a_terminal(folder: Path, told: list[str]) -> tuple[int, str, str]:
    """Run it with stderr on a terminal; status, stdout, and what appeared on the terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        told, stdout=subprocess.PIPE, stderr=theirs, stdin=theirs, env=environment(folder)
    ) as started:  # fmt: skip
        os.close(theirs)
        seen = bytearray()
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # the other end was closed
                break
            if not piece:
                break
            seen += piece
        assert started.stdout is not None
        said = started.stdout.read().decode()
    os.close(ours)
    return started.returncode, said, seen.decode()


def sizes(seen: str) -> set[str]:
    """The sizes that were shown beside the bar, `done/in all`."""
    return set(re.findall(r"\d+\.\d/\d+\.\d MB", STYLED.sub("", seen)))


def test_sealing_shows_a_bar_on_a_terminal_and_the_result_stays_apart(tmp_path: Path) -> None:
    status, said, seen = at_a_terminal(tmp_path, command(tmp_path, "--json"))
    assert status == 0, (said, seen)
    assert "folder" in json.loads(said), "the result alone is on stdout"
    assert "━" in seen
    assert sizes(seen), seen


def test_the_bar_moves_while_the_work_goes_on(tmp_path: Path) -> None:
    status, said, seen = at_a_terminal(tmp_path, [sys.executable, "-c", SLOW])
    assert (status, said) == (0, "")
    assert "slow work" in seen
    assert len(sizes(seen)) > 2, f"the bar stood still: {sizes(seen)}"


def test_quiet_is_quiet_on_a_terminal_too(tmp_path: Path) -> None:
    status, _, seen = at_a_terminal(tmp_path, command(tmp_path, "--json", "--quiet"))
    assert (status, seen) == (0, "")


def test_where_nobody_looks_nothing_moves(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path), env=environment(tmp_path), capture_output=True, text=True, check=False, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert "━" not in done.stderr
    assert "\x1b" not in done.stderr
