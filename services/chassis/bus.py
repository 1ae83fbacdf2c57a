"""The connection a department listens on: one for all its queues, mended by itself.

nameko's own consumer waits up to 30 s after an outage, acknowledges what it could not do and dies of a message without
`reply_to`; this one is back within two seconds of the broker, and hands every message, sound or not, to whoever
registered
for the queue. It is a nameko shared extension, so containers start it, stop it and drain it as any other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import amqp
import eventlet
from amqp.method_framing import frame_writer
from kombu import Connection
from nameko.extensions import SharedExtension

from services.chassis.deliveries import DeliveryReader
from services.chassis.frames import ack_frame, answer_frames

log = logging.getLogger(__name__)

LONGEST_WAIT = 2.0
PASSING = (OSError, amqp.exceptions.AMQPError, EOFError)
SEGMENT = 1400
"""Octets that travel in one segment of a network: five or six short answers."""


class Gathered:
    """Collects what is written in one turn of the hub and sends it at once, or sooner where a segment is full.

    An answer and its acknowledgement, and those of all workers that finished meanwhile, cost one system call instead of
    two each. Yet the broker gets the first answers while the last of a long turn are still being made.
    """

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._waiting = bytearray()
        self._planned = self._sending = False

    def write(self, octets: Any) -> None:
        """As the transport's, but later in this turn."""
        self._waiting += octets
        if len(self._waiting) >= SEGMENT:
            self._send()
        elif not self._planned:
            self._planned = True
            eventlet.spawn_n(self._send_at_last)

    def _send_at_last(self) -> None:
        self._planned = False
        self._send()

    def _send(self) -> None:
        """Send all there is; one greenlet at a time, which takes along what others write meanwhile."""
        if self._sending:
            return
        self._sending = True
        try:
            while self._waiting:
                octets, self._waiting = self._waiting, bytearray()
                self._transport.write(octets)
        except PASSING as error:
            log.info("what was written is lost with its connection: %s", error)
        finally:
            self._sending = False


def _gathering_writer(connection: Any, transport: Any) -> Any:
    connection.gathered = Gathered(transport)
    return frame_writer(connection, connection.gathered)


def open_connection(uri: str, name: str, heartbeat: int, *, gathering: bool = False) -> Connection:
    """An established kombu connection that shows `name` to the broker's operators.

    gathering: what many workers write goes out together, once a turn of the hub; only inside a running service.
    Raises one of `PASSING` where the broker is away. Writes to a dead peer fail within seconds.
    """
    connection = Connection(
        uri,
        heartbeat=heartbeat,
        connect_timeout=5,
        transport_options={
            "client_properties": {"connection_name": name},
            "read_timeout": None,
            "write_timeout": 10,
            **({"frame_writer": _gathering_writer} if gathering else {}),
        },
    )
    connection.connect()
    # py-amqp looks for news from the broker before it publishes. On a connection that another greenlet reads from, both
    # would take parts of one frame, and the stream would break; whoever listens here hears the news anyway.
    connection.connection.client_properties["capabilities"]["connection.blocked"] = False
    transport = connection.connection.transport
    if hasattr(transport, "_quick_recv"):
        # py-amqp asks the kernel for the octets of each part of each frame; take what is there, it keeps the rest.
        receive = transport.sock.recv
        transport._quick_recv = lambda _octets: receive(65536)
    return connection


@dataclass
class Subscription:
    """One queue to listen on.

    declare: makes the queue on a fresh channel (and what it hangs on), answering its name.
    prefetch: how many messages are handed out unacknowledged.
    on_message: called in the listening thread with each amqp message; must not block.
    """

    name: str
    declare: Callable[[Any], str]
    prefetch: int
    on_message: Callable[[Any], None]
    consumer_tag: str = ""
    channel: Any = field(default=None, repr=False)


class Bus(SharedExtension):
    """Listens on every subscribed queue until stopped."""

    def __init__(self) -> None:
        self.subscriptions: dict[str, Subscription] = {}
        self.connected = False
        self._stopping = False
        self._thread: Any = None
        self._on_connect: list[Callable[[Any], None]] = []

    def subscribe(self, subscription: Subscription) -> None:
        """Register a queue; before the container starts."""
        self.subscriptions[subscription.name] = subscription

    def on_connect(self, declare: Callable[[Any], None]) -> None:
        """Declare something on every new connection, before any queue is listened on."""
        self._on_connect.append(declare)

    def start(self) -> None:
        if self._thread is None:
            self._thread = self.container.spawn_managed_thread(self._listen, identifier="bus")

    def stop_listening(self) -> None:
        """Take no more messages; those under way keep their channel until the connection is closed."""
        if self._stopping:
            return
        self._stopping = True
        for subscription in self.subscriptions.values():
            try:
                if subscription.channel is not None and subscription.consumer_tag:
                    subscription.channel.basic_cancel(subscription.consumer_tag, nowait=True)
            except PASSING as error:
                log.info("a queue could not be cancelled while stopping: %s", error)

    def stop(self) -> None:
        self.stop_listening()
        if self._thread is not None:
            self._thread.kill()

    def kill(self) -> None:
        self._stopping = True

    def _listen(self) -> None:
        runtime = self.container.config["CHASSIS"]
        wait = 0.1
        while not self._stopping:
            try:
                with open_connection(
                    runtime.settings.amqp_uri,
                    f"{runtime.department} listening",
                    runtime.settings.heartbeat,
                    gathering=True,
                ) as connection:
                    self._consume(connection)
                    self.connected = True
                    log.info("listening on %d queues", len(self.subscriptions))
                    wait = 0.1
                    DeliveryReader(connection.connection).read()
            except PASSING as error:
                if not self._stopping:
                    log.warning("the broker is away (%s: %s); trying again", type(error).__name__, error)
            finally:
                self.connected = False
            eventlet.sleep(wait)
            wait = min(LONGEST_WAIT, wait * 2)

    def _consume(self, connection: Connection) -> None:
        channel = connection.channel()
        for declare in self._on_connect:
            declare(channel)
        channel.close()
        for subscription in self.subscriptions.values():
            subscription.channel = channel = connection.channel()
            queue = subscription.declare(channel)
            channel.basic_qos(0, subscription.prefetch, False)
            subscription.consumer_tag = channel.basic_consume(queue, callback=subscription.on_message)


def answer(message: Any, exchange: str, routing_key: str, correlation_id: str, body: bytes) -> None:
    """Publish a JSON answer on the channel a request came on, without a confirm. Raises one of `PASSING`, or
    AttributeError when the channel is closed.
    """
    channel = message.channel
    connection = channel.connection
    connection.gathered.write(
        answer_frames(channel.channel_id, exchange, routing_key, correlation_id, body, connection.frame_max)
    )


def acknowledge(message: Any) -> None:
    """Acknowledge a message if its connection still lives; else the broker has already taken it back."""
    try:
        channel = message.channel
        channel.connection.gathered.write(ack_frame(channel.channel_id, message.delivery_tag))
    except (*PASSING, AttributeError) as error:
        log.info("a message could not be acknowledged, it will come again: %s", error)
