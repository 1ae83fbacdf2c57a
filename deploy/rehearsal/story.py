"""The whole rehearsal, act by act, and its verification.

It is played once on a system; asked again on the same one it recognises what was played, and verifies that anew.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from deploy.rehearsal import (
    awarding,
    bidding,
    drawing,
    entrusting,
    evaluating,
    opening,
    performing,
    publishing,
    registering,
    summary,
    verifying,
)
from deploy.rehearsal.client import Api, Problem
from deploy.rehearsal.people import Cast
from deploy.rehearsal.stage import Stage, read_input

Say = Callable[[str], None]
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


def play(address: str, folder: Path, authority: Path, say: Say) -> dict[str, Any]:
    """Play every act against the suite under this address, verify, write and answer the summary.

    folder: where keys, kept files and the summary go. authority: the folder of the rehearsal's certificate authority,
    as the registry of this suite has it. Raises `Problem`, `NotAsExpected`.
    """
    stage = _stage(address, folder, authority, say)
    if len(stage.done) == len(ACTS):
        say("this system holds the whole rehearsal already: it is verified again, not played a second time")
    elif stage.done:
        say(f"taking up the rehearsal after: {stage.done[-1]}")
    for name, act in ACTS:
        if name not in stage.done:
            _act(stage, name, act)
    began = time.monotonic()
    say("== verifying")
    logs = verifying.play(stage)
    made = summary.write(stage, logs)
    say(f"== verifying took {time.monotonic() - began:.1f} s; {stage.api.calls} calls of the API in all")
    stage.api.close()
    return made


def _act(stage: Stage, name: str, act: Callable[[Stage], None]) -> None:
    began = time.monotonic()
    stage.say(f"== {name}")
    act(stage)
    stage.done.append(name)
    stage.save()
    stage.say(f"== {name} took {time.monotonic() - began:.1f} s")


def _stage(address: str, folder: Path, authority: Path, say: Say) -> Stage:
    """A fresh stage, or the one an earlier rehearsal of this very system left."""
    stage = Stage(Api(address), Cast(read_input(), folder), folder, say, authority)
    if stage.load() and stage.done and not _known(stage):
        say("what an earlier rehearsal left belongs to another system: it is put away")
        shutil.rmtree(folder)
        stage = Stage(Api(address), Cast(read_input(), folder), folder, say, authority)
    return stage


def _known(stage: Stage) -> bool:
    """Whether the system knows the administrator that was kept."""
    try:
        stage.call("registry.person", "admin", person_id=stage.cast["admin"].person_id, patience=0)
    except Problem as problem:
        if problem.code.endswith("_unknown"):
            return False
        raise
    return True
