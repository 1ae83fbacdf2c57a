"""One database and two roles per department.

`<department>_owner` owns the database and runs the migrations; `<department>` is the role of the running service: it
may read and write rows (by default privileges on whatever the owner creates), and create nothing. Nobody else may
connect.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

DEPARTMENTS = ("registry", "tendering", "evaluation", "contracts", "notify")

# A running service holds no transaction for long; a migration may.
_RUNTIME_LIMITS = {"transaction_timeout": "60s", "idle_in_transaction_session_timeout": "30s"}


@dataclass(frozen=True)
class Access:
    """How a department reaches its database: SQLAlchemy addresses of the running service and of the migrations."""

    department: str
    runtime_url: str
    migration_url: str

    @property
    def runtime_role(self) -> str:
        return str(make_url(self.runtime_url).username)


@dataclass(frozen=True)
class Names:
    """What a department's database and roles are called; a prefix keeps several suites on one server apart."""

    department: str
    prefix: str = ""

    @property
    def database(self) -> str:
        return f"{self.prefix}{self.department}"

    @property
    def runtime(self) -> str:
        return f"{self.prefix}{self.department}"

    @property
    def owner(self) -> str:
        return f"{self.prefix}{self.department}_owner"


def prepare(
    admin_url: str, department: str, passwords: Mapping[str, str], prefix: str = "", database: str = ""
) -> Access:
    """Create (or bring up to date) the department's roles and database; repeatable.

    `passwords` maps `<department>` and `<department>_owner` to the passwords the two roles shall have; `database` is
    for tests that want several of one department.
    """
    names = Names(department, prefix)
    database = database or names.database
    runtime_password, owner_password = passwords[department], passwords[f"{department}_owner"]
    with _connect(admin_url) as admin:
        create_role(admin, names.owner, owner_password)
        create_role(admin, names.runtime, runtime_password)
        for limit, value in _RUNTIME_LIMITS.items():
            admin.execute(
                sql.SQL("ALTER ROLE {} SET {} = {}").format(
                    sql.Identifier(names.runtime), sql.Identifier(limit), sql.Literal(value)
                )
            )
        # An administrator who is no superuser must be a member of a role to create databases for it.
        admin.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(names.owner)))
        create_database(admin, database, names)
    with _connect(_at(admin_url, database)) as inside:
        grant_rows(inside, names)
    return Access(
        department,
        runtime_url=_at(admin_url, database, names.runtime, runtime_password),
        migration_url=_at(admin_url, database, names.owner, owner_password),
    )


def create_role(admin: psycopg.Connection, name: str, password: str) -> None:
    """A role that may log in and nothing else, with this password (changed when it exists)."""
    there = admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
    verb = sql.SQL("ALTER" if there else "CREATE")
    admin.execute(
        sql.SQL("{} ROLE {} LOGIN NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            verb, sql.Identifier(name), sql.Literal(password)
        )
    )


def create_database(admin: psycopg.Connection, database: str, names: Names, template: str = "template1") -> None:
    """A database owned by the department's owner role into which only its two roles may connect."""
    there = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,)).fetchone()
    if not there:
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                sql.Identifier(database), sql.Identifier(names.owner), sql.Identifier(template)
            )
        )
    admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
    admin.execute(
        sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(sql.Identifier(database), sql.Identifier(names.runtime))
    )


def grant_rows(inside: psycopg.Connection, names: Names) -> None:
    """Whatever the owner creates from now on, the runtime role may read and write."""
    owner, runtime = sql.Identifier(names.owner), sql.Identifier(names.runtime)
    inside.execute(sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC"))
    inside.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(runtime))
    for rights, things in (("SELECT, INSERT, UPDATE, DELETE", "TABLES"), ("USAGE, SELECT", "SEQUENCES")):
        inside.execute(
            sql.SQL("ALTER DEFAULT PRIVILEGES FOR ROLE {} IN SCHEMA public GRANT {} ON {} TO {}").format(
                owner, sql.SQL(rights), sql.SQL(things), runtime
            )
        )


def _connect(url: str) -> psycopg.Connection:
    return psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False), autocommit=True)


def _at(url: str, database: str, user: str | None = None, password: str | None = None) -> str:
    place: URL = make_url(url).set(database=database, drivername="postgresql+psycopg")
    if user is not None:
        place = place.set(username=user, password=password)
    return place.render_as_string(hide_password=False)
