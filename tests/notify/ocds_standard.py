"""The standard's own schema, without reaching its site.

libcoveocds takes the standard as a zip (`standard_zip`). The schemas are the official ones, out of the source
distributions of two packages of the standard's own makers, pinned and hashed in deploy/requirements/ocds_standard.txt,
fetched through pip into `.run/cache/ocds` and looked at again each time; `OCDS_STANDARD_ZIP` names a zip to use
instead. What cannot be had fails the tests: open data that nobody validated is not called valid.

The record package's schema is the release package's with its list named `records`, as the standard has it; closed
codelists are read back from the schema's own lists.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

from tests.conftest import ROOT

CACHE = ROOT / ".run/cache/ocds"
REQUIREMENTS = ROOT / "deploy/requirements/ocds_standard.txt"
_RELEASE = "https://standard.open-contracting.org/schema/1__1__5/release-schema.json"

_VERSIONED = {"$schema": "http://json-schema.org/draft-04/schema#", "definitions": {}}  # we publish no versioned ones


def standard_zip() -> bytes:
    """A zip as the standard's repository has it. Raises AssertionError when the schemas cannot be had."""
    if given := os.environ.get("OCDS_STANDARD_ZIP"):
        return Path(given).read_bytes()
    release = json.loads(_file("ocdsmerge", "tests/fixtures/release-schema-1__1__4.json"))
    release["id"] = _RELEASE  # 1.1.5 changed words of 1.1.4, no field
    package = json.loads(_file("ocdskit", "tests/fixtures/release-package-schema.json"))
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("standard/", "")
        for name, content in (
            ("release-schema", release), ("release-package-schema", package),
            ("record-package-schema", _record_package(package)), ("versioned-release-validation-schema", _VERSIONED),
        ):  # fmt: skip
            archive.writestr(f"standard/schema/{name}.json", json.dumps(content))
        for name, codes in _codelists(release).items():
            archive.writestr(f"standard/schema/codelists/{name}", "Code\n" + "\n".join(sorted(codes)) + "\n")
    return written.getvalue()


def _record_package(package: dict[str, Any]) -> dict[str, Any]:
    linked = {"type": "object", "required": ["url"], "properties": {"url": {"type": "string", "format": "uri"}}}
    record = {
        "type": "object",
        "required": ["ocid", "releases"],
        "properties": {
            "ocid": {"type": "string"},
            "releases": {
                "oneOf": [
                    {"title": "Linked releases", "type": "array", "minItems": 1, "items": linked},
                    {"title": "Embedded releases", "type": "array", "minItems": 1, "items": {"$ref": _RELEASE}},
                ]
            },
            "compiledRelease": {"$ref": _RELEASE},
        },
    }
    properties = {key: value for key, value in package["properties"].items() if key != "releases"}
    items = {"$ref": "#/definitions/record"}
    properties["records"] = {"type": "array", "minItems": 1, "items": items, "uniqueItems": True}
    required = [each for each in package["required"] if each != "releases"] + ["records"]
    return {**package, "properties": properties, "required": required, "definitions": {"record": record}}


def _codelists(schema: Any) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    if isinstance(schema, dict):
        enum = schema.get("enum") or (schema.get("items") or {}).get("enum") if "codelist" in schema else None
        if enum:
            found.setdefault(schema["codelist"], set()).update(each for each in enum if each)
        for each in schema.values():
            for name, codes in _codelists(each).items():
                found.setdefault(name, set()).update(codes)
    return found


def pinned() -> dict[str, tuple[str, str]]:
    """Package → (version, SHA-256 of its source distribution), out of the requirements."""
    found = re.findall(r"^(\w+)==(\S+) \\\n\s+--hash=sha256:([0-9a-f]{64})$", REQUIREMENTS.read_text(), re.MULTILINE)
    return {name: (version, digest) for name, version, digest in found}


def _file(package: str, path: str) -> bytes:
    version, digest = pinned()[package]
    stem = f"{package}-{version}"
    archive = CACHE / f"{stem}.tar.gz"
    if not archive.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [
            sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check", "--no-deps", "--no-binary",
            ":all:", "--require-hashes", "-r", str(REQUIREMENTS), "-d", str(CACHE),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)
        assert done.returncode == 0, f"the standard's schema cannot be had: {done.stderr.strip()[-500:]}"
    assert hashlib.sha256(archive.read_bytes()).hexdigest() == digest, f"{archive} is not what was expected"
    with tarfile.open(archive) as opened:
        member = opened.extractfile(f"{stem}/{path}")
        assert member is not None
        return member.read()
