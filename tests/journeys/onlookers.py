"""People who ask for what they must not see yet, over HTTP, all the while the rehearsal is played."""

from __future__ import annotations

import itertools
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.rehearsal.client import Api, Problem
from deploy.rehearsal.people import Cast, Person
from deploy.rehearsal.stage import read_input
from services.protocol.reasons import ProtocolError

OUTSIDE = (None, "agent-s3", "agent-s7", "sun", "li")
"""The public, a bidder, a supplier who did not bid, the purchaser, the centre's officer: nobody of the panel's room."""
WRONGLY_EARLY: dict[str, tuple[str | None, ...]] = {
    # what the table of evaluation (rules/visibility.py) shows to none of these before the result is public
    "evaluation.score_sheets": OUTSIDE,
    "evaluation.ranking": (None, "agent-s3", "agent-s7"),
    "evaluation.report": (None, "agent-s3", "agent-s7"),
    "evaluation.findings": OUTSIDE,
    "evaluation.reviews": (None, "agent-s3", "agent-s7"),
    "evaluation.loser_notice": (None, "agent-s3"),
}
BEFORE_CLOSING: dict[str, tuple[str | None, ...]] = {
    # what the table of tendering shows to none of these before the closing
    "tendering.bids_of_lot": (None, "agent-s7", "sun", "li", "zhao", "chen", "zheng"),
    "tendering.bonds": (None, "sun", "li", "chen"),
    "tendering.opening": (None, "agent-s7"),
}
OPEN = "open"
PHASES = {True: BEFORE_CLOSING, False: WRONGLY_EARLY}
"""What is asked while the lot is open for bids, and what later."""
PAUSE = 0.05
AT_ONCE = 4
"""Questions between two looks at whether the state is still secret: bids are open for a few seconds only."""


def _questions(table: dict[str, tuple[str | None, ...]]) -> list[tuple[str, str | None]]:
    return [(operation, who) for operation, viewers in table.items() for who in viewers]


@dataclass(frozen=True)
class Sight:
    """One question. shown: whether it was answered with anything. too_early: the state was still secret afterwards."""

    who: str | None
    operation: str
    shown: bool
    status: int
    too_early: bool


class Onlookers:
    """A thread that asks in turn; `sights` holds what it saw, `trouble` what kept it from asking."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self.folder = folder
        self.sights: list[Sight] = []
        self.trouble: list[str] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to look; the suite need not be up yet."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join(60)

    def _run(self) -> None:
        if not self._serves():
            return
        api, lots = Api(self.address), list[str]()
        cast = Cast(read_input(), self.folder / "rehearsal")
        turns = {early: itertools.cycle(_questions(table)) for early, table in PHASES.items()}
        phase = True
        while not self._ended.wait(PAUSE):
            try:
                lots = lots or self._lots()
                if not lots or (not cast.people["li"].person_id and not cast.load()):
                    continue
                phase = self._ask(api, cast, list(itertools.islice(turns[phase], AT_ONCE)), lots[0], phase)
            except (Problem, ProtocolError, httpx.HTTPError, LookupError, ValueError) as fault:
                self.trouble.append(str(fault))
        api.close()

    def _serves(self) -> bool:
        """Wait for the gateway; False when the end came first."""
        while not self._ended.wait(0.3):
            try:
                if httpx.get(f"{self.address}/ready", trust_env=False, timeout=5).status_code == 200:
                    return True
            except httpx.HTTPError:
                continue
        return False

    def _lots(self) -> list[str]:
        """Ids of the lots, known once the act of publishing is over."""
        kept = self.folder / "rehearsal" / "progress.json"
        return [lot_id for _, lot_id in json.loads(kept.read_text())["lots"]] if kept.exists() else []

    def _ask(self, api: Api, cast: Cast, asked: list[tuple[str, str | None]], lot: str, bidding: bool) -> bool:
        """Ask a few; whether the lot is still open for bids."""
        answers = [self._answer(api, operation, cast[who] if who else None, lot) for operation, who in asked]
        early = (self._is_open if bidding else self._is_secret)(api, cast["li"], lot)
        for (operation, who), (shown, status) in zip(asked, answers, strict=True):
            self.sights.append(Sight(who, operation, shown, status, early))
        return bidding and early

    def _answer(self, api: Api, operation: str, by: Person | None, lot: str) -> tuple[bool, int]:
        """Was anything shown, and under which status?"""
        try:
            found: Any = api.call(operation, by=by, patience=0, lot_id=lot)
        except Problem as problem:
            return False, problem.status
        return (any(found.values()) if isinstance(found, dict) else bool(found)), 200

    def _is_secret(self, api: Api, by: Person, lot: str) -> bool:
        """The result is not public yet. Asked with a session: what is kept for the public may be seconds old."""
        try:
            api.call("evaluation.published_result", by=by, patience=0, lot_id=lot)
        except Problem as problem:
            return problem.status in (403, 404, 409)
        return False

    def _is_open(self, api: Api, by: Person, lot: str) -> bool:
        return bool(api.call("tendering.lot", by=by, patience=0, lot_id=lot)["status"] == OPEN)
