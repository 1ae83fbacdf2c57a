"""Hearing what departments announce."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import pika
import pytest

from gateway.bus import Bus
from tests.gateway.department import Department

Eventually = Callable[[Callable[[], object]], None]


def announce(uri: str, department: str, *events: object) -> None:
    """Publish as the department's relay does."""
    with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
        channel = connection.channel()
        for event in events:
            body = event if isinstance(event, bytes) else json.dumps(event).encode()
            channel.basic_publish(f"{department}.events", "something_happened", body)


def listening(bus: Bus, department: str) -> SimpleQueue[Any]:
    """Subscribe, wait until it counts, and return where the events arrive."""
    heard: SimpleQueue[Any] = SimpleQueue()
    started = threading.Event()
    bus.subscribe(department, heard.put, started.set)
    assert bus.wait_connected(30)
    assert started.wait(30)
    return heard


def test_what_a_department_announces_is_heard_in_order(bus: Bus, admin_uri: str) -> None:
    heard = listening(bus, "registry")
    announce(admin_uri, "registry", {"event": "session_ended", "n": 1}, {"event": "session_ended", "n": 2})
    assert [heard.get(timeout=20)["n"] for _ in range(2)] == [1, 2]


def test_each_department_is_heard_by_who_asked_for_it(bus: Bus, admin_uri: str) -> None:
    registry, tendering = listening(bus, "registry"), listening(bus, "tendering")
    announce(admin_uri, "registry", {"from": "registry"})
    announce(admin_uri, "tendering", {"from": "tendering"})
    assert registry.get(timeout=20) == {"from": "registry"}
    assert tendering.get(timeout=20) == {"from": "tendering"}
    assert registry.empty()
    assert tendering.empty()


@pytest.mark.parametrize("nonsense", [b"", b"no json", b"[1]", b"null", b"\xff"])
def test_an_event_that_is_none_harms_only_itself(bus: Bus, admin_uri: str, nonsense: bytes) -> None:
    heard = listening(bus, "registry")
    announce(admin_uri, "registry", nonsense, {"n": 1})
    assert heard.get(timeout=20) == {"n": 1}


def test_a_listener_that_fails_costs_nobody_the_line(bus: Bus, admin_uri: str, department: Department) -> None:
    failed = threading.Event()

    def fail(_: dict[str, Any]) -> None:
        failed.set()
        raise RuntimeError("the listener's own fault")

    started = threading.Event()
    bus.subscribe("registry", fail, started.set)
    assert bus.wait_connected(30)
    assert started.wait(30)
    heard = listening(bus, "registry")
    announce(admin_uri, "registry", {"n": 1}, {"n": 2})
    assert [heard.get(timeout=20)["n"] for _ in range(2)] == [1, 2]
    assert failed.is_set()
    assert bus.call(department.department, "echo", {"n": 3}) == {"n": 3}
    assert bus.figures()["connections"] == 1


def test_a_department_that_has_no_exchange_yet_is_heard_once_it_has(
    bus: Bus, admin_uri: str, eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    with pika.BlockingConnection(pika.URLParameters(admin_uri)) as connection:
        channel = connection.channel()
        channel.exchange_delete("contracts.events")
        heard: SimpleQueue[Any] = SimpleQueue()
        subscription = bus.subscribe("contracts", heard.put)
        assert bus.wait_connected(20)
        eventually(lambda: "cannot be heard yet" in caplog.text)
        assert not subscription.active
        channel.exchange_declare("contracts.events", "topic", durable=True)
        eventually(lambda: subscription.active)
    announce(admin_uri, "contracts", {"n": 1})
    assert heard.get(timeout=20) == {"n": 1}


def test_the_queue_goes_with_the_connection(gateway_uri: str, admin_uri: str) -> None:
    bus = Bus(gateway_uri)
    listening(bus, "notify")
    bus.close()
    with pika.BlockingConnection(pika.URLParameters(admin_uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        with pytest.raises(pika.exceptions.UnroutableError):
            channel.basic_publish("notify.events", "anything", b"{}", mandatory=True)
