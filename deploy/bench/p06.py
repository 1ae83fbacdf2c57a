"""P6: the rush before a deadline: 50 sealed bids a second for five minutes, then 150 a second for one.

Each of some hundred suppliers bids for each lot and replaces its bid again and again; nobody bids twice at once for a
lot (that is refused). All of it runs on this machine, the load in a process of its own, at a constant rate. The bids
are made before: a supplier's sealed containers are uploaded once and named by all its manifests, each with an id and a
signature of its own; acceptance looks no further.

It holds when at 50 a second every bid is accepted with a p99 under a second, when at 150 nothing but 503 with
Retry-After is answered besides, and when afterwards exactly what was accepted is there, each in time.
P6_PHASES="50x20 150x20" shortens it to so many seconds.
"""

from __future__ import annotations

import itertools
import json
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.bench.ground import Ground
from deploy.bench.measured import Measured
from deploy.bench.whole import whole
from deploy.rehearsal import bidding
from deploy.rehearsal.stage import Stage
from services.protocol.sealing import manifest as manifests

CROWD = 150
LOTS = (1, 2, 3)
PHASES = ((50, 300), (150, 60))
SLOWEST = 1.0


def measure(ground: Ground) -> Measured:
    """The p99 at 50 bids a second, and whether all the rest is as it must be."""
    phases = [tuple(map(int, each.split("x"))) for each in os.environ.get("P6_PHASES", "").split()] or list(PHASES)
    with whole(ground, "p06", "bidding", crowd=CROWD) as suite:
        suite.stage.move_to(bidding.BEGINS)
        pairs = [(supplier, lot) for lot in LOTS for supplier in suite.stage.cast.suppliers if "crowd" in supplier]
        offers = dict(zip(pairs, suite.stage.all(lambda each: _offer(suite.stage, *each), pairs), strict=True))
        file = ground.folder / "p06.requests"
        _write(suite.stage, offers, sum(rate * seconds for rate, seconds in phases), file)
        print(f"  {len(pairs)} pairs of supplier and lot, {phases} bids a second x seconds")
        figures = [str(figure) for phase in phases for figure in phase]
        command = ["-m", "deploy.bench.steady_load", suite.url.rpartition(":")[2], str(file), *figures]
        found: dict[str, Any] = ground.ask(command, within=sum(seconds for _, seconds in phases) + 300)
        faults = _faults(found["phases"]) + _differences(suite.stage, pairs, found["accepted"])
    calm, rush = found["phases"]
    print(f"  at {phases[0][0]}/s: {calm}\n  at {phases[1][0]}/s: {rush}")
    accepted = rush["statuses"].get("200", 0) + rush["statuses"].get("201", 0)
    beyond = f"of {rush['asked']} at {phases[1][0]}/s {accepted} accepted, {rush['statuses'].get('503', 0)} told 503"
    return Measured(
        name="P6",
        title="the rush before a deadline",
        ratio=0.0 if faults else SLOWEST / max(calm["p99"], 0.001),
        at_least=1.0,
        ours=calm["p99"] * 1000,
        theirs=SLOWEST * 1000,
        unit=f"ms p99 at {phases[0][0]} bids/s",
        against="a second",
        rounds={"longest": [calm["longest"], rush["longest"]]},
        notes="; ".join([beyond, *faults]),
    )


def _offer(stage: Stage, supplier: str, lot: int) -> bidding.Offer:
    told = {"supplier": supplier, "price": "1000000.00", "brand": "演练牌", "domestic": True, "maker_size": "small"}
    offer = bidding.sealed(stage, lot, told)
    bidding.upload(stage, supplier, offer)
    return offer


def _write(stage: Stage, offers: dict[tuple[str, int], bidding.Offer], many: int, file: Path) -> None:
    """So many bids and a few for each more, in turn, ready to send."""
    agents = {supplier: stage.cast.agent(supplier) for supplier, _ in offers}
    with ThreadPoolExecutor(4) as pool:  # last of all, for tokens live ten minutes
        tokens = dict(zip(agents, pool.map(stage.api.authorization, agents.values()), strict=True))
    operation = stage.api.path_of("tendering.submit_bid", {"lot_id": ""})
    with file.open("w") as lines:
        for supplier, lot in itertools.islice(itertools.cycle(offers), many + 2 * len(offers)):
            made = offers[supplier, lot].manifest | {"bid": str(uuid.uuid4())}
            signed = manifests.sign(made, agents[supplier].key, agents[supplier].pem)
            headers = {**tokens[supplier], "Idempotency-Key": str(uuid.uuid4()), "Accept-Language": "en"}
            request = {
                "who": f"{supplier} {lot}", "method": operation.method, "mark": made["bid"], "headers": headers,
                "path": operation.path.format(lot_id=stage.lots[lot]),
                "body": json.dumps({"manifest": made, "signed": signed}),
            }  # fmt: skip
            lines.write(json.dumps(request) + "\n")


def _faults(phases: list[dict[str, Any]]) -> list[str]:
    """What was answered otherwise than it must be."""
    calm, rush = phases
    allowed = ({"200", "201"}, {"200", "201", "503"})
    found = []
    for name, phase, fine in zip(("calm", "rush"), (calm, rush), allowed, strict=True):
        other = {status: many for status, many in phase["statuses"].items() if status not in fine}
        found += [f"{name}: answered {other}"] if other else []
        found += [f"{name}: {phase[key]} {key}" for key in ("unsaid", "broken", "skipped") if phase[key]]
    return found


def _differences(stage: Stage, pairs: list[tuple[str, int]], accepted: list[str]) -> list[str]:
    """What is kept otherwise than it was accepted: lost, unknown, twice live, late."""
    known: list[str] = []
    late = beside = 0
    for supplier, lot in pairs:
        lot_id = stage.lots[lot]
        kept = stage.call("tendering.my_bids", stage.cast.agent(supplier), lot_id=lot_id)["bids"]
        closes = datetime.fromisoformat(stage.call("tendering.lot", lot_id=lot_id)["closes_at"])
        known += [each["id"] for each in kept]
        late += sum(datetime.fromisoformat(each["received_at"]) >= closes for each in kept)
        beside += max(0, sum(each["replaced_at"] is None for each in kept) - 1)
    found = {
        "lost": len(set(accepted) - set(known)),
        "kept though not accepted": len(set(known) - set(accepted)),
        "kept twice": len(known) - len(set(known)),
        "late": late,
        "live beside another": beside,
    }
    return [f"{many} {what}" for what, many in found.items() if many]
