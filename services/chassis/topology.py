"""Names and kinds of everything a department has in the broker.

    rpc-<department>                    calls, nameko's name; classic, transient messages, gone after a minute
    <department>.events                 what it announces; topic, nameko's name
    <department>.hears.<source>         what it hears from one other department; quorum
    <department>.dead                   what could not be done, kept until somebody looks; quorum

Everything is declared by the department that reads it, before it announces or hears anything. The exchanges of others
are
looked for, and made where the broker's definitions have not, so the order in which departments first start does not
matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import amqp

RPC_EXCHANGE = "nameko-rpc"
RPC_MESSAGE_LIFE_MS = 60_000
DELIVERY_LIMIT = 20


def events_exchange(department: str) -> str:
    """The topic exchange a department announces on."""
    return f"{department}.events"


def rpc_queue(department: str) -> str:
    """The queue of a department's calls."""
    return f"rpc-{department}"


def hearing_queue(department: str, source: str) -> str:
    """The queue in which a department hears another."""
    return f"{department}.hears.{source}"


def dead_queue(department: str) -> str:
    """Where a department's hopeless messages are kept."""
    return f"{department}.dead"


def _quorum(**more: Any) -> dict[str, Any]:
    return {"x-queue-type": "quorum", **more}


def declare_exchange(channel: Any, name: str, kind: str = "topic") -> None:
    """A durable exchange."""
    channel.exchange_declare(exchange=name, type=kind, durable=True, auto_delete=False)


def ensure_exchange(channel: Any, name: str) -> None:
    """A durable topic exchange that is not ours: found, or made where the broker lets us (none has been set up yet)."""
    probe = channel.connection.channel()
    try:
        probe.exchange_declare(exchange=name, type="topic", passive=True)
        probe.close()
    except amqp.exceptions.NotFound:
        declare_exchange(channel, name)


def declare_department(channel: Any, department: str) -> None:
    """What a department has whether or not it hears anything."""
    ensure_exchange(channel, RPC_EXCHANGE)
    declare_exchange(channel, events_exchange(department))
    channel.queue_declare(queue=dead_queue(department), durable=True, auto_delete=False, arguments=_quorum())


def declare_rpc(channel: Any, department: str) -> str:
    """The queue of calls, bound as any nameko client expects it."""
    queue = rpc_queue(department)
    channel.queue_declare(
        queue=queue,
        durable=True,
        auto_delete=False,
        arguments={"x-queue-type": "classic", "x-message-ttl": RPC_MESSAGE_LIFE_MS},
    )
    channel.queue_bind(queue=queue, exchange=RPC_EXCHANGE, routing_key=f"{department}.*")
    return queue


def declare_hearing(channel: Any, department: str, source: str, events: Iterable[str]) -> str:
    """The queue for one source's events, bound for each event heard; one instance listens at a time, in order."""
    ensure_exchange(channel, events_exchange(source))
    queue = hearing_queue(department, source)
    channel.queue_declare(
        queue=queue,
        durable=True,
        auto_delete=False,
        arguments=_quorum(
            **{
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-single-active-consumer": True,
                "x-dead-letter-exchange": "",
                "x-dead-letter-routing-key": dead_queue(department),
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
            }
        ),
    )
    for event in sorted(events):
        channel.queue_bind(queue=queue, exchange=events_exchange(source), routing_key=event)
    return queue
