"""What state does the journal tell?

Replaying the announced events from the first to the last gives every project's and lot's state again: a test compares
it with the tables after any sequence of commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.tendering.rules.status import LotFacts, ProjectFacts, lot_status, project_status

# event → facts it sets (True) or clears (False) on the project
_PROJECT: Mapping[str, Mapping[str, bool]] = {
    "entrustment_submitted": {"submitted_at": True, "returned_at": False},
    "entrustment_returned": {"returned_at": True, "submitted_at": False, "plan_confirmed_at": False},
    "plan_confirmed": {"plan_confirmed_at": True},
    "entrustment_accepted": {"accepted_at": True},
    "document_drafted": {"document_drafted_at": True},
    "document_submitted": {"document_submitted_at": True},
    "document_returned": {
        "document_submitted_at": False,
        "document_reviewed_at": False,
        "document_confirmed_at": False,
    },
    "document_reviewed": {"document_reviewed_at": True},
    "document_confirmed": {"document_confirmed_at": True},
    "project_cancelled": {"cancelled_at": True},
}
_LOT: Mapping[str, Mapping[str, bool]] = {
    "lot_closed": {"closed_at": True},
    "opening_began": {"opening_began_at": True},
    "prices_read_out": {"read_out_at": True},
    "bids_opened": {"opened_at": True},
    "lot_failed": {"failed_at": True},
    "lot_moved": {},
}


@dataclass
class History:
    """Facts as the journal tells them: project id → facts, lot id → facts, lot id → its project."""

    projects: dict[str, ProjectFacts] = field(default_factory=dict)
    lots: dict[str, LotFacts] = field(default_factory=dict)
    home: dict[str, str] = field(default_factory=dict)

    def states(self, now: datetime) -> tuple[dict[str, str], dict[str, str]]:
        """Project id → state and lot id → state at `now`."""
        lots = {lot: lot_status(facts, now) for lot, facts in self.lots.items()}
        projects = {
            project: project_status(facts, [lots[lot] for lot, home in self.home.items() if home == project])
            for project, facts in self.projects.items()
        }
        return projects, lots


def replay(events: Iterable[tuple[str, Mapping[str, Any], datetime]]) -> History:
    """The history that (event name, payload, moment) triples tell, in their order."""
    told = History()
    for name, payload, at in events:
        if name in _PROJECT:
            project = payload["project_id"]
            told.projects[project] = _changed(told.projects.get(project, ProjectFacts()), _PROJECT[name], at)
        elif name == "entrustment_drafted":
            told.projects.setdefault(payload["project_id"], ProjectFacts())
        elif name == "notice_published":
            _noticed(told, payload, at)
        elif name == "deadline_moved":
            for lot in payload["lot_ids"]:
                told.lots[lot] = replace(told.lots[lot], closes_at=datetime.fromisoformat(payload["closes_at"]))
        elif name == "lot_moved":
            told.lots[payload["lot_id"]] = _changed(
                told.lots[payload["lot_id"]], {f"{payload['to']}_at": payload["happened"]}, at
            )
        elif name in _LOT:
            told.lots[payload["lot_id"]] = _changed(told.lots[payload["lot_id"]], _LOT[name], at)
    return told


def _noticed(told: History, payload: Mapping[str, Any], at: datetime) -> None:
    if payload["kind"] != "tender":
        return
    project = payload["project_id"]
    told.projects[project] = replace(told.projects.get(project, ProjectFacts()), published_at=at)
    for lot in payload["lots"]:
        told.home[lot["lot_id"]] = project
        told.lots[lot["lot_id"]] = LotFacts(published_at=at, closes_at=datetime.fromisoformat(payload["closes_at"]))


def _changed(facts: Any, changes: Mapping[str, bool], at: datetime) -> Any:
    return replace(facts, **{name: at if happened else None for name, happened in changes.items()})
