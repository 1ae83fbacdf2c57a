"""Reminders: duties that fall due within a day, or are overdue, reach who is responsible and the supervisors who watch.

The other departments' duties are copies (`desk/hearing_duties.py`), this department's own (replies to enquiries) stand
in the chassis' table: nobody hears their own events, so it looks.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, or_, select
from sqlalchemy.dialects.postgresql import insert

from services.chassis import obligations
from services.chassis.caller import Caller
from services.chassis.entrypoints import every, query
from services.notify.desk.room import Answer, Fact, Room
from services.notify.happening import Happening
from services.notify.models import ForeignDuty, Reminder
from services.notify.schemas import accepted
from services.notify.telling import tell

SOON = dt.timedelta(hours=24)
MOST = 200
SHOWN = 500
OWN = obligations.obligation


class ReminderDesk(Room):
    """Nobody forgets what is owed."""

    @every(seconds=60)
    def remind(self) -> bool:
        """Tell of duties due within a day, once for each due time."""
        now = self.now()
        waiting = (
            select(ForeignDuty)
            .where(ForeignDuty.closed_at.is_(None), ~ForeignDuty.paused)
            .where(ForeignDuty.due > now, ForeignDuty.due <= now + SOON, ~_reminded(ForeignDuty.id, ForeignDuty.due))
            .order_by(ForeignDuty.due, ForeignDuty.id)
            .limit(MOST)
            .with_for_update(skip_locked=True)
        )
        rows = list(self.db.scalars(waiting))
        for duty in rows:
            self._remind(duty.department, _fact(duty))
        own = obligations.coming_due(
            self.db, now + SOON, OWN.c.due > now, ~_reminded(OWN.c.id, OWN.c.due), at_most=MOST
        )
        for each in own:
            self._remind("notify", _own_fact(each, now))
        return MOST in (len(rows), len(own))

    @every(seconds=60)
    def tell_own_overdue(self) -> bool:
        """This department's own duties (replies to enquiries): announced as overdue, and told."""
        found = obligations.announce_overdue(self.db, self.announce, self.now())
        for duty in found:
            self._tell("notify", "obligation_overdue", f"{duty.id}:overdue", _own_fact(duty, self.now()))
        return False

    @query(accepted.Nothing, permission="reminder.read")
    def duties(self, wanted: Fact, by: Caller) -> Answer:
        """Duties due within a day or overdue: all, or one's own and one's organisation's."""
        now = self.now()
        rows = (
            select(ForeignDuty)
            .where(ForeignDuty.closed_at.is_(None), ~ForeignDuty.paused, ForeignDuty.due <= now + SOON)
            .order_by(ForeignDuty.due, ForeignDuty.id)
            .limit(SHOWN)
        )
        theirs: list[ColumnElement[bool]] = []
        if not by.reaches("reminder.read"):
            own, ours = ForeignDuty.owner_person_id == by.person_id, OWN.c.owner_person_id == by.person_id
            if by.organisation_id:
                own = or_(own, ForeignDuty.owner_organisation_id == by.organisation_id)
            rows, theirs = rows.where(own), [ours]
        shown = [_view(_fact(duty) | {"since": duty.since}, duty.department, now) for duty in self.db.scalars(rows)]
        for each in obligations.coming_due(self.db, now + SOON, *theirs, at_most=SHOWN):
            shown.append(_view(_own_fact(each, now), "notify", now))
        return {"duties": sorted(shown, key=lambda each: (each["due"], each["id"]))[:SHOWN]}

    def _remind(self, department: str, fact: dict[str, Any]) -> None:
        row = {"duty_id": fact["id"], "stage": "soon", "due": fact["due"], "at": self.now()}
        self.db.execute(insert(Reminder).values(row).on_conflict_do_nothing())
        self._tell(department, "obligation_due_soon", f"{fact['id']}:{fact['due'].isoformat()}", fact)

    def _tell(self, department: str, event: str, key: str, fact: dict[str, Any]) -> None:
        """Under an id that follows from the key: whoever comes second with the same has nobody left to tell."""
        named = self.name_of(event, key)
        tell(Happening(self.db, self.now(), named, event, department, f"obligation:{fact['id']}", self.now(), fact, {}))


def _reminded(duty_id: SQLColumnExpression[str], due: SQLColumnExpression[dt.datetime]) -> ColumnElement[bool]:
    found = select(Reminder.duty_id).where(Reminder.duty_id == duty_id, Reminder.stage == "soon", Reminder.due == due)
    return found.exists()


def _fact(duty: ForeignDuty) -> dict[str, Any]:
    return {
        "id": duty.id, "kind": duty.kind, "about": duty.about, "article": duty.article, "due": duty.due,
        "owner_person_id": duty.owner_person_id, "owner_organisation_id": duty.owner_organisation_id,
        "supervisor": duty.supervisor,
    }  # fmt: skip


def _own_fact(duty: obligations.Obligation, now: dt.datetime) -> dict[str, Any]:
    return obligations.view(duty, now) | {"supervisor": duty.supervisor_watch}


def _view(fact: dict[str, Any], department: str, now: dt.datetime) -> dict[str, Any]:
    status = "overdue" if fact["due"] < now else "open"
    shown: dict[str, Any] = obligations.ObligationView().dump({**fact, "status": status})
    return shown | {"department": department, "supervisor": fact["supervisor"]}
