"""A ground for fault tests: a broker and a PostgreSQL that can be killed, the pair on them, through faulty wires."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
import uuid
from pathlib import Path
from typing import Any

import pika
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from deploy import broker_rights, ports, rabbitmq
from deploy.broker import Broker, BrokerPorts
from deploy.postgres import PostgresServer
from services.chassis.database import connect
from services.chassis.log import ledger, reading
from services.protocol.log import verify
from tests.conftest import ROOT, DepartmentDatabases
from tests.faults.proxy import FaultyWire
from tests.pair.databases import migrated
from tests.pair.running import Running, until, write_keys

PAIR = ("alpha", "beta")
KNOWN = (*PAIR, "registry")  # every department hears of ended sessions from registry


class Ground:
    """Everything one fault test may break, private to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = PostgresServer(
            folder / "postgres", ports.free_port(), secrets.token_hex(16), durable=True, dies_with_us=True
        )
        users = (broker_rights.ADMIN, broker_rights.GATEWAY, broker_rights.PARTNER, *KNOWN)
        self.broker = Broker(
            folder / "broker",
            BrokerPorts.free(),
            rabbitmq.find(ROOT / ".run/cache/rabbitmq", print),
            KNOWN,
            {user: secrets.token_hex(12) for user in users},
            dies_with_us=True,
        )
        self.processes: dict[str, Running] = {}
        self.wires: list[FaultyWire] = []

    def start(self) -> None:
        """Everything up, the pair ready."""
        self.broker.start()
        self.postgres.start()
        databases = DepartmentDatabases(self.postgres.url())
        write_keys(self.folder)
        self.accesses = {name: migrated(databases, name) for name in PAIR}
        self.bus_wire = FaultyWire(self.broker.ports.amqp)
        self.database_wire = FaultyWire(self.postgres.port)
        self.wires = [self.bus_wire, self.database_wire]
        for name in PAIR:
            url = make_url(self.accesses[name].runtime_url).set(port=self.database_wire.port)
            uri = self.broker.uri(name).replace(f":{self.broker.ports.amqp}/", f":{self.bus_wire.port}/")
            self.processes[name] = Running(
                name, uri, url.render_as_string(hide_password=False), self.folder, AMQP_HEARTBEAT="5"
            ).start(wait=False)

    def wait_ready(self) -> None:
        """Until both serve; then, as the launcher does, have the broker write down their new queues.

        A broker killed within a second of a quorum queue's declaration forgets what it confirmed for it.
        """
        for each in self.processes.values():
            until(each.ready, within=60)
        self.broker.settle()

    def stop(self) -> None:
        """Everything down."""
        for each in self.processes.values():
            each.end()
        for wire in self.wires:
            wire.close()
        self.broker.stop()
        self.postgres.stop()

    def mend(self) -> None:
        """What a supervisor does: start again what has ended."""
        if not self.broker.running:
            self.broker.launch()
            self.broker.wait_ready()
        if not self.postgres.running:
            self.postgres.start()
        for each in self.processes.values():
            if each.process is None or each.process.poll() is not None:
                each.start(wait=False)

    def rows(self, department: str, sql: str) -> list[Any]:
        """Rows of a department's database, past the faulty wire."""
        engine = create_engine(self.accesses[department].runtime_url)
        try:
            with engine.connect() as connection:
                return list(connection.execute(text(sql)).all())
        finally:
            engine.dispose()


class PersistentClient:
    """Asks again with the same request id until it has an answer, over connections of its own.

    mends: whether it does the supervisor's work in between; only in the main thread.
    """

    def __init__(self, ground: Ground, mends: bool = True) -> None:
        self.ground = ground
        self.mends = mends
        self.connection: Any = None
        self.answers: dict[str, Any] = {}

    def take_note(self, key: str, topic: str, patience: float = 60.0, each: float = 3.0) -> dict[str, Any]:
        """The answer; AssertionError when there is none within `patience` seconds."""
        end = time.monotonic() + patience
        fields = json.dumps({"args": [], "kwargs": {"key": key, "topic": topic}}).encode()
        while time.monotonic() < end:
            answer = self._ask(key, fields, each)
            error = answer and answer["error"]
            if answer and not error:
                return dict(answer["result"])
            if error and error["exc_args"][0] not in ("department_unavailable", "deadline_passed"):
                raise AssertionError(f"{key}: {error}")
            if self.mends:
                self.ground.mend()
        raise AssertionError(f"no answer for {key} in {patience} s")

    def _ask(self, request_id: str, body: bytes, within: float) -> Any:
        correlation = str(uuid.uuid4())
        headers = {"nameko.request_id": request_id, "nameko.deadline": str(time.time() + within)}
        try:
            channel = self._channel()
            channel.basic_publish(
                "nameko-rpc",
                "alpha.take_note",
                body,
                pika.BasicProperties(
                    reply_to="amq.rabbitmq.reply-to",
                    content_type="application/json",
                    correlation_id=correlation,
                    headers=headers,
                    expiration=str(int(within * 1000)),
                ),
            )
            end = time.monotonic() + within
            while correlation not in self.answers and time.monotonic() < end:
                self.connection.process_data_events(time_limit=0.05)
            return self.answers.pop(correlation, None)
        except (pika.exceptions.AMQPError, OSError, AssertionError):
            self.connection = None
            time.sleep(0.2)
            return None

    def _channel(self) -> Any:
        if self.connection is None or self.connection.is_closed:
            parameters = pika.URLParameters(self.ground.broker.uri(broker_rights.GATEWAY))
            parameters.socket_timeout = 2
            parameters.connection_attempts = 1
            self.connection = pika.BlockingConnection(parameters)
            self.channel = self.connection.channel()
            self.channel.basic_consume("amq.rabbitmq.reply-to", self._on_answer, auto_ack=True)
        return self.channel

    def _on_answer(self, _channel: Any, _method: Any, properties: Any, body: bytes) -> None:
        self.answers[properties.correlation_id] = json.loads(body)

    def close(self) -> None:
        if self.connection is not None and self.connection.is_open:
            with contextlib.suppress(pika.exceptions.AMQPError):  # killed under us: it is closed
                self.connection.close()


def verdict(ground: Ground, acknowledged: set[str]) -> dict[str, int]:
    """The model against the system: what is lost, doubled, out of order, or missing from the log; all zero when
    well.
    """
    notes = [row.key for row in ground.rows("alpha", "SELECT key FROM note")]
    heard = [
        (row.key, row.topic, row.seq)
        for row in ground.rows("beta", "SELECT key, topic, seq FROM heard_note WHERE topic <> 'clock' ORDER BY number")
    ]
    keys = [key for key, _, _ in heard]
    by_topic: dict[str, list[int]] = {}
    for _, topic, seq in heard:
        by_topic.setdefault(topic, []).append(seq)
    positions = [row.position for row in ground.rows("alpha", "SELECT position FROM log_leaf ORDER BY position")]
    (entries,) = ground.rows("alpha", "SELECT count(*) AS n FROM journal")
    return {
        "lost": len(acknowledged - set(notes)),
        "unheard": len(set(notes) - set(keys)),
        "doubled": len(notes) - len(set(notes)) + len(keys) - len(set(keys)),
        "out of order": sum(seqs != sorted(seqs) for seqs in by_topic.values()),
        "not in the log": entries.n - len(positions),
        "gaps in the log": int(positions != list(range(len(positions)))),
        "logs that do not verify": sum(not log_verifies(ground, name) for name in PAIR),
        "alarms": sum(row.n for name in PAIR for row in ground.rows(name, "SELECT count(*) AS n FROM log_alarm")),
    }


def log_verifies(ground: Ground, department: str) -> bool:
    """Whether an outsider who has only the public key believes the department's exported log. (G10)"""
    public = load_pem_public_key((ground.folder / "trust" / f"{department}.pem").read_bytes())
    assert isinstance(public, Ed25519PublicKey)
    if not ground.rows(department, "SELECT 1 FROM journal LIMIT 1"):
        return True  # nothing was recorded, so nothing was signed
    engines = connect(ground.accesses[department].runtime_url, size=1)
    try:
        with engines.reading() as session:
            lines = list(reading.Reader(session, department, reading.ANYBODY).lines())
    finally:
        engines.close()
    return not lines or verify.log(lines, [ledger.key_of(department, public)]).yes


SETTLES = ("lost", "unheard", "not in the log", "logs that do not verify")


def settled(ground: Ground, acknowledged: set[str], within: float) -> dict[str, int]:
    """The verdict once everything has arrived where it should, or the last one when that took too long.

    One verdict for both: the clock journals on, so of two looks the second may see an entry not sealed yet.
    """
    end = time.monotonic() + within
    while True:
        ground.mend()
        with contextlib.suppress(SQLAlchemyError):
            found = verdict(ground, acknowledged)
            if not any(found[each] for each in SETTLES) or time.monotonic() > end:
                return found
        assert time.monotonic() < end + within, "the databases do not answer"
        time.sleep(0.1)
