"""On which processor do a worker's threads run?

On one. Only one of a Python process's threads runs at a time anyhow, and every answer wakes one that sleeps: on another
processor that costs an interrupt there, and then it waits for the interpreter's lock. The workers together have all the
processors; what else runs on the machine goes where there is room.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable


def least_used(taken: Iterable[int]) -> int:
    """The processor to take next, of those this process may use. taken: those of the other workers."""
    count = Counter(taken)
    return min(sorted(os.sched_getaffinity(0)), key=lambda each: count[each])


def keep_to(processor: int) -> None:
    """Keep this process, and the threads it will start, to this processor."""
    os.sched_setaffinity(0, {processor})
