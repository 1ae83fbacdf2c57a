"""Long work inside a transaction: decrypting gigabytes takes longer than a transaction may stand still.

The database ends a transaction that is idle for fifteen seconds, so that a stopped process holds nobody up. Work that
locks nothing anybody waits for may ask for more, for its own transaction alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis import heavy

T = TypeVar("T")


def run(db: Session, function: Callable[..., T], *arguments: Any) -> T:
    """`function(*arguments)` in a thread of its own; its answer or its exception. It must not touch the session."""
    db.execute(text("SET LOCAL idle_in_transaction_session_timeout = '1h'"))
    return heavy.run(function, *arguments)
