"""What the bus does when the network or the broker fails it."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pika
import pytest

from deploy import broker_rights, rabbitmq
from deploy.broker import Broker, BrokerPorts
from gateway.bus import Bus, BusAway, BusFull, OutcomeUnknown, Pending
from tests.conftest import ROOT
from tests.gateway.department import Department
from tests.gateway.proxy import Proxy

Eventually = Callable[[Callable[[], object]], None]


@pytest.fixture
def proxy(broker: Broker) -> Iterator[Proxy]:
    with Proxy(broker.ports.amqp) as between:
        yield between


@pytest.fixture
def far_bus(proxy: Proxy, broker: Broker, gateway_uri: str) -> Iterator[Bus]:
    """A bus that reaches the broker through the proxy, with the shortest heartbeat."""
    own = Bus(gateway_uri.replace(f":{broker.ports.amqp}/", f":{proxy.port}/"), heartbeat=1)
    yield own
    own.close()


def held_call(bus: Bus, department: Department) -> Pending:
    """A call that has left and waits in the department."""
    pending = bus.begin(department.department, "hold", within=60)
    assert department.holding.acquire(timeout=20)
    return pending


def test_a_cut_connection_leaves_its_calls_unknown_and_is_found_again(
    far_bus: Bus, proxy: Proxy, department: Department
) -> None:
    pending = held_call(far_bus, department)
    proxy.cut()
    with pytest.raises(OutcomeUnknown, match="line to the broker broke"):
        pending.result()
    assert far_bus.call(department.department, "echo", {"n": 2}, within=20) == {"n": 2}
    assert far_bus.figures()["connections"] == 2


def test_a_reply_to_a_connection_that_is_gone_reaches_nobody(
    far_bus: Bus, proxy: Proxy, department: Department
) -> None:
    pending = held_call(far_bus, department)
    proxy.cut()
    with pytest.raises(OutcomeUnknown):
        pending.result()
    assert far_bus.call(department.department, "echo", {"n": 1}, within=20) == {"n": 1}
    department.release()
    assert far_bus.call(department.department, "echo", {"n": 2}, within=20) == {"n": 2}
    assert far_bus.figures()["late"] == 0


def test_a_half_open_connection_is_noticed_by_its_silence(far_bus: Bus, proxy: Proxy, department: Department) -> None:
    assert far_bus.call(department.department, "echo", {"n": 1}) == {"n": 1}
    pending = far_bus.begin(department.department, "swallow", within=60)
    proxy.freeze()
    with pytest.raises(OutcomeUnknown, match="line to the broker broke"):
        pending.result()
    assert far_bus.call(department.department, "echo", {"n": 2}, within=20) == {"n": 2}


def test_a_thousand_calls_through_a_line_that_keeps_breaking_are_answered_rightly_or_told(
    far_bus: Bus, proxy: Proxy, department: Department
) -> None:
    wrong: list[object] = []
    answered = [0] * 8

    def ask(thread: int) -> None:
        for n in range(125):
            value = thread * 1000 + n
            try:
                answer = far_bus.call(department.department, "echo", {"n": value}, within=20)
            except (OutcomeUnknown, BusAway):
                continue
            answered[thread] += 1
            if answer != {"n": value}:
                wrong.append((value, answer))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        threads[0].join(0.15)
        proxy.cut()
    assert wrong == []
    assert sum(answered) > 0
    assert far_bus.figures()["in_flight"] == 0


def test_a_peer_that_accepts_and_is_silent_counts_as_away_and_the_next_address_is_tried(
    gateway_uri: str, department: Department
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        bus = Bus(f"amqp://gateway:x@127.0.0.1:{silent.getsockname()[1]}/x,{gateway_uri}", patience=0.2)
        with pytest.raises(BusAway):
            bus.call(department.department, "echo", within=60)
        assert bus.wait_connected(60)
        assert bus.call(department.department, "echo", {"n": 1}) == {"n": 1}
        bus.close()


def test_a_peer_that_talks_nonsense_counts_as_away(gateway_uri: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            peer, _ = listener.accept()
            with peer:
                peer.recv(8)
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 10)

        speaker = threading.Thread(target=talk)
        speaker.start()
        bus = Bus(f"amqp://gateway:x@127.0.0.1:{listener.getsockname()[1]}/x,{gateway_uri}")
        assert bus.wait_connected(60)
        speaker.join()
        bus.close()


def test_a_broker_without_the_calls_exchange_counts_as_away_until_a_department_has_declared_it(
    broker: Broker, vhost: str
) -> None:
    with pika.BlockingConnection(pika.URLParameters(broker.uri(broker_rights.ADMIN, vhost))) as connection:
        channel = connection.channel()
        channel.exchange_delete(broker_rights.RPC)
        bus = Bus(broker.uri(broker_rights.GATEWAY, vhost), patience=0.2)
        with pytest.raises(BusAway):
            bus.call("registry", "ping", within=60)
        channel.exchange_declare(broker_rights.RPC, "topic", durable=True)
        assert bus.wait_connected(30)
        bus.close()


@pytest.fixture(scope="module")
def mortal(server_folder: Path) -> Iterator[Broker]:
    """A broker of this file's own, to be killed."""
    users = (broker_rights.ADMIN, broker_rights.GATEWAY, broker_rights.PARTNER, "north")
    node = Broker(
        server_folder / "mortal",
        BrokerPorts.free(),
        rabbitmq.find(ROOT / ".run/cache/rabbitmq", print),
        ("north",),
        {user: secrets.token_hex(12) for user in users},
        dies_with_us=True,
    )
    try:
        node.start()
        yield node
    finally:
        node.stop()
        node.remove()


def test_a_broker_that_runs_out_of_memory_makes_the_bus_say_full(mortal: Broker, eventually: Eventually) -> None:
    bus = Bus(mortal.uri(broker_rights.GATEWAY))
    with Department(mortal.uri(broker_rights.ADMIN), "office") as office:
        bus.call("office", "echo")
        mortal.evaluate("vm_memory_monitor:set_vm_memory_high_watermark(0.0000001).")

        def is_full() -> bool:
            try:
                bus.call("office", "echo", within=0.2)
            except BusFull:
                return True
            except OutcomeUnknown:
                return False
            return False

        eventually(is_full)
        mortal.evaluate("vm_memory_monitor:set_vm_memory_high_watermark(0.4).")
        eventually(lambda: not is_full())
        assert bus.call("office", "echo", {"n": 1}, within=20) == {"n": 1}
        assert office.is_alive()
    bus.close()


def test_a_killed_broker_ends_every_call_and_is_found_again(mortal: Broker) -> None:
    bus = Bus(mortal.uri(broker_rights.GATEWAY), patience=0.2)
    heard: list[dict[str, object]] = []
    restarts: list[str] = []
    started = threading.Semaphore(0)

    def missed() -> None:
        restarts.append("missed")
        started.release()

    bus.subscribe("north", heard.append, missed)
    assert bus.wait_connected(30)
    assert started.acquire(timeout=30)
    office = Department(mortal.uri(broker_rights.ADMIN), "office")
    office.daemon = True
    office.start()
    pending = held_call(bus, office)
    mortal.kill()
    with pytest.raises(OutcomeUnknown):
        pending.result()
    with pytest.raises(BusAway):
        bus.call("office", "echo", within=60)
    mortal.launch()
    mortal.wait_ready()
    assert bus.wait_connected(60)
    assert started.acquire(timeout=30)
    assert restarts == ["missed", "missed"]
    with Department(mortal.uri(broker_rights.ADMIN), "office") as back:
        assert bus.call("office", "echo", {"n": 2}) == {"n": 2}
        assert back.calls == ["echo"]
    bus.close()
