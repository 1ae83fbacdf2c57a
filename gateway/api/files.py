"""Stored files by their SHA-256, with ranges, for whom a department shows them.

A digest by itself opens nothing. The caller names where it was read, `of=/lots/…/bids`; the gateway asks that
department as the caller, and the file is given if the answer names the digest in one of the places of `GRANTS`. So the
department's own permissions and visibility decide. A file listed in another one (an index of a bid's files, a
document's attachments) is reached `via` that one's digest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Response, current_app, request
from flask_smorest import Blueprint
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from gateway.api import documentation
from gateway.api.routes import Route, ask, typed
from gateway.bus import Refused
from services.chassis.store import Store

PREFIX = "/api/v1"
LARGEST_INDEX = 4 << 20
GRANTS: dict[str, tuple[str, ...]] = {
    # what was asked of a department: in which fields of its answer a digest is leave to read the file
    "tendering.notice": ("document_digest",),
    "tendering.notices": ("document_digest",),
    "tendering.my_downloads": ("digest",),
    "tendering.document": ("digest",),
    "tendering.bids_of_lot": ("files_digest",),
    "tendering.archive": ("digest",),
    "notify.notice": ("document_digest",),
    "notify.search_bulletin": ("document_digest",),
    "evaluation.report": ("pdf_digest",),
    "contracts.contract": ("digest", "files"),
    "contracts.contract_account": ("file_digest", "digest"),
    "contracts.figures_file": ("digest",),
    "registry.supplier": ("digest",),
    "registry.supplier_history": ("digest",),
}
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_NAME = re.compile(r"[\w.\- ()（）]{1,120}\Z")
routes = Blueprint("files", __name__, url_prefix=PREFIX, description="文件 Files")


def store() -> Store:
    """Where files are kept."""
    found: Store = current_app.extensions["store"]
    return found


def _query(name: str, pattern: str, about: str, *, required: bool = False) -> dict[str, Any]:
    shape = {"type": "string", "pattern": pattern}
    return {"in": "query", "name": name, "required": required, "schema": shape, "description": about}


_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}


@routes.route("/files/<digest>", methods=["GET"])
@routes.doc(
    operationId="files_read",
    parameters=[
        _query("of", "^/", "The path in this API whose answer names the digest (or that of `via`).", required=True),
        _query("via", "^[0-9a-f]{64}$", "A file of `of` that lists this one."),
        _query("name", "^.{1,120}$", "The name to save it under."),
        {"in": "header", "name": "Range", "schema": {"type": "string"}, "description": "bytes=first-last"},
    ],
    responses={
        "200": {"description": "The file.", "content": _BYTES},
        "206": {"description": "The range asked for.", "content": _BYTES},
        "416": documentation.PROBLEM,
        **documentation.problems(),
    },
    security=[{}, {"token": []}],
)
def read(digest: str) -> Response:
    """A stored file, whole or a range of it."""
    via = request.args.get("via", "")
    if not _DIGEST.match(digest) or (via and not _DIGEST.match(via)):
        raise Refused("file_unknown", "A file is named by its SHA-256 in 64 lower-case hexadecimal digits.")
    granted = granted_by(request.args.get("of", ""))
    if (via or digest) not in granted or (via and digest not in _listed_in(via)):
        raise Refused("file_unknown", "What is named in `of` does not show you this file.")
    return _send(digest)


def granted_by(path: str) -> set[str]:
    """The digests that the answer at this path of the API lets the caller read. Raises what the department says."""
    from gateway.api.tables import ROUTES

    parts = urlsplit(path.removeprefix(PREFIX))
    for route in ROUTES:
        found = _matches(route, parts.path)
        if found is not None and route.call in GRANTS:
            fields = {**typed({**dict(parse_qsl(parts.query)), **found}, route.fields), **route.fixed}
            answer = ask(route.department, route.operation, fields, within=route.within)
            return set(_digests(answer, GRANTS[route.call]))
    raise Refused("file_unknown", "`of` must be a path of this API that shows files.")


def _matches(route: Route, path: str) -> dict[str, str] | None:
    if route.method != "GET":
        return None
    pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", route.path)
    found = re.fullmatch(pattern, path)
    return found.groupdict() if found else None


def _digests(node: Any, names: tuple[str, ...], *, inside: bool = False) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _digests(value, names, inside=inside or name in names)
    elif isinstance(node, list):
        for each in node:
            yield from _digests(each, names, inside=inside)
    elif inside and isinstance(node, str) and _DIGEST.match(node):
        yield node


def _listed_in(index: str) -> set[str]:
    if not store().has(index) or store().size(index) > LARGEST_INDEX:
        return set()
    try:
        content = json.loads(b"".join(store().open(index)))
    except ValueError:
        return set()
    return set(_digests(content, ("digest", "sha256", "attachments", "files")))


def _send(digest: str) -> Response:
    size = store().size(digest)
    first, last = 0, size - 1
    wanted = request.range if request.if_range.etag in (None, digest) and request.if_range.date is None else None
    partial = wanted is not None and wanted.units == "bytes" and len(wanted.ranges) == 1
    if partial and wanted is not None:
        found = wanted.range_for_length(size)
        if found is None:
            raise RequestedRangeNotSatisfiable(size, "bytes")
        first, last = found[0], found[1] - 1
    body = () if request.method == "HEAD" else store().open(digest, first, last - first + 1)
    answer = Response(body, status=206 if partial else 200, mimetype="application/octet-stream")
    answer.content_length = last - first + 1
    answer.headers["Accept-Ranges"] = "bytes"
    if partial:
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer.set_etag(digest)
    answer.headers["Cache-Control"] = "private, no-cache"
    name = request.args.get("name", "")
    answer.headers.set("Content-Disposition", "attachment", filename=name if _NAME.match(name) else digest)
    if not partial:
        answer.make_conditional(request)
    return answer
