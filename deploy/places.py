"""Where does the suite keep what it needs while running? Everything under `.run/` of the checkout."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from deploy import ports

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Places:
    """The run folder of one checkout (RUN_DIR names another)."""

    run: Path

    @classmethod
    def of_this_checkout(cls) -> Places:
        return cls(Path(os.environ.get("RUN_DIR") or ROOT / ".run").resolve())

    @property
    def logs(self) -> Path:
        return self.run / "logs"

    @property
    def secrets(self) -> Path:
        return self.run / "secrets"

    @property
    def trust(self) -> Path:
        return self.run / "trust"

    @property
    def store(self) -> Path:
        return self.run / "store"

    @property
    def processes(self) -> Path:
        return self.run / "processes"

    @property
    def state(self) -> Path:
        return self.run / "state.json"

    @property
    def broker_cache(self) -> Path:
        return self.run / "cache" / "rabbitmq"

    def make(self) -> None:
        for folder in (self.run, self.logs, self.secrets, self.trust, self.store, self.processes):
            folder.mkdir(parents=True, exist_ok=True)
        self.run.chmod(0o711)  # the database's account passes through; what is secret below is closed by itself
        self.secrets.chmod(0o700)
        self.logs.chmod(0o700)
        self.store.chmod(0o700)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"


class Ports:
    """The ports of one checkout: found once, noted in `.run/ports.json`, taken again while they are free."""

    def __init__(self, places: Places) -> None:
        self._file = places.run / "ports.json"
        self._noted: dict[str, int] = json.loads(self._file.read_text()) if self._file.exists() else {}
        self._taken: set[int] = set()

    def noted(self, name: str) -> int | None:
        """The port that was taken for this name last time."""
        return self._noted.get(name)

    def take(self, name: str, wanted: int | None = None) -> int:
        """The port called `name`: the one wanted by a setting (must be free), else the noted one, else a free one."""
        port = wanted if wanted is not None else self._noted.get(name)
        if wanted is None and (port is None or port in self._taken or not ports.is_free(port)):
            port = next(found for found in iter(ports.free_port, None) if found not in self._taken)
        assert port is not None
        self._taken.add(port)
        self._noted[name] = port
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._noted, indent=1, sort_keys=True))
        fresh.replace(self._file)
        return port
