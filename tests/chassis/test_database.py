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

ENDED = """
import eventlet
eventlet.monkey_patch()
import sys, time
import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from services.chassis.database import connect

engines = connect(sys.argv[1], size=2)
said = []

def nap():
    with engines.writing() as session:
        said.append(session.execute(text("SELECT pg_backend_pid()")).scalar())
        try:
            session.execute(text("SELECT pg_sleep(30)"))
        except DBAPIError as error:
            return "lost" if error.connection_invalidated else repr(error)

napping = eventlet.spawn(nap)
while not said:
    eventlet.sleep(0.01)
eventlet.sleep(0.1)
with engines.writing() as session:
    session.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": said[0]})
print(napping.wait())
with engines.reading() as session:
    connection = session.connection().connection.dbapi_connection
    connection.execute("LISTEN nobody_calls")
    began = time.monotonic()
    print(list(connection.notifies(timeout=0.3)), time.monotonic() - began >= 0.3)
    print(session.execute(text("SELECT repeat('x', 3000000)")).scalar() == "x" * 3_000_000)
    print(session.execute(text("SELECT length(:long)"), {"long": "y" * 3_000_000}).scalar())
"""


def test_five_naps_of_a_second_overlap(department_database: Any) -> None:
    """One after another they would take five seconds; together, one. The bound is far from both."""
    url = migrated(department_database, "alpha").runtime_url
    assert float(_said(PROGRAM, url)[-1]) < 4


def test_a_statement_that_waits_learns_of_its_lost_connection_and_large_ones_come_whole(
    department_database: Any,
) -> None:
    said = _said(ENDED, migrated(department_database, "alpha").runtime_url)
    assert said == ["lost", "[]", "True", "True", "3000000"]


def _said(program: str, url: str) -> list[str]:
    """What the program prints, in a process that eventlet has patched."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program, url],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
