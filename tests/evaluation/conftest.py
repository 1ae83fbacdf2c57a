"""A fresh department for every test that asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.evaluation.world import World


@pytest.fixture
def world(department_database: Callable[[str], str]) -> Iterator[World]:
    made = World(department_database("evaluation"))
    yield made
    made.service.close()
