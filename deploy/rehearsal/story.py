"""The whole rehearsal, act by act."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from deploy.rehearsal import awarding, bidding, drawing, entrusting, evaluating, opening, performing, publishing, registering
from deploy.rehearsal.client import Api
from deploy.rehearsal.people import Cast
from deploy.rehearsal.stage import Stage, read_input

ACTS: tuple[tuple[str, Callable[[Stage], None]], ...] = (
    ("registering", registering.play),
    ("entrusting", entrusting.play),
    ("publishing", publishing.play),
    ("bidding", bidding.play),
    ("opening", opening.play),
    ("drawing", drawing.play),
    ("evaluating", evaluating.play),
    ("awarding", awarding.play),
    ("performing", performing.play),
)


def play(address: str, folder: Path, authority: Path, say: Callable[[str], None]) -> Stage:
    """Play every act against the suite under this address."""
    cast = Cast(read_input(), folder)
    stage = Stage(Api(address), cast, folder, say, authority)
    stage.load()
    for name, act in ACTS:
        if name in stage.done:
            continue
        began = time.monotonic()
        say(f"== {name}")
        act(stage)
        stage.done.append(name)
        stage.save()
        say(f"== {name} took {time.monotonic() - began:.1f} s")
    return stage
