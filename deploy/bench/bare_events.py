"""The bare opponent of the event path: kombu publishes with batched confirms, a bare consumer commits each message.

    python -m deploy.bench.bare_events URI DATABASE EVENTS

prints `{"rate": events per second}`, from the first publish to the consumer's last commit. The consumer is a process of
its own, as a listening department is.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time
import uuid
from multiprocessing.connection import Connection as Pipe

import psycopg
from kombu import Connection, Exchange, Message, Queue

BATCH = 500
_EXCHANGE = Exchange("bare-events", "topic", durable=True)
_PAYLOAD = {"event": "told", "version": 1, "department": "source", "subject": "", "payload": {"round": "", "number": 0}}


def _queue() -> Queue:
    return Queue("bare-events", _EXCHANGE, routing_key="#", durable=True, queue_arguments={"x-queue-type": "quorum"})


def consume(uri: str, database: str, events: int, told: Pipe) -> None:
    """Insert, commit and acknowledge each; tell when listening and when done."""
    with psycopg.connect(database) as rows, Connection(uri) as connection:
        done = 0

        def heard(body: dict[str, dict[str, object]], message: Message) -> None:
            nonlocal done
            payload = body["payload"]
            rows.execute("INSERT INTO bare_heard (round, number) VALUES (%(round)s, %(number)s)", payload)
            rows.commit()
            message.ack()
            done += 1

        with connection.Consumer(_queue(), callbacks=[heard], prefetch_count=50):
            told.send("listening")
            while done < events:
                connection.drain_events()
        told.send("done")


def publish(uri: str, events: int) -> None:
    """Publish them all persistently; wait for the broker's confirms after each batch."""
    this_round = uuid.uuid4().hex
    with Connection(uri) as connection:
        channel = connection.channel()
        channel.confirm_select()
        confirmed = 0

        def acknowledged(tag: int, multiple: bool) -> None:
            nonlocal confirmed
            confirmed = tag if multiple else confirmed + 1

        channel.events["basic_ack"].add(acknowledged)
        producer = connection.Producer(channel, exchange=_EXCHANGE, serializer="json")
        for number in range(events):
            payload = {
                **_PAYLOAD,
                "subject": f"{this_round}:{number}",
                "payload": {"round": this_round, "number": number},
            }
            producer.publish(payload, routing_key="told", delivery_mode=2)
            if (number + 1) % BATCH == 0 or number + 1 == events:
                while confirmed < number + 1:
                    connection.drain_events(timeout=30)


def main(uri: str, database: str, events: str) -> None:
    """One round."""
    with psycopg.connect(database, autocommit=True) as owner:
        owner.execute("CREATE TABLE IF NOT EXISTS bare_heard (id serial PRIMARY KEY, round text, number int)")
    near, far = multiprocessing.Pipe()
    consumer = multiprocessing.get_context("spawn").Process(target=consume, args=(uri, database, int(events), far))
    consumer.start()
    near.recv()
    began = time.perf_counter()
    publish(uri, int(events))
    near.recv()
    print(json.dumps({"rate": int(events) / (time.perf_counter() - began)}))
    consumer.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
