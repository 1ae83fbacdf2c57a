"""What every desk has: this call's session, time, announcing; and how a lot's evaluation is taken in hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.caller import Caller
from services.chassis.journal import Announcement
from services.chassis.refusal import refuse_if
from services.evaluation import access, events, law, queries
from services.evaluation.models import Evaluation, Lot, Panel, Project
from services.evaluation.rules import stages
from services.evaluation.rules.law import Law
from services.protocol import canonical


class Desk:
    """The parts come from `EvaluationService`."""

    db: Session
    now: Callable[[], datetime]
    announce: Callable[[Announcement], Any]
    call: Any
    plumbing: Any

    @property
    def law(self) -> Law:
        """The law as data."""
        return law.in_force()

    def take(self, lot_id: str, action: str, by: Caller, permission: str) -> tuple[Evaluation, Lot, Project]:
        """The lot's evaluation, locked, with what belongs to it; refuses whoever may not and whatever is not done
        now."""
        lot = queries.lot(self.db, lot_id)
        project = queries.project(self.db, lot.project_id)
        access.require(self.db, by, permission, project)
        found = queries.evaluation(self.db, lot_id, lock=True)
        refuse_if(stages.objections(action, found.facts), "wrong_stage")
        return found, lot, project

    def look(self, lot_id: str, by: Caller, permission: str) -> tuple[Evaluation, Lot, Project]:
        """The same for a question: nothing is locked, any stage will do."""
        lot = queries.lot(self.db, lot_id)
        project = queries.project(self.db, lot.project_id)
        access.require(self.db, by, permission, project)
        return queries.evaluation(self.db, lot_id), lot, project

    def panel_for(self, panel_id: str, by: Caller, permission: str, *, lock: bool = False) -> tuple[Panel, Project]:
        """The panel and its project; refuses whoever may not."""
        panel = queries.panel(self.db, panel_id, lock=lock)
        project = queries.project(self.db, panel.project_id)
        access.require(self.db, by, permission, project)
        return panel, project

    def tell(self, name: str, subject: str, **fact: Any) -> None:
        """Announce an event."""
        self.announce(events.event(name, subject, **fact))

    def record(self, lot_id: str, kind: str, by: Caller, **what: Any) -> None:
        """Journal a piece of work by its digest: provable later, unreadable now."""
        self.tell(
            "work_recorded",
            f"lot:{lot_id}",
            lot_id=lot_id,
            kind=kind,
            by=by.actor,
            digest=canonical.digest({"lot_id": lot_id, "kind": kind, "by": by.actor, **what}),
            at=self.now(),
        )
