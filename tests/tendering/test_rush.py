"""The rush at the deadline: bids from many concurrent clients; accepted are exactly those before the instant."""

from __future__ import annotations

import os
import threading
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from services.chassis.caller import Caller
from services.chassis.direct import Direct
from services.chassis.refusal import Refusal
from services.protocol.sealing import manifest as manifests
from services.registry.permissions import grants
from services.tendering.models import Organisation
from services.tendering.service import TenderingService
from tests.tendering import people
from tests.tendering.people import id_of
from tests.tendering.world import CLOSES, World

BIDS = int(os.environ.get("RUSH_BIDS", "2000"))
CLIENTS = 6
LATE_EACH = 3
SECONDS_BEFORE = float(os.environ.get("RUSH_SECONDS", "12"))


def test_of_the_bids_around_the_instant_exactly_those_before_it_are_accepted(open_world: World) -> None:
    """The ciphertexts are one and the same; who bids differs. RUSH_BIDS says how many."""
    world = open_world
    model = world.sealed(2, "s1", "2210000.00")
    world.upload(model)
    url, store = str(world.direct.runtime.settings.database_url), world.direct.runtime.settings.store_url
    crowd = [crowd_member(world, number) for number in range(BIDS)]
    offers = [bid_of(model.manifest, by) for by in crowd]
    world.at(CLOSES - timedelta(seconds=SECONDS_BEFORE))
    instant = time.monotonic() + SECONDS_BEFORE
    outcomes: list[tuple[str, datetime | None, str]] = []
    lock = threading.Lock()

    def client(mine: list[int]) -> None:
        direct = Direct(TenderingService, url, store_url=store, key=world.direct.runtime.key)
        for place, number in enumerate(mine):
            if place >= len(mine) - LATE_EACH:  # whatever the machine's speed, some come at the instant and after it
                time.sleep(max(0.0, instant - time.monotonic()))
            made, signed = offers[number]
            try:
                answer = direct.call("submit_bid", by=crowd[number], lot_id=world.lots[2], manifest=made, signed=signed)
                at, outcome = datetime.fromisoformat(answer["receipt"]["receipt"]["time"]), "accepted"
            except Refusal as refusal:
                at, outcome = None, refusal.code
            with lock:
                outcomes.append((made["bid"], at, outcome))
        direct.close()

    threads = [threading.Thread(target=client, args=(list(range(n, BIDS, CLIENTS)),)) for n in range(CLIENTS)]
    for each in threads:
        each.start()
    while any(each.is_alive() for each in threads):
        world.direct.tick("close_lots")
        for each in threads:
            each.join(0.05)
    world.close(CLOSES)

    accepted = {bid for bid, _, outcome in outcomes if outcome == "accepted"}
    assert {outcome for _, _, outcome in outcomes} == {"accepted", "bid_late"}
    assert len(outcomes) == BIDS
    assert all(at < CLOSES for _, at, outcome in outcomes if at is not None)
    kept = world.sql("SELECT id, received_at FROM bid WHERE lot_id = :lot", lot=world.lots[2])
    assert {row[0] for row in kept} == accepted  # none lost, none late
    assert all(row[1] < CLOSES for row in kept)
    counted = world.call("bids_of_lot", "li", lot_id=world.lots[2])
    assert counted == {"count": len(accepted)}


def crowd_member(world: World, number: int) -> Caller:
    """An agent of a supplier of its own, enrolled with the same key material as another (nobody checks that here)."""
    supplier, person = str(uuid.uuid4()), id_of("agent-s1")
    session = world.direct.runtime.engines.writing()
    session.add(Organisation(id=supplier, kind="supplier", name=f"演练企业{number}", standing="admitted"))
    session.commit()
    session.close()
    return Caller(
        person_id=person, name="演练", organisation_id=supplier, organisation_kind="supplier",
        roles=frozenset({"supplier.agent"}), grants=grants(["supplier.agent"]),
    )  # fmt: skip


def bid_of(model: dict[str, Any], by: Caller) -> tuple[dict[str, Any], dict[str, Any]]:
    """The model's manifest as this supplier's own bid, signed."""
    made = {**model, "bid": str(uuid.uuid4()), "supplier": by.organisation_id}
    keys = people.signing("agent-s1")
    return made, manifests.sign(made, keys.key, keys.pem)
