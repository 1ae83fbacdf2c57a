"""The wheel of the command line: `gateway.cli` and `services.protocol`, nothing else of the suite.

    python gateway/cli/wheel/make_wheel.py dist

It takes files from two places above its own folder, which build tools do not do; so this is its build backend
(PEP 517), in the standard library alone. The same sources give the same bytes: names sorted, times fixed.
Formats: PEP 427 (wheels), the core metadata specification 2.1, PEP 376 (RECORD).
"""

from __future__ import annotations

import base64
import hashlib
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent.parent
ROOT = HOME.parent.parent
PACKAGES = ("gateway/cli", "services/protocol")
LEFT_OUT = ("wheel", "vectors", "__pycache__")
_TIME = (2026, 1, 1, 0, 0, 0)


def build_wheel(wheel_directory: str, config_settings: Any = None, metadata_directory: str | None = None) -> str:
    """PEP 517: write the wheel; its file name."""
    project: dict[str, Any] = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]
    stem = f"{project['name'].replace('-', '_')}-{project['version']}"
    info = f"{stem}.dist-info"
    files = {str(file.relative_to(ROOT).as_posix()): file.read_bytes() for file in sources()}
    files[f"{info}/METADATA"] = _metadata(project)
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: make_wheel\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    scripts = "".join(f"{name} = {place}\n" for name, place in project["scripts"].items())
    files[f"{info}/entry_points.txt"] = f"[console_scripts]\n{scripts}".encode()
    record = "".join(f"{name},{_digest(content)},{len(content)}\n" for name, content in sorted(files.items()))
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    made = f"{stem}-py3-none-any.whl"
    with zipfile.ZipFile(Path(wheel_directory) / made, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in sorted(files.items()):
            told = zipfile.ZipInfo(name, _TIME)
            told.compress_type, told.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            wheel.writestr(told, content)
    return made


def sources() -> list[Path]:
    """The modules and translation files that go in."""
    found = [file for package in PACKAGES for file in (ROOT / package).rglob("*")]
    return sorted(
        file for file in found
        if (file.suffix == ".py" or file.name == "words.json") and not set(LEFT_OUT) & set(file.relative_to(ROOT).parts)
    )  # fmt: skip


def _metadata(project: dict[str, Any]) -> bytes:
    lines = ["Metadata-Version: 2.1", f"Name: {project['name']}", f"Version: {project['version']}",
             f"Summary: {project['description']}", f"Requires-Python: {project['requires-python']}"]  # fmt: skip
    lines += [f"Requires-Dist: {each}" for each in project["dependencies"]]
    readme = (HOME / "README.md").read_text("utf-8")
    return ("\n".join([*lines, "Description-Content-Type: text/markdown", "", readme])).encode()


def _digest(content: bytes) -> str:
    return "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()


if __name__ == "__main__":
    into = Path(sys.argv[1] if len(sys.argv) > 1 else "dist")
    into.mkdir(parents=True, exist_ok=True)
    print(into / build_wheel(str(into)))
