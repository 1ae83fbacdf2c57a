"""Long work inside a transaction: the connection is kept from looking idle while a thread works.

A transaction that stands still for fifteen seconds is ended by the database, so that a stopped process holds nobody
up. Decrypting gigabytes takes longer; meanwhile the transaction says every few seconds that it is alive.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import eventlet
from sqlalchemy import text
from sqlalchemy.orm import Session

from services.chassis import heavy

T = TypeVar("T")
SECONDS = 5.0


def run(db: Session, function: Callable[..., T], *arguments: Any) -> T:
    """`function(*arguments)` in a thread of its own; its answer or its exception. It must not touch the session."""
    worker = eventlet.spawn(heavy.run, function, *arguments)
    while True:
        try:
            with eventlet.Timeout(SECONDS):
                answer: T = worker.wait()
                return answer
        except eventlet.Timeout:
            db.execute(text("SELECT 1"))
