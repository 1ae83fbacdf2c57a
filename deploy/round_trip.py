"""Does the whole suite answer? One round trip through every department, by way of the gateway.

    python -m deploy.round_trip http://127.0.0.1:8080

The gateway answers `GET /api/v1/round-trip` with one entry per department. Ends with status 0 when all five answered.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from deploy.databases import DEPARTMENTS

_without_proxy = build_opener(ProxyHandler({}))


def faults(answer: Mapping[str, Any]) -> list[str]:
    """What is missing in an answer to the round trip; nothing when every department has its entry."""
    return [f"{department} did not answer" for department in DEPARTMENTS if not answer.get(department)]


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 done, 1 something is missing."""
    if len(arguments) != 1:
        print("usage: python -m deploy.round_trip <address of the gateway>", file=sys.stderr)
        return 2
    began = time.monotonic()
    try:
        with _without_proxy.open(f"{arguments[0]}/api/v1/round-trip", timeout=30) as found:
            answer = json.load(found)
    except HTTPError as refused:
        print(f"round trip: the gateway answered {refused.code}: {refused.read(500).decode(errors='replace')}")
        return 1
    except (OSError, ValueError) as failed:
        print(f"round trip: none: {failed}")
        return 1
    found_faults = faults(answer)
    for fault in found_faults:
        print(f"round trip: {fault}")
    if not found_faults:
        names = ", ".join(DEPARTMENTS)
        print(f"round trip: through {names} in {(time.monotonic() - began) * 1000:.0f} ms")
    return 1 if found_faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
