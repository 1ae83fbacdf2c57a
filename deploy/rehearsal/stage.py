"""What the acts share: the API, the people, the clock, and what has come about so far."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any, TypeVar

from deploy.rehearsal.client import Api, Problem
from deploy.rehearsal.people import Cast, Person

BEIJING = timezone(timedelta(hours=8))
INPUT = Path(__file__).with_name("rehearsal.json")
_AT_ONCE = 6
_Each = TypeVar("_Each")
_Made = TypeVar("_Made")


def at(text: str) -> datetime:
    """A Beijing moment: "2026-05-11 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING)


def wire(moment: datetime) -> str:
    """As the API takes it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class NotAsExpected(Exception):
    """The rehearsal came out otherwise than it must."""


@dataclass
class Stage:
    """One rehearsal. `facts`: ids by name; `lots`: number → id; `bids`: (lot number, supplier) → bid id.

    `done`: the acts that were played. `files`: what was kept for the verification at the end, by name.
    """

    api: Api
    cast: Cast
    folder: Path
    say: Callable[[str], None]
    authority: Path
    facts: dict[str, Any] = field(default_factory=dict)
    lots: dict[int, str] = field(default_factory=dict)
    bids: dict[tuple[int, str], str] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, Any] = field(default_factory=dict)
    moment: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    moved: float = 0.0

    @property
    def data(self) -> Mapping[str, Any]:
        """The input."""
        return self.cast.data

    def call(self, operation: str, by: str | Person | None = None, patience: float = 10.0, **fields: Any) -> Any:
        """Call as a person of the rehearsal."""
        who = self.cast[by] if isinstance(by, str) else by
        return self.api.call(operation, by=who, patience=patience, **fields)

    def refuse(self, step: str, operation: str, by: str | Person | None, *codes: str, **fields: Any) -> Problem:
        """A step that must be refused, with these codes among its objections; it goes into the summary."""
        try:
            self.call(operation, by, patience=0, **fields)
        except Problem as problem:
            missing = set(codes) - {problem.code, *problem.codes}
            if missing:
                raise NotAsExpected(f"{step}: refused without {', '.join(sorted(missing))}: {problem}") from problem
            articles = sorted({str(each.get("article") or "") for each in problem.objections} - {""})
            self.refused.append({"step": step, "codes": sorted(set(problem.codes)), "articles": articles})
            self.say(f"refused, as it must be: {step} ({', '.join(sorted(set(problem.codes)))}; {', '.join(articles)})")
            return problem
        raise NotAsExpected(f"{step} was not refused")

    def until(self, what: str, ask: Callable[[], _Made | None], within: float = 40.0) -> _Made:
        """Wait for what another department or the clock brings about."""
        last, pause = time.monotonic() + within, 0.05
        while True:
            found = ask()
            if found:
                return found
            if time.monotonic() > last:
                raise NotAsExpected(f"within {within:.0f} s there was no {what}")
            time.sleep(pause)
            pause = min(pause * 1.5, 0.5)

    def move_to(self, text: str) -> None:
        """The rehearsal's clock: Beijing time, forward."""
        self.moment, self.moved = at(text), time.monotonic()
        self.api.put("/api/v1/rehearsal/clock", self.cast["admin"], {"now": wire(self.moment)})
        self.say(f"— the clock stands at {text} (Beijing)")

    def now(self) -> datetime:
        """What time it is in the rehearsal, about."""
        return self.moment + timedelta(seconds=time.monotonic() - self.moved)

    def all(self, work: Callable[[_Each], _Made], things: Iterable[_Each]) -> list[_Made]:
        """The same for many, some at once; the first fault is raised."""
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(work, things))

    # kept for the next time

    def save(self) -> None:
        """Keep what has come about so far."""
        kept = {
            "done": self.done, "facts": self.facts, "lots": list(self.lots.items()), "refused": self.refused,
            "bids": [[*key, bid_id] for key, bid_id in self.bids.items()],
        }  # fmt: skip
        fresh = self.folder / "progress.json.new"
        fresh.write_text(json.dumps(kept, ensure_ascii=False, indent=1))
        fresh.replace(self.folder / "progress.json")
        self.cast.save()

    def load(self) -> bool:
        """Take up what an earlier rehearsal kept; whether there was anything."""
        file = self.folder / "progress.json"
        if not file.exists() or not self.cast.load():
            return False
        kept = json.loads(file.read_text())
        self.done, self.facts, self.refused = kept["done"], kept["facts"], kept["refused"]
        self.lots = dict(kept["lots"])
        self.bids = {(no, supplier): bid_id for no, supplier, bid_id in kept["bids"]}
        for place in sorted((self.folder / "files").rglob("*.json")):
            self.files[str(place.relative_to(self.folder / "files"))] = json.loads(place.read_text())
        return True

    def keep(self, name: str, content: Any) -> None:
        """Keep a file of the rehearsal beside its summary: what is verified at the end."""
        self.files[name] = content
        place = self.folder / "files" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(json.dumps(content, ensure_ascii=False, indent=1))


def read_input() -> dict[str, Any]:
    """The rehearsal's input."""
    found: dict[str, Any] = json.loads(INPUT.read_text("utf-8"))
    return found
