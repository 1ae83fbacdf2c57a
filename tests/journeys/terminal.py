"""People of the rehearsal at a terminal: `sunshine` as a program of its own, with their real keys in files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.rehearsal.people import ENCRYPTION, SIGNING, Cast, Keys
from deploy.rehearsal.stage import read_input
from services.protocol import certificates
from tests.conftest import ROOT
from tests.journeys.conftest import Played


@dataclass
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """What `--json` says of a command that did not do it."""
        found: dict[str, Any] = self.json["error"]
        return found


class Terminal:
    """Somebody's machine: a home with their state, and their keys in a folder."""

    def __init__(self, home: Path, url: str) -> None:
        home.mkdir(parents=True)
        self.home, self.url = home, url

    def sunshine(self, *arguments: object) -> Ended:
        """Run the program with `--json`, in English."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("SUNSHINE_", "XDG_"))}
        environment |= {
            "XDG_STATE_HOME": str(self.home / "state"), "SUNSHINE_URL": self.url, "SUNSHINE_LANG": "en",
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-m", "gateway.cli", *map(str, arguments), "--json"], cwd=self.home, env=environment,
            text=True, capture_output=True, timeout=110, check=False,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout, done.stderr)

    def done(self, *arguments: object) -> Any:
        """The same, which must end with 0; its document."""
        ended = self.sunshine(*arguments)
        assert ended.status == 0, (arguments, ended)
        return ended.json

    def write(self, name: str, content: Any) -> Path:
        """A JSON file."""
        place = self.home / name
        place.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        return place


class People:
    """The cast of a played rehearsal, each at a terminal; who asks for one is signed in there."""

    def __init__(self, played: Played, folder: Path) -> None:
        self.cast = Cast(read_input(), played.folder / "rehearsal")
        assert self.cast.load()
        self.progress = json.loads((played.folder / "rehearsal" / "progress.json").read_text())
        self.kept = played.folder / "rehearsal" / "files"
        self._folder, self._url = folder, played.url
        self._known: dict[str, Terminal] = {}

    @property
    def project(self) -> str:
        """The id of the project that was played."""
        return str(self.progress["facts"]["project"])

    @property
    def lots(self) -> dict[int, str]:
        """Its lots, number → id."""
        return dict(self.progress["lots"])

    def at_home(self, name: str) -> Terminal:
        """A terminal nobody has signed in at."""
        return Terminal(self._folder / name, self._url)

    def __getitem__(self, handle: str) -> Terminal:
        if handle not in self._known:
            self._known[handle] = self.at_home(handle)
            self._known[handle].done("login", *self.signing(handle))
        return self._known[handle]

    def signing(self, handle: str) -> list[object]:
        """The options that name somebody's signing certificate and key."""
        return self._files(handle, SIGNING, "-c", "-k")

    def encryption(self, handle: str) -> list[object]:
        """The same for the key that unwraps."""
        return self._files(handle, ENCRYPTION, "--encryption-certificate", "--encryption-key")

    def _files(self, handle: str, purpose: str, certificate: str, key: str) -> list[object]:
        held: Keys = self.cast[handle].held[purpose]
        place = self._folder / "keys"
        place.mkdir(exist_ok=True)
        (place / f"{handle}-{purpose}.pem").write_text("".join([held.pem, *held.chain]))
        (place / f"{handle}-{purpose}.key").write_bytes(certificates.private_key_pem(held.key))
        return [certificate, place / f"{handle}-{purpose}.pem", key, place / f"{handle}-{purpose}.key"]
