"""What the command line's tests stand on: a state folder of their own, the program, an edge to talk to."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.cli import state
from gateway.cli.program import main
from tests.cli.edge import Edge


@dataclass
class Ran:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        found: dict[str, Any] = self.json["error"]
        return found


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state folder, under a home nobody else has."""
    for name in ("SUNSHINE_URL", "SUNSHINE_LANG", "SUNSHINE_ACCOUNT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "sunshine"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """The program, in English."""

    def call(*arguments: object) -> Ran:
        capsys.readouterr()
        status = main(["--lang", "en", *map(str, arguments)])
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return call


@pytest.fixture
def edge() -> Iterator[Edge]:
    with Edge() as found:
        yield found


def signed_in(url: str, token: str = "token", **more: str) -> state.Session:
    """A session as `login` keeps one, with a token good for a while."""
    session = state.Session(url, "main", "session-1", "secret", "0" * 64, token=token, **more)  # type: ignore[arg-type]  # texts alone
    session.token_until = time.time() + 400
    state.save_session(session)
    state.set_current(url, "main")
    return session
