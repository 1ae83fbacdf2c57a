"""notify on a real PostgreSQL, with people it knows, and its own mail server, spool and partner on loopback."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from deploy import databases
from deploy.postgres import PostgresServer, plain
from services.chassis.direct import Direct
from services.notify import settings
from services.notify.service import NotifyService
from tests.conftest import DepartmentDatabases
from tests.notify.receivers import Letterbox, Partner
from tests.notify.story import Clock, Story

_numbers = itertools.count(1)


@pytest.fixture
def letterbox() -> Iterator[Letterbox]:
    with Letterbox() as box:
        yield box


@pytest.fixture
def partner() -> Iterator[Partner]:
    with Partner() as receiver:
        yield receiver


@pytest.fixture
def channels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, letterbox: Letterbox) -> Iterator[Path]:
    """Every channel open; answers the spool's folder."""
    monkeypatch.setenv("NOTIFY_SMTP_URL", f"smtp://127.0.0.1:{letterbox.port}")
    monkeypatch.setenv("NOTIFY_MAIL_FROM", "notify@example.org")
    monkeypatch.setenv("NOTIFY_SMS_SPOOL", str(tmp_path))
    monkeypatch.setenv("NOTIFY_WEBHOOK_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("NOTIFY_WEBHOOK_PLAIN", "yes")
    settings.current.cache_clear()
    yield tmp_path
    settings.current.cache_clear()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def peopled(department_database: DepartmentDatabases) -> databases.Access:
    """A database of a notify that has heard who there is; others are copied from it."""
    access = department_database.access("notify")
    direct = Direct(NotifyService, access.runtime_url, now=Clock())
    Story(direct, Clock()).people()
    direct.close()
    return access


@pytest.fixture(scope="session")
def another(peopled: databases.Access, postgres: PostgresServer) -> Callable[[], databases.Access]:
    """Makes a fresh copy of it."""

    def made() -> databases.Access:
        name = f"notify_told_{next(_numbers)}"
        template = str(make_url(peopled.runtime_url).database)
        with psycopg.connect(plain(postgres.url()), autocommit=True) as admin:
            databases.create_database(admin, name, databases.Names("notify"), template=template)
        runtime, owner = (
            make_url(each).set(database=name).render_as_string(hide_password=False)
            for each in (peopled.runtime_url, peopled.migration_url)
        )
        return databases.Access("notify", runtime, owner)

    return made


@pytest.fixture
def database_url(another: Callable[[], databases.Access]) -> str:
    """The address of a fresh copy."""
    return another().runtime_url


@pytest.fixture
def story(database_url: str, clock: Clock) -> Iterator[Story]:
    """A notify of its own that has heard who there is."""
    settings.current.cache_clear()
    direct = Direct(NotifyService, database_url, now=clock)
    told = Story(direct, clock)
    told.people_known()
    yield told
    direct.close()
