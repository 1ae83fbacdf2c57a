"""What every room of the department shares: its parts, whose thing it is, and telling what was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.caller import Caller
from services.chassis.journal import Announcement, Entry
from services.chassis.providers import Apart
from services.chassis.store import Store
from services.chassis.wire import moment_text
from services.contracts import feed
from services.contracts.models import Contract, Project
from services.contracts.queries import lots


class Room:
    """The parts a call brings, and the few steps every entrypoint takes."""

    db: Session
    now: Callable[[], datetime]
    announce: Callable[[Announcement], Entry]
    savepoint: Apart
    plumbing: Any

    def tell(self, announcement: Announcement) -> Entry:
        """Journal what was done and, where it feeds the figures, keep what it tells them."""
        entry = self.announce(announcement)
        feed.note(self.db, entry.id, feed.OURS, announcement.event, announcement.payload, entry.time)
        return entry

    def reach(self, by: Caller, permission: str, project: Project, *organisations: str | None) -> None:
        """Refuse `not_yours` unless the grant covers what these organisations own, or a project naming the caller."""
        by.require(
            permission,
            own=by.organisation_id is not None and by.organisation_id in organisations,
            project=by.person_id is not None and by.person_id in (project.officer_id, project.reviewer_id),
        )

    def reach_contract(self, by: Caller, permission: str, contract: Contract) -> Project:
        """The same for a contract and its two sides; answers the project."""
        project = lots.project(self.db, contract.project_id)
        self.reach(by, permission, project, contract.purchaser_id, contract.supplier_id)
        return project

    def store(self) -> Store:
        """The store of files."""
        return Store(self.plumbing.settings.store_url)


def text(moment: datetime | None) -> str | None:
    """A moment as canonical JSON and people's papers carry it."""
    return None if moment is None else moment_text(moment)
