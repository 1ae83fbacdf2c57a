"""One heard event at work, as the functions that act on it need it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.wire import Moment
from services.notify.models import Lot, Project


@dataclass(frozen=True)
class Happening:
    """A foreign fact in this transaction.

    id, event, department, subject: of the envelope. time: when it was announced. fact: as our schema loaded it.
    payload: as it was sent. now: the law's moment here.
    """

    db: Session
    now: datetime
    id: str
    event: str
    department: str
    subject: str
    time: datetime
    fact: dict[str, Any]
    payload: dict[str, Any]

    @classmethod
    def heard(cls, db: Session, now: datetime, fact: dict[str, Any], envelope: dict[str, Any]) -> Happening:
        """From what the chassis hands a `@hears` method."""
        time = Moment().deserialize(envelope["time"])
        return cls(
            db, now, envelope["id"], envelope["event"], envelope["department"], envelope["subject"], time, fact,
            envelope["payload"],
        )  # fmt: skip

    @property
    def lot(self) -> Lot | None:
        """The lot it is about, if we know it."""
        lot_id = self.fact.get("lot_id")
        return self.db.get(Lot, lot_id) if lot_id else None

    @property
    def project(self) -> Project | None:
        """The project it is about, named or through its lot."""
        project_id = self.fact.get("project_id")
        if not project_id and self.lot:
            project_id = self.lot.project_id
        return self.db.get(Project, project_id) if project_id else None


Effect = Callable[[Happening], None]
"""What hearing something does here."""
