"""A registry of its own for each test, on a real PostgreSQL, with a rehearsal authority shared by the session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.chassis.direct import Direct
from services.registry import settings
from services.registry.service import RegistryService
from tests.registry.town import Clock, Town


@pytest.fixture(scope="session")
def authority_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authority")


@pytest.fixture(scope="session")
def registry_settings(authority_folder: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("REHEARSAL_AUTHORITY_DIR", str(authority_folder))
        environment.setenv("SUNSHINE_PROFILE", "rehearsal")
        settings.current.cache_clear()
        yield
    settings.current.cache_clear()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry(
    department_database: Callable[[str], str], registry_settings: None, clock: Clock
) -> Iterator[Direct]:
    direct = Direct(RegistryService, department_database("registry"), now=clock)
    direct.tick("publish_shipped_rule_data")
    direct.announced.clear()
    yield direct
    direct.close()


@pytest.fixture
def town(registry: Direct, authority_folder: Path, clock: Clock) -> Town:
    return Town(registry, authority_folder, clock)
