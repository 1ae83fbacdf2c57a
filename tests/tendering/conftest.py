"""A tendering department on a real PostgreSQL, with the rehearsal's organisations, people and keys.

`world`: nothing entrusted yet. `open_world`: the rehearsal's notice is out, bids may come. Both are copies of databases
prepared once per session.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.engine import make_url

from deploy import databases
from services.chassis.direct import Direct
from services.tendering.service import TenderingService
from tests.tendering.world import World

KEY = Ed25519PrivateKey.generate()
_numbers = itertools.count(1)


@dataclass
class Prepared:
    """A database to copy, and what the world in it knew."""

    url: str
    project_id: str = ""
    document_id: str = ""
    lots: dict[int, str] | None = None


class Worlds:
    """Makes worlds on copies of prepared databases."""

    def __init__(self, department_database: Any, store_url: str) -> None:
        self.fresh = department_database
        self.store_url = store_url

    def direct(self, url: str) -> Direct:
        return Direct(TenderingService, url, key=KEY, store_url=self.store_url)

    def prepare(self, make: Callable[[World], None], url: str) -> Prepared:
        direct = self.direct(url)
        world = World(direct)
        make(world)
        direct.close()
        return Prepared(url, world.project_id, world.document_id, dict(world.lots))

    def copy(self, prepared: Prepared) -> str:
        """A fresh copy's address."""
        name = f"tendering_copy_{next(_numbers)}"
        admin = make_url(self.fresh.admin_url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(admin, autocommit=True) as connection:
            databases.create_database(
                connection, name, databases.Names("tendering"), template=str(make_url(prepared.url).database)
            )
        return make_url(prepared.url).set(database=name).render_as_string(hide_password=False)

    def world(self, prepared: Prepared) -> Iterator[World]:
        direct = self.direct(self.copy(prepared))
        yield World(direct, prepared.project_id, prepared.document_id, dict(prepared.lots or {}))
        direct.close()


@pytest.fixture(scope="session")
def worlds(department_database: Any, tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    return Worlds(department_database, f"file://{tmp_path_factory.mktemp('store')}")


@pytest.fixture(scope="session")
def settled(worlds: Worlds) -> Prepared:
    return worlds.prepare(lambda world: world.settle(), worlds.fresh("tendering"))


@pytest.fixture(scope="session")
def noticed(worlds: Worlds, settled: Prepared) -> Prepared:
    return worlds.prepare(_ready, worlds.copy(settled))


@pytest.fixture
def world(worlds: Worlds, settled: Prepared) -> Iterator[World]:
    """The registry's facts are known; nothing is entrusted yet."""
    yield from worlds.world(settled)


@pytest.fixture
def open_world(worlds: Worlds, noticed: Prepared) -> Iterator[World]:
    """The rehearsal's notice is out; it is the notice day."""
    yield from worlds.world(noticed)


def _ready(world: World) -> None:
    world.ready()


@pytest.fixture(scope="session")
def shared_store(worlds: Worlds) -> Path:
    return Path(worlds.store_url.removeprefix("file://"))
