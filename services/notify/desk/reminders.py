"""Reminders: duties that fall due within a day reach who is responsible; overdue ones the supervisor besides."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from services.chassis import obligations
from services.chassis.caller import Caller
from services.chassis.entrypoints import every, query
from services.notify.desk.room import Answer, Fact, Room
from services.notify.happening import Happening
from services.notify.models import ForeignDuty, Reminder, new_id
from services.notify.schemas import accepted
from services.notify.telling import tell

SOON = dt.timedelta(hours=24)
MOST = 200


class ReminderDesk(Room):
    """Nobody forgets what is owed."""

    @every(seconds=60)
    def remind(self) -> bool:
        """Tell of duties due within a day, once for each due time."""
        now = self.now()
        reminded = select(Reminder.duty_id).where(
            Reminder.duty_id == ForeignDuty.id, Reminder.stage == "soon", Reminder.due == ForeignDuty.due
        )
        waiting = (
            select(ForeignDuty)
            .where(ForeignDuty.closed_at.is_(None), ~ForeignDuty.paused)
            .where(ForeignDuty.due > now, ForeignDuty.due <= now + SOON, ~reminded.exists())
            .order_by(ForeignDuty.due, ForeignDuty.id)
            .limit(MOST)
            .with_for_update(skip_locked=True)
        )
        rows = list(self.db.scalars(waiting))
        for duty in rows:
            self._remind(duty.department, "obligation_due_soon", _fact(duty))
        return len(rows) == MOST

    @every(seconds=60)
    def tell_own_overdue(self) -> bool:
        """This department's own duties (replies to enquiries): announced as overdue, and told."""
        found = obligations.announce_overdue(self.db, self.announce, self.now())
        for duty in found:
            fact = obligations.view(duty, self.now()) | {"supervisor": duty.supervisor_watch}
            what = Happening(
                self.db, self.now(), new_id(), "obligation_overdue", "notify", f"obligation:{duty.id}", self.now(),
                fact, {},
            )  # fmt: skip
            tell(what)
        return False

    @query(accepted.Nothing, permission="reminder.read")
    def duties(self, wanted: Fact, by: Caller) -> Answer:
        """Duties due within a day or overdue: all, or one's own and one's organisation's."""
        now = self.now()
        rows = (
            select(ForeignDuty)
            .where(ForeignDuty.closed_at.is_(None), ~ForeignDuty.paused, ForeignDuty.due <= now + SOON)
            .order_by(ForeignDuty.due, ForeignDuty.id)
            .limit(500)
        )
        if not by.reaches("reminder.read"):
            own = ForeignDuty.owner_person_id == by.person_id
            if by.organisation_id:
                own = or_(own, ForeignDuty.owner_organisation_id == by.organisation_id)
            rows = rows.where(own)
        return {"duties": [_view(duty, now) for duty in self.db.scalars(rows)]}

    def _remind(self, department: str, event: str, fact: dict[str, Any]) -> None:
        row = {"duty_id": fact["id"], "stage": "soon", "due": fact["due"], "at": self.now()}
        self.db.execute(insert(Reminder).values(row).on_conflict_do_nothing())
        what = Happening(
            self.db, self.now(), new_id(), event, department, f"obligation:{fact['id']}", self.now(), fact, {}
        )
        tell(what)


def _fact(duty: ForeignDuty) -> dict[str, Any]:
    return {
        "id": duty.id, "kind": duty.kind, "about": duty.about, "article": duty.article, "due": duty.due,
        "owner_person_id": duty.owner_person_id, "owner_organisation_id": duty.owner_organisation_id,
        "supervisor": duty.supervisor,
    }  # fmt: skip


def _view(duty: ForeignDuty, now: dt.datetime) -> dict[str, Any]:
    shown: dict[str, Any] = obligations.ObligationView().dump(
        {**_fact(duty), "since": duty.since, "status": "overdue" if duty.due < now else "open"}
    )
    return shown | {"department": duty.department, "supervisor": duty.supervisor}


