"""What the gateway's tests stand on: the session's broker, a department at the edge, and a bus."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator

import pytest

from deploy import broker_rights
from deploy.broker import Broker
from gateway.bus import Bus
from tests.gateway.department import Department

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def room(broker: Broker) -> Iterator[str]:
    """A virtual host for one file of tests."""
    name = f"gateway-{next(_numbers)}"
    broker.load(broker_rights.definitions(broker.departments, broker.passwords, name))
    yield name
    broker.evaluate(f'rabbit_vhost:delete(<<"{name}">>, <<"tests">>).')


@pytest.fixture(scope="module")
def gateway_uri(broker: Broker, room: str) -> str:
    return broker.uri(broker_rights.GATEWAY, room)


@pytest.fixture(scope="module")
def admin_uri(broker: Broker, room: str) -> str:
    return broker.uri(broker_rights.ADMIN, room)


@pytest.fixture
def department(admin_uri: str) -> Iterator[Department]:
    """A department nobody else uses, listening."""
    with Department(admin_uri, f"office{next(_numbers)}") as office:
        yield office


@pytest.fixture
def bus(gateway_uri: str) -> Iterator[Bus]:
    """A bus of the test's own."""
    own = Bus(gateway_uri)
    yield own
    own.close()


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Wait until something has become true; the test's own time limit ends a wait in vain."""

    def wait(condition: Callable[[], object]) -> None:
        while not condition():
            time.sleep(0.02)

    return wait
