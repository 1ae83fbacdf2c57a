"""The bare opponent's service: pika, one consumer, the body sent back as it came.

python -m deploy.bench.bare_echo URI
"""

from __future__ import annotations

import sys
from typing import Any

import pika

from deploy.bench.callers import BARE_QUEUE, THREADS


def main(uri: str) -> None:
    """Serve until ended."""

    def echo(channel: Any, method: Any, properties: Any, body: bytes) -> None:
        reply = pika.BasicProperties(correlation_id=properties.correlation_id)
        channel.basic_publish("", properties.reply_to, body, reply)
        channel.basic_ack(method.delivery_tag)

    def opened(channel: Any) -> None:
        channel.basic_qos(prefetch_count=THREADS)
        channel.queue_declare(BARE_QUEUE, durable=True, callback=lambda _: channel.basic_consume(BARE_QUEUE, echo))

    connection = pika.SelectConnection(
        pika.URLParameters(uri), on_open_callback=lambda found: found.channel(on_open_callback=opened)
    )
    connection.ioloop.start()


if __name__ == "__main__":
    main(*sys.argv[1:])
