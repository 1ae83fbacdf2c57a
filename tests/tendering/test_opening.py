"""The opening: nothing opens early or short of a seat; faults are told apart; the record is signed by all present."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.protocol.sealing.container import SourceFile
from tests.tendering import people
from tests.tendering.people import agent_of, id_of
from tests.tendering.world import CLOSES, TURNING, World, codes

PRICES = (("s1", "2210000.00"), ("s2", "2060000.00"), ("s4", "1960000.00"))


@pytest.fixture
def closed(open_world: World) -> World:
    """Lot 2 has three bids and is closed."""
    for supplier, price in PRICES:
        open_world.bid(2, supplier, price)
    open_world.close()
    return open_world


def test_an_opening_does_not_begin_before_the_closing(open_world: World) -> None:
    for supplier, price in PRICES:
        open_world.bid(2, supplier, price)
    refusal = open_world.refused("begin_opening", "zhao", lot_id=open_world.lots[2])
    assert (refusal.code, refusal.objections[0].figures["state"]) == ("move_closed", "open")


def test_two_bids_are_not_opened_and_the_failure_says_what_is_lawful_now(open_world: World) -> None:
    for supplier, price in PRICES[:2]:
        open_world.bid(2, supplier, price)
    open_world.close()
    failed = next(each for each in open_world.announced("lot_failed") if each["lot_id"] == open_world.lots[2])
    assert (failed["reason"], failed["figures"]) == ("too_few_bids", {"bids": "2", "minimum": "3"})
    notices = open_world.call("notices", "li", kind="failure", project_id=open_world.project_id)["notices"]
    assert len(notices) == 3
    assert "法36" in notices[0]["text"]


def test_two_seats_open_nothing(closed: World) -> None:
    closed.begin(2)
    for person in TURNING[:2]:
        assert closed.turn(2, person)["status"] == "opening"
    assert closed.announced("price_read_out") == []
    assert codes(closed.refused("conclude_unsealing", "zhao", lot_id=closed.lots[2])) == {"seats_not_turned"}


def test_the_last_seat_reads_the_prices_out_in_order_of_receipt(closed: World) -> None:
    assert closed.unseal(2)["status"] == "read_out"
    read = closed.announced("price_read_out")
    assert [(each["order"], each["supplier_id"], each["price"]) for each in read] == [
        (place, id_of(supplier), price) for place, (supplier, price) in enumerate(PRICES, start=1)
    ]


def test_only_who_is_on_the_sheet_or_bid_has_a_place(closed: World) -> None:
    closed.call("begin_opening", "zhao", lot_id=closed.lots[2])
    assert closed.call("sign_in", "feng", lot_id=closed.lots[2])["place"] == "supervisor"
    assert closed.call("sign_in", agent_of("s1"), lot_id=closed.lots[2])["place"] == "supplier"
    assert codes(closed.refused("sign_in", "ma", lot_id=closed.lots[2])) == {"no_place_at_opening"}
    assert codes(closed.refused("sign_in", agent_of("s7"), lot_id=closed.lots[2])) == {"no_place_at_opening"}
    assert codes(closed.refused("wrapped_shares", "zhou", lot_id=closed.lots[2])) == {"not_seated"}


def test_a_false_share_is_the_holders_and_a_deputy_may_post_another(closed: World) -> None:
    bid = closed.sql("SELECT id FROM bid WHERE lot_id = :lot ORDER BY arrival", lot=closed.lots[2])[0][0]
    closed.begin(2)
    closed.call("sign_in", "feng", lot_id=closed.lots[2])
    closed.turn(2, "zhao")
    closed.turn(2, "zhou")
    answer = closed.turn(2, "zheng", spoil=[bid])
    assert (answer["short"], answer["waiting_for"], answer["status"]) == ([bid], ["supervisor"], "opening")
    assert closed.turn(2, "feng")["status"] == "read_out"
    assert {each["status"] for each in closed.call("bids_of_lot", "zhao", lot_id=closed.lots[2])["opened"]} == {
        "opened"
    }


def test_one_faulty_bid_never_stops_the_others_and_its_fault_is_on_record(closed: World) -> None:
    bid = closed.sql("SELECT id FROM bid WHERE lot_id = :lot ORDER BY arrival", lot=closed.lots[2])[0][0]
    closed.begin(2)
    for person in TURNING:
        closed.turn(2, person, spoil=[bid] if person == "zheng" else [])
    closed.call("conclude_unsealing", "zhao", lot_id=closed.lots[2])
    rows = closed.call("bids_of_lot", "zhao", lot_id=closed.lots[2])["opened"]
    assert [(each["status"], each["whose"]) for each in rows] == [
        ("faulty", "holder"),
        ("opened", None),
        ("opened", None),
    ]
    assert "share_false" in rows[0]["fault"]


def test_the_supplier_present_may_hand_in_its_own_keepsake(open_world: World) -> None:
    offers = [open_world.bid(2, supplier, price) for supplier, price in PRICES]
    open_world.close()
    open_world.begin(2)
    spoiled = offers[0].manifest["bid"]
    for person in TURNING:
        open_world.turn(2, person, spoil=[spoiled] if person == "zhou" else [])
    wrong = {"lot_id": open_world.lots[2], "seat": "purchaser", "share": offers[1].keepsake["purchaser"]}
    assert codes(open_world.refused("hand_in_share", agent_of("s1"), **wrong)) == {"share_false"}
    right = {**wrong, "share": offers[0].keepsake["purchaser"]}
    assert open_world.call("hand_in_share", agent_of("s1"), **right)["status"] == "read_out"


PRICE_SHEETS: dict[str, Any] = {
    "another lot": ({"lot_id": "00000000-0000-4000-8000-000000000000"}, "sheet_of_other_lot"),
    "no price": ({"price": None}, "sheet_price_unreadable"),
    "a price in words": ({"price": "two million"}, "sheet_price_unreadable"),
    "nothing asked": ({"price": "0.00"}, "sheet_price_unreadable"),
    "another currency": ({"currency": "USD"}, "sheet_currency"),
    "items that are no list": ({"items": "many"}, "sheet_member_malformed"),
}


def test_a_price_sheet_that_cannot_be_read_out_is_the_suppliers_fault(open_world: World) -> None:
    world, expected = open_world, {}
    bidders = ("s1", "s2", "s3", "s4", "s5", "s6")
    for supplier, (what, (change, code)) in zip(bidders, PRICE_SHEETS.items(), strict=True):
        sheet = {**world.price_sheet(world.lots[2], supplier, "2000000.00"), **change}
        expected[world.bid(2, supplier, "2000000.00", sheet=sheet).manifest["bid"]] = (what, code)
    good = world.bid(2, "s7", "1990000.00").manifest["bid"]
    world.close()
    opened = world.opened(2)
    for each in opened["bids"]:
        if each["bid_id"] == good:
            assert (each["status"], each["price"]) == ("opened", "1990000.00")
        else:
            assert (each["status"], each["whose"], each["price"]) == ("faulty", "supplier", None)
            assert expected[each["bid_id"]][1] in each["fault"]


def test_a_ciphertext_that_is_gone_is_the_stores_fault(closed: World, shared_store: Any) -> None:
    digest = closed.sql("SELECT manifest->'price'->>'digest' FROM bid WHERE lot_id = :lot LIMIT 1", lot=closed.lots[2])[
        0
    ][0]
    next(shared_store.rglob(digest)).unlink()
    closed.unseal(2)
    rows = closed.call("bids_of_lot", "zhao", lot_id=closed.lots[2])["opened"]
    assert [(each["status"], each["whose"]) for each in rows if each["status"] == "faulty"] == [("faulty", "store")]


def test_a_turn_signed_by_another_or_for_another_lot_is_refused(closed: World) -> None:
    closed.begin(2)
    refused = [
        closed.refused("post_shares", "zhou", lot_id=closed.lots[2], turned=turned, signed=signed)
        for turned, signed in (turns_of(closed, "zhao", "zhao"), turns_of(closed, "zhou", "zhao"))
    ]
    assert "turn_stranger" in codes(refused[0])
    assert "certificate_of_another" in codes(refused[1])


def turns_of(world: World, holder: str, signer: str) -> tuple[dict[str, Any], dict[str, Any]]:
    from services.protocol.sealing import turning
    from services.protocol.sealing.sheet import SealingSheet

    told = world.call("wrapped_shares", holder, lot_id=world.lots[2])
    keys, signing = people.encryption(holder), people.signing(signer)
    turned = turning.turn(keys.key, SealingSheet(told["sheets"][0]["sheet"]), keys.fingerprint, told["manifests"])
    return turned, turning.sign(turned, signing.key, signing.pem)


def test_objections_made_on_the_spot_are_answered_before_anybody_signs(closed: World) -> None:
    closed.unseal(2)
    lot = closed.lots[2]
    closed.call("confirm_reading", agent_of("s1"), lot_id=lot, kind="confirm")
    remark = closed.call("confirm_reading", agent_of("s2"), lot_id=lot, kind="object", text="报价有误")["remark_id"]
    with pytest.raises(Exception, match="remark_unanswered"):
        closed.sign(2, "zhao")
    closed.call("answer_remark", "zhao", remark_id=remark, answer="以密封内容为准")
    assert closed.sign(2, "zhao")["missing"] == [id_of("zhou"), id_of("zheng")]


def test_the_opening_ends_when_all_present_have_signed_and_all_files_are_out(closed: World) -> None:
    closed.unseal(2)
    for person in TURNING:
        assert closed.sign(2, person)["status"] == "read_out"
    assert closed.announced("bids_opened") == []
    closed.open_files()
    opened = closed.announced("bids_opened")[0]
    assert opened["present"] == [id_of(each) for each in TURNING]
    record = closed.call("opening", "li", lot_id=closed.lots[2])
    assert record["record_digest"] == opened["record_digest"]
    assert [each["seat"] for each in record["record"]["turned"]] == ["centre", "purchaser", "supervisor"]


def test_the_files_come_out_as_they_went_in(open_world: World) -> None:
    content = bytes(range(256)) * 12_000  # about three megabytes: several chunks
    held = {"s1": [SourceFile.of("方案.pdf", content), SourceFile.of("空.txt", b"")], "s2": [], "s4": None}
    for supplier, price in PRICES:
        open_world.bid(2, supplier, price, files=held[supplier], about={"machine": f"host-{supplier}"})
    open_world.close()
    opened = open_world.opened(2)
    rows = open_world.call("bids_of_lot", "zhao", lot_id=open_world.lots[2])["opened"]
    assert [each["name"] for each in rows[0]["files"]] == ["方案.pdf", "空.txt"]
    assert b"".join(open_world.store.open(rows[0]["files"][0]["digest"])) == content
    assert b'"files":[]' in b"".join(open_world.store.open(opened["bids"][1]["files_digest"]))


def test_recordings_are_attached_by_digest(closed: World) -> None:
    closed.unseal(2)
    stored = closed.store.put([b"video of the room"])
    told = {
        "kind": "video",
        "digest": stored.digest,
        "began_at": "2026-06-02T01:00:00Z",
        "ended_at": "2026-06-02T02:00:00Z",
    }
    assert closed.call("add_recording", "zhao", lot_id=closed.lots[2], **told)["size"] == 17
    missing = {**told, "digest": "0" * 64}
    assert codes(closed.refused("add_recording", "zhao", lot_id=closed.lots[2], **missing)) == {"recording_not_stored"}
    closed.open_files()
    for person in TURNING:
        closed.sign(2, person)
    assert closed.announced("bids_opened")[0]["recordings"] == [stored.digest]


def test_what_bids_share_is_told_as_a_signal_with_its_article(open_world: World) -> None:
    """87-37: one author, machine, contact, account, text; regular prices; another's name in the files."""
    world = open_world
    text = "".join(
        f"第{number}条 技术响应：满足采购文件要求，见附件{number * 7919}。" for number in range(900)
    ).encode()
    shared = {
        "document": {"author": "老王", "machine": "PC-7"},
        "contact": {"person": "张三", "phone": "0431-111"},
        "bond": {"account": "6222 0001", "amount": "40000.00"},
    }
    for supplier, price in (("s1", "2000000.00"), ("s2", "2010000.00"), ("s4", "2020000.00")):
        sheet = {**world.price_sheet(world.lots[2], supplier, price), **(shared if supplier != "s4" else {})}
        files = [SourceFile.of("方案.txt", text)] if supplier != "s4" else [
            SourceFile.of("别家.txt", "吉林市松江网络科技有限公司(演练)的投标文件".encode())
        ]  # fmt: skip
        world.bid(2, supplier, price, sheet=sheet, files=files)
    world.close()
    signals = world.opened(2)["integrity_signals"]
    kinds = {each["kind"] for each in signals}
    assert kinds == {
        "same_author", "same_machine", "same_contact", "same_bond_account", "alike_files", "price_steps", "mixed_files",
    }  # fmt: skip
    assert {each["article"] for each in signals} == {"87-37"}
    steps = next(each for each in signals if each["kind"] == "price_steps")
    assert (steps["figures"]["step"], len(steps["bids"])) == ("10000.00", 3)
    assert len(world.call("signals", "zheng", lot_id=world.lots[2])["signals"]) == len(signals)


def test_related_firms_are_found_when_the_bids_are_open_not_before(open_world: World) -> None:
    for key in ("s1", "s2"):
        told = next(each for each in people.rehearsal()["organisations"] if each["key"] == key)
        changed = {
            "organisation_id": id_of(key), "kind": "supplier", "name": told["name"], "credit_code": told["credit_code"],
            "size": told["size"], "responsible_person": "同一个人", "controllers": [], "standing": "admitted",
        }  # fmt: skip
        open_world.hear("organisation_changed", changed, f"organisation:{id_of(key)}")
    for supplier, price in PRICES:
        open_world.bid(2, supplier, price)
    open_world.close()
    signals = open_world.opened(2)["integrity_signals"]
    assert [(each["kind"], each["article"], len(each["bids"])) for each in signals] == [("related_firms", "条例18", 2)]


def test_a_complaint_that_suspends_the_procurement_stops_the_opening(open_world: World) -> None:
    world = open_world
    world.call("take_document", agent_of("s7"), project_id=world.project_id)
    world.bid(2, "s1", "2210000.00")
    lodged = world.call(
        "lodge_challenge", agent_of("s7"), project_id=world.project_id, about="document",
        matters=[{"key": "a", "matter": "参数指向特定产品", "facts": "仅一家满足", "evidence": ["对比表"]}],
        request="修改采购文件",
    )  # fmt: skip
    world.call("answer_challenge", "li", challenge_id=lodged["id"], upheld=False, decision="不成立")
    complaint = world.call(
        "lodge_complaint", agent_of("s7"), challenge_id=lodged["id"], matters=["a"], request="责令修改"
    )
    for supplier, price in PRICES[1:]:
        world.bid(2, supplier, price)
    world.at(CLOSES - timedelta(days=1))
    until = (CLOSES + timedelta(days=10)).isoformat()
    world.call("suspend_procurement", "chen", complaint_id=complaint["id"], until=until)
    world.close()
    assert codes(world.refused("begin_opening", "zhao", lot_id=world.lots[2])) == {"procurement_suspended"}
    world.call("resume_procurement", "chen", complaint_id=complaint["id"])
    world.call("begin_opening", "zhao", lot_id=world.lots[2])


def test_competitors_see_what_was_read_out_and_no_accounts_or_contacts(open_world: World) -> None:
    for supplier, price in PRICES:
        sheet = open_world.price_sheet(
            open_world.lots[2], supplier, price, bond={"account": "6222"}, contact={"phone": "1"}, delivery_days=30
        )
        open_world.bid(2, supplier, price, sheet=sheet)
    open_world.close()
    open_world.unseal(2)
    for person, whole in (("agent-s1", False), ("zheng", True), ("sun", True)):
        shown = open_world.call("bids_of_lot", person, lot_id=open_world.lots[2])["opened"]
        assert shown == open_world.call("opening", person, lot_id=open_world.lots[2])["bids"]
        assert ("bond" in shown[0]["sheet"]) == whole
        assert shown[1]["sheet"]["price"] == PRICES[1][1]
    assert (
        open_world.call("bids_of_lot", "agent-s7", lot_id=open_world.lots[2])["opened"][0]["sheet"]["delivery_days"]
        == 30
    )
