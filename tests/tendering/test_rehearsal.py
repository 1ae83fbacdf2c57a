"""The rehearsal's project, from entrustment to opened bids, on a real database with real sealing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from services.protocol import receipt
from services.protocol.sealing.container import SourceFile
from tests.tendering.people import agent_of, id_of, rehearsal
from tests.tendering.world import CLOSES, World


def whole_sheet(world: World, lot: int, bid: dict[str, Any]) -> dict[str, Any]:
    """The price sheet as a sealing program fills it from the rehearsal's row."""
    item = {
        "name": f"采购包{lot}主要标的", "brand": bid["brand"], "maker": f"{bid['brand'] or bid['supplier']}制造商",
        "maker_size": bid["maker_size"], "domestic": bid["domestic"], "quantity": "1", "unit_price": bid["price"],
        "total": bid["price"],
    }  # fmt: skip
    sheet = world.price_sheet(
        world.lots[lot], bid["supplier"], bid.get("figures_total", bid["price"]), items=[item], delivery_days=30,
        consortium=[], bond={"account": f"6222{lot}{bid['supplier']}", "amount": "20000.00"},
        contact={"person": f"{bid['supplier']}联系人", "phone": f"0431-{lot}{bid['supplier']}"},
        document={"author": bid["supplier"], "machine": f"host-{bid['supplier']}", "producer": "sealer"},
    )  # fmt: skip
    if "sheet_words" in bid:
        sheet["price_words"] = bid["sheet_words"]
    return sheet


def test_the_rehearsal_goes_from_entrustment_to_opened_bids(world: World) -> None:
    world.entrusted()

    # A document with three mistakes is objected to, all at once, each with its article; corrected, it passes.
    wrong = world.content()
    wrong["lots"] = [dict(each) for each in wrong["lots"]]
    wrong["lots"][0]["factors"] = [
        {**each, "points": {"price": 25, "tech": 40}.get(each["key"], each["points"])}
        for each in wrong["lots"][0]["factors"]
    ]
    wrong["lots"][1]["bid_bond"] = "50000.00"
    wrong["qualifications"] = [{"key": "capital", "title": "注册资本不低于1000万元", "special": True}]
    drafted = world.call("draft_document", "li", project_id=world.project_id, content=wrong)
    refusal = world.refused("submit_document", "li", document_id=drafted["id"])
    assert refusal.code == "document_objected"
    assert {(each.code, each.article) for each in refusal.objections} == {
        ("price_weight_low", "87-55"),
        ("bid_bond_too_high", "条例33"),
        ("factor_forbidden", "87-17"),
    }
    low = next(each for each in refusal.objections if each.code == "price_weight_low")
    assert (low.figures["weight"], low.figures["least"], low.field) == ("25", "30", "lots.0.factors")
    world.call(
        "edit_document", "li", document_id=drafted["id"], revision=drafted["revision"],
        content={
            **world.content(),
            "qualifications": [{"key": "law22", "title": "符合政府采购法第二十二条", "special": False}],
            "bid_validity_days": 90,
            "lots": with_conditions(world.content()["lots"], drafted),
        },
    )  # fmt: skip
    world.document_id = drafted["id"]
    world.call("submit_document", "li", document_id=drafted["id"])
    assert world.refused("review_document", "li", document_id=drafted["id"]).code == "forbidden"
    world.call("review_document", "wang", document_id=drafted["id"])
    world.call("confirm_document", "sun", document_id=drafted["id"])
    world.held()
    notice = world.published()
    assert notice["payload"]["policy_rules_date"] == "2026-05-11"
    assert notice["payload"]["seats"] == {
        seat: [id_of(each) for each in held] for seat, held in rehearsal()["project"]["seats"].items()
    }

    # Bids: one is replaced, the rest stand; one comes too late.
    first = world.bid(1, "s1", "8300000.00")
    for told in rehearsal()["bids"]:
        for bid in told["bids"]:
            offer = world.sealed(
                told["lot"], bid["supplier"], bid["price"], sheet=whole_sheet(world, told["lot"], bid),
                files=[SourceFile.of("技术方案.txt", f"{bid['supplier']}的技术方案 {told['lot']}".encode() * 200)],
            )  # fmt: skip
            answer = world.hand_in(offer)
            assert receipt.verify(answer["receipt"], world.direct.runtime.key.public_key(), {"kind": "bid"}) == []
    mine = world.call("my_bids", agent_of("s1"), lot_id=world.lots[1])["bids"]
    assert [each["replaced_at"] is not None for each in mine] == [True, False]
    assert mine[0]["id"] == first.manifest["bid"]
    late = world.sealed(3, "s1", "1000000.00")
    world.close(CLOSES + timedelta(seconds=1))
    world.upload(late)
    refusal = world.refused(
        "submit_bid", agent_of("s1"), lot_id=late.lot_id, manifest=late.manifest, signed=late.signed
    )
    assert (refusal.code, refusal.objections[0].article) == ("bid_late", "87-33")

    # Lot 3 has two bids: it fails by itself and is not opened; its ways on are the lawful ones.
    failed = world.announced("lot_failed")
    assert [(each["lot_id"], each["reason"], each["figures"]) for each in failed] == [
        (world.lots[3], "too_few_bids", {"bids": "2", "minimum": "3"})
    ]
    assert failed[0]["articles"] == ["法36", "87-41"]
    assert failed[0]["ways_on"] == ["tender_again", "other_procedure_with_approval"]
    refusal = world.refused("begin_opening", "zhao", lot_id=world.lots[3])
    assert refusal.objections[0].figures["open"] == "tender_again"

    # Lots 1 and 2 are opened by every seat, read out in order of receipt, signed, announced with their price sheets.
    for lot in (1, 2):
        opened = world.opened(lot)
        expected = next(each["bids"] for each in rehearsal()["bids"] if each["lot"] == lot)
        assert [each["supplier_id"] for each in opened["bids"]] == [id_of(each["supplier"]) for each in expected]
        assert [each["price"] for each in opened["bids"]] == [each["price"] for each in expected]
        assert [each["sheet"]["items"][0]["brand"] for each in opened["bids"]] == [each["brand"] for each in expected]
        assert {each["status"] for each in opened["bids"]} == {"opened"}
        assert all(world.store.has(each["files_digest"]) for each in opened["bids"])
        assert opened["integrity_signals"] == []
        read = [each for each in world.announced("price_read_out") if each["lot_id"] == world.lots[lot]]
        assert [each["order"] for each in read] == list(range(1, len(expected) + 1))


def with_conditions(lots: list[dict[str, Any]], drafted: dict[str, Any]) -> list[dict[str, Any]]:
    """The lots with the contract terms the template gave the draft."""
    given = drafted["content"]["lots"]
    return [{**lot, "conditions": told["conditions"]} for lot, told in zip(lots, given, strict=True)]
