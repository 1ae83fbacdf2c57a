"""Two databases a file, emptied for each test."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.chassis.log.running import Running
from tests.pair.databases import migrated


@pytest.fixture(scope="module")
def accesses(department_database: Any) -> dict[str, Any]:
    return {name: migrated(department_database, name) for name in ("alpha", "beta")}


@pytest.fixture(scope="module")
def superuser(department_database: Any) -> str:
    return str(department_database.admin_url)


@pytest.fixture
def running(accesses: dict[str, Any], superuser: str) -> Iterator[Running]:
    made = Running(accesses, superuser)
    yield made
    made.close()
