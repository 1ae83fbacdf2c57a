"""A registry on a real PostgreSQL, with a rehearsal authority shared by the session."""

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


@pytest.fixture(scope="session")
def shared_database(department_database: Callable[[str], str], registry_settings: None) -> str:
    return department_database("registry")


@pytest.fixture
def town(shared_database: str, authority_folder: Path, clock: Clock) -> Iterator[Town]:
    """A registry whose database other tests use too: for tests that look only at what they made themselves."""
    yield from _town(shared_database, authority_folder, clock)


@pytest.fixture
def fresh_town(
    department_database: Callable[[str], str], registry_settings: None, authority_folder: Path, clock: Clock
) -> Iterator[Town]:
    """A registry of its own: for tests that move time or look at everything."""
    yield from _town(department_database("registry"), authority_folder, clock)


def _town(database: str, authority_folder: Path, clock: Clock) -> Iterator[Town]:
    direct = Direct(RegistryService, database, now=clock)
    direct.tick("publish_shipped_rule_data")
    direct.announced.clear()
    yield Town(direct, authority_folder, clock)
    direct.close()


@pytest.fixture(scope="module")
def module_town(
    department_database: Callable[[str], str], registry_settings: None, authority_folder: Path
) -> Iterator[Town]:
    """A registry of a whole file of tests."""
    yield from _town(department_database("registry"), authority_folder, Clock())
