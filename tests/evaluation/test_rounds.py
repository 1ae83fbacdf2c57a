"""Negotiating procedures fit the same evaluation: rounds, changes told to all, sealed final offers, then prices and
ranking."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.evaluation.rules.rounds import commitment
from tests.evaluation.conftest import Played
from tests.evaluation.people import id_of, refused
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


def test_an_open_tender_has_no_rounds(played: Played) -> None:
    world = played("pricing")
    fields = {"lot_id": world.lot(2), "kind": "final_offer", "closes_at": world.in_minutes(60)}
    with refused("round_not_negotiated"):
        world.call("open_round", world.panel_keys[0], **fields)
