"""Open data put before libcoveocds, and what it remarks besides errors."""

from __future__ import annotations

import contextlib
import copy
import tempfile
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import libcoveocds.config
from libcoveocds.api import ocds_json_output
from libcoveocds.schema import SchemaOCDS

from services.notify import ocds
from services.notify.ocds.releasing import EXTENSIONS

HERE = Path(__file__).parent
OURS = Path(ocds.__file__).parent / "extension"


class Folders(SimpleHTTPRequestHandler):
    """Serves /lots, /bids and /scores on loopback, in place of the sites the extensions are published at."""

    def translate_path(self, path: str) -> str:
        _, name, file = path.split("/", 2)
        return str((OURS if name == "scores" else HERE / "extensions" / name) / file)

    def log_message(self, *_: object) -> None:
        """Nothing on the screen."""


@contextlib.contextmanager
def served_extensions() -> Iterator[str]:
    """The address of the extensions on loopback."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Folders) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def validated(package: dict[str, Any], standard: bytes, extensions: str) -> dict[str, Any]:
    """libcoveocds' answer, with the extensions read from loopback."""
    local = copy.deepcopy(package)
    assert local["extensions"][:2] == list(EXTENSIONS)
    local["extensions"] = [f"{extensions}/{name}/extension.json" for name in ("lots", "bids", "scores")]
    config = libcoveocds.config.LibCoveOCDSConfig({"standard_zip": standard, "context": "api"})
    schema = SchemaOCDS(None, local, config, record_pkg="records" in local)
    schema.get_pkg_schema_obj()
    assert schema.invalid_extension == {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):  # it leaves its extended schema lying about
        found: dict[str, Any] = ocds_json_output(json_data=local, lib_cove_ocds_config=config)
    return found


_FIGURES = {
    "file_type", "version_used", "schema_url", "extensions", "count", "unique_ocids_count", "releases_aggregates",
    "records_aggregates", "common_checks", "validation_errors", "deprecated_fields_count",
}  # fmt: skip
"""What it tells of any data, good or bad; everything else is a remark."""


def explained(answer: dict[str, Any]) -> set[str]:
    """What libcoveocds remarks besides errors, less what `services/notify/README.md` explains (none may be left)."""
    remarks = {name for name, told in answer.items() if told and name not in _FIGURES}
    conformance = set(answer.get("conformance_errors") or {}) - {"ocid_description", "ocid_info_url"}
    if conformance == {"ocds_prefixes_bad_format"}:
        wrong = {ocid for ocid, _ in answer["conformance_errors"]["ocds_prefixes_bad_format"]}
        assert all(each.startswith("local-sunshine-") for each in wrong)
        remarks -= {"conformance_errors"}  # the ocid prefix is plainly local until one is registered
    return remarks
