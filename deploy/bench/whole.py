"""The whole suite for measurements: started as `make run` starts it, in a folder of its own, played up to an act."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy import ports, processes
from deploy.bench.ground import Ground
from deploy.places import ROOT, Places
from deploy.rehearsal import story
from deploy.rehearsal.client import Api
from deploy.rehearsal.people import Cast
from deploy.rehearsal.stage import Stage, read_input
from deploy.trouble import Trouble
from services.registry.rules.credit_code import check_character

_SERVES_WITHIN = 300.0
_MANY = str(10**9)  # calls a minute: a load comes from one address


@dataclass(frozen=True)
class Whole:
    """A suite that serves. `stage`: the rehearsal on it, as far as it was played."""

    url: str
    stage: Stage


@contextlib.contextmanager
def whole(
    ground: Ground, name: str, until: str, say: Callable[[str], None] = print, crowd: int = 0
) -> Iterator[Whole]:
    """A suite in which the rehearsal's acts before `until` are played. Raises Trouble when it does not come up.

    crowd: so many suppliers more than the rehearsal has.
    """
    folder = ground.folder / name
    (folder / "cache").mkdir(parents=True)
    (folder / "cache" / "rabbitmq").symlink_to(Places.of_this_checkout().broker_cache)
    foreign = ("AMQP_URI", "DATABASE_ADMIN_URL", "REHEARSAL_AUTHORITY_DIR")
    environment = {
        **{key: value for key, value in os.environ.items() if key not in foreign},
        "RUN_DIR": str(folder),
        "PORT": str(ports.free_port()),
        "CALLS_A_MINUTE": _MANY,
    }
    with (folder / "said.txt").open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "deploy.run", "--no-job"], cwd=ROOT, env=environment, stdout=said,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        if not processes.wait_until((folder / "url").exists, within=_SERVES_WITHIN, every=0.3):
            raise Trouble(f"the suite did not come up: see {folder / 'said.txt'}")
        url = (folder / "url").read_text().strip().rstrip("/")
        yield Whole(url, _played(url, folder, until, say, crowd))
    finally:
        child.terminate()
        child.wait(90)


def _played(url: str, folder: Path, until: str, say: Callable[[str], None], crowd: int) -> Stage:
    kept = folder / "rehearsal"
    kept.mkdir(exist_ok=True)
    cast = Cast(_with_crowd(read_input(), crowd), kept)
    stage = Stage(Api(url), cast, kept, lambda _: None, folder / "secrets" / "rehearsal-authority")
    for act, play in story.ACTS:
        if act == until:
            return stage
        say(f"  playing the act of {act}")
        play(stage)
    return stage


def _with_crowd(data: dict[str, Any], many: int) -> dict[str, Any]:
    """The rehearsal's input with so many synthetic suppliers more, an agent each."""
    for number in range(1, many + 1):
        key, code = f"crowd{number}", f"91220100MA9{number:06d}"
        data["organisations"].append(
            {"key": key, "kind": "supplier", "name": f"演练供应商{number}号(演练)", "size": "small",
             "credit_code": code + check_character(code)}
        )  # fmt: skip
        agent = {"key": f"agent-{key}", "name": f"第{number}号授权代表", "org": key, "roles": ["supplier.agent"]}
        data["people"].append(agent)
    return data
