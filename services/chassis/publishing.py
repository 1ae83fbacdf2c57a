"""Publishing with the broker's confirms, many at once.

A message counts as sent when the broker has confirmed it. Those that no queue took are told apart (mandatory), so
nothing is
announced into the void unnoticed.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import amqp
from eventlet.semaphore import Semaphore
from kombu import Connection

from services.chassis.bus import open_connection

CONFIRM_WITHIN = 20.0
PERSISTENT = 2


class NotConfirmed(amqp.exceptions.AMQPError):
    """The broker did not confirm in time, or refused; the messages may or may not have arrived."""


@dataclass(frozen=True)
class Outgoing:
    """One message to be sent: where to, JSON bytes, headers (JSON-able)."""

    exchange: str
    routing_key: str
    body: bytes
    message_id: str
    headers: dict[str, Any] = field(default_factory=dict)


class ConfirmingPublisher:
    """One connection that publishes with confirms; opened when needed, reopened after a fault.

    user: the broker's user name, put on every message so that listeners can trust where it comes from (the broker
    refuses a
        false one).
    """

    def __init__(self, uri: str, name: str, heartbeat: int, user: str) -> None:
        self.uri, self.name, self.heartbeat, self.user = uri, name, heartbeat, user
        self._connection: Connection | None = None
        self._channel: Any = None
        self._lock = Semaphore(1)
        self._sent = 0
        self._confirmed = 0
        self._scattered: set[int] = set()
        self._returned: list[str] = []

    def publish(self, messages: Sequence[Outgoing]) -> list[str]:
        """Send these in order and wait for all confirms. Answers the ids of those no queue took.

        Raises one of `bus.PASSING` when the broker is away or does not confirm within 20 s; then any of them may have
        arrived, and the caller sends them again.
        """
        if not messages:
            return []
        with self._lock:
            try:
                channel = self._open()
                self._returned = []
                for each in messages:
                    channel.basic_publish(
                        self._message(each), exchange=each.exchange, routing_key=each.routing_key, mandatory=True
                    )
                    self._sent += 1
                self._await_confirms()
                return list(self._returned)
            except BaseException:
                self._close()
                raise

    def beat(self) -> None:
        """Keep an idle connection alive; to be called about every second."""
        if self._connection is None or not self._lock.acquire(blocking=False):
            return
        try:
            self._connection.heartbeat_check()
            self._drain(0.001)
        except BaseException:
            self._close()
            raise
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close the connection, if there is one."""
        with self._lock:
            self._close()

    def _message(self, each: Outgoing) -> amqp.Message:
        return amqp.Message(
            each.body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=PERSISTENT,
            message_id=each.message_id,
            user_id=self.user,
            application_headers=each.headers,
        )

    def _open(self) -> Any:
        if self._channel is None:
            self._connection = open_connection(self.uri, self.name, self.heartbeat)
            channel = self._connection.channel()
            channel.confirm_select()
            self._sent = self._confirmed = 0
            self._scattered = set()
            channel.events["basic_ack"].add(self._on_ack)
            channel.events["basic_nack"].add(self._on_nack)
            channel.events["basic_return"].add(self._on_return)
            self._channel = channel
        return self._channel

    def _close(self) -> None:
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            connection.release()

    def _await_confirms(self) -> None:
        until = time.monotonic() + CONFIRM_WITHIN
        while self._confirmed < self._sent:
            left = until - time.monotonic()
            if left <= 0:
                raise NotConfirmed("the broker did not confirm in time")
            self._drain(left)

    def _drain(self, seconds: float) -> None:
        if self._connection is None:
            return
        try:
            self._connection.drain_events(timeout=seconds)
        except TimeoutError:
            return

    def _on_ack(self, delivery_tag: int, multiple: bool) -> None:
        if multiple:
            self._confirmed = max(self._confirmed, delivery_tag)
            self._scattered = {each for each in self._scattered if each > self._confirmed}
        else:
            self._scattered.add(delivery_tag)
        while self._confirmed + 1 in self._scattered:
            self._confirmed += 1
            self._scattered.discard(self._confirmed)

    def _on_nack(self, delivery_tag: int, multiple: bool) -> None:
        raise NotConfirmed("the broker refused a message")

    def _on_return(self, error: Any, exchange: str, routing_key: str, message: Any) -> None:
        self._returned.append(message.properties.get("message_id", ""))
