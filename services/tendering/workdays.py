"""The department's working days; a day nobody has published yet is a refusal that says what to do, never a guess."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from services.chassis.working_days import Calendar, UnknownDay
from services.chassis.working_days import load_calendar as loaded
from services.tendering.refusals import no


class Workdays:
    """The calendar as the rules ask for it; refuses `calendar_unknown`."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar

    def add_working_days(self, start: date, n: int) -> date:
        """The n-th working day after `start`."""
        try:
            return self.calendar.add_working_days(start, n)
        except UnknownDay as error:
            no("calendar_unknown", "94-42", day=error.day)

    def end_of_period(self, start: date, days: int) -> date:
        """The last of `days` natural days after `start`, moved past days of rest."""
        try:
            return self.calendar.end_of_period(start, days)
        except UnknownDay as error:
            no("calendar_unknown", "94-42", day=error.day)


def load_calendar(db: Session) -> Workdays:
    """The published calendar with what operators entered on top."""
    return Workdays(loaded(db))
