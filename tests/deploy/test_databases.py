"""Each department into its own database, and no further."""

import psycopg
import pytest
from psycopg import errors

from deploy import databases
from deploy.postgres import plain
from tests.conftest import DepartmentDatabases


def test_the_runtime_role_may_write_rows_of_tables_the_owner_made_and_make_none(
    department_database: DepartmentDatabases,
) -> None:
    access = department_database.empty("registry")
    with psycopg.connect(plain(access.migration_url)) as owner:
        owner.execute("CREATE TABLE file (id serial PRIMARY KEY, name text)")
    with psycopg.connect(plain(access.runtime_url), autocommit=True) as runtime:
        runtime.execute("INSERT INTO file (name) VALUES ('a')")
        runtime.execute("UPDATE file SET name = 'b'")
        assert runtime.execute("DELETE FROM file RETURNING name").fetchall() == [("b",)]
        for forbidden in (
            "CREATE TABLE other (id int)",
            "DROP TABLE file",
            "TRUNCATE file",
            "CREATE TEMP TABLE t (id int)",
        ):
            with pytest.raises(errors.InsufficientPrivilege):
                runtime.execute(forbidden)


@pytest.mark.parametrize("stranger", ["notify", "notify_owner"])
def test_no_role_of_another_department_may_connect(department_database: DepartmentDatabases, stranger: str) -> None:
    registry = department_database.empty("registry")
    department_database.empty("notify")
    password = "owner" if stranger.endswith("_owner") else "runtime"
    foreign = plain(registry.runtime_url).replace("registry:runtime@", f"{stranger}:{password}@")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        psycopg.connect(foreign)


def test_a_wrong_password_is_refused(department_database: DepartmentDatabases) -> None:
    access = department_database.empty("registry")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(plain(access.runtime_url).replace(":runtime@", ":guessed@"))


def test_preparing_twice_changes_nothing_and_keeps_the_rows(department_database: DepartmentDatabases) -> None:
    first = department_database.empty("registry")
    with psycopg.connect(plain(first.migration_url)) as owner:
        owner.execute("CREATE TABLE file (id int)")
        owner.execute("INSERT INTO file VALUES (7)")
    database = first.runtime_url.rpartition("/")[2]
    passwords = {"registry": "runtime", "registry_owner": "owner"}
    again = databases.prepare(department_database.admin_url, "registry", passwords, database=database)
    assert again == first
    with psycopg.connect(plain(again.runtime_url)) as runtime:
        assert runtime.execute("SELECT id FROM file").fetchall() == [(7,)]


def test_chinese_words_have_trigrams(department_database: DepartmentDatabases) -> None:
    """Search by pg_trgm stands on the character classes of the database's locale."""
    access = department_database.empty("notify")
    with psycopg.connect(plain(access.migration_url)) as owner:
        owner.execute("CREATE EXTENSION pg_trgm")
        found = owner.execute("SELECT similarity('阳光采购平台', '阳光采购') > 0.3, show_trgm('阳光')").fetchone()
    assert found is not None
    assert found[0]
    assert found[1]
