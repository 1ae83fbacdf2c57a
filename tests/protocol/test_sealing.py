"""Sealing and opening: who can read a bid, when, and whose fault it is when nobody can."""

from __future__ import annotations

import copy
from functools import partial
from io import BytesIO
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.protocol.encoding import from_b64url, sha256_hex
from services.protocol.reasons import ProtocolError
from services.protocol.sealing import container, envelope, evidence, manifest, seal, shares, turning, unseal
from services.protocol.sealing.context import Context
from services.protocol.sealing.sheet import SealingSheet
from tests.protocol.sealing_builders import CHUNK, FILES, PRICE, Sealed, holder_key, open_files, seal_bid, sheet_of

SEATS = ("centre", "purchaser", "supervisor")


@pytest.fixture(scope="module")
def sealed() -> Sealed:
    return seal_bid()


def test_all_seats_together_read_the_price_sheet_and_the_files(sealed: Sealed) -> None:
    opened = sealed.opened()
    assert opened.price_sheet == PRICE
    assert open_files(sealed, opened.key) == dict(FILES)


def test_a_deputy_turns_the_key_as_well_as_the_first_holder(sealed: Sealed) -> None:
    assert sealed.share("centre", 0) == sealed.share("centre", 1)
    assert isinstance(sealed.open(sealed.posted(principal=1)), unseal.Opened)


@pytest.mark.parametrize("seats", list(chain.from_iterable(combinations(SEATS, n) for n in range(3))))
def test_any_subset_of_seats_short_of_all_opens_nothing(sealed: Sealed, seats: tuple[str, ...]) -> None:
    faulty = sealed.faulty({seat: [sealed.share(seat)] for seat in seats})
    assert (faulty.whose, set(faulty.seats)) == ("holder", set(SEATS) - set(seats))


@pytest.mark.parametrize("missing", SEATS)
def test_the_shares_that_are_there_do_not_decrypt_whatever_is_put_in_place_of_the_missing_one(
        sealed: Sealed, missing: str) -> None:
    there = [sealed.share(seat) for seat in SEATS if seat != missing]
    context = Context.of(sealed.manifest)
    for guess in (bytes(32), b"\xff" * 32, there[0], shares.combine(there)):
        with pytest.raises(ProtocolError) as refused:
            list(envelope.decrypt(shares.combine([*there, guess]), context, envelope.PRICE, [sealed.price]))
        assert refused.value.code == "envelope_unreadable"


@given(key=st.binary(min_size=32, max_size=32), seats=st.integers(2, 8), data=st.data())
def test_any_shares_short_of_all_are_consistent_with_every_key(key: bytes, seats: int, data: st.DataObject) -> None:
    parts = shares.split(key, seats)
    assert shares.combine(parts) == key
    other = data.draw(st.binary(min_size=32, max_size=32))
    without = data.draw(st.integers(0, seats - 1))
    rest = [share for position, share in enumerate(parts) if position != without]
    fitting = shares.combine([other, *rest])
    assert shares.combine([*rest, fitting]) == other


def test_no_plaintext_and_no_key_is_in_what_is_submitted(sealed: Sealed) -> None:
    kept = sealed.price + sealed.files + str(sealed.manifest).encode()
    opened = sealed.opened()
    for secret in (b"7980000", "柒佰".encode(), b"technical proposal", opened.key, opened.key.hex().encode(),
                   *(from_b64url(share) for share in sealed.keepsake.values()),
                   *(share.encode() for share in sealed.keepsake.values())):
        assert secret not in kept


def test_what_is_opened_does_not_show_its_secrets_when_printed(sealed: Sealed) -> None:
    opened = sealed.opened()
    assert "7980000" not in repr(opened)
    assert repr(opened.key) not in repr(opened)
    assert sealed.keepsake["centre"] not in repr(seal.SealedBid(sealed.manifest, sealed.keepsake))


def test_a_short_and_a_long_price_give_ciphertexts_of_one_size() -> None:
    sizes = {len(seal_bid(price={"price": price}, files=()).price) for price in ("9.00", "123456789012.00")}
    assert len(sizes) == 1


def test_two_seals_of_one_bid_have_nothing_in_common(sealed: Sealed) -> None:
    again = seal_bid()
    assert again.price[:64] != sealed.price[:64]
    assert [s["commitment"] for s in again.manifest["shares"]] != [s["commitment"] for s in sealed.manifest["shares"]]


@pytest.mark.parametrize("seat", SEATS)
def test_a_false_share_is_the_holders_fault_and_a_deputy_may_still_post(sealed: Sealed, seat: str) -> None:
    posted = sealed.posted()
    posted[seat] = [b"\x01" * 32]
    faulty = sealed.faulty(posted)
    assert (faulty.whose, faulty.seats, faulty.reasons[0].code) == ("holder", (seat,), "share_false")
    posted[seat].append(sealed.share(seat, 1))
    assert isinstance(sealed.open(posted), unseal.Opened)


def test_a_share_of_another_length_is_a_false_share(sealed: Sealed) -> None:
    assert sealed.faulty({**sealed.posted(), "centre": [b""]}).reasons[0].code == "share_false"


def test_a_holder_who_could_not_read_leaves_the_fault_open_until_the_supplier_hands_in_its_own_share(
        sealed: Sealed) -> None:
    posted: dict[str, list[bytes | None]] = {**sealed.posted(), "supervisor": [None]}
    assert (sealed.faulty(posted).whose, sealed.faulty(posted).seats) == ("undetermined", ("supervisor",))
    posted["supervisor"].append(from_b64url(sealed.keepsake["supervisor"]))
    assert isinstance(sealed.open(posted), unseal.Opened)


def test_a_bid_sealed_over_garbage_is_the_suppliers_fault(sealed: Sealed) -> None:
    key = sealed.opened().key
    context = Context.of(sealed.manifest)
    for plain in (b"not a padded price sheet", seal.padded(b'{"price": 1.5}'), seal.padded(b"[]"), bytes(4096),
                  seal.padded(b"{}")[:-1] + b"\x01", (2**32 - 1).to_bytes(4, "big") + bytes(4092)):
        forged = copy.deepcopy(sealed)
        forged.price = b"".join(envelope.encrypt(key, context, envelope.PRICE, [plain]))
        forged.manifest["price"] = {"digest": sha256_hex(forged.price), "size": len(forged.price)}
        faulty = forged.faulty(sealed.posted())
        assert (faulty.whose, faulty.reasons[0].code) == ("supplier", "price_sheet_malformed"), plain


def test_commitments_to_shares_that_do_not_make_the_key_are_the_suppliers_fault(sealed: Sealed) -> None:
    forged = copy.deepcopy(sealed)
    other = b"\x07" * 32
    forged.manifest["shares"][0]["commitment"] = shares.commitment(other)
    faulty = forged.faulty({**sealed.posted(), "centre": [other]})
    assert (faulty.whose, faulty.reasons[0].code) == ("supplier", "envelope_unreadable")


def test_a_ciphertext_changed_in_the_store_is_the_stores_fault(sealed: Sealed) -> None:
    forged = copy.deepcopy(sealed)
    forged.price = bytes([sealed.price[0] ^ 1]) + sealed.price[1:]
    assert forged.faulty().whose == "store"
    with pytest.raises(ProtocolError) as refused:
        open_files(sealed, sealed.opened().key, sealed.files[:-1])
    assert refused.value.code == "ciphertext_differs"


def test_files_the_supplier_wrapped_wrongly_are_told_from_files_changed_in_the_store(sealed: Sealed) -> None:
    key = sealed.opened().key
    forged = copy.deepcopy(sealed)
    forged.files = b"".join(envelope.encrypt(key, Context.of(sealed.manifest), envelope.FILES, [b"\0\0\0\x02{}"]))
    forged.manifest["files"] = {"digest": sha256_hex(forged.files), "size": len(forged.files)}
    with pytest.raises(ProtocolError) as refused:
        open_files(forged, key)
    assert refused.value.code == "file_index_malformed"


def test_a_supplier_who_wraps_another_share_than_committed_is_shown_by_the_holders_evidence(sealed: Sealed) -> None:
    forged = copy.deepcopy(sealed)
    holder = sealed.sheet.holders("supervisor")[0]
    label = Context.of(sealed.manifest).label("supervisor")
    rubbish = b"\x05" * 32
    wrong = seal.wrap(sealed.sheet, Context.of(sealed.manifest), [rubbish] * 3)[2]["wrapped"]
    forged.manifest["shares"][2]["wrapped"] = wrong
    assert forged.faulty().reasons[0].code == "share_false"
    wrapped = from_b64url(wrong[0]["share"])
    seed = evidence.seed_of(holder_key(holder["fingerprint"]), wrapped, label)
    assert evidence.clears_holder(holder["certificate"], wrapped, label, rubbish, seed)
    assert not evidence.clears_holder(holder["certificate"], wrapped, label, b"\x06" * 32, seed)
    assert not evidence.clears_holder(holder["certificate"], wrapped, label, rubbish, b"\x06" * 32)
    assert not evidence.clears_holder(holder["certificate"], wrapped, label, rubbish, b"")


def test_evidence_is_not_given_for_a_share_wrapped_under_another_label(sealed: Sealed) -> None:
    other = seal_bid(bid="bid-2", on=sheet_of("lot-2"))
    _, wrapped = turning.wrapped_for(other.manifest, sealed.sheet.holders("centre")[0]["fingerprint"])
    with pytest.raises(ProtocolError) as refused:
        evidence.seed_of(holder_key(sealed.sheet.holders("centre")[0]["fingerprint"]), wrapped,
                         Context.of(sealed.manifest).label("centre"))
    assert refused.value.code == "share_unreadable"


def test_one_faulty_bid_never_stops_the_others() -> None:
    bids = [seal_bid(bid=f"bid-{number}", files=()) for number in range(4)]
    bids[1].price = b""
    bids[2].manifest["shares"] = "nonsense"
    posted = [bid.posted() if number != 2 else {} for number, bid in enumerate(bids)]
    outcomes = unseal.unseal_many(unseal.SealedPrice(bid.manifest, bid.price, shares_of)
                                  for bid, shares_of in zip(bids, posted, strict=True))
    assert [type(one).__name__ for one in outcomes] == ["Opened", "Faulty", "Faulty", "Opened"]
    assert [one.bid for one in outcomes] == ["bid-0", "bid-1", "bid-2", "bid-3"]


def test_a_thousand_price_sheets_are_opened_in_their_order() -> None:
    sheet = sheet_of()
    sealed = seal_bid(files=(), on=sheet)
    key, context = sealed.opened().key, Context.of(sealed.manifest)
    bids: list[unseal.SealedPrice] = []
    for number in range(1000):
        price = seal.padded(b'{"price":"%d.00"}' % number)
        ciphertext = b"".join(envelope.encrypt(key, context, envelope.PRICE, [price]))
        made = {**sealed.manifest, "price": {"digest": sha256_hex(ciphertext), "size": len(ciphertext)}}
        bids.append(unseal.SealedPrice(made, ciphertext, sealed.posted() if number == 0 else bids[0].posted))
    opened = [one for one in unseal.unseal_many(bids) if isinstance(one, unseal.Opened)]
    assert [one.price_sheet["price"] for one in opened] == [f"{n}.00" for n in range(1000)]


@settings(max_examples=40, deadline=None)
@given(chunk=st.integers(64, 600), files=st.lists(
    st.tuples(st.from_regex(r"[a-z一-龥][a-z0-9一-龥]{0,8}\.pdf", fullmatch=True), st.binary(max_size=700)),
    max_size=5, unique_by=lambda one: one[0]))
def test_every_set_of_files_comes_back_as_it_went_in(files: list[tuple[str, bytes]], chunk: int) -> None:
    sealed = seal_bid(files=tuple(files), chunk=chunk)
    assert open_files(sealed, sealed.opened().key) == dict(files)


def test_the_stored_sizes_follow_from_the_plaintext_sizes(sealed: Sealed) -> None:
    for length in (1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK):
        made = b"".join(envelope.encrypt(b"k" * 32, Context.of(sealed.manifest), envelope.FILES, [bytes(length)]))
        assert len(made) == envelope.ciphertext_size(length, CHUNK)


def test_large_files_are_sealed_and_opened_with_progress_and_without_holding_them(tmp_path: Path) -> None:
    path = tmp_path / "large.bin"
    block = bytes(range(256)) * 4096
    path.write_bytes(block * 5 + b"tail")
    sheet, told = sheet_of(), []
    with (tmp_path / "price").open("wb") as price, (tmp_path / "files").open("wb") as files:
        sealed = seal.seal(sheet, bid="bid-1", supplier="supplier-1", price_sheet=PRICE, price_into=price,
                           files_into=files, files=[container.SourceFile.at(path)],
                           progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > len(block) * 5
    assert told == sorted(told)
    key = shares.combine([from_b64url(one) for one in sealed.keepsake.values()])
    told.clear()
    with (tmp_path / "files").open("rb") as files:
        opened, _ = unseal.unseal_files(sealed.manifest, key, envelope.pieces_of(files),
                                        lambda name, _size: (tmp_path / f"opened {name}").open("wb"),
                                        progress=lambda done, total: told.append((done, total)))
    assert (tmp_path / "opened large.bin").read_bytes() == path.read_bytes()
    assert opened[0].digest == sha256_hex(path.read_bytes())
    assert told[-1][0] == told[-1][1] == sealed.manifest["files"]["size"]


def test_a_file_that_grows_or_shrinks_while_it_is_sealed_stops_the_sealing() -> None:
    for stated, content in ((5, b"sixsix"), (7, b"sixsix")):
        source = container.SourceFile("a.txt", stated, partial(BytesIO, content))
        with pytest.raises(ProtocolError) as refused:
            seal.seal(sheet_of(), bid="b", supplier="s", price_sheet={}, files=[source], price_into=BytesIO(),
                      files_into=BytesIO())
        assert refused.value.code == "file_changed"


@pytest.mark.parametrize("name", ["", "a/b", "a\\b", "..", ".hidden", "CON", "nul.txt", "a:b", "trailing.", "tab\t",
                                  "a\u202eb", "zero\u200bwidth", "x" * 201, "阳" * 67, "\ud800", " lead", "lpt1.pdf",
                                  "a?b", "\ufeffa"])
def test_a_file_name_that_is_unsafe_somewhere_is_refused(name: str) -> None:
    assert [reason.code for reason in container.name_faults(name)] == ["file_name_unsafe"]


@pytest.mark.parametrize("name", ["投标文件(一).pdf", "a.b.c", "console.txt", "阳" * 66, "price sheet 2.xlsx",
                                  "com10.doc"])
def test_an_ordinary_file_name_is_accepted(name: str) -> None:
    assert container.name_faults(name) == []


def test_files_whose_names_differ_only_in_case_are_refused_as_one() -> None:
    with pytest.raises(ProtocolError) as refused:
        seal_bid(files=(("Plan.pdf", b"1"), ("plan.PDF", b"2")))
    assert refused.value.code == "file_name_twice"


@pytest.mark.parametrize(("index", "code"), [
    ({"version": 1, "files": [{"name": "a", "size": -1}], "about": {}}, "file_index_malformed"),
    ({"version": 1, "files": [{"name": "a", "size": True}], "about": {}}, "file_index_malformed"),
    ({"version": 1, "files": [{"name": "a"}], "about": {}}, "file_index_malformed"),
    ({"version": 2, "files": [], "about": {}}, "file_index_malformed"),
    ({"version": 1, "files": [], "about": []}, "file_index_malformed"),
    ({"version": 1, "files": [{"name": f"{n}", "size": 0} for n in range(2001)], "about": {}}, "files_too_many"),
    ({"version": 1, "files": [{"name": "a", "size": 2**36 + 1}], "about": {}}, "files_too_large"),
    ({"version": 1, "files": [{"name": "../a", "size": 1}], "about": {}}, "file_name_unsafe"),
])
def test_an_index_outside_its_bounds_is_refused(index: Any, code: str) -> None:
    assert [reason.code for reason in container.index_faults(index)] == [code]


def test_a_price_sheet_beyond_its_bound_or_with_a_float_is_refused_before_anything_is_sealed() -> None:
    refusals: tuple[tuple[Any, str], ...] = (
        ({"a": "x" * manifest.LARGEST_PRICE_SHEET}, "price_sheet_too_large"),
        ({"price": 1.5}, "json_type_not_allowed"), ([], "price_sheet_malformed"))
    for price, code in refusals:
        into = BytesIO()
        with pytest.raises(ProtocolError) as refused:
            seal.seal(sheet_of(), bid="b", supplier="s", price_sheet=price, files=[], price_into=into, files_into=into)
        assert (refused.value.code, into.getvalue()) == (code, b"")


@pytest.mark.parametrize(("name", "code"), [("SM2+SM4GCM", "suite_unavailable"), ("ROT13", "suite_unknown"),
                                            (None, "suite_unknown")])
def test_a_suite_that_is_not_built_is_refused_by_name(sealed: Sealed, name: str | None, code: str) -> None:
    assert code in [reason.code for reason in manifest.faults({**sealed.manifest, "suite": name})]
    with pytest.raises(ProtocolError) as refused:
        SealingSheet({**sealed.sheet.content, "suite": name})
    assert refused.value.code == code
