"""What every room of the department shares: its parts, whose thing it is, and which moves are open."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import select

from services.chassis.caller import Caller
from services.chassis.providers import Announce, Clock, Database, Plumbing
from services.chassis.refusal import refuse_if
from services.chassis.store import Store
from services.tendering.models import Lot, Project, SeatHolder
from services.tendering.queries import law, projects
from services.tendering.rules import moves

Given = dict[str, Any]
Answer = Any


class Room:
    """The parts a call brings, and the few steps every entrypoint takes."""

    db = Database()
    now = Clock()
    announce = Announce()
    plumbing = Plumbing()

    def store(self) -> Store:
        """The store of files."""
        return _store(self.plumbing.settings.store_url)

    def named_on(self, by: Caller, project: Project) -> bool:
        """Whether the caller is named on the project: officer, reviewer, host, or key holder."""
        if by.person_id is None:
            return False
        if by.person_id in (project.officer_id, project.reviewer_id, project.host_id):
            return True
        wanted = select(SeatHolder.id).where(SeatHolder.project_id == project.id, SeatHolder.person_id == by.person_id)
        return self.db.scalars(wanted.limit(1)).first() is not None

    def reach(self, by: Caller, permission: str, project: Project, *organisations: str | None) -> None:
        """Refuse `not_yours` unless the grant covers the purchaser's project, these organisations', or one's own."""
        own = by.organisation_id is not None and by.organisation_id in (project.purchaser_id, *organisations)
        by.require(permission, own=own, project=self.named_on(by, project))

    def project_for(self, by: Caller, permission: str, project_id: str, move: str) -> Project:
        """The project, locked, for a move that must be the caller's to make and open in its state."""
        project = projects.project(self.db, project_id, lock=True)
        self.reach(by, permission, project)
        refuse_if(moves.project_objections(move, projects.status(self.db, project, self.now())), "move_closed")
        return project

    def public_opening(self, project: Project) -> bool:
        """Whether the project's procedure reads the prices out before the bidders."""
        return law.public_opening(self.db, project)

    def lot_for(self, by: Caller, permission: str, lot_id: str, move: str) -> tuple[Lot, Project]:
        """The lot, locked, with its project; the move must be the caller's to make and open in its state."""
        lot = projects.lot(self.db, lot_id, lock=True)
        project = projects.project(self.db, lot.project_id)
        self.reach(by, permission, project)
        refuse_if(moves.lot_objections(move, lot.status(self.now())), "move_closed")
        return lot, project


@cache
def _store(url: str) -> Store:
    return Store(url)


def viewer(by: Caller, project: Project) -> str:
    """Which viewer of the visibility table the caller is."""
    kind = by.organisation_kind
    if by.person_id is None:
        return "public"
    if kind == "centre":
        return "centre"
    if kind in ("finance", "hall"):
        return "watcher"
    if kind == "purchaser":
        return "purchaser" if by.organisation_id == project.purchaser_id else "public"
    return "supplier" if kind == "supplier" else "public"
