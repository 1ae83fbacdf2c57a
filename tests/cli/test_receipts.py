"""A receipt is believed only if the department's log key signed exactly this bid; kept it is either way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.protocol import receipt
from services.protocol.log.note import Key
from services.protocol.sealing import manifest as manifests
from tests.cli.conftest import Run, signed_in
from tests.cli.edge import Answer, Edge, Request
from tests.cli.people import issued
from tests.protocol import sealing_builders as builders

ORIGIN = "sunshine/tendering"
LOG, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))


def folder_of(place: Path) -> tuple[Path, str]:
    """A sealed folder whose ciphertexts are in the store already, and the manifest's digest."""
    made = builders.seal_bid()
    place.mkdir()
    key, pem = issued()
    for name, content in (("price", made.price), ("files", made.files)):
        (place / f"{name}.sealed").write_bytes(content)
    (place / "manifest.json").write_text(json.dumps(made.manifest))
    (place / "signed.json").write_text(json.dumps(manifests.sign(made.manifest, key, pem)))
    digests = [made.manifest[part]["digest"] for part in ("price", "files")]
    (place / ".uploads.json").write_text(json.dumps({each: f"/api/v1/uploads/{each}" for each in digests}))
    return place, manifests.digest(made.manifest)


def house(issued_receipt: dict[str, Any]) -> Any:
    def serve(request: Request) -> Answer:
        if request.method == "HEAD":
            return Answer(200, None, {"Upload-Offset": "0", "Upload-Digest": request.path.rpartition("/")[2]})
        if request.path.endswith("/bids/own"):
            return Answer(200, {"bids": []})
        if request.path.endswith("/checkpoint"):
            return Answer(200, {"keys": [Key.of(ORIGIN, LOG.public_key()).text]})
        return Answer(201, {"bid_id": "bid-1", "receipt": issued_receipt})

    return serve


def made(digest: str, key: Any = LOG, kind: str = "bid") -> dict[str, Any]:
    return receipt.issue(key, kind=kind, time="2026-05-31T23:59:59.999999Z", subject="bid:bid-1", digest=digest,
                         leaf="ab" * 32, log=ORIGIN, promise="2026-06-01T00:01:00Z")  # fmt: skip


@pytest.mark.parametrize("fault", ["", "another key", "another bid", "another kind", "a changed time"])
def test_only_the_departments_word_about_this_bid_is_a_receipt(
    edge: Edge, run: Run, tmp_path: Path, fault: str
) -> None:
    folder, digest = folder_of(tmp_path / "bid")
    told = made(
        "cd" * 32 if fault == "another bid" else digest,
        STRANGER if fault == "another key" else LOG,
        "withdrawal" if fault == "another kind" else "bid",
    )
    if fault == "a changed time":
        told["receipt"]["time"] = "2026-05-31T00:00:00Z"
    edge.answers(house(told))
    signed_in(edge.url)
    ran = run("submit", folder, "--json")
    assert ran.status == (1 if fault else 0), ran
    assert not fault or ran.error["code"] == "receipt_false"
    assert json.loads((folder / "receipt.json").read_text()) == told
    (posted,) = [each for each in edge.heard if each.method == "POST"]
    assert posted.headers["Idempotency-Key"].startswith("bid-")


def test_the_same_folder_is_the_same_request(edge: Edge, run: Run, tmp_path: Path) -> None:
    folder, digest = folder_of(tmp_path / "bid")
    notes = (folder / ".uploads.json").read_text()
    edge.answers(house(made(digest)))
    signed_in(edge.url)
    for _ in range(2):
        (folder / ".uploads.json").write_text(notes)
        assert run("submit", folder).status == 0
    first, second = [each.headers["Idempotency-Key"] for each in edge.heard if each.method == "POST"]
    assert first == second
