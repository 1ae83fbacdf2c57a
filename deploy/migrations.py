"""Is a department's database at its newest version already? Asked without starting the migration program five times."""

from __future__ import annotations

import re
from pathlib import Path

import psycopg

from deploy.places import ROOT
from deploy.postgres import plain

_REVISION = re.compile(r"^revision(?::[^=]+)? *= *[\"'](\w+)[\"']", re.MULTILINE)
_BEFORE = re.compile(r"^down_revision(?::[^=]+)? *= *(?:[\"'](\w+)[\"']|None)", re.MULTILINE)


def newest(folder: Path) -> str | None:
    """The one version no other follows, or None when the files do not say so plainly."""
    found = heads(folder)
    return found.pop() if len(found) == 1 else None


def heads(folder: Path) -> set[str]:
    """The versions no other follows; empty when a file does not say plainly what it is and follows."""
    versions: set[str] = set()
    followed: set[str] = set()
    for file in folder.glob("[0-9]*.py"):
        text = file.read_text()
        revision, before = _REVISION.search(text), _BEFORE.search(text)
        if revision is None or before is None:
            return set()
        versions.add(revision[1])
        followed.add(before[1] or "")
    return versions - followed


def is_current(department: str, url: str, root: Path = ROOT) -> bool:
    """Whether the database says it is at the newest version; False when in doubt."""
    wanted = newest(root / "services" / department / "migrations" / "versions")
    if wanted is None:
        return False
    try:
        with psycopg.connect(plain(url), connect_timeout=5) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except psycopg.Error:
        return False
    return found == [(wanted,)]
