"""Sealed bids before the closing: accepted by the database's clock, replaced, withdrawn, and known to nobody."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from services.protocol import receipt
from services.protocol.encoding import from_b64url
from services.protocol.sealing import manifest as manifests
from services.protocol.sealing import shares
from tests.tendering import people
from tests.tendering.people import agent_of, caller, id_of
from tests.tendering.world import CLOSES, Offer, World, codes


def submit(world: World, offer: Offer, **changes: Any) -> Any:
    fields = {"lot_id": offer.lot_id, "manifest": offer.manifest, "signed": offer.signed, **changes}
    return world.refused("submit_bid", agent_of(offer.supplier), **fields)


def test_an_accepted_bid_gives_a_receipt_signed_by_the_department(open_world: World) -> None:
    offer = open_world.sealed(1, "s1", "7980000.00")
    answer = open_world.hand_in(offer)
    key = open_world.direct.runtime.key.public_key()
    expect = {"kind": "bid", "digest": manifests.digest(offer.manifest), "subject": f"bid:{offer.manifest['bid']}"}
    assert receipt.verify(answer["receipt"], key, expect) == []
    leaves = open_world.sql("SELECT encode(leaf, 'hex') FROM journal WHERE event = 'bid_received'")
    assert [answer["receipt"]["receipt"]["leaf"]] == [row[0] for row in leaves]


def test_the_same_request_gives_the_same_receipt(open_world: World) -> None:
    offer = open_world.sealed(1, "s1", "7980000.00")
    assert open_world.hand_in(offer, "once") == open_world.hand_in(offer, "once")
    assert open_world.sql("SELECT count(*) FROM bid")[0][0] == 1


def test_a_replacement_takes_the_old_bids_place_and_empties_it(open_world: World) -> None:
    first, second = open_world.bid(1, "s1", "7980000.00"), open_world.bid(1, "s1", "7900000.00")
    rows = open_world.sql("SELECT id, manifest IS NULL, replaced_by FROM bid ORDER BY arrival")
    assert [tuple(row) for row in rows] == [
        (first.manifest["bid"], True, second.manifest["bid"]),
        (second.manifest["bid"], False, None),
    ]


def test_a_refused_replacement_leaves_the_old_bid_standing(open_world: World) -> None:
    first = open_world.bid(1, "s1", "7980000.00")
    assert "ciphertext_not_stored" in codes(submit(open_world, open_world.sealed(1, "s1", "7000000.00")))
    assert open_world.sql("SELECT id FROM bid WHERE manifest IS NOT NULL")[0][0] == first.manifest["bid"]


def test_a_withdrawn_bid_leaves_a_record_without_content_and_may_be_followed_by_another(open_world: World) -> None:
    open_world.bid(1, "s1", "7980000.00")
    answer = open_world.call("withdraw_bid", agent_of("s1"), lot_id=open_world.lots[1])
    assert answer["receipt"]["receipt"]["kind"] == "withdrawal"
    assert open_world.sql("SELECT manifest IS NULL, withdrawn_at IS NOT NULL FROM bid")[0] == (True, True)
    assert codes(open_world.refused("withdraw_bid", agent_of("s1"), lot_id=open_world.lots[1])) == {
        "no_bid_to_withdraw"
    }
    open_world.bid(1, "s1", "7970000.00")


def test_a_bid_after_the_closing_is_late_whoever_asks_again(open_world: World) -> None:
    offer = open_world.sealed(1, "s1", "7980000.00")
    open_world.upload(offer)
    open_world.at(CLOSES)
    assert submit(open_world, offer).code == "bid_late"
    assert open_world.refused("withdraw_bid", agent_of("s1"), lot_id=offer.lot_id).code == "bid_late"
    open_world.close()
    assert submit(open_world, offer).code == "bid_late"


def test_the_database_itself_refuses_a_bid_at_the_closing_instant(open_world: World) -> None:
    """The rule stands twice: here past the department's code."""
    from sqlalchemy import text
    from sqlalchemy.exc import IntegrityError

    open_world.bid(1, "s1", "7980000.00")
    copy = (
        "INSERT INTO bid (id, lot_id, supplier_id, supplier, agent_id, manifest, signed, manifest_digest, "
        "sheet_digest, received_at, receipt) SELECT :id, lot_id, :id, supplier, agent_id, manifest, signed, :digest, "
        "sheet_digest, "
        "CAST(:at AS timestamptz), receipt FROM bid LIMIT 1"
    )
    for at, late in ((CLOSES - timedelta(microseconds=1), False), (CLOSES, True)):
        session = open_world.direct.runtime.engines.writing()
        values = {"id": str(uuid.uuid4()), "digest": uuid.uuid4().hex * 2, "at": at}
        if late:
            with pytest.raises(IntegrityError, match="at or after the closing"):
                session.execute(text(copy), values)
        else:
            session.execute(text(copy), values)
        session.rollback()
        session.close()


def test_one_live_bid_per_supplier_and_lot_in_the_database_too(open_world: World) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import IntegrityError

    open_world.bid(1, "s1", "7980000.00")
    session = open_world.direct.runtime.engines.writing()
    with pytest.raises(IntegrityError, match="uq_bid_live"):
        session.execute(
            text(
                "INSERT INTO bid (id, lot_id, supplier_id, supplier, agent_id, manifest, signed, manifest_digest, "
                "sheet_digest, received_at, receipt) SELECT :id, lot_id, supplier_id, supplier, agent_id, manifest, "
                "signed, :digest, sheet_digest, received_at, receipt FROM bid LIMIT 1"
            ),
            {"id": str(uuid.uuid4()), "digest": uuid.uuid4().hex * 2},
        )
    session.rollback()
    session.close()


def test_an_accepted_bid_is_neither_changed_nor_deleted(open_world: World) -> None:
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    open_world.bid(1, "s1", "7980000.00")
    for statement in ("UPDATE bid SET received_at = received_at - interval '1 hour'", "DELETE FROM bid",
                      "UPDATE notice SET text = 'x'", "DELETE FROM sealing_sheet"):  # fmt: skip
        session = open_world.direct.runtime.engines.writing()
        with pytest.raises(DBAPIError):
            session.execute(text(statement))
        session.rollback()
        session.close()


def moved(offer: Offer, lot_id: str) -> Offer:
    return Offer(offer.supplier, lot_id, offer.manifest, offer.signed, offer.keepsake, offer.price, offer.files)


def as_another(world: World) -> Offer:
    offer = world.sealed(1, "s2", "1.00")
    world.upload(offer)
    return Offer("s1", offer.lot_id, offer.manifest, offer.signed, {}, b"", b"")


def replayed(world: World) -> Offer:
    offer = world.bid(1, "s1", "7980000.00")
    world.call("withdraw_bid", agent_of("s1"), lot_id=offer.lot_id)
    return offer


def tampered(world: World) -> Offer:
    offer = world.sealed(1, "s1", "1.00")
    world.upload(offer)
    offer.manifest["files"] = dict(offer.manifest["price"])
    return offer


def resized(world: World) -> Offer:
    offer = world.sealed(1, "s1", "1.00")
    world.upload(offer)
    offer.manifest["price"]["size"] += 1
    keys = people.signing("agent-s1")
    return Offer("s1", offer.lot_id, offer.manifest, manifests.sign(offer.manifest, keys.key, keys.pem), {}, b"", b"")


def emptied(world: World) -> Offer:
    offer = world.sealed(1, "s1", "1.00")
    return Offer("s1", offer.lot_id, {}, offer.signed, {}, b"", b"")


REFUSED: dict[str, Any] = {
    "another lot's sheet": (lambda w: w.sealed(1, "s1", "1.00", under=w.sheet(w.lots[2])), {"manifest_other_sheet"}),
    "a lot of the first, handed in for the second": (
        lambda w: moved(w.sealed(1, "s1", "1.00"), w.lots[2]),
        {"manifest_other_sheet"},
    ),
    "another supplier's name": (as_another, {"bid_of_another"}),
    "a replayed manifest": (replayed, {"bid_replayed"}),
    "a replayed manifest, and for another lot": (
        lambda w: moved(replayed(w), w.lots[2]),
        {"bid_replayed", "manifest_other_sheet"},
    ),
    "a manifest changed after signing": (tampered, {"statement_differs"}),
    "no ciphertext": (lambda w: w.sealed(1, "s1", "1.00"), {"ciphertext_not_stored"}),
    "a ciphertext of another size": (resized, {"ciphertext_size_differs"}),
    "a manifest that is none": (emptied, {"manifest_malformed"}),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_bid_that_cannot_stand_is_refused_with_its_reason(open_world: World, what: str) -> None:
    make, expected = REFUSED[what]
    refusal = submit(open_world, make(open_world))
    assert expected <= codes(refusal)
    assert all(each.article for each in refusal.objections)


def test_a_bid_is_refused_for_who_bids_and_with_what_certificate(open_world: World) -> None:
    offer = open_world.sealed(1, "s1", "1.00")
    open_world.upload(offer)
    subject = f"organisation:{id_of('s1')}"
    standing = {"organisation_id": id_of("s1"), "name": "x", "categories": [], "reasons": []}
    open_world.hear("supplier_standing_changed", {**standing, "standing": "suspended"}, subject)
    assert codes(submit(open_world, offer)) == {"supplier_not_admitted"}
    open_world.hear("supplier_standing_changed", {**standing, "standing": "admitted", "categories": ["B"]}, subject)
    assert codes(submit(open_world, offer)) == {"category_not_open"}
    open_world.hear("supplier_standing_changed", {**standing, "standing": "admitted", "categories": ["A0201"]}, subject)
    open_world.hear("supplier_barred", {"organisation_id": id_of("s1"), "until": "2027-01-01"}, subject)
    assert codes(submit(open_world, offer)) == {"supplier_not_admitted"}
    open_world.hear("supplier_unbarred", {"organisation_id": id_of("s1"), "until": "2026-05-11"}, subject)
    keys = people.signing("agent-s1")
    revoked = {
        "person_id": id_of("agent-s1"), "fingerprint": keys.fingerprint, "revoked_at": "2026-05-11T00:00:00Z",
        "purpose": "signing", "reason": "lost",
    }  # fmt: skip
    open_world.hear("certificate_revoked", revoked, f"person:{id_of('agent-s1')}")
    assert codes(submit(open_world, offer)) == {"certificate_revoked"}


def test_a_colleagues_certificate_signs_nothing_for_another(open_world: World) -> None:
    offer = open_world.sealed(1, "s1", "1.00")
    open_world.upload(offer)
    keys = people.signing("agent-s2")
    assert codes(submit(open_world, offer, signed=manifests.sign(offer.manifest, keys.key, keys.pem))) == {
        "certificate_of_another"
    }


def test_before_the_closing_no_answer_event_or_journal_line_tells_of_a_bid(open_world: World) -> None:
    """What everybody may see is the same with no bid and with three."""
    project, lot = open_world.project_id, open_world.lots[1]

    def seen() -> list[Any]:
        views: list[Any] = []
        for person in ("li", "zhao", "sun", "zhou", "chen", "zheng", "agent-s7"):
            for method, fields in (("bids_of_lot", {"lot_id": lot}), ("lot", {"lot_id": lot}),
                                   ("downloads", {"project_id": project}), ("bonds", {"lot_id": lot})):  # fmt: skip
                try:
                    views.append(open_world.call(method, person, **fields))
                except Exception as refusal:  # noqa: BLE001  whatever it is, it must be the same
                    views.append(str(refusal))
        return views

    before = seen()
    open_world.direct.announced.clear()
    for supplier in ("s1", "s2", "s3"):
        open_world.call("take_document", agent_of(supplier), project_id=project)
        bond = {"amount": "120000.00", "form": "bank_guarantee", "number": f"G-{supplier}", "account": "6222"}
        open_world.call("record_bond", agent_of(supplier), lot_id=lot, **bond)
        open_world.bid(1, supplier, "7980000.00")
    open_world.call("withdraw_bid", agent_of("s3"), lot_id=lot)
    assert seen() == before
    assert all(not each.public and not each.relay for each in open_world.direct.announced)
    assert len({each.subject for each in open_world.direct.announced}) == len(open_world.direct.announced) - 1


def test_nothing_of_a_closed_unopened_lot_can_be_read_in_database_store_or_journal(
    open_world: World, shared_store: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A search of everything the department keeps, sends and logs finds no plaintext and no key, however spelt."""
    caplog.set_level("DEBUG")
    secret = f"SECRET-{uuid.uuid4().hex}"
    offers = []
    for supplier, price in (("s1", "7654321.98"), ("s2", "7654322.98"), ("s3", "7654323.98")):
        sheet = open_world.price_sheet(open_world.lots[1], supplier, price, contact={"person": secret})
        offer = open_world.sealed(1, supplier, price, sheet=sheet)
        open_world.hand_in(offer)
        offers.append((offer, price))
    open_world.close()
    dump = "\n".join(
        row[0]  # as it is: a row's own text is cut short
        for (table,) in open_world.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for row in open_world.sql(f'SELECT t::text FROM "{table}" t')
    )
    stored = b"".join(path.read_bytes() for path in shared_store.rglob("*") if path.is_file())
    sent = json.dumps([each.payload for each in open_world.direct.announced], ensure_ascii=False)
    assert "bid_received" in dump  # the search does look where the bids are
    assert offers[0][0].manifest["price"]["digest"] in dump
    assert offers[0][0].price in stored
    secrets = [secret.encode(), *(price.encode() for _, price in offers)]
    for offer, _ in offers:
        parts = [from_b64url(share) for share in offer.keepsake.values()]
        secrets += [*parts, shares.combine(parts)]
    secrets += [secret_number(people.encryption(holder).key) for holder in people.HOLDERS]
    for needle in secrets:
        for spelling in spellings(needle):
            assert spelling not in stored
            for told in (dump, sent, caplog.text):
                assert spelling.decode("latin-1") not in told


def secret_number(key: rsa.RSAPrivateKey) -> bytes:
    """What makes a private key private, as every form of writing it contains it."""
    return key.private_numbers().p.to_bytes(128, "big")[:32]


def spellings(needle: bytes) -> list[bytes]:
    """The bytes themselves, in hexadecimal (as a dump writes them), and in base64 from any place in a text."""
    found = [needle, needle.hex().encode(), needle.hex().upper().encode()]
    for before in range(3):
        plain = base64.b64encode(bytes(before) + needle)[(before * 4 + 2) // 3 : -4]
        found += [plain, plain.translate(bytes.maketrans(b"+/", b"-_"))]
    return found


def test_bids_sealed_before_the_deadline_moved_still_open(open_world: World) -> None:
    before = open_world.bid(2, "s1", "2210000.00")
    old = open_world.sheet(open_world.lots[2])
    open_world.at(CLOSES - timedelta(days=3))
    drafted = open_world.call(
        "draft_amendment", "li", project_id=open_world.project_id, text="增加一项技术要求", affects_bids=True
    )
    refused = open_world.refused("publish_amendment", "li", amendment_id=drafted["amendment_id"])
    assert codes(refused) == {"reviewer_is_preparer"}
    moved_to = open_world.call("publish_amendment", "wang", amendment_id=drafted["amendment_id"])["moved"]
    assert moved_to[open_world.lots[2]] == "2026-06-15T01:00:00Z"  # 15 days from 30 May: Sunday, so Monday
    assert codes(submit(open_world, open_world.sealed(2, "s2", "2060000.00", under=old))) >= {"manifest_other_sheet"}
    for supplier, price in (("s2", "2060000.00"), ("s4", "1960000.00")):
        open_world.bid(2, supplier, price)
    open_world.close(CLOSES + timedelta(days=13))
    opened = open_world.opened(2)
    assert [each["price"] for each in opened["bids"]] == ["2210000.00", "2060000.00", "1960000.00"]
    assert opened["bids"][0]["bid_id"] == before.manifest["bid"]


def test_a_stranger_may_not_bid(open_world: World) -> None:
    assert open_world.refused("submit_bid", "li", lot_id=open_world.lots[1], manifest={}, signed={}).code == "forbidden"
    assert caller("li").may("bid.submit") is False
