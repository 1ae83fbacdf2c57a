"""Long transfers over real HTTP: uploads into the gateway itself, downloads in ranges; broken off, gone on, checked."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask

from deploy import ports
from gateway.application import create_app
from gateway.cli.api import Api
from gateway.cli.ending import Stop
from gateway.cli.transfer import CHUNK, upload
from tests.cli.conftest import Run
from tests.cli.edge import Answer, Edge, Request
from tests.cli.gate import BUSY, LOST, Gate
from tests.gateway.api.house import Keys, settings

CONTENT = bytes(range(256)) * 8192 + b"the end"  # two chunks and a bit
DIGEST = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Sent:
    """A file that no other test sends."""

    path: Path
    digest: str
    content: bytes


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def app(keys: Keys) -> Iterator[Flask]:
    """A gateway whose departments cannot be reached: uploads need none."""
    made = create_app(settings(keys, f"amqp://nobody:nothing@127.0.0.1:{ports.free_port()}/none"))
    yield made
    made.extensions["bus"].close()


@pytest.fixture(scope="module")
def gate(app: Flask) -> Iterator[Gate]:
    with Gate(app) as found:
        yield found


@pytest.fixture
def api(gate: Gate, keys: Keys) -> Iterator[Api]:
    gate.seen.clear()
    token = keys.token("supplier.agent")
    made = Api(gate.url, 5.0, lambda fresh: {"Authorization": f"Bearer {token}"})
    yield made
    made.close()


@pytest.fixture
def sent(tmp_path: Path) -> Sent:
    content = secrets.token_bytes(16) + CONTENT
    place = tmp_path / "files.sealed"
    place.write_bytes(content)
    return Sent(place, hashlib.sha256(content).hexdigest(), content)


def stored(app: Flask, sent: Sent) -> bytes:
    return b"".join(app.extensions["store"].open(sent.digest))


@pytest.mark.parametrize("faults", [(), (BUSY,), (LOST,), (LOST, BUSY, LOST)], ids=lambda told: "-".join(told) or "-")
def test_an_upload_arrives_whole_whatever_befalls_its_parts(
    api: Api, gate: Gate, app: Flask, sent: Sent, faults: tuple[str, ...]
) -> None:
    gate.faults.extend(faults)
    told: list[tuple[int, int]] = []
    upload(api, sent.path, sent.digest, "r-1", None, lambda done, total: told.append((done, total)))
    assert stored(app, sent) == sent.content
    assert told[-1] == (len(sent.content), len(sent.content))
    done = [offset for method, _, offset in gate.seen if method == "PATCH"]
    assert sorted(set(done), key=int) == ["0", str(CHUNK), str(2 * CHUNK)]


def test_another_call_goes_on_where_the_first_was_broken_off(
    api: Api, gate: Gate, app: Flask, sent: Sent, tmp_path: Path
) -> None:
    notes = tmp_path / ".uploads.json"

    def broken_off(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        upload(api, sent.path, sent.digest, "r-1", notes, broken_off)
    gate.seen.clear()
    upload(api, sent.path, sent.digest, "r-2", notes, lambda done, total: None)
    assert stored(app, sent) == sent.content
    patched = [offset for method, _, offset in gate.seen if method == "PATCH"]
    assert patched == [str(CHUNK), str(2 * CHUNK)]
    gate.seen.clear()
    upload(api, sent.path, sent.digest, "r-3", notes, lambda done, total: None)
    assert {method for method, _, _ in gate.seen} == {"HEAD"}, "what is stored is not sent again"


def test_an_upload_that_the_house_forgot_is_begun_anew(api: Api, app: Flask, sent: Sent, tmp_path: Path) -> None:
    notes = tmp_path / ".uploads.json"
    notes.write_text(json.dumps({sent.digest: f"/api/v1/uploads/{'0' * 32}"}))
    upload(api, sent.path, sent.digest, "r-1", notes, lambda done, total: None)
    assert stored(app, sent) == sent.content


def test_a_file_that_is_not_what_it_should_be_is_refused_by_the_house(api: Api, sent: Sent) -> None:
    with pytest.raises(Stop) as stopped:
        upload(api, sent.path, "0" * 64, "r-1", None, lambda done, total: None)
    assert stopped.value.code == "digest_differs"


def ranged(request: Request) -> Answer:
    """A file as the gateway gives it, with ranges (RFC 9110, section 14)."""
    told = request.headers.get("Range")
    if told is None:
        return Answer(200, CONTENT)
    assert request.headers["If-Range"] == f'"{DIGEST}"'
    first = int(told.removeprefix("bytes=").removesuffix("-"))
    if first >= len(CONTENT):
        return Answer(416)
    return Answer(206, CONTENT[first:])


def test_a_download_broken_off_goes_on_by_itself(edge: Edge, run: Run, tmp_path: Path) -> None:
    def cut(request: Request) -> Answer:
        return Answer(200, CONTENT, cut=CHUNK)

    edge.answers(cut, ranged)
    ran = run("download", "file", DIGEST, "--of", "/lots/1/bids", "-o", tmp_path / "got", "--url", edge.url, "--json")
    assert (ran.status, ran.json["resumed"], ran.json["size"]) == (0, True, len(CONTENT))
    assert (tmp_path / "got").read_bytes() == CONTENT
    assert edge.heard[1].headers["Range"] == f"bytes={CHUNK}-"
    assert edge.heard[0].path == f"/api/v1/files/{DIGEST}?of=%2Flots%2F1%2Fbids"


@pytest.mark.parametrize("have", [10, len(CONTENT)])
def test_a_download_goes_on_with_what_is_there(edge: Edge, run: Run, tmp_path: Path, have: int) -> None:
    (tmp_path / "got.part").write_bytes(CONTENT[:have])
    edge.answers(ranged)
    assert run("download", "file", DIGEST, "--of", "/x", "-o", tmp_path / "got", "--url", edge.url).status == 0
    assert (tmp_path / "got").read_bytes() == CONTENT
    assert not (tmp_path / "got.part").exists()


@pytest.mark.parametrize("part", [b"", b"somebody else's beginning"])
def test_what_is_not_the_file_is_never_kept(edge: Edge, run: Run, tmp_path: Path, part: bytes) -> None:
    (tmp_path / "got.part").write_bytes(part)
    edge.answers(ranged if part else Answer(200, CONTENT[:-1]))
    ran = run("download", "file", DIGEST, "--of", "/x", "-o", tmp_path / "got", "--url", edge.url, "--json")
    assert (ran.status, ran.error["code"]) == (1, "arrived_otherwise")
    assert not (tmp_path / "got").exists()
    assert not (tmp_path / "got.part").exists()


def test_a_name_that_is_no_digest_is_not_asked_for(edge: Edge, run: Run) -> None:
    assert run("download", "file", "../../etc/passwd", "--of", "/x", "--url", edge.url).status == 2
    assert edge.heard == []
