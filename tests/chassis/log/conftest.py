"""Two databases a file, emptied for each test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.chassis.log.running import Running
from tests.pair.databases import migrated


@pytest.fixture(scope="module")
def accesses(department_database: Any) -> dict[str, Any]:
    return {name: migrated(department_database, name) for name in ("alpha", "beta")}


@pytest.fixture
def running(accesses: dict[str, Any]) -> Iterator[Running]:
    made = Running(accesses)
    yield made
    made.close()
