"""LOG: what the log costs on the hot path: submissions a second with it and without it."""

from __future__ import annotations

from contextlib import closing

import psycopg

from deploy import broker_rights, processes
from deploy.bench.ground import SOURCE, Ground
from deploy.bench.measured import Measured, medians, take_turns
from deploy.postgres import plain
from deploy.trouble import Trouble
from gateway.bus import Bus

SECONDS = 3.0
ROUNDS = 9


def measure(ground: Ground) -> Measured:
    """The same command of the same process, 16 callers at once: a row, a journal entry, a durable commit, an answer.

    With the log, the process seals the journal into the tree meanwhile and signs it every three seconds; without, the
    journal is written and not sealed. What was left unsealed is sealed before the next turn. Nothing is sent to the bus
    either way.
    """
    uri, database = ground.uri(broker_rights.GATEWAY), plain(ground.access(SOURCE).runtime_url)
    asked = ["-m", "deploy.bench.callers", "submitting", uri, str(SECONDS)]
    with (
        closing(Bus(uri)) as bus,
        psycopg.connect(database, autocommit=True) as looking,
        ground.running(SOURCE, module="switched"),
    ):

        def sealed() -> bool:
            row = looking.execute("SELECT NOT EXISTS (SELECT FROM unsealed)").fetchone()
            return row is not None and bool(row[0])

        def way(sealing: bool) -> float:
            bus.call(SOURCE, "switch", {"sealing": True}, within=30)
            if not processes.wait_until(sealed, within=60):
                raise Trouble("the journal was not sealed within 60 s")
            bus.call(SOURCE, "switch", {"sealing": sealing}, within=30)
            return ground.ask(asked)["rate"]

        way(True)  # the first turn pays for every connection and statement
        figures = take_turns({"ours": lambda: way(True), "theirs": lambda: way(False)}, ROUNDS)
    middle = medians(figures)
    return Measured(
        name="LOG",
        title="submissions with the log, 16 callers",
        ratio=middle["ours"] / middle["theirs"],
        at_least=0.8,
        ours=middle["ours"],
        theirs=middle["theirs"],
        unit="submissions/s",
        against="the same process not sealing: journalled, kept out of the log",
        rounds=figures,
    )
