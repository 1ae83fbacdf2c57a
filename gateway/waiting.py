"""How long did the request at hand wait for a thread?

The worker notes it when a thread takes the request up, the edge asks. Told by nobody (another server, a test), it is 0.
"""

from __future__ import annotations

import threading

_of_thread = threading.local()


def note(seconds: float) -> None:
    """The request this thread takes up now has waited so long."""
    _of_thread.seconds = seconds


def waited() -> float:
    """Seconds the request of this thread waited for it."""
    seconds: float = getattr(_of_thread, "seconds", 0.0)
    return seconds
