"""A flipped bit anywhere is detected, and a bid of one lot opens in no other."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.protocol import certificates, signatures
from services.protocol.encoding import b64url, from_b64url, sha256_hex
from services.protocol.reasons import ProtocolError
from services.protocol.sealing import envelope, manifest, unseal
from services.protocol.sealing.context import Context
from tests.protocol.sealing_builders import CHUNK, Sealed, open_files, seal_bid, sheet_of, vectors

SEALED = seal_bid()
KEY = SEALED.opened().key
STEP = CHUNK + envelope.TAG_BYTES


def flipped(data: bytes, bit: int) -> bytes:
    """The bytes with one bit changed."""
    at = bit // 8 % len(data)
    return data[:at] + bytes([data[at] ^ 1 << bit % 8]) + data[at + 1:]


def trusting_the_store(sealed: Sealed) -> Sealed:
    """A manifest that names the ciphertexts as they are: whoever rewrote them also rewrote the digests."""
    trusted = copy.deepcopy(sealed)
    for name, content in (("price", sealed.price), ("files", sealed.files)):
        trusted.manifest[name] = {"digest": sha256_hex(content), "size": len(content)}
    return trusted


def refused_code(sealed: Sealed, key: bytes = KEY) -> str:
    """The code with which opening the files is refused."""
    with pytest.raises(ProtocolError) as refused:
        open_files(sealed, key)
    return refused.value.code


@settings(max_examples=150, deadline=None)
@given(bit=st.integers(0, len(SEALED.price) * 8 - 1))
def test_any_flipped_bit_of_the_price_ciphertext_is_detected_even_with_a_matching_digest(bit: int) -> None:
    forged = copy.deepcopy(SEALED)
    forged.price = flipped(SEALED.price, bit)
    assert forged.faulty(SEALED.posted()).whose == "store"
    assert trusting_the_store(forged).faulty(SEALED.posted()).reasons[0].code == "envelope_unreadable"


@settings(max_examples=150, deadline=None)
@given(bit=st.integers(0, len(SEALED.files) * 8 - 1))
def test_any_flipped_bit_of_the_files_ciphertext_is_detected_even_with_a_matching_digest(bit: int) -> None:
    forged = copy.deepcopy(SEALED)
    forged.files = flipped(SEALED.files, bit)
    assert refused_code(forged) == "ciphertext_differs"
    assert refused_code(trusting_the_store(forged)) == "envelope_unreadable"


@settings(max_examples=60, deadline=None)
@given(length=st.integers(0, len(SEALED.files) - 1))
def test_any_truncation_is_detected(length: int) -> None:
    forged = copy.deepcopy(SEALED)
    forged.files = SEALED.files[:length]
    assert refused_code(forged) == "ciphertext_differs"
    assert refused_code(trusting_the_store(forged)) in {"envelope_unreadable", "envelope_empty"}


@settings(max_examples=60, deadline=None)
@given(more=st.binary(min_size=1, max_size=600))
def test_any_extension_is_detected(more: bytes) -> None:
    forged = copy.deepcopy(SEALED)
    forged.files = SEALED.files + more
    assert refused_code(forged) == "ciphertext_differs"
    assert refused_code(trusting_the_store(forged)) == "envelope_unreadable"


@settings(max_examples=60, deadline=None)
@given(order=st.permutations([SEALED.price[at:at + STEP] for at in range(0, len(SEALED.price), STEP)]))
def test_chunks_in_any_other_order_are_detected(order: list[bytes]) -> None:
    forged = copy.deepcopy(SEALED)
    forged.price = b"".join(order)
    outcome = trusting_the_store(forged).open(SEALED.posted())
    assert isinstance(outcome, unseal.Opened) == (forged.price == SEALED.price)


@pytest.mark.parametrize("drop", range(len(SEALED.price) // STEP))
def test_a_dropped_or_repeated_chunk_is_detected(drop: int) -> None:
    for kept in (SEALED.price[:drop * STEP] + SEALED.price[(drop + 1) * STEP:],
                 SEALED.price[:(drop + 1) * STEP] + SEALED.price[drop * STEP:]):
        forged = copy.deepcopy(SEALED)
        forged.price = kept
        assert trusting_the_store(forged).faulty(SEALED.posted()).reasons[0].code == "envelope_unreadable"


def test_the_price_envelope_cannot_stand_in_for_the_files_nor_the_other_way_round() -> None:
    forged = copy.deepcopy(SEALED)
    forged.price, forged.files = SEALED.files, SEALED.price
    assert trusting_the_store(forged).faulty(SEALED.posted()).reasons[0].code == "envelope_unreadable"
    assert refused_code(trusting_the_store(forged)) == "envelope_unreadable"


@settings(max_examples=100, deadline=None)
@given(seat=st.sampled_from(SEALED.sheet.seat_names), bit=st.integers(0, 255))
def test_any_flipped_bit_of_a_share_is_detected(seat: str, bit: int) -> None:
    outcome = SEALED.faulty({**SEALED.posted(), seat: [flipped(SEALED.share(seat), bit)]})
    assert (outcome.whose, outcome.seats) == ("holder", (seat,))


@settings(max_examples=60, deadline=None)
@given(seat=st.integers(0, 2), bit=st.integers(0, 2047))
def test_any_flipped_bit_of_a_wrapped_share_is_detected_by_its_holder(seat: int, bit: int) -> None:
    forged = copy.deepcopy(SEALED)
    entry = forged.manifest["shares"][seat]["wrapped"][0]
    entry["share"] = b64url(flipped(from_b64url(entry["share"]), bit))
    with pytest.raises(ProtocolError) as refused:
        forged.share(forged.sheet.seat_names[seat])
    assert refused.value.code == "share_unreadable"


OTHER_CONTEXTS = {"lot": "lot-2", "bid": "bid-2", "supplier": "supplier-2", "deadline": "2026-06-01T01:00:01Z",
                  "sheet": "0" * 64, "chunk": CHUNK + 1}


@pytest.mark.parametrize("member", OTHER_CONTEXTS)
def test_changing_what_a_bid_is_bound_to_makes_it_unreadable(member: str) -> None:
    forged = copy.deepcopy(SEALED)
    forged.manifest[member] = OTHER_CONTEXTS[member]
    assert Context.of(forged.manifest).digest != Context.of(SEALED.manifest).digest
    assert forged.faulty(SEALED.posted()).reasons[0].code == "envelope_unreadable"
    assert refused_code(forged) == "envelope_unreadable"
    assert manifest.faults(forged.manifest, SEALED.sheet) or member in {"bid", "supplier", "chunk"}


def test_a_bid_of_one_lot_cannot_be_replayed_into_another() -> None:
    other = sheet_of("lot-2")
    replayed = copy.deepcopy(SEALED)
    replayed.manifest.update(lot="lot-2", sheet=other.digest)
    assert {reason.code for reason in manifest.faults(SEALED.manifest, other)} == {"manifest_other_sheet"}
    assert manifest.faults(replayed.manifest, other) == []  # by its looks it belongs there
    with pytest.raises(ProtocolError) as refused:  # but no holder can read a share of it …
        replayed.share("centre")
    assert refused.value.code == "share_unreadable"
    assert replayed.faulty(SEALED.posted()).whose == "supplier"  # … and even the right shares do not open it


def test_another_supplier_cannot_hand_in_a_copied_bid_as_its_own() -> None:
    copied = copy.deepcopy(SEALED)
    copied.manifest["supplier"] = "supplier-2"
    assert copied.faulty().whose == "supplier"


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all leaves of a JSON value."""
    if isinstance(value, dict):
        return [leaf for key, item in value.items() for leaf in leaves(item, (*path, key))]
    if isinstance(value, list):
        return [leaf for at, item in enumerate(value) for leaf in leaves(item, (*path, at))]
    return [path]


def supplier_signs(made: dict[str, Any]) -> dict[str, Any]:
    """The test supplier's signature over a manifest."""
    key = certificates.load_private_key(vectors()["supplier"]["private_key"].encode())
    return manifest.sign(made, key, vectors()["supplier"]["certificate"])


SIGNED = supplier_signs(SEALED.manifest)


@pytest.mark.parametrize("path", leaves(SEALED.manifest), ids=lambda path: ".".join(map(str, path)))
def test_any_changed_member_of_the_manifest_breaks_its_signature(path: tuple[Any, ...]) -> None:
    forged = json.loads(json.dumps(SEALED.manifest))
    holder = forged
    for step in path[:-1]:
        holder = holder[step]
    old = holder[path[-1]]
    holder[path[-1]] = old + 1 if isinstance(old, int) else ("B" if old[0] == "A" else "A") + old[1:]
    assert manifest.signature_faults(SEALED.manifest, SIGNED) == []
    assert manifest.signature_faults(forged, SIGNED) != []


@pytest.mark.parametrize("path", leaves(SIGNED), ids=lambda path: ".".join(map(str, path)))
def test_any_changed_member_of_the_signed_statement_is_detected(path: tuple[Any, ...]) -> None:
    forged = json.loads(json.dumps(SIGNED))
    holder = forged
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = ("B" if holder[path[-1]][0] == "A" else "A") + holder[path[-1]][1:]
    assert manifest.signature_faults(SEALED.manifest, forged) != []


def test_a_manifest_signed_by_another_certificate_than_the_enrolled_one_is_told() -> None:
    found = manifest.signature_faults(SEALED.manifest, SIGNED, signer="0" * 64)
    assert [reason.code for reason in found] == ["signer_unexpected"]
    assert manifest.signature_faults(SEALED.manifest, SIGNED, signer=SIGNED["signer"]) == []


def test_a_statement_signed_for_another_purpose_does_not_sign_a_bid() -> None:
    key = certificates.load_private_key(vectors()["supplier"]["private_key"].encode())
    said = {**manifest.to_sign(SEALED.manifest), "what": "contract"}
    signed = signatures.build(said, key, vectors()["supplier"]["certificate"])
    assert [reason.code for reason in manifest.signature_faults(SEALED.manifest, signed)] == ["statement_differs"]


BROKEN = [
    ("not an object", lambda made: [], "manifest_malformed"),
    ("a member more", lambda made: {**made, "note": ""}, "manifest_malformed"),
    ("a member less", lambda made: {k: v for k, v in made.items() if k != "chunk"}, "manifest_malformed"),
    ("version 2", lambda made: {**made, "version": 2}, "manifest_version"),
    ("true for a version", lambda made: {**made, "version": True}, "manifest_version"),
    ("an unsafe id", lambda made: {**made, "bid": "a|b"}, "context_malformed"),
    ("a chunk of nothing", lambda made: {**made, "chunk": 0}, "context_malformed"),
    ("a chunk of text", lambda made: {**made, "chunk": "1024"}, "context_malformed"),
    ("an enormous chunk", lambda made: {**made, "chunk": 2**30}, "context_malformed"),
    ("a local time", lambda made: {**made, "deadline": "2026-06-01T09:00:00+08:00"}, "context_malformed"),
    ("no day of the calendar", lambda made: {**made, "deadline": "2026-02-30T01:00:00Z"}, "context_malformed"),
    ("an empty price", lambda made: {**made, "price": {"digest": "0" * 64, "size": 16}}, "manifest_part_size"),
    ("a price too large", lambda made: {**made, "price": {"digest": "0" * 64, "size": 2**30}}, "manifest_part_size"),
    ("files too large", lambda made: {**made, "files": {"digest": "0" * 64, "size": 2**40}}, "manifest_part_size"),
    ("a short digest", lambda made: {**made, "files": {"digest": "0" * 63, "size": 100}}, "manifest_part"),
    ("no shares", lambda made: {**made, "shares": []}, "manifest_shares"),
    ("shares of text", lambda made: {**made, "shares": ["centre"]}, "manifest_shares"),
    ("a seat less", lambda made: {**made, "shares": made["shares"][:2]}, "manifest_seats"),
    ("seats in another order", lambda made: {**made, "shares": made["shares"][::-1]}, "manifest_seats"),
    ("a deputy forgotten", lambda made: {**made, "shares": [
        {**made["shares"][0], "wrapped": made["shares"][0]["wrapped"][:1]}, *made["shares"][1:]]}, "manifest_holders"),
    ("a wrapped share too short", lambda made: {**made, "shares": [
        *made["shares"][:2], {**made["shares"][2], "wrapped": [{**made["shares"][2]["wrapped"][0], "share": "AAAA"}]}]},
     "manifest_wrapped_length"),
    ("a padded base64", lambda made: {**made, "shares": [
        *made["shares"][:2], {**made["shares"][2], "wrapped": [{**made["shares"][2]["wrapped"][0], "share": "AA=="}]}]},
     "manifest_shares"),
]


@pytest.mark.parametrize(("break_it", "code"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN])
def test_a_manifest_that_is_not_what_a_sealing_program_writes_is_refused(
        break_it: Callable[[dict[str, Any]], Any], code: str) -> None:
    assert code in [reason.code for reason in manifest.faults(break_it(copy.deepcopy(SEALED.manifest)), SEALED.sheet)]


def test_a_sound_manifest_has_no_faults() -> None:
    assert manifest.faults(SEALED.manifest, SEALED.sheet) == []
