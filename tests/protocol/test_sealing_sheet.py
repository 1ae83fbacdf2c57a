"""The sealing sheet, the proof of possession, and turning a key."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from services.protocol import certificates
from services.protocol.encoding import b64url
from services.protocol.reasons import ProtocolError
from services.protocol.sealing import holding, sheet, turning, unseal
from services.protocol.sealing.write_vectors import certificate
from tests.protocol.sealing_builders import Sealed, holder_key, seal_bid, sheet_of, vectors

CONTENT = vectors()["sheet"]
PEM = [one["certificate"] for seat in CONTENT["seats"] for one in seat["holders"]]


@pytest.fixture(scope="module")
def small_rsa() -> str:
    return certificate("small", rsa.generate_private_key(65537, 1024), encipher=True)


def changed(**members: object) -> dict[str, Any]:
    return {**copy.deepcopy(CONTENT), **members}


def with_holder(pem: str, person: str = "someone") -> dict[str, Any]:
    content = copy.deepcopy(CONTENT)
    content["seats"][2]["holders"][0] = {"person": person, "certificate": pem,
                                         "fingerprint": certificates.fingerprint(pem)}
    return content


def codes(content: object, at: datetime | None = None) -> set[str]:
    return {reason.code for reason in sheet.faults(content, at)}


def test_the_published_sheet_has_no_faults() -> None:
    assert sheet.faults(CONTENT, datetime(2026, 5, 11, tzinfo=UTC)) == []
    assert sheet.SealingSheet(CONTENT).digest == sheet.digest(CONTENT) == vectors()["sheet_digest"]


@pytest.mark.parametrize(("content", "code"), [
    ([], "sheet_malformed"),
    (changed(note="x"), "sheet_malformed"),
    (changed(version=2), "sheet_version"),
    (changed(lot=""), "sheet_lot"),
    (changed(deadline="tomorrow"), "sheet_deadline"),
    (changed(suite="RSA-OAEP-1"), "suite_unknown"),
    (changed(seats=CONTENT["seats"][:1]), "sheet_seats"),
    (changed(seats=[*CONTENT["seats"], {"seat": "Hall!", "holders": []}]), "seat_malformed"),
    (changed(seats=[*CONTENT["seats"], {"seat": "hall", "holders": []}]), "seat_holders"),
    (changed(seats=[*CONTENT["seats"], {"seat": "hall", "holders": CONTENT["seats"][0]["holders"] * 2}]),
     "seat_holders"),
    (changed(seats=[*CONTENT["seats"], {"seat": "hall", "holders": [{"person": "p"}]}]), "holder_malformed"),
    (changed(seats=[*CONTENT["seats"], CONTENT["seats"][2]]), "seat_twice"),
    (changed(seats=[*CONTENT["seats"], {**CONTENT["seats"][2], "seat": "hall"}]), "person_twice"),
    (changed(seats=[*CONTENT["seats"], {"seat": "hall", "holders": [sheet.holder("other", PEM[0])]}]), "key_twice"),
    (changed(deadline="2126-06-01T00:00:00Z"), "holder_certificate_ends"),
    (with_holder(certificate("curve", ec.generate_private_key(ec.SECP256R1()), encipher=True)),
     "encryption_key_unsuitable"),
    (with_holder(vectors()["supplier"]["certificate"]), "holder_key_usage"),
])
def test_a_sheet_that_could_not_hold_is_refused(content: object, code: str) -> None:
    assert code in codes(content)


def test_a_key_too_small_is_refused_with_its_size(small_rsa: str) -> None:
    fault = next(reason for reason in sheet.faults(with_holder(small_rsa)) if reason.code == "encryption_key_size")
    assert fault.figures == {"bits": "1024", "least": "2048", "most": "8192", "seat": "supervisor", "person": "someone"}


def test_a_fingerprint_of_another_certificate_is_refused() -> None:
    content = copy.deepcopy(CONTENT)
    content["seats"][0]["holders"][0]["fingerprint"] = "0" * 64
    assert codes(content) == {"holder_fingerprint"}


def test_a_certificate_not_valid_yet_is_refused_on_the_day() -> None:
    assert codes(CONTENT, datetime(2025, 12, 31, tzinfo=UTC)) == {"holder_certificate_early"}


def test_all_faults_are_told_at_once() -> None:
    content = changed(lot="", deadline="soon", version=9)
    assert codes(content) == {"sheet_lot", "sheet_deadline", "sheet_version"}


def test_any_change_of_a_holder_or_the_deadline_changes_the_digest() -> None:
    others = (changed(deadline="2026-06-02T01:00:00Z"), changed(lot="x"), changed(seats=CONTENT["seats"][::-1]))
    digests = {sheet.digest(content) for content in (CONTENT, *others)}
    assert len(digests) == 4


@pytest.mark.parametrize("seat", [one["seat"] for one in CONTENT["seats"]])
def test_a_holder_proves_possession_of_the_key(seat: str) -> None:
    one = sheet_of().holders(seat)[0]
    test = holding.ask(one["certificate"], "lot-1", seat)
    assert holding.verify(test, holding.answer(holder_key(one["fingerprint"]), test)) == []


def test_who_has_not_the_key_proves_nothing() -> None:
    first, second = sheet_of().holders("centre")
    test = holding.ask(first["certificate"], "lot-1", "centre")
    with pytest.raises(ProtocolError) as refused:
        holding.answer(holder_key(second["fingerprint"]), test)
    assert refused.value.code == "share_unreadable"
    for guess in (b64url(bytes(32)), "", "====", test["digest"]):
        assert [reason.code for reason in holding.verify(test, guess)] == ["holding_not_proven"]


def test_a_bids_wrapped_share_cannot_be_read_by_passing_it_off_as_a_test() -> None:
    sealed = seal_bid()
    one = sealed.sheet.holders("centre")[0]
    _, wrapped = turning.wrapped_for(sealed.manifest, one["fingerprint"])
    for lot in ("lot-1", "lot-1.bid-1"):
        test = {**holding.ask(one["certificate"], lot, "centre"), "wrapped": b64url(wrapped)}
        with pytest.raises(ProtocolError) as refused:
            holding.answer(holder_key(one["fingerprint"]), test)
        assert refused.value.code == "share_unreadable"


def turned_lot(count: int = 3) -> tuple[sheet.SealingSheet, list[Sealed], dict[str, dict[str, Any]]]:
    on = sheet_of()
    bids = [seal_bid(bid=f"bid-{number}", on=on, files=()) for number in range(count)]
    return on, bids, {bid.manifest["bid"]: bid.manifest for bid in bids}


def test_three_turned_keys_open_every_bid_of_the_lot() -> None:
    on, bids, manifests = turned_lot()
    told = []
    turns = [turning.turn(holder_key(on.holders(seat)[0]["fingerprint"]), on, on.holders(seat)[0]["fingerprint"],
                          manifests.values(), progress=lambda done, total: told.append((done, total)))
             for seat in on.seat_names]
    assert told == [(1, 3), (2, 3), (3, 3)] * 3
    assert all(turning.faults(turned, on, manifests) == [] for turned in turns)
    assert all(turning.false_shares(turned, manifests) == [] for turned in turns)
    posted = {bid: {turned["seat"]: [turning.share_of(entry)] for turned in turns for entry in turned["shares"]
                    if entry["bid"] == bid} for bid in manifests}
    outcomes = unseal.unseal_many(unseal.SealedPrice(bid.manifest, bid.price, posted[bid.manifest["bid"]])
                                  for bid in bids)
    assert all(isinstance(outcome, unseal.Opened) for outcome in outcomes)


def test_a_turn_is_signed_and_a_changed_share_breaks_the_signature() -> None:
    on, _, manifests = turned_lot(1)
    fingerprint = on.holders("supervisor")[0]["fingerprint"]
    turned = turning.turn(holder_key(fingerprint), on, fingerprint, manifests.values())
    key = certificates.load_private_key(vectors()["supplier"]["private_key"].encode())
    signed = turning.sign(turned, key, vectors()["supplier"]["certificate"])
    assert turning.signature_faults(turned, signed, signed["signer"]) == []
    turned["shares"][0]["share"] = b64url(bytes(32))
    assert [reason.code for reason in turning.signature_faults(turned, signed)] == ["statement_differs"]
    assert turning.false_shares(turned, manifests) == ["bid-0"]


def test_a_share_that_cannot_be_read_is_posted_as_unread_and_the_others_go_on() -> None:
    on, _, manifests = turned_lot(2)
    fingerprint = on.holders("supervisor")[0]["fingerprint"]
    manifests["bid-0"]["shares"][2]["wrapped"][0]["share"] = b64url(bytes(256))
    turned = turning.turn(holder_key(fingerprint), on, fingerprint, manifests.values())
    assert [entry["share"] is None for entry in turned["shares"]] == [True, False]
    assert turning.false_shares(turned, manifests) == ["bid-0"]


def test_a_key_is_not_turned_for_another_lots_bid_nor_by_a_stranger() -> None:
    on, _, manifests = turned_lot(1)
    other = sheet_of("lot-2")
    fingerprint = on.holders("centre")[0]["fingerprint"]
    with pytest.raises(ProtocolError) as refused:
        turning.turn(holder_key(fingerprint), other, fingerprint, manifests.values())
    assert refused.value.code == "manifest_other_sheet"
    with pytest.raises(ProtocolError) as refused:
        turning.turn(holder_key(fingerprint), on, "0" * 64, manifests.values())
    assert refused.value.code == "holder_unknown"


@pytest.mark.parametrize(("change", "code"), [
    (lambda turned: {**turned, "lot": "lot-2"}, "turn_other_lot"),
    (lambda turned: {**turned, "sheet": "0" * 64}, "turn_other_lot"),
    (lambda turned: {**turned, "seat": "purchaser"}, "turn_stranger"),
    (lambda turned: {**turned, "holder": "0" * 64}, "turn_stranger"),
    (lambda turned: {**turned, "shares": turned["shares"][:1]}, "turn_incomplete"),
    (lambda turned: {**turned, "shares": [*turned["shares"], turned["shares"][0]]}, "turn_doubled_bid"),
    (lambda turned: {**turned, "shares": [{**turned["shares"][0], "bid": "bid-9"}]}, "turn_other_bid"),
    (lambda turned: {**turned, "shares": [{**turned["shares"][0], "share": 5}]}, "turn_malformed"),
    (lambda turned: {**turned, "shares": [{**turned["shares"][0], "share": "A" * 86}]}, "turn_malformed"),
    (lambda turned: [], "turn_malformed"),
])
def test_a_turn_for_another_lot_by_a_stranger_or_incomplete_is_refused(
        change: Callable[[dict[str, Any]], Any], code: str) -> None:
    on, _, manifests = turned_lot(2)
    fingerprint = on.holders("centre")[1]["fingerprint"]
    turned = turning.turn(holder_key(fingerprint), on, fingerprint, manifests.values())
    assert code in [reason.code for reason in turning.faults(change(turned), on, manifests)]
