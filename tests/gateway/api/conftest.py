"""The house, once for all tests of the API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from deploy import broker_rights, ports
from deploy.broker import Broker
from gateway.application import create_app
from tests.conftest import DepartmentDatabases
from tests.gateway.api.house import DEPARTMENTS, House, Keys, settings, start


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path)


@pytest.fixture
def alone(keys: Keys) -> Iterator[Flask]:
    """A gateway whose departments cannot be reached: for what it does by itself."""
    app = create_app(settings(keys, f"amqp://nobody:nothing@127.0.0.1:{ports.free_port()}/none"))
    yield app
    app.extensions["bus"].close()


@pytest.fixture(scope="session")
def house(
    broker: Broker, department_database: DepartmentDatabases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    keys = Keys(tmp_path_factory.mktemp("house"))
    room = "api-house"
    broker.load(broker_rights.definitions(broker.departments, broker.passwords, room))
    uris = {name: broker.uri(name, room) for name in DEPARTMENTS}
    processes = start(keys, uris, {name: department_database(name) for name in DEPARTMENTS})
    app = create_app(settings(keys, broker.uri(broker_rights.GATEWAY, room)))
    yield House(keys, app, processes)
    app.extensions["bus"].close()
    for each in processes:
        each.end()
    broker.evaluate(f'rabbit_vhost:delete(<<"{room}">>, <<"tests">>).')
