"""Uploads in parts that can be resumed: tus 1.0.0, core protocol with creation, checksum and termination.

A finished upload is in the store under its SHA-256, told in the header `Upload-Digest`. `Upload-Metadata` may name the
SHA-256 to expect (`sha256`, hexadecimal); another one is refused and nothing is stored. Only who is signed in uploads,
and each sees only its own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator
from typing import Any

from flask import Response, current_app, jsonify, request, url_for
from flask_smorest import Blueprint
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from gateway.api import documentation
from gateway.api.answers import Upload as UploadAnswer
from gateway.api.forms import unkept
from gateway.api.partials import Partials, Upload
from gateway.bus import Refused
from gateway.session import signed_in
from services.chassis.store import CHUNK

TUS = "1.0.0"
ALGORITHMS = {"sha256": "sha256", "sha1": "sha1"}
routes = Blueprint("uploads", __name__, url_prefix="/api/v1", description="上传 Uploads (tus 1.0.0)")


def _header(name: str, kind: str, *, required: bool = True, about: str = "") -> dict[str, Any]:
    shape: dict[str, Any] = {"type": kind, "minimum": 0} if kind == "integer" else {"type": kind}
    return {"in": "header", "name": name, "required": required, "schema": shape, "description": about}


_RESUMABLE: dict[str, Any] = {**_header("Tus-Resumable", "string"), "schema": {"type": "string", "const": TUS}}
_DONE = {"204": {"description": "Done; `Upload-Offset` says how far."}, **documentation.problems()}


def partials() -> Partials:
    """The uploads under way of this gateway."""
    found: Partials = current_app.extensions["partials"]
    return found


@routes.before_request
def speak_tus() -> None:
    """Refuse another version of the protocol; asking for the options needs none."""
    if request.method in ("POST", "PATCH", "DELETE", "HEAD") and request.headers.get("Tus-Resumable") != TUS:
        raise Refused("tus_version_unsupported", f"The header Tus-Resumable must be {TUS}.")


@routes.after_request
def tell_tus(answer: Response) -> Response:
    """Every answer names the protocol's version."""
    answer.headers["Tus-Resumable"] = TUS
    answer.headers["Tus-Version"] = TUS
    return answer


@routes.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@routes.doc(operationId="uploads_options", responses={"204": {"description": "What is spoken here."}}, security=[{}])
def options() -> Response:
    """What this end speaks, and how large an upload may be."""
    answer = Response(status=204)
    answer.headers["Tus-Extension"] = "creation,checksum,termination"
    answer.headers["Tus-Max-Size"] = str(partials().largest)
    answer.headers["Tus-Checksum-Algorithm"] = ",".join(ALGORITHMS)
    return answer


@routes.route("/uploads", methods=["POST"])
@routes.doc(
    operationId="uploads_begin",
    parameters=[_RESUMABLE, _header("Upload-Length", "integer"), _header("Upload-Metadata", "string", required=False)],
    responses={"201": {"description": "Begun; `Location` is where to send it."}, **documentation.problems()},
)
def begin() -> Response:
    """Begin an upload of so many bytes."""
    made = partials().begin(_owner(), _number("Upload-Length"), _expected(_metadata()))
    answer = _told(Response(status=201), made)
    answer.headers["Location"] = url_for(".look", upload_id=made.id)
    return answer


@routes.route("/uploads/<upload_id>", methods=["GET"])
@routes.doc(
    operationId="uploads_look", responses={"200": documentation.answer(UploadAnswer), **documentation.problems()}
)
def look(upload_id: str) -> Response:
    """How far an upload is (HEAD, as tus has it), or what came of it (GET)."""
    found = partials().find(upload_id, _owner())
    if request.method == "HEAD":
        return _told(Response(status=200), found)
    told = jsonify({"digest": found.digest or None, "size": found.length, "offset": found.offset})
    return _told(told, found)


@routes.route("/uploads/<upload_id>", methods=["PATCH"])
@routes.doc(
    operationId="uploads_append",
    parameters=[
        _RESUMABLE,
        _header("Upload-Offset", "integer"),
        _header("Upload-Checksum", "string", required=False, about="sha256 or sha1, a space, the digest in base64."),
    ],
    requestBody={"content": {"application/offset+octet-stream": {"schema": {"type": "string", "format": "binary"}}}},
    responses=_DONE,
)
def append(upload_id: str) -> Response:
    """Send what comes next."""
    if request.mimetype != "application/offset+octet-stream":
        raise UnsupportedMediaType("A part is application/offset+octet-stream.")
    found = partials().find(upload_id, _owner())
    return _told(Response(status=204), partials().append(found, _number("Upload-Offset"), _stream(), _checksum()))


@routes.route("/uploads/<upload_id>", methods=["DELETE"])
@routes.doc(operationId="uploads_end", parameters=[_RESUMABLE], responses=_DONE)
def end(upload_id: str) -> Response:
    """Give an upload up."""
    partials().end(partials().find(upload_id, _owner()))
    return Response(status=204)


def _owner() -> str:
    return signed_in().person_id or ""


def _told(answer: Response, upload: Upload) -> Response:
    answer.headers["Upload-Offset"] = str(upload.offset)
    answer.headers["Upload-Length"] = str(upload.length)
    if upload.digest:
        answer.headers["Upload-Digest"] = upload.digest
    return unkept(answer)


def _stream() -> Iterator[bytes]:
    while chunk := request.stream.read(min(CHUNK, 256 << 10)):
        yield chunk


def _number(name: str) -> int:
    value = request.headers.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) <= 16):
        raise BadRequest(f"The header {name} must be a whole number.")
    return int(value)


def _metadata() -> dict[str, str]:
    found = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        key, _, value = pair.strip().partition(" ")
        found[key] = _unbase64(value).decode("utf-8", "replace")
    return found


def _expected(metadata: dict[str, str]) -> str:
    expected = metadata.get("sha256", "").lower()
    if expected and (len(expected) != 64 or not all(each in "0123456789abcdef" for each in expected)):
        raise BadRequest("The metadata sha256 is 64 hexadecimal digits, in base64.")
    return expected


def _checksum() -> tuple[str, bytes] | None:
    told = request.headers.get("Upload-Checksum")
    if told is None:
        return None
    algorithm, _, value = told.partition(" ")
    if algorithm not in ALGORITHMS:
        raise BadRequest("A checksum is sha256 or sha1.")
    digest = _unbase64(value)
    if len(digest) != hashlib.new(algorithm).digest_size:
        raise BadRequest("The checksum is not of the algorithm's length.")
    return ALGORITHMS[algorithm], digest


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest("This is not base64.") from None
