"""A slow statement holds up its own call and no other: psycopg waits where eventlet can see it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

from tests.pair.databases import ROOT, migrated

PROGRAM = """
import eventlet
eventlet.monkey_patch()
import sys, time
from sqlalchemy import text
from services.chassis.database import connect

engines = connect(sys.argv[1], size=5)

def nap(_):
    with engines.reading() as session:
        session.execute(text("SELECT pg_sleep(1)"))

list(eventlet.GreenPool(5).imap(nap, range(5)))  # opens the connections
began = time.monotonic()
list(eventlet.GreenPool(5).imap(nap, range(5)))
print(time.monotonic() - began)
"""


def test_five_naps_of_a_second_overlap(department_database: Any) -> None:
    """One after another they would take five seconds; together, one. The bound is far from both."""
    url = migrated(department_database, "alpha").runtime_url
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert float(done.stdout.split()[-1]) < 4
