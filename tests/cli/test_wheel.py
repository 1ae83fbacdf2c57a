"""The command line stands alone: its wheel, in an environment that has nothing of the suite."""

from __future__ import annotations

import json
import site
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from services.protocol.log import verify as logs
from tests.conftest import ROOT

VECTORS = json.loads((Path(logs.__file__).parent / "vectors" / "files.json").read_text("utf-8"))
HOME = ROOT / "gateway" / "cli"


def ran(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, timeout=110, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as anybody would, by pip and the project's file, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    made = ran(sys.executable, "-m", "pip", "wheel", HOME, "--no-deps", "--no-index", "--no-build-isolation",
               "--disable-pip-version-check", "-q", "-w", folder, cwd=folder)  # fmt: skip
    assert made.returncode == 0, made.stderr
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty environment with the wheel; its dependencies are borrowed by a .pth from the one the tests run in."""
    folder = tmp_path_factory.mktemp("alone")
    assert ran(sys.executable, "-m", "venv", "--without-pip", folder, cwd=folder).returncode == 0
    done = ran(sys.executable, "-m", "pip", f"--python={folder / 'bin' / 'python'}", "install", "--no-deps",
               "--no-index", "--disable-pip-version-check", "-q", wheel, cwd=folder)  # fmt: skip
    assert done.returncode == 0, done.stderr
    (packages,) = folder.glob("lib/python3*/site-packages")
    (packages / "borrowed.pth").write_text("\n".join(site.getsitepackages()))
    return folder


def test_nothing_of_the_suite_is_in_it_but_the_program_and_the_open_protocols(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    places = {"/".join(name.split("/")[:2]) for name in names if ".dist-info/" not in name}
    assert places == {"gateway/cli", "services/protocol"}
    spoken = ["gateway/cli/words.json", "services/protocol/words.json"]
    assert [name for name in names if not name.endswith(".py") and ".dist-info/" not in name] == spoken


def test_it_needs_four_packages_and_imports_no_other(installed: Path) -> None:
    told = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
    assert [each.split(">")[0] for each in told["dependencies"]] == ["click", "rich", "httpx", "cryptography"]
    heavy = ("flask", "pika", "nameko", "kombu", "eventlet", "sqlalchemy", "marshmallow", "services.chassis")
    asked = f"import sys, gateway.cli.program; print([name for name in {heavy} if name in sys.modules])"
    done = ran(installed / "bin" / "python", "-c", asked, cwd=installed)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_it_says_its_version_and_verifies(installed: Path) -> None:
    sunshine = installed / "bin" / "sunshine"
    version = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]["version"]
    assert ran(sunshine, "--version", cwd=installed).stdout == f"sunshine {version}\n"
    (installed / "keys.txt").write_text("\n".join(VECTORS["keys"]))
    for case in VECTORS["cases"][:2]:
        (installed / "given.json").write_text(json.dumps(case["file"]))
        done = ran(sunshine, "verify", "given.json", "--keys", "keys.txt", "--lang", "en", cwd=installed)
        assert done.returncode == (1 if case["reasons"] else 0), done.stdout + done.stderr
        assert f"given.json: {'no' if case['reasons'] else 'yes'}" in done.stdout


def test_the_same_sources_make_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    done = ran(sys.executable, HOME / "wheel" / "make_wheel.py", tmp_path, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (again,) = tmp_path.glob("*.whl")
    assert again.read_bytes() == wheel.read_bytes()
