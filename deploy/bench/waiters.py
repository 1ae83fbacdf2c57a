"""Calls that wait, always enough of them under way to keep every instance busy.

    python -m deploy.bench.waiters URI MILLISECONDS SECONDS

prints `{"rate": calls per second}`.
"""

from __future__ import annotations

import json
import sys
import time
from collections import deque

from deploy.bench.callers import WARM_UP
from gateway.bus import Bus

UNDER_WAY = 32


def main(uri: str, milliseconds: str, seconds: str) -> None:
    """One thread keeps UNDER_WAY calls begun; the bus does the rest."""
    bus = Bus(uri)
    fields = {"milliseconds": int(milliseconds)}
    begun = deque(bus.begin("source", "wait", fields, within=60) for _ in range(UNDER_WAY))
    start = time.perf_counter()
    began, done = 0.0, 0
    while True:
        begun.popleft().result()
        begun.append(bus.begin("source", "wait", fields, within=60))
        done += 1
        now = time.perf_counter()
        if not began and now - start > WARM_UP:
            began, done = now, 0
        elif began and now - began > float(seconds):
            break
    print(json.dumps({"rate": done / (now - began)}))
    bus.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
