"""A department at the edge of these tests: plain pika, no chassis, so that it can also do what no department would."""

from __future__ import annotations

import contextlib
import json
import threading
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic, BasicProperties


class Department(threading.Thread):
    """Answers the calls to `name` in a thread of its own.

    | method | does |
    |---|---|
    | `echo` | returns its arguments |
    | `wire` | returns how the call looked on the wire |
    | `say` | sends the argument `body` as the reply, whatever it is |
    | `hold` | answers only when `release()` is called |
    | `swallow` | never answers |
    """

    def __init__(self, uri: str, name: str) -> None:
        super().__init__(name=f"department {name}", daemon=True)
        self.department = name
        self.calls: list[str] = []
        self.holding = threading.Semaphore(0)
        self._held: list[tuple[BasicProperties, bytes]] = []
        self._connection = pika.BlockingConnection(pika.URLParameters(uri))
        self._channel = self._connection.channel()
        self._queue = f"rpc-{name}"
        self._channel.queue_declare(self._queue, durable=True)
        self._channel.queue_bind(self._queue, "nameko-rpc", f"{name}.*")
        self._tag = self._channel.basic_consume(self._queue, self._called, auto_ack=True)
        self._stopping = False

    def run(self) -> None:
        with contextlib.suppress(pika.exceptions.AMQPConnectionError):  # the broker was killed
            while not self._stopping:
                self._connection.process_data_events(time_limit=None)

    def __enter__(self) -> Department:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(delete=True)

    def release(self) -> None:
        """Answer what is held."""
        self._connection.add_callback_threadsafe(self._release)

    def stop(self, delete: bool = False) -> None:
        """Leave; the queue stays, as a real department's does, unless `delete`."""
        if self.is_alive():
            self._connection.add_callback_threadsafe(lambda: self._leave(delete))
            self.join(10)

    def _leave(self, delete: bool) -> None:
        self._stopping = True
        self._channel.basic_cancel(self._tag)
        if delete:
            self._channel.queue_delete(self._queue)
        self._connection.close()

    def _release(self) -> None:
        held, self._held = self._held, []
        for properties, body in held:
            self._reply(properties, body)

    def _reply(self, properties: BasicProperties, body: bytes) -> None:
        self._channel.basic_publish(
            "", properties.reply_to, body, BasicProperties(correlation_id=properties.correlation_id)
        )

    def _called(
        self, channel: BlockingChannel, method: Basic.Deliver, properties: BasicProperties, body: bytes
    ) -> None:
        name = method.routing_key.rpartition(".")[2]
        self.calls.append(name)
        arguments = json.loads(body)["kwargs"]
        if name == "echo":
            self._reply(properties, result(arguments))
        elif name == "wire":
            self._reply(properties, result(_as_seen(method, properties, body)))
        elif name == "say":
            self._reply(properties, arguments["body"].encode())
        elif name == "hold":
            self._held.append((properties, result(arguments)))
            self.holding.release()


def result(value: Any) -> bytes:
    """A reply that worked."""
    return json.dumps({"result": value, "error": None}).encode()


def _as_seen(method: Basic.Deliver, properties: BasicProperties, body: bytes) -> dict[str, Any]:
    return {
        "exchange": method.exchange,
        "routing_key": method.routing_key,
        "content_type": properties.content_type,
        "content_encoding": properties.content_encoding,
        "delivery_mode": properties.delivery_mode,
        "expiration": properties.expiration,
        "reply_to": properties.reply_to,
        "headers": properties.headers,
        "body": json.loads(body),
    }
