"""Work that would hold up the hub (PDF, DOCX, XLSX, many decryptions) runs in a thread of its own.

eventlet's hub, and with it the broker's heartbeat, goes on meanwhile. The number of threads is bounded by eventlet's
pool
(EVENTLET_THREADPOOL_SIZE, 20). The function must not touch the call's session.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from eventlet import tpool

T = TypeVar("T")


def run(function: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """`function(*arguments, **named)`, outside the hub; its answer or its exception."""
    answer: T = tpool.execute(function, *arguments, **named)
    return answer
