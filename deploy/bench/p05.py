"""P5: from the journal to the listener's commit, against kombu's batched confirms and a bare consumer that commits."""

from __future__ import annotations

import time
import uuid
from contextlib import closing
from functools import partial

import psycopg
from sqlalchemy.engine import make_url

from deploy import broker_rights, processes
from deploy.bench.ground import LISTENER, SOURCE, Ground
from deploy.bench.measured import Measured, medians, take_turns
from deploy.trouble import Trouble
from gateway.bus import Bus

EVENTS = 1500
_WITHIN = 120.0
_PROBLEM = f"the events were not all heard within {_WITHIN:.0f} s"


def measure(ground: Ground) -> Measured:
    """Both move the same events through a durable quorum queue into the same PostgreSQL, a commit for each event.

    Ours journals, seals into the log, relays in commit order, and hears each event once and in its subject's order. The
    opponent has the finished messages in memory, publishes them in batches of 500 and waits for the confirms, and its
    one consumer inserts, commits and acknowledges. The clock runs from the source's commit (the opponent's first
    publish) to the last row in the listener's table.
    """
    accesses = [ground.access(department) for department in (SOURCE, LISTENER)]
    bare = ["-m", "deploy.bench.bare_events", ground.uri(broker_rights.ADMIN), _plain(accesses[1].migration_url)]
    with (
        closing(Bus(ground.uri(broker_rights.GATEWAY))) as bus,
        psycopg.connect(_plain(accesses[1].runtime_url), autocommit=True) as listener,
        ground.running(SOURCE),
        ground.running(LISTENER),
    ):
        _ours(bus, listener, 50)  # the first round would pay for every connection and statement
        figures = take_turns(
            {
                "ours": partial(_ours, bus, listener, EVENTS),
                "theirs": lambda: ground.ask([*bare, str(EVENTS)])["rate"],
            }
        )
    middle = medians(figures)
    return Measured(
        name="P5",
        title="journal → relay → broker confirm → listener's commit",
        ratio=middle["ours"] / middle["theirs"],
        at_least=0.5,
        ours=middle["ours"],
        theirs=middle["theirs"],
        unit="events/s",
        against="kombu with confirms in batches of 500, and one bare consumer: insert, commit, acknowledge",
        rounds=figures,
    )


def _ours(bus: Bus, listener: psycopg.Connection, events: int) -> float:
    """Events a second from the commit of the command that told them all."""
    this_round = uuid.uuid4().hex
    bus.call(SOURCE, "tell", {"round": this_round, "number": events}, within=60, request_id=this_round)
    began = time.perf_counter()

    def heard_all() -> bool:
        row = listener.execute("SELECT count(*) FROM heard_thing WHERE round = %s", (this_round,)).fetchone()
        return row is not None and row[0] >= events

    if not processes.wait_until(heard_all, within=_WITHIN):
        raise Trouble(_PROBLEM)
    return events / (time.perf_counter() - began)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
