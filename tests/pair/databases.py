"""Migrated databases for the pair."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


def migrated(department_database: Any, department: str) -> Any:
    """A fresh database of alpha or beta, copied from one migrated this session: an `Access` with both roles'
    addresses.
    """
    if department not in department_database._templates:
        access = department_database.empty(department)
        environment = {
            **os.environ,
            "MIGRATION_DATABASE_URL": access.migration_url,
            "RUNTIME_ROLE": access.runtime_role,
        }
        subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "services.chassis.migrate", f"tests.pair.{department}"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
        department_database._templates[department] = access
    return department_database.access(department)
