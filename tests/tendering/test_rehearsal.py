"""The rehearsal's project, from entrustment to opened bids, on a real database with real sealing."""

from __future__ import annotations

from tests.tendering.people import rehearsal
from tests.tendering.world import CLOSES, World, codes


def test_the_rehearsal_goes_from_entrustment_to_opened_bids(world: World) -> None:
    world.ready()
    for told in rehearsal()["bids"]:
        for bid in told["bids"]:
            world.bid(told["lot"], bid["supplier"], bid["price"])
    world.close(CLOSES)
    assert [each["lot_id"] for each in world.announced("lot_failed")] == [world.lots[3]]
    opened = world.opened(1)
    assert [each["price"] for each in opened["bids"]] == [each["price"] for each in rehearsal()["bids"][0]["bids"]]
    assert len(world.opened(2)["bids"]) == 5
    assert codes(world.refused("begin_opening", "zhao", lot_id=world.lots[3])) == {"lot_move_closed"}
