"""The three ways to call that P1 and P2 compare, and submissions, each in a process of its own.

    python -m deploy.bench.callers {ours|stock|bare|submitting} URI SECONDS

prints `{"rate": calls per second}` over SECONDS, after a warm-up.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pika
from nameko.standalone.rpc import ClusterRpcProxy

from gateway import processor
from gateway.bus import Bus

THREADS = 16
WARM_UP = 0.5
TEXT = "阳光采购"
BARE_QUEUE = "bare-echo"


def in_threads(ask: Callable[[], Callable[[], Any]], seconds: float) -> float:
    """Calls per second of THREADS threads; `ask()` is made once in each thread and then called over and over."""
    done = [0] * THREADS
    counting = threading.Event()
    ending = threading.Event()
    ready = threading.Barrier(THREADS + 1)

    def work(number: int) -> None:
        call = ask()
        call()
        ready.wait()
        while not ending.is_set():
            call()
            if counting.is_set():
                done[number] += 1

    threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    ready.wait()
    time.sleep(WARM_UP)
    began = time.perf_counter()
    counting.set()
    time.sleep(seconds)
    counted, took = sum(done), time.perf_counter() - began
    ending.set()
    for thread in threads:
        thread.join(10)
    return counted / took


def ours(uri: str, seconds: float) -> float:
    """The gateway's bus client, one for the process, on a processor of its own as each of the gateway's workers."""
    processor.keep_to(processor.least_used([]))
    bus = Bus(uri)
    rate = in_threads(lambda: lambda: bus.call("source", "echo", {"text": TEXT}, within=30), seconds)
    bus.close()
    return rate


def submitting(uri: str, seconds: float) -> float:
    """Commands, each of which keeps a row and journals it."""
    bus = Bus(uri)

    def submit() -> None:
        key = uuid.uuid4().hex
        bus.call("source", "note", {"key": key, "text": TEXT * 60}, within=30, request_id=key)

    rate = in_threads(lambda: submit, seconds)
    bus.close()
    return rate


def stock(uri: str, seconds: float) -> float:
    """nameko's standalone proxy, one for each thread, kept open: the fastest way nameko itself offers."""

    def ask() -> Callable[[], Any]:
        proxy = ClusterRpcProxy({"AMQP_URI": uri}, timeout=30).start()
        return lambda: proxy.source.echo(text=TEXT)

    return in_threads(ask, seconds)


def bare(uri: str, seconds: float) -> float:
    """pika alone, single-threaded, THREADS calls always under way over direct reply-to; no deadline, no bookkeeping."""
    body = json.dumps({"args": [], "kwargs": {"text": TEXT}}).encode()
    properties = pika.BasicProperties(
        reply_to="amq.rabbitmq.reply-to", correlation_id="1", content_type="application/json"
    )
    count = 0
    began = 0.0
    rate = 0.0

    def send(channel: Any) -> None:
        channel.basic_publish("", BARE_QUEUE, body, properties)

    def answered(channel: Any, *_: Any) -> None:
        nonlocal count, began, rate
        count += 1
        now = time.perf_counter()
        if not began and now > start + WARM_UP:
            began, count = now, 0
        elif began and now > began + seconds:
            rate = count / (now - began)
            connection.ioloop.stop()
            return
        send(channel)

    def opened(channel: Any) -> None:
        def go(_: Any) -> None:
            for _ in range(THREADS):
                send(channel)

        channel.basic_consume("amq.rabbitmq.reply-to", answered, auto_ack=True, callback=go)

    start = time.perf_counter()
    connection = pika.SelectConnection(
        pika.URLParameters(uri), on_open_callback=lambda found: found.channel(on_open_callback=opened)
    )
    connection.ioloop.start()
    return rate


def main(way: str, uri: str, seconds: str) -> None:
    ways: dict[str, Callable[[str, float], float]] = {
        "ours": ours, "stock": stock, "bare": bare, "submitting": submitting,
    }  # fmt: skip
    print(json.dumps({"rate": ways[way](uri, float(seconds))}))


if __name__ == "__main__":
    main(*sys.argv[1:])
    sys.stdout.flush()
