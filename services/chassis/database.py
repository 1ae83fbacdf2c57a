"""A department's own PostgreSQL.

Two pools on one database: `writing` opens a transaction, `reading` answers without one and cannot write. Under eventlet
psycopg waits in the hub, so a slow statement holds up its own call and no other (`tests/chassis/test_database.py` keeps
that true); elsewhere psycopg waits by itself.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from services.chassis.refusal import Refusal
from services.chassis.tables_base import NAMING

__all__ = ["NAMING", "Engines", "connect", "is_passing", "refuse_on"]

if "eventlet.patcher" in sys.modules:
    from services.chassis import green_wait

    green_wait.install()

_TRY_AGAIN = {"40001", "40P01", "57P01", "57P02", "57P03", "55P03"}  # serialization, deadlock, shutdown, starting, lock


@dataclass(frozen=True)
class Engines:
    """The two pools of one process."""

    writer: Engine
    reader: Engine
    _writing: sessionmaker[Session] = field(init=False, repr=False)
    _reading: sessionmaker[Session] = field(init=False, repr=False)

    def writing(self) -> Session:
        """A session in a transaction of its own; the caller commits or rolls back and closes it."""
        return self._writing()

    def reading(self) -> Session:
        """A session that cannot write (SQLSTATE 25006 if it tries)."""
        return self._reading()

    def __post_init__(self) -> None:
        object.__setattr__(self, "_writing", sessionmaker(self.writer, expire_on_commit=False))
        object.__setattr__(self, "_reading", sessionmaker(self.reader, expire_on_commit=False, autoflush=False))

    def close(self) -> None:
        """Give back every connection."""
        self.writer.dispose()
        self.reader.dispose()


def connect(url: str, *, name: str = "department", size: int = 10, more: int = 20) -> Engines:
    """The pools for this database URL (`postgresql+psycopg://…`); nothing is opened before the first use.

    size, more: connections kept, and how many beyond may be opened in a rush. A statement may take 30 s, a transaction
    60 s, an idle one 15 s: a paused process cannot hold the department up for longer.
    """
    guards = "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=15000 -c lock_timeout=10000"
    common = {"pool_size": size, "max_overflow": more, "pool_timeout": 10, "pool_use_lifo": True, "pool_recycle": 1800}
    writer = create_engine(
        url,
        connect_args={"application_name": name, "options": guards, "connect_timeout": 5, "prepare_threshold": 3},
        **common,
    )
    reader = create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        connect_args={
            "application_name": f"{name} (reading)",
            "options": f"{guards} -c default_transaction_read_only=on",
            "connect_timeout": 5,
            "prepare_threshold": 3,
        },
        **common,
    )
    return Engines(writer, reader)


def is_passing(error: DBAPIError) -> bool:
    """Whether the same transaction, begun anew, may well succeed: connection gone, deadlock, server starting."""
    state = getattr(error.orig, "sqlstate", None)
    return (
        bool(error.connection_invalidated)
        or state in _TRY_AGAIN
        or (isinstance(error, OperationalError) and state is None)
    )


@contextmanager
def refuse_on(constraint: str, refusal: Refusal) -> Iterator[None]:
    """Turn a violation of this constraint, inside the block, into the refusal that says the same.

    The block must flush. The gravest rules stand twice, as a function for the message and as a constraint for the truth
    under concurrency; this is where the two meet.
    """
    try:
        yield
    except IntegrityError as error:
        found = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
        if found == constraint:
            raise refusal from error
        raise
