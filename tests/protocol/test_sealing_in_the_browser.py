"""Python seals, the browser's module opens, and the other way round: the same bytes on both sides (needs Node 20)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from services.protocol import certificates
from services.protocol.encoding import b64url
from services.protocol.sealing import container, manifest, unseal
from services.protocol.sealing.write_vectors import certificate
from services.protocol.write_vectors import FOLDER as PROTOCOL_VECTORS
from tests.protocol.sealing_builders import VECTORS, Sealed, open_files, sheet_of, vectors

PROGRAM = Path(__file__).parent / "webcrypto" / "second_implementation.mjs"
NAMES = ("技术方案.pdf", "a/b", "CON.txt", "console.txt", ".hidden", "end.", "a\u202eb", "x" * 200, "x" * 201,
         "阳" * 66, "阳" * 67, "", "a b.pdf", "a:b", "\x7f", "com1", "com1x", "Com9.pdf", "\ufeffx", "😀.pdf", "a|b",
         "…")
REQUEST: dict[str, Any] = {
    "bid": "bid-from-browser", "supplier": "supplier-2", "chunk": 128, "about": {"machine": "浏览器"},
    "priceSheet": {"price": "2060000.00", "words": "贰佰零陆万元整", "items": [{"n": 1}, None, True]}}
FILES = {"投标函.txt": "阳光".encode() * 100, "empty": b"", "exact.bin": bytes(128)}


def run(*arguments: object) -> dict[str, Any]:
    """What the second implementation says. A machine without Node fails here, in one clear line."""
    node = shutil.which("node")
    if node is None:
        pytest.fail("node is not installed: the browser's side of sealing cannot be checked (Node 20 or later)")
    command = [node, str(PROGRAM), *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    values = json.loads((PROTOCOL_VECTORS / "canonical.json").read_text("utf-8"))
    path = tmp_path_factory.mktemp("canonical") / "canonical.json"
    path.write_text(json.dumps({**values, "names": NAMES}), "utf-8")
    return run("open", VECTORS / "sealing.json", VECTORS / "holding.json", path)


def test_the_browser_opens_what_python_sealed(said: dict[str, Any]) -> None:
    v = vectors()
    assert said["price"] == v["price_sheet"]
    assert (said["files"], said["about"]) == (v["files"], v["making"])
    assert said["master"] == v["master"]


def test_the_browser_computes_the_same_digests_fingerprints_statements_and_turned_keys(said: dict[str, Any]) -> None:
    v = vectors()
    assert (said["sheetDigest"], said["manifestDigest"]) == (v["sheet_digest"], v["manifest_digest"])
    assert said["fingerprints"] == [one["fingerprint"] for one in v["holders"]]
    assert said["statement"] == v["signed_manifest"]["statement"]
    assert said["turns"] == v["turns"]
    assert said["holding"] == [one["answer"] for one in vectors("holding")["tests"]]
    assert said["digestInPieces"]


def test_the_browser_writes_the_same_canonical_json(said: dict[str, Any]) -> None:
    values = json.loads((PROTOCOL_VECTORS / "canonical.json").read_text("utf-8"))["values"]
    assert said["canonical"] == [[one["canonical"], one["sha256"]] for one in values]
    assert "accepted" not in said["refusedNumbers"]


def test_the_browser_refuses_the_same_file_names(said: dict[str, Any]) -> None:
    assert said["names"] == {name: container.name_faults(name) == [] for name in NAMES}


def test_the_browser_detects_the_same_tampering(said: dict[str, Any]) -> None:
    assert said["tampered"] == {
        "flippedPrice": "ciphertext_differs", "flippedTrusted": "envelope_unreadable",
        "swappedTrusted": "envelope_unreadable", "truncatedTrusted": "envelope_unreadable",
        "extendedTrusted": "envelope_unreadable", "otherLot": "envelope_unreadable",
        "otherSupplier": "envelope_unreadable", "otherDeadline": "envelope_unreadable",
        "otherSuite": "suite_unknown", "flippedFiles": "ciphertext_differs", "truncatedFiles": "ciphertext_differs",
        "falseShare": "share_false", "missingShare": "share_missing"}


SIGNERS: dict[str, Callable[[], certificates.PrivateKey]] = {
    certificates.ECDSA_P256: lambda: ec.generate_private_key(ec.SECP256R1()),
    certificates.ECDSA_P384: lambda: ec.generate_private_key(ec.SECP384R1()),
    certificates.RSA_PSS: lambda: rsa.generate_private_key(65537, 2048),
    certificates.RSA_PKCS1V15: lambda: rsa.generate_private_key(65537, 2048),
    certificates.ED25519: ed25519.Ed25519PrivateKey.generate,
}


@pytest.mark.parametrize("algorithm", SIGNERS)
def test_python_opens_what_the_browser_sealed_and_signed(algorithm: str, tmp_path: Path) -> None:
    key = SIGNERS[algorithm]()
    issuer = ec.generate_private_key(ec.SECP256R1())
    pem = certificate("browser", key, encipher=False, issuer=issuer)
    on = sheet_of("lot-7")
    (tmp_path / "request.json").write_text(json.dumps({
        **REQUEST, "sheet": on.content, "files": [{"name": n, "content": b64url(c)} for n, c in FILES.items()],
        "signer": {"privateKey": certificates.private_key_pem(key).decode(), "algorithm": algorithm,
                   "certificate": pem},
    }), "utf-8")
    run("seal", tmp_path / "request.json", tmp_path)
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))
    sealed = Sealed(on, result["manifest"], result["keepsake"], (tmp_path / "price").read_bytes(),
                    (tmp_path / "files").read_bytes())
    assert manifest.faults(sealed.manifest, on) == []
    assert manifest.signature_faults(sealed.manifest, result["signed"], certificates.fingerprint(pem)) == []
    opened = sealed.open()
    assert isinstance(opened, unseal.Opened)
    assert opened.price_sheet == REQUEST["priceSheet"]
    assert open_files(sealed, opened.key) == FILES
    assert result["told"][-1][0] == result["told"][-1][1]
    assert isinstance(sealed.open({seat: [sealed.share(seat, 1)] for seat in on.seat_names}), unseal.Opened)
