"""What the machine itself must have, and how it gets there. Runs before anything of ours is installed.

    python3 deploy/system_packages.py            install what is missing (Debian and its kin, as root)
    python3 deploy/system_packages.py --browser  the same for the tests of pages: a browser and Chinese letters

Elsewhere, or as an ordinary user, it says in one line what to install.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

Need = tuple[str, str, Callable[[], bool]]  # Debian's package, what for, whether it is there


def browser() -> str | None:
    """The path of a Chromium the page tests can drive."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for found in map(shutil.which, names) if found), None)


def chinese_letters() -> bool:
    if shutil.which("fc-list") is None:
        return False
    found = subprocess.run(["fc-list", ":lang=zh-cn"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


BASE: tuple[Need, ...] = (
    ("python3-venv", "virtual environments", lambda: importlib.util.find_spec("ensurepip") is not None),
    ("make", "the commands of the Makefile", lambda: shutil.which("make") is not None),
)
BROWSER: tuple[Need, ...] = (
    ("chromium", "the tests of pages", lambda: browser() is not None),
    ("fonts-noto-cjk", "Chinese letters in the tests of pages", chinese_letters),
)


def missing(needs: tuple[Need, ...]) -> list[Need]:
    return [need for need in needs if not need[2]()]


def main(arguments: list[str]) -> int:
    """The exit status: 0 when nothing is missing any more."""
    needs = BASE + (BROWSER if "--browser" in arguments else ())
    wanted = missing(needs)
    if not wanted:
        return 0
    names = [name for name, _, _ in wanted]
    reasons = "; ".join(f"{name} ({purpose})" for name, purpose, _ in wanted)
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(f"cannot go on: this machine lacks {reasons}: apt-get install {' '.join(names)}", file=sys.stderr)
        return 1
    print(f"installing {reasons}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update"], ["install", "-y", "--no-install-recommends", *names]):
        done = subprocess.run(["apt-get", "-q", *command], capture_output=True, text=True, env=environment, check=False)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().splitlines()
            print(f"cannot go on: apt-get {command[0]} failed: {said[-1] if said else ''}", file=sys.stderr)
            return 1
    left = [name for name, _, _ in missing(needs)]
    if left:
        print(f"cannot go on: installed, yet not found: {', '.join(left)}", file=sys.stderr)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
