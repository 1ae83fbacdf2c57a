"""P3: handing in a sealed bid through HTTP, against one Flask process that inserts the same row.

Ours checks the session, the manifest, its signature and certificate, the uploaded files and the deadline by the
database's clock, keeps the bid, its predecessor and a journal entry in one transaction, and signs a receipt. Each bid
is sealed and uploaded before the clock starts; each replaces its supplier's last one, and no supplier hands in two at
once (that is refused), so as many are under way as the lot has bidders.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import socket
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from deploy import ports, processes
from deploy.bench.ground import Ground
from deploy.bench.measured import ROUNDS, Measured, medians, take_turns
from deploy.bench.plain_flask import prepare
from deploy.bench.whole import Whole, whole
from deploy.rehearsal import bidding
from deploy.rehearsal.client import Operation
from deploy.rehearsal.stage import Stage
from deploy.trouble import Trouble

EACH = 96
LOT = 1


def measure(ground: Ground) -> Measured:
    """Submissions a second, the same bodies for both."""
    with whole(ground, "p03", "bidding") as suite:
        files = [ground.folder / f"p03-{number}.requests" for number in range(ROUNDS + 1)]
        for file in files:
            file.write_text("\n".join(_requests(suite)))
        turns = {"ours": iter(files), "theirs": iter(files)}
        with plain(ground, workers=1, database_url=ground.postgres.url()) as port:

            at_once = len(_bidders(suite.stage))

            def ours() -> float:
                return _rate(ground, int(suite.url.rpartition(":")[2]), next(turns["ours"]), at_once)

            def theirs() -> float:
                return _rate(ground, port, _for_plain(next(turns["theirs"])), at_once)

            ours(), theirs()  # the first calls open connections and prepare statements
            figures = take_turns({"ours": ours, "theirs": theirs})
    middle = medians(figures)
    return Measured(
        name="P3",
        title="sealed bids handed in through HTTP, durable and receipted",
        ratio=middle["ours"] / middle["theirs"],
        at_least=0.5,
        ours=middle["ours"],
        theirs=middle["theirs"],
        unit="bids/s",
        against="one Flask process inserting the same row with a commit, the gateway's gunicorn settings",
        rounds=figures,
    )


def _requests(suite: Whole) -> list[str]:
    """Bids of this lot's suppliers in turn, sealed and uploaded, as requests ready to send."""
    stage = suite.stage
    suppliers = _bidders(stage)
    if not stage.facts.get("bonded"):
        for supplier in suppliers:
            bidding.hand_over_bond(stage, LOT, supplier)
        stage.facts["bonded"] = True
        stage.move_to(bidding.BEGINS)
    operation: Operation = stage.api.path_of("tendering.submit_bid", {"lot_id": stage.lots[LOT]})
    path = operation.path.format(lot_id=stage.lots[LOT])
    made = []
    for supplier in itertools.islice(itertools.cycle(suppliers), EACH):
        told = bidding.told_of(stage, LOT, supplier)
        offer = bidding.sealed(stage, LOT, told)
        bidding.upload(stage, supplier, offer)
        headers = {
            **stage.api.authorization(stage.cast.agent(supplier)), "Idempotency-Key": str(uuid.uuid4()),
            "Accept-Language": "en",
        }  # fmt: skip
        body = json.dumps({"manifest": offer.manifest, "signed": offer.signed})
        made.append(json.dumps({"method": operation.method, "path": path, "headers": headers, "body": body}))
    return made


def _bidders(stage: Stage) -> list[str]:
    lot = next(each for each in stage.data["bids"] if each["lot"] == LOT)
    return [each["supplier"] for each in lot["bids"]]


def _for_plain(file: Path) -> Path:
    made = file.with_suffix(".plain")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    made.write_text("\n".join(json.dumps({**line, "path": "/bids", "method": "POST"}) for line in lines))
    return made


def _rate(ground: Ground, port: int, file: Path, at_once: int) -> float:
    found: dict[str, Any] = ground.ask(["-m", "deploy.bench.http_load", str(port), str(at_once), str(file)])
    if found["failed"]:
        raise Trouble(f"{found['failed']} of {found['done']} bids were not accepted, the first: {found['said']}")
    return float(found["rate"])


@contextlib.contextmanager
def plain(ground: Ground, workers: int, database_url: str = "") -> Iterator[int]:
    """The opponent, serving; its port."""
    port = ports.free_port()
    environment = {
        **os.environ, "GATEWAY_PORT": str(port), "GATEWAY_WORKERS": str(workers), "PLAIN_FOLDER": str(ground.folder),
        "PLAIN_DATABASE_URL": database_url,
    }  # fmt: skip
    if database_url:
        prepare(database_url)
    command = ["-m", "gunicorn", "-c", "gateway/gunicorn_conf.py", "deploy.bench.plain_flask:create()"]
    with ground.program(f"plain-{port}", command, environment):
        processes.wait_until(lambda: _listens(port), within=30)
        yield port


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
