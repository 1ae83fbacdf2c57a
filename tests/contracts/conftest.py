"""The department with its own fresh database, at nine o'clock on the morning after the evaluation."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from deploy import databases
from tests.contracts.world import World, at

MORNING = at("2026-06-08 09:00")


@dataclass
class Beginnings:
    """Copies of one database in which everybody of the rehearsal is known and the project is entrusted."""

    admin: URL
    template: URL
    heard: dict[tuple[str, str], int]

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    def copy(self) -> str:
        """A fresh copy's address."""
        database = f"{self.template.database}_copy_{next(self._numbers)}"
        admin = self.admin.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(admin, autocommit=True) as connection:
            names = databases.Names("contracts")
            databases.create_database(connection, database, names, template=str(self.template.database))
        return self.template.set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def beginnings(department_database: Any) -> Beginnings:
    """What every test begins with."""
    url = department_database("contracts")
    world = World(url, MORNING)
    world.meet_everybody()
    world.entrust()
    world.direct.close()
    return Beginnings(make_url(department_database.admin_url), make_url(url), world.heard)


@pytest.fixture
def world(beginnings: Beginnings) -> Iterator[World]:
    """The department: it knows the rehearsal's people and that the project is entrusted."""
    made = World(beginnings.copy(), MORNING, beginnings.heard)
    yield made
    made.direct.close()
