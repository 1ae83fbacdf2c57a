"""The virtual environment, made from pinned and hashed requirements. Runs before anything is installed.

    python3 deploy/environment.py runtime|test [folder]

Does nothing when the environment is there and made from the same list; the list's digest is noted in it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEAST = (3, 11)
KINDS = ("runtime", "test")  # each holds all of the one before


class Trouble(Exception):
    """One line: what is wrong and what to do."""


def main(arguments: list[str]) -> int:
    """The exit status."""
    if not arguments or arguments[0] not in KINDS or len(arguments) > 2:
        print("usage: python3 deploy/environment.py runtime|test [folder]", file=sys.stderr)
        return 2
    folder = Path(arguments[1] if len(arguments) > 1 else ROOT / ".venv")
    try:
        if sys.version_info < LEAST:
            wanted = ".".join(map(str, LEAST))
            raise Trouble(
                f"Python {wanted} or newer is needed, this is {sys.version.split()[0]}: make PYTHON=python{wanted}"
            )
        ensure(folder, arguments[0])
    except Trouble as trouble:
        print(f"cannot go on: {trouble}", file=sys.stderr)
        return 1
    return 0


def ensure(folder: Path, kind: str) -> None:
    """Make the environment hold this kind's packages. Raises Trouble."""
    if any(noted(folder, each) == digest(each) for each in KINDS[KINDS.index(kind) :]):
        return
    log = ROOT / ".run" / "logs" / "environment.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    if not (folder / "bin" / "python").exists():
        make(folder, log)
    install(folder, kind, log)
    note(folder, kind).write_text(digest(kind))


def digest(kind: str) -> str:
    """What the environment was made from: the list and this Python."""
    content = (ROOT / "deploy" / "requirements" / f"{kind}.txt").read_bytes()
    return hashlib.sha256(content + sys.version.encode()).hexdigest()


def note(folder: Path, kind: str) -> Path:
    return folder / f"made-from-{kind}"


def noted(folder: Path, kind: str) -> str:
    file = note(folder, kind)
    return file.read_text() if file.exists() and (folder / "bin" / "python").exists() else ""


def make(folder: Path, log: Path) -> None:
    print(f"making the virtual environment {folder}", flush=True)
    with log.open("ab") as output:
        done = subprocess.run(
            [sys.executable, "-m", "venv", folder], stdout=output, stderr=subprocess.STDOUT, check=False
        )
    if done.returncode != 0:
        shutil.rmtree(folder, ignore_errors=True)
        raise Trouble(
            "Python cannot make virtual environments here: install python3-venv "
            f"(apt-get install python3-venv, or make system as root); details in {log}"
        )


def install(folder: Path, kind: str, log: Path) -> None:
    """pip with hashes required; shows how many packages it has come to."""
    requirements = ROOT / "deploy" / "requirements" / f"{kind}.txt"
    total = sum(1 for line in requirements.read_text().splitlines() if "==" in line and not line.startswith("#"))
    command: list[str | Path] = [
        folder / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "--no-input",
        "--progress-bar", "off", "--require-hashes", "-r", requirements,
    ]  # fmt: skip
    print(f"installing {total} pinned packages ({requirements.name}); details in {log}", flush=True)
    began, seen, shown = time.monotonic(), 0, time.monotonic()
    environment = {**os.environ, "PIP_REQUIRE_VIRTUALENV": "true"}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
    assert child.stdout is not None
    with log.open("a") as output:
        for line in child.stdout:
            output.write(line)
            seen += line.startswith(("Collecting ", "Requirement already satisfied"))
            if line.startswith("Installing collected packages"):
                print("  all fetched, putting them in place", flush=True)
            elif time.monotonic() - shown > 5:
                shown = time.monotonic()
                print(f"  {min(seen, total)} of {total} after {shown - began:.0f} s", flush=True)
    if child.wait() != 0:
        raise Trouble(f"the packages could not be installed: see the end of {log}")
    print(f"installed in {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
