"""Alarms about the logs that this department raised itself: nobody hears their own events, so it looks.

The other departments' alarms are heard (`desk/hearing_*.py`). Whoever raised it, the same people get the same words.
"""

from __future__ import annotations

from sqlalchemy import select

from services.chassis.entrypoints import every
from services.chassis.log.store_tables import log_alarm
from services.notify.desk.room import Room
from services.notify.models import Message

MOST = 50


class AlarmDesk(Room):
    """Nothing that is wrong with a log stays between programs."""

    @every(seconds=15)
    def tell_own_alarms(self) -> bool:
        """Tell supervisors and administrators of each, once."""
        newest = select(log_alarm).order_by(log_alarm.c.raised_at.desc()).limit(MOST)
        found = {f"{row.about}/{row.kind}/{row.evidence}": row for row in self.db.execute(newest)}
        names = {key: self.name_of("log_alarm", key) for key in found}
        told = set(self.db.scalars(select(Message.event_id).where(Message.event_id.in_(names.values()))))
        for key, row in found.items():
            if names[key] not in told:
                fact = {"about": row.about, "kind": row.kind, "figures": row.figures}
                self.tell("log_alarm", key, "log:notify", fact)
        return False
