"""The published vectors are reproduced, step by step, and their generator writes vectors of the same kind."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from services.protocol import certificates, signatures
from services.protocol.canonical import canonical
from services.protocol.encoding import from_b64url, sha256_hex
from services.protocol.sealing import envelope, holding, manifest, seal, shares, sheet, turning, unseal, write_vectors
from services.protocol.sealing.container import SourceFile, write
from services.protocol.sealing.context import Context
from tests.protocol.sealing_builders import Sealed, holder_key, open_files, vectors

V = vectors()
MASTER = from_b64url(V["master"])
CONTEXT = Context(**V["context"])
FILES = {one["name"]: from_b64url(one["content"]) for one in V["files"]}


def test_the_sheet_and_what_a_bid_is_bound_to() -> None:
    assert sheet.faults(V["sheet"]) == []
    assert sheet.digest(V["sheet"]) == V["sheet_digest"] == CONTEXT.sheet
    assert CONTEXT.digest.hex() == V["context_digest"] == sha256_hex(canonical(asdict(CONTEXT)))
    assert {seat: CONTEXT.label(seat).decode() for seat in V["labels"]} == V["labels"]


def test_the_content_keys_and_the_shares() -> None:
    for name, key in V["content_keys"].items():
        assert envelope.content_key(MASTER, CONTEXT, name) == from_b64url(key)
    assert shares.combine([from_b64url(share) for share in V["shares"].values()]) == MASTER
    assert [shares.commitment(from_b64url(share)) for share in V["shares"].values()] == [
        share["commitment"] for share in V["manifest"]["shares"]]


def test_the_ciphertexts_bit_by_bit() -> None:
    price = seal.padded(canonical(V["price_sheet"]))
    assert sha256_hex(price) == V["price_plaintext_digest"]
    assert b"".join(envelope.encrypt(MASTER, CONTEXT, envelope.PRICE, [price])) == from_b64url(V["price_ciphertext"])
    plain = write([SourceFile.of(name, content) for name, content in FILES.items()], V["making"])
    assert b"".join(envelope.encrypt(MASTER, CONTEXT, envelope.FILES, plain)) == from_b64url(V["files_ciphertext"])


def test_the_manifest_its_signature_and_every_wrapped_share() -> None:
    checked = sheet.SealingSheet(V["sheet"])
    assert manifest.faults(V["manifest"], checked) == []
    assert manifest.digest(V["manifest"]) == V["manifest_digest"]
    assert manifest.signature_faults(V["manifest"], V["signed_manifest"]) == []
    assert signatures.bytes_to_sign(V["signed_manifest"]["statement"]) == from_b64url(V["bytes_signed"])
    for share in V["manifest"]["shares"]:
        for one in share["wrapped"]:
            unwrapped = turning.unwrap(holder_key(one["holder"]), V["manifest"], one["holder"])
            assert unwrapped == from_b64url(V["shares"][share["seat"]])


def test_the_turned_keys_open_the_bid() -> None:
    checked = sheet.SealingSheet(V["sheet"])
    posted = {}
    for turned in V["turns"]:
        assert turning.faults(turned, checked, {"bid-1": V["manifest"]}) == []
        posted[turned["seat"]] = [turning.share_of(turned["shares"][0])]
    sealed = Sealed(checked, V["manifest"], {}, from_b64url(V["price_ciphertext"]), from_b64url(V["files_ciphertext"]))
    opened = sealed.open(posted)
    assert isinstance(opened, unseal.Opened)
    assert opened.price_sheet == V["price_sheet"]
    assert open_files(sealed, opened.key) == FILES


def test_the_proofs_of_possession() -> None:
    for one in vectors("holding")["tests"]:
        assert holding.answer(holder_key(one["test"]["holder"]), one["test"]) == one["answer"]
        assert holding.verify(one["test"], one["answer"]) == []


def test_the_generator_writes_vectors_of_the_same_shape_that_open(tmp_path: Path) -> None:
    write_vectors.write(tmp_path)
    fresh = json.loads((tmp_path / "sealing.json").read_text("utf-8"))
    assert fresh.keys() == V.keys()
    assert fresh["price_sheet"] == V["price_sheet"]
    assert fresh["master"] == V["master"]
    assert manifest.signature_faults(fresh["manifest"], fresh["signed_manifest"]) == []
    assert certificates.fingerprint(fresh["supplier"]["certificate"]) == fresh["signed_manifest"]["signer"]
