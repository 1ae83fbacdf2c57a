"""The main job of a run: the rehearsal, a whole purchase played through the public API.

    python -m deploy.main_job http://127.0.0.1:8080

Ends with status 0 when everything came out and was verified; what came of it is in `.run/rehearsal/summary.json`.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx

from deploy.places import Places
from deploy.rehearsal import story, summary
from deploy.rehearsal.client import Problem
from deploy.rehearsal.stage import NotAsExpected
from services.protocol.reasons import ProtocolError

_AUTHORITY = "rehearsal-authority"


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 done and verified, 1 something came out otherwise."""
    if len(arguments) != 1:
        print("usage: python -m deploy.main_job <address of the gateway>", file=sys.stderr)
        return 2
    places, began = Places.of_this_checkout(), time.monotonic()

    def say(text: str) -> None:
        print(f"  [{time.monotonic() - began:6.1f} s] {text}", flush=True)

    folder = places.run / "rehearsal"
    authority = Path(os.environ.get("REHEARSAL_AUTHORITY_DIR") or places.secrets / _AUTHORITY)
    try:
        made = story.play(arguments[0], folder, authority, say)
    except (Problem, NotAsExpected, ProtocolError, LookupError, httpx.HTTPError) as failed:
        print(f"main job: the rehearsal stopped: {failed}", flush=True)
        print("main job: `make clean` begins afresh where an act was left half done", flush=True)
        return 1
    for lot in made["lots"]:
        contract = lot["contract"]
        told = f"{contract['supplier']}, {contract['paid']} of {contract['amount']} yuan paid" if contract else ""
        print(f"main job: lot {lot['no']}: {lot['outcome']} {told or lot['reason']}", flush=True)
    print(f"main job: done and verified in {time.monotonic() - began:.0f} s: {folder / summary.NAME}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
