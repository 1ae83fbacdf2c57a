"""Servers of the test session's own: a private PostgreSQL and RabbitMQ, each started only when a test asks for it.

A system's broker or database is never used, whatever the environment says.
"""

from __future__ import annotations

import itertools
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import eventlet.patcher
import psycopg
import pytest
from sqlalchemy.engine import make_url

from deploy import broker_rights, databases, ports, rabbitmq
from deploy.broker import Broker, BrokerPorts
from deploy.postgres import PostgresServer

ROOT = Path(__file__).resolve().parent.parent
TEST_DEPARTMENTS = ("alpha", "beta", "north", "south")  # small departments for tests of the plumbing
_numbers = itertools.count(1)


def pytest_collection_finish() -> None:
    """The tests' own process stays as Python made it: an eventlet patch at import breaks every wait for a process."""
    patched = eventlet.patcher.already_patched
    if patched:
        raise pytest.UsageError(f"collecting the tests patched {sorted(map(str, patched))}: a test imports a program")


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder for servers' data that the unprivileged account of a root session can reach."""
    with tempfile.TemporaryDirectory(prefix="sunshine-test-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[PostgresServer]:
    """The session's own PostgreSQL. It forgets on a crash: a test that kills its server starts one of its own."""
    server = PostgresServer(
        server_folder / "postgres", ports.free_port(), secrets.token_hex(16), durable=False, dies_with_us=True
    )
    server.start()
    try:
        yield server
    finally:
        server.stop()
        server.remove()


class DepartmentDatabases:
    """Makes fresh, migrated databases: `department_database("registry")` answers the runtime role's address.

    A department is migrated once per session, into a template that every further database is copied from.
    """

    def __init__(self, admin_url: str) -> None:
        self.admin_url = admin_url
        self._templates: dict[str, databases.Access] = {}
        self._numbers = itertools.count(1)

    def __call__(self, department: str) -> str:
        return self.access(department).runtime_url

    def access(self, department: str) -> databases.Access:
        """The same, with the owner's address beside the runtime role's."""
        template = self._templates.get(department) or self._migrated(department)
        database = f"{department}_{next(self._numbers)}"
        with psycopg.connect(self._admin(), autocommit=True) as admin:
            databases.create_database(
                admin, database, databases.Names(department), template=str(make_url(template.runtime_url).database)
            )
        return databases.Access(
            department, _renamed(template.runtime_url, database), _renamed(template.migration_url, database)
        )

    def empty(self, department: str) -> databases.Access:
        """A database with the department's roles and rights, not migrated."""
        passwords = {department: "runtime", f"{department}_owner": "owner"}
        database = f"{department}_{next(self._numbers)}"
        return databases.prepare(self.admin_url, department, passwords, database=database)

    def _migrated(self, department: str) -> databases.Access:
        access = self.empty(department)
        environment = {
            **os.environ,
            "MIGRATION_DATABASE_URL": access.migration_url,
            "RUNTIME_ROLE": access.runtime_role,
        }
        subprocess.run(
            [sys.executable, "-m", "services.chassis.migrate", department], cwd=ROOT, env=environment, check=True
        )
        self._templates[department] = access
        return access

    def _admin(self) -> str:
        return make_url(self.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)


def _renamed(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def department_database(postgres: PostgresServer) -> DepartmentDatabases:
    return DepartmentDatabases(postgres.url())


@pytest.fixture(scope="session")
def broker(server_folder: Path) -> Iterator[Broker]:
    """The session's own RabbitMQ, with users for the five departments, the small ones, the gateway and a partner."""
    departments = (*databases.DEPARTMENTS, *TEST_DEPARTMENTS)
    users = (broker_rights.ADMIN, broker_rights.GATEWAY, broker_rights.PARTNER, *departments)
    node = Broker(
        server_folder / "broker",
        BrokerPorts.free(),
        rabbitmq.find(ROOT / ".run/cache/rabbitmq", print),
        departments,
        {user: secrets.token_hex(12) for user in users},
        dies_with_us=True,
    )
    try:
        node.start()
        yield node
    finally:
        node.stop()
        node.remove()


@pytest.fixture
def vhost(broker: Broker) -> Iterator[str]:
    """An empty virtual host with everybody's rights and the standing exchanges: `broker.uri("registry", vhost)`."""
    name = f"test-{next(_numbers)}"
    broker.load(broker_rights.definitions(broker.departments, broker.passwords, name))
    yield name
    broker.evaluate(f'rabbit_vhost:delete(<<"{name}">>, <<"tests">>).')
