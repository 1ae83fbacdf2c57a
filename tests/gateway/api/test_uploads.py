"""Resumable uploads: what a tus client does, and what nobody may do."""

from __future__ import annotations

import base64
import hashlib

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.gateway.api.house import Keys

TUS = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"
CONTENT = "投标文件".encode() * 1000


def _begin(client: FlaskClient, who: dict[str, str], length: int, **headers: str) -> TestResponse:
    return client.post("/api/v1/uploads", headers={**TUS, **who, "Upload-Length": str(length), **headers})


def _send(client: FlaskClient, who: dict[str, str], place: str, offset: int, data: bytes, **more: str) -> TestResponse:
    headers = {**TUS, **who, "Upload-Offset": str(offset), "Content-Type": PART, **more}
    return client.patch(place, data=data, headers=headers)


def _who(keys: Keys, person: str = "") -> dict[str, str]:
    return {"Authorization": f"Bearer {keys.token('supplier.agent', person)}"}


def _code(answer: TestResponse) -> str:
    return str((answer.json or {}).get("code"))


def test_a_file_sent_in_parts_is_stored_under_its_digest(alone: Flask, keys: Keys) -> None:
    client, who = alone.test_client(), _who(keys)
    begun = _begin(client, who, len(CONTENT))
    assert begun.status_code == 201
    place = begun.headers["Location"]
    assert _send(client, who, place, 0, CONTENT[:5000]).headers["Upload-Offset"] == "5000"
    assert client.head(place, headers={**TUS, **who}).headers["Upload-Offset"] == "5000"
    done = _send(client, who, place, 5000, CONTENT[5000:])
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert (done.status_code, done.headers["Upload-Digest"]) == (204, digest)
    assert client.get(place, headers=who).json == {"digest": digest, "size": len(CONTENT), "offset": len(CONTENT)}
    assert b"".join(alone.extensions["store"].open(digest)) == CONTENT


def test_a_part_goes_on_only_where_the_upload_stands(alone: Flask, keys: Keys) -> None:
    client, who = alone.test_client(), _who(keys)
    place = _begin(client, who, 10).headers["Location"]
    assert _send(client, who, place, 3, b"abc").status_code == 409
    assert _send(client, who, place, 0, b"more than ten bytes").status_code == 413


def test_a_part_with_a_wrong_checksum_counts_for_nothing(alone: Flask, keys: Keys) -> None:
    client, who = alone.test_client(), _who(keys)
    place = _begin(client, who, 10).headers["Location"]
    wrong = "sha256 " + base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    right = "sha256 " + base64.b64encode(hashlib.sha256(b"hello").digest()).decode()
    refused = _send(client, who, place, 0, b"hello", **{"Upload-Checksum": wrong})
    assert (refused.status_code, _code(refused)) == (460, "checksum_differs")
    assert client.head(place, headers={**TUS, **who}).headers["Upload-Offset"] == "0"
    assert _send(client, who, place, 0, b"hello", **{"Upload-Checksum": right}).status_code == 204


def test_another_digest_than_was_promised_stores_nothing(alone: Flask, keys: Keys) -> None:
    client, who = alone.test_client(), _who(keys)
    promised = base64.b64encode(hashlib.sha256(b"hello").hexdigest().encode()).decode()
    place = _begin(client, who, 5, **{"Upload-Metadata": f"sha256 {promised}"}).headers["Location"]
    refused = _send(client, who, place, 0, b"jello")
    assert (refused.status_code, _code(refused)) == (460, "digest_differs")
    assert not alone.extensions["store"].has(hashlib.sha256(b"jello").hexdigest())


def test_nobody_uploads_unknown_and_nobody_sees_anothers(alone: Flask, keys: Keys) -> None:
    client = alone.test_client()
    assert _begin(client, {}, 5).status_code == 401
    assert _begin(client, {"Authorization": "Bearer forged"}, 5).status_code == 401
    place = _begin(client, _who(keys), 5).headers["Location"]
    assert client.get(place, headers=_who(keys)).status_code == 404


def test_uploads_are_bounded_in_size_and_number(alone: Flask, keys: Keys) -> None:
    client, who = alone.test_client(), _who(keys, "3d2cf5de-9a0e-4d3a-8d35-36c1b2b4ad01")
    assert _begin(client, who, alone.extensions["partials"].largest + 1).status_code == 413
    statuses = [_begin(client, who, 1).status_code for _ in range(17)]
    assert statuses == [201] * 16 + [429]


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("POST", {"Upload-Length": "5"}, 412),
        ("POST", {**TUS}, 400),
        ("POST", {**TUS, "Upload-Length": "-1"}, 400),
        ("POST", {**TUS, "Upload-Length": "5", "Upload-Metadata": "sha256 !"}, 400),
    ],
)
def test_what_is_not_tus_is_told_so(
    alone: Flask, keys: Keys, method: str, headers: dict[str, str], status: int
) -> None:
    answer = alone.test_client().open("/api/v1/uploads", method=method, headers={**_who(keys), **headers})
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_an_ended_upload_is_gone(alone: Flask, keys: Keys) -> None:
    client, who = alone.test_client(), _who(keys)
    place = _begin(client, who, 5).headers["Location"]
    assert client.delete(place, headers={**TUS, **who}).status_code == 204
    assert client.head(place, headers={**TUS, **who}).status_code == 404
