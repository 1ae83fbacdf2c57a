"""What a measurement is, and how rounds become one."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

ROUNDS = 5
_PACKAGES = (
    "nameko",
    "kombu",
    "amqp",
    "pika",
    "eventlet",
    "sqlalchemy",
    "psycopg",
    "flask",
    "gunicorn",
    "cryptography",
)


@dataclass(frozen=True)
class Measured:
    """One line of the table.

    ratio: ours to theirs, more is better. at_least: what is promised. ours, theirs: medians, in `unit`. against: who
    the opponent is and what it does. rounds: every round's figures, for those who distrust medians.
    """

    name: str
    title: str
    ratio: float
    at_least: float
    ours: float
    theirs: float
    unit: str
    against: str
    rounds: Mapping[str, list[float]] = field(default_factory=dict)
    notes: str = ""

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return self.ratio >= self.at_least

    def as_json(self) -> dict[str, Any]:
        """The measurement without its name, holding as plain numbers and texts."""
        return {key: value for key, value in asdict(self).items() if key != "name"} | {"holds": self.holds}


def take_turns(ways: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Run each way once a round, in turns, so that a slow minute of the machine falls on all; figures per way."""
    figures: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, run in ways.items():
            figures[name].append(round(run(), 3))
    return figures


def medians(figures: Mapping[str, list[float]]) -> dict[str, float]:
    """The middle figure of each way."""
    return {name: statistics.median(found) for name, found in figures.items()}


def machine() -> dict[str, Any]:
    """Where it was measured."""
    model = ""
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "system": platform.platform(),
        "processor": model or platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(memory / 2**30, 1),
        "load_before": round(os.getloadavg()[0], 2),
    }


def versions() -> dict[str, str]:
    """What was measured."""
    return {"python": platform.python_version(), **{name: metadata.version(name) for name in _PACKAGES}}
