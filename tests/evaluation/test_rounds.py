"""Negotiating procedures fit the same evaluation: rounds, changes told to all, sealed final offers, then prices and
ranking."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

from pypdf import PdfReader

from services.chassis.refusal import Refusal
from services.evaluation import report_pdf
from services.evaluation.rules.rounds import commitment
from tests.evaluation.conftest import Played
from tests.evaluation.people import id_of, refused
from tests.evaluation.test_reviews import rejected
from tests.evaluation.world import World

OFFERS = {"s1": "2100000.00", "s2": "2000000.00", "s4": "1900000.00", "s5": "1950000.00", "s6": "1800000.00"}


def seal(world: World, round_id: str, supplier: str, price: str) -> None:
    sealed = commitment(round_id, world.bid(2, supplier), Decimal(price), supplier * 16)
    world.call("seal_offer", f"agent-{supplier}", round_id=round_id, commitment=sealed)


def reveal(world: World, round_id: str, supplier: str, price: str) -> Any:
    return world.call("reveal_offer", f"agent-{supplier}", round_id=round_id, price=price, nonce=supplier * 16)


def test_rounds_end_in_sealed_final_offers_that_are_then_ranked(played: Played) -> None:
    world = played("negotiating")
    lot = world.lot(2)
    talk = world.call(
        "open_round",
        world.panel_keys[0],
        lot_id=lot,
        kind="negotiation",
        changes="质保改为五年",
        closes_at=world.in_minutes(60),
    )["id"]
    told = world.events("round_opened")[0]
    assert (told["changes"], len(told["suppliers"])) == ("质保改为五年", 5), "what changes is told to all"
    final = {"lot_id": lot, "kind": "final_offer", "closes_at": world.in_minutes(90)}
    with refused("round_open"):
        world.call("open_round", world.panel_keys[0], **final)
    world.later(minutes=61)
    with refused("offer_late"):
        seal(world, talk, "s1", "1.00")
    round_id = world.call("open_round", world.panel_keys[0], **final)["id"]
    for supplier, price in OFFERS.items():
        seal(world, round_id, supplier, price)
    with refused("offer_made"):
        seal(world, round_id, "s1", "1.00")
    with refused("not_yours"):
        world.call("seal_offer", "agent-s3", round_id=round_id, commitment="0" * 64)
    with refused("offer_reveal_early"):
        reveal(world, round_id, "s1", OFFERS["s1"])
    assert not any(price in str(each.payload) for price in OFFERS.values() for each in world.service.announced)
    world.later(minutes=30)
    with refused("offer_differs"):
        reveal(world, round_id, "s1", "1.00")
    for supplier, price in OFFERS.items():
        reveal(world, round_id, supplier, price)
    with refused("round_after_final"):
        world.call("open_round", world.panel_keys[0], **final | {"closes_at": world.in_minutes(60)})
    world.price(2)
    ranking = world.settle(2)["ranking"]
    # Less 20 % for domestic products: s4 1,520,000; s5 1,560,000; s2 1,600,000; s1 1,680,000; s6 is not domestic.
    assert [(each["supplier_id"], each["evaluation_price"]) for each in ranking] == [
        (id_of("s4"), "1520000.00"),
        (id_of("s5"), "1560000.00"),
        (id_of("s2"), "1600000.00"),
        (id_of("s1"), "1680000.00"),
        (id_of("s6"), "1800000.00"),
    ]


def final_round(world: World) -> str:
    """The final offers are asked for."""
    final = {"lot_id": world.lot(2), "kind": "final_offer", "closes_at": world.in_minutes(60)}
    return str(world.call("open_round", world.panel_keys[0], **final)["id"])


def look_at_prices(world: World) -> None:
    fields = {"lot_id": world.lot(2), "answer_by": world.in_minutes(30)}
    world.call("find_corrections", "zhao", **fields)
    world.call("examine_prices", world.panel_keys[0], **fields)
    world.later(minutes=31)


def test_prices_wait_for_the_final_offers_and_who_made_or_opened_none_is_out(played: Played) -> None:
    world = played("negotiating")
    with refused("final_offers_missing"):
        look_at_prices(world)
    round_id = final_round(world)
    for supplier in ("s1", "s2", "s4", "s5"):  # s6 makes none
        seal(world, round_id, supplier, OFFERS[supplier])
    with refused("final_offers_open"):
        look_at_prices(world)
    world.later(minutes=60)
    for supplier in ("s1", "s2", "s4"):  # s5 opens none
        reveal(world, round_id, supplier, OFFERS[supplier])
    with refused("offers_unopened"):
        look_at_prices(world)
    world.later(minutes=30)
    look_at_prices(world)
    assert rejected(world, 2) == {"s5": "prices", "s6": "prices"}
    with refused("offer_reveal_late"):
        reveal(world, round_id, "s5", OFFERS["s5"])
    with refused("round_after_final"):
        final_round(world)
    done = world.call("close_prices", "zhao", lot_id=world.lot(2))
    assert (done["stage"], done["left"]) == ("ranking", 3)
    with refused("wrong_stage"):
        seal(world, round_id, "s5", OFFERS["s5"])
    settled = world.settle(2)
    assert [each["price"] for each in settled["ranking"]] == ["1900000.00", "2000000.00", "2100000.00"]
    assert {each["article"] for each in settled["rejected"]} == {"74-33"}


def test_with_two_final_offers_a_negotiation_fails(played: Played) -> None:
    world = played("negotiating")
    round_id = final_round(world)
    for supplier in ("s1", "s2"):
        seal(world, round_id, supplier, OFFERS[supplier])
    world.later(minutes=60)
    for supplier in ("s1", "s2"):
        reveal(world, round_id, supplier, OFFERS[supplier])
    look_at_prices(world)
    assert world.call("close_prices", "zhao", lot_id=world.lot(2))["stage"] == "failed"
    assert world.events("evaluation_failed")[0]["figures"] == {"left": "2", "least": "3"}


def test_an_offer_is_read_by_its_maker_and_the_room_and_its_price_by_nobody_before_it_is_opened(
    played: Played,
) -> None:
    world = played("negotiating")
    round_id = final_round(world)
    for supplier, price in OFFERS.items():
        seal(world, round_id, supplier, price)
    inside = [world.panel_keys[0], world.leader, "zhao", "zheng", "chen"]
    watchers = [*inside, "li", "sun", "ma", "agent-s1", "agent-s2", "agent-s3"]

    def rounds_of(key: str) -> list[dict[str, Any]]:
        if key.startswith("agent-"):
            return list(world.call("my_questions", key)["rounds"])
        try:
            return list(world.call("questions", key, lot_id=world.lot(2))["rounds"])
        except Refusal:
            return []

    def offers_read_by(key: str) -> set[tuple[str, str | None]]:
        return {(one["bid_id"], one["price"]) for each in rounds_of(key) for one in each["offers"]}

    for key in watchers:
        assert not [price for _, price in offers_read_by(key) if price], key
        assert not any(price in str(rounds_of(key)) for price in OFFERS.values()), key
    everybody = {world.bid(2, supplier) for supplier in OFFERS}
    for key in inside:
        assert {bid for bid, _ in offers_read_by(key)} == everybody, key
    assert {bid for bid, _ in offers_read_by("agent-s1")} == {world.bid(2, "s1")}
    assert rounds_of("agent-s3") == rounds_of("li") == rounds_of("sun") == []
    world.later(minutes=60)
    reveal(world, round_id, "s1", OFFERS["s1"])
    assert (world.bid(2, "s1"), OFFERS["s1"]) in offers_read_by("zheng")
    assert offers_read_by("agent-s2") == {(world.bid(2, "s2"), None)}, "what another opened stays inside"
    assert not [each for each in world.service.announced if each.event.startswith("offer_") and each.public]


def test_the_report_shows_every_round_and_offer_in_data_and_in_print(played: Played) -> None:
    world = played("negotiating")
    talk = {"lot_id": world.lot(2), "kind": "negotiation", "changes": "质保改为五年", "closes_at": world.in_minutes(60)}
    world.call("open_round", world.panel_keys[0], **talk)
    world.later(minutes=61)
    round_id = final_round(world)
    for supplier, price in OFFERS.items():
        seal(world, round_id, supplier, price)
    world.later(minutes=61)
    for supplier, price in OFFERS.items():
        reveal(world, round_id, supplier, price)
    world.price(2)
    world.settle(2)
    report = world.call("report", "zheng", lot_id=world.lot(2))
    first, last = report["body"]["rounds"]
    assert (first["changes"], first["offers"]) == ("质保改为五年", [])
    assert {one["price"] for one in last["offers"]} == set(OFFERS.values())
    printed = report_pdf.render(report["body"], report["digest"])
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages).replace("\n", "")
    for one in last["offers"]:
        assert one["price"] in text
        assert one["commitment"] in text
    assert "质保改为五年" in text


def test_an_open_tender_has_no_rounds(played: Played) -> None:
    world = played("pricing")
    fields = {"lot_id": world.lot(2), "kind": "final_offer", "closes_at": world.in_minutes(60)}
    with refused("round_not_negotiated"):
        world.call("open_round", world.panel_keys[0], **fields)
