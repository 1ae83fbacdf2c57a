"""Appending to the log, inside the relay's transaction."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, func, insert, select

from services.chassis.log.store_tables import log_leaf


def append(connection: Connection, entries: Sequence[tuple[str, bytes]]) -> int:
    """Give these journal entries (id, leaf hash) the next positions, in order. Answers the first one.

    Positions start at 0 and have no gaps. The caller holds the relay's lock and commits.
    """
    last = connection.execute(select(func.max(log_leaf.c.position))).scalar()
    first = 0 if last is None else last + 1
    rows = [{"position": first + at, "entry_id": entry_id, "leaf": leaf} for at, (entry_id, leaf) in enumerate(entries)]
    if rows:
        connection.execute(insert(log_leaf), rows)
    return int(first)
