"""A tendering department on a real PostgreSQL, with the rehearsal's organisations, people and keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from services.chassis.direct import Direct
from services.tendering.service import TenderingService
from tests.tendering.world import World


@pytest.fixture(scope="session")
def department_url(department_database: Callable[[str], str]) -> str:
    return department_database("tendering")


@pytest.fixture
def world(department_database: Callable[[str], str]) -> Iterator[World]:
    """A department of its own, at the rehearsal's notice day, nothing entrusted yet."""
    direct = Direct(TenderingService, department_database("tendering"))
    try:
        made = World(direct)
        made.settle()
        yield made
    finally:
        direct.close()
