"""A department's tables, brought to the present.

    python -m services.chassis.migrate registry                       upgrade (MIGRATION_DATABASE_URL, the owner's role)
    python -m services.chassis.migrate registry --autogenerate WHAT   write the next version from models.py
    python -m services.chassis.migrate registry --head                name the newest version

RUNTIME_ROLE (the department's name unless told) is the role the running service has.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import command, context
from alembic.autogenerate import comparators  # noqa: F401  registers the comparisons
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, pool, text


def configuration(department: str, url: str = "") -> Config:
    """Alembic's configuration for one department; the versions lie in its `migrations/versions`.

    department: a department's name, or the dotted path of a package laid out like one.
    """
    package = importlib.import_module(department if "." in department else f"services.{department}")
    folder = Path(str(package.__file__)).parent / "migrations"
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent / "migration_script"))
    found.set_main_option("version_locations", str(folder / "versions"))
    found.set_main_option("version_path_separator", "newline")
    found.set_main_option("path_separator", "newline")
    found.attributes.update({"department": package.__name__, "url": url})
    return found


def head(department: str) -> list[str]:
    """The newest versions of a department's line; one, unless the line has split."""
    return list(ScriptDirectory.from_config(configuration(department)).get_heads())


def upgrade(department: str, url: str) -> None:
    """Bring the database at this URL to the newest version; two at once wait for each other."""
    command.upgrade(configuration(department, url), "head")


def runtime_role() -> str:
    """The role the service runs as, for a migration's grants."""
    return os.environ.get("RUNTIME_ROLE") or str(context.config.attributes["department"]).rpartition(".")[2]


def run_online() -> None:
    """Called by Alembic (`migration_script/env.py`): run the versions on the configured database."""
    attributes = context.config.attributes
    engine = create_engine(attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(hashtextextended('migrate', 7))"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=_models(attributes["department"]),
            include_name=_only_ours(attributes["department"]),
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


def _models(package: str) -> Any:
    return importlib.import_module(f"{package}.models").Base.metadata


def _only_ours(package: str) -> Any:
    tables = set(_models(package).tables)

    def include(name: str | None, kind: str, parents: Any) -> bool:
        return kind != "table" or name in tables

    return include


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; the exit status."""
    parser = argparse.ArgumentParser(prog="migrate", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("department")
    parser.add_argument("--autogenerate", metavar="WHAT")
    parser.add_argument("--head", action="store_true")
    told = parser.parse_args(arguments)
    if told.head:
        print("\n".join(head(told.department)))
        return 0
    url = os.environ.get("MIGRATION_DATABASE_URL", "")
    if not url:
        print("MIGRATION_DATABASE_URL is missing: the department's database, as the role that owns it", file=sys.stderr)
        return 2
    if told.autogenerate:
        number = len(list(ScriptDirectory.from_config(configuration(told.department)).walk_revisions())) + 1
        command.revision(
            configuration(told.department, url), told.autogenerate, autogenerate=True, rev_id=f"{number:04}"
        )
        return 0
    upgrade(told.department, url)
    return 0


if __name__ == "__main__":
    sys.exit(main())
