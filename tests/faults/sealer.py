"""A department's journal and log at work, to be killed: records, seals and signs without pause.

    DATABASE_URL=… python -m tests.faults.sealer DEPARTMENT KEY_FILE

Prints the leaf of each entry once its transaction is committed.
"""

from __future__ import annotations

import itertools
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from services.chassis import relay
from services.chassis.database import connect
from services.chassis.journal import Announcement, entry, write
from services.chassis.log import ledger
from services.chassis.tokens import load_department_key


def work(department: str, key_file: str) -> None:
    """Until killed."""
    key = load_department_key(Path(key_file))
    engines = connect(os.environ["DATABASE_URL"], name="sealer", size=2)
    with engines.writer.connect() as relaying:
        for number in itertools.count():
            with engines.writing() as session:
                fact = Announcement("noted", 1, f"thing:{number % 7}", {"number": number}, public=number % 2 == 0)
                now = datetime.now(UTC)
                entries = [entry(fact, department=department, actor="a", now=now) for _ in range(5)]
                write(session, entries, "")
                session.commit()
            print(*(each.leaf for each in entries), sep="\n", flush=True)
            if number % 3 == 0:
                relay.seal(relaying)
            if number % 4 == 0:
                ledger.make_checkpoint(relaying, department, key, now)
                relaying.commit()


if __name__ == "__main__":
    work(*sys.argv[1:])
