"""The department with its own fresh database, at nine o'clock on the morning after the evaluation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contracts.world import World, at


@pytest.fixture
def world(department_database: object) -> Iterator[World]:
    """An empty department; nobody has told it anything yet."""
    url = department_database("contracts")  # type: ignore[operator]  # the suite's factory of databases
    made = World(url, at("2026-06-08 09:00"))
    yield made
    made.direct.close()
