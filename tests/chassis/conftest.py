"""The pair, running for the tests of one file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.pair.databases import migrated
from tests.pair.running import Running, write_keys


@dataclass
class Pair:
    """Alpha and beta as processes; their databases' addresses for looking in; the broker and its virtual host."""

    alpha: Running
    beta: Running
    alpha_access: Any
    beta_access: Any
    broker: Any
    vhost: str
    folder: Path

    def uri(self, user: str) -> str:
        return str(self.broker.uri(user, self.vhost))


@pytest.fixture(scope="module")
def pair(
    broker: Any, department_database: Any, module_vhost: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    write_keys(folder)
    accesses = {name: migrated(department_database, name) for name in ("alpha", "beta")}
    running = {
        name: Running(name, broker.uri(name, module_vhost), accesses[name].runtime_url, folder)
        for name in ("alpha", "beta")
    }
    for each in running.values():
        each.start(wait=False)
    from tests.pair.running import until

    for each in running.values():
        until(each.ready, within=60)
    yield Pair(running["alpha"], running["beta"], accesses["alpha"], accesses["beta"], broker, module_vhost, folder)
    for each in running.values():
        each.end()


@pytest.fixture(scope="module")
def module_vhost(broker: Any) -> Iterator[str]:
    """As the fixture `vhost`, for a whole file."""
    from deploy import broker_rights

    name = f"module-{id(object())}"
    broker.load(broker_rights.definitions(broker.departments, broker.passwords, name))
    yield name
    broker.evaluate(f'rabbit_vhost:delete(<<"{name}">>, <<"tests">>).')
