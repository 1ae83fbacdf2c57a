"""Two bids that meet: what one waits for, and when it arrived."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import text

from services.chassis.refusal import Refusal
from tests.tendering.world import Offer, World

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%{what}%'"


@contextmanager
def held(world: World) -> Iterator[Callable[[], datetime]]:
    """Every live bid's row is locked by somebody else; the answer lets go, and says when by the database's clock."""
    with world.direct.runtime.engines.writing() as session:
        session.execute(text("SELECT 1 FROM bid WHERE replaced_at IS NULL FOR UPDATE"))

        def let_go() -> datetime:
            moment: datetime = session.scalar(text("SELECT chassis_now()"))
            session.rollback()
            return moment

        yield let_go


def waiting(world: World, many: int, what: str = "UPDATE bid") -> None:
    """Until so many such statements wait for a row."""
    until = time.monotonic() + 20
    while world.sql(WAITING.format(what=what))[0][0] < many:
        assert time.monotonic() < until, "nobody waits"
        time.sleep(0.02)


def handed_in(world: World, offers: list[Offer], pool: ThreadPoolExecutor) -> list[Future[Any]]:
    """These bids, handed in at once."""
    ready = threading.Barrier(len(offers))

    def hand_in(offer: Offer) -> Any:
        ready.wait(10)
        return world.hand_in(offer)

    return [pool.submit(hand_in, each) for each in offers]


def further(world: World, many: int) -> list[Offer]:
    found = [world.sealed(1, "s1", f"79{number}0000.00") for number in range(many)]
    for each in found:
        world.upload(each)
    return found


def test_a_bid_that_waited_for_its_predecessor_arrived_when_it_had_waited(open_world: World) -> None:
    open_world.bid(1, "s1", "7980000.00")
    offers = further(open_world, 1)
    with ThreadPoolExecutor(1) as pool, held(open_world) as let_go:
        (bid,) = handed_in(open_world, offers, pool)
        waiting(open_world, 1)
        moment = let_go()
        receipt = bid.result(20)["receipt"]["receipt"]
    assert datetime.fromisoformat(receipt["time"]) >= moment


def test_of_two_bids_of_one_supplier_at_once_one_stands_and_the_other_is_told(open_world: World) -> None:
    first = open_world.bid(1, "s1", "7980000.00")
    offers = further(open_world, 2)
    with ThreadPoolExecutor(2) as pool, held(open_world) as let_go:
        bids = handed_in(open_world, offers, pool)
        waiting(open_world, 2)
        let_go()
        ended = [each.exception(20) for each in bids]
    told = [each for each in ended if each is not None]
    assert [each.code for each in told if isinstance(each, Refusal)] == ["bid_twice_at_once"]
    live = open_world.sql("SELECT id FROM bid WHERE replaced_at IS NULL AND withdrawn_at IS NULL")
    assert [each.id for each in live] == [offers[ended.index(None)].manifest["bid"]]
    replaced = open_world.sql("SELECT id, replaced_by FROM bid WHERE replaced_at IS NOT NULL")
    assert [(each.id, each.replaced_by) for each in replaced] == [(first.manifest["bid"], live[0].id)]


def test_a_bid_that_waited_for_an_amendment_is_judged_by_the_sheet_the_amendment_published(open_world: World) -> None:
    lot_id = open_world.lots[1]
    (offer,) = further(open_world, 1)
    newer = (
        "INSERT INTO sealing_sheet (digest, lot_id, version, content, published_at) "
        "SELECT :digest, lot_id, version + 1, jsonb_set(content, '{deadline}', '\"2026-07-01T01:00:00Z\"'), "
        "published_at FROM sealing_sheet WHERE lot_id = :lot_id"
    )
    with ThreadPoolExecutor(1) as pool, open_world.direct.runtime.engines.writing() as amending:
        amending.execute(text("SELECT 1 FROM lot WHERE id = :lot_id FOR UPDATE"), {"lot_id": lot_id})
        amending.execute(text(newer), {"digest": "e" * 64, "lot_id": lot_id})
        amending.execute(text("UPDATE lot SET title = title || '.' WHERE id = :lot_id"), {"lot_id": lot_id})
        (bid,) = handed_in(open_world, [offer], pool)
        waiting(open_world, 1, "SELECT lot.id")
        amending.commit()
        refused = bid.exception(20)
    assert isinstance(refused, Refusal), "accepted under a sheet that was no longer in force"
    assert "manifest_other_sheet" in {each.code for each in refused.objections}
