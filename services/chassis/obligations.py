"""Duties with a due time: what is owed, to whom, under which article, until when, and what became of it.

    open_obligation(session, announce, kind="answer", about="question:7", article="94-13", since=asked_at,
                    due=end_of_day(calendar.add_working_days(day_of(asked_at), 7)), now=now,
                    owner_person_id=…, waiting_organisation_id=…, extendable=True)
    meet_all(session, announce, about="question:7", kind="answer", now=now)

Only facts are stored; `Obligation.status` derives open, paused, overdue, met, met_late or cancelled from them. Every
move is announced, and a move that changes nothing (meeting what is met, resuming what runs) announces nothing.
A department calls `announce_overdue` by the clock and splices `CATALOGUE` into its own.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

from marshmallow import fields as wire_fields
from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ColumnElement,
    DateTime,
    Index,
    Select,
    String,
    Table,
    insert,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from services.chassis.journal import Announcement, EventType
from services.chassis.refusal import refuse
from services.chassis.tables_base import metadata
from services.chassis.wire import Heard, Id, Moment, Schema, moment_text
from services.chassis.working_days import Calendar, day_of, end_of_day

_MOMENT = DateTime(timezone=True)

obligation = Table(
    "obligation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(80), nullable=False),
    Column("about", String(200), nullable=False),
    Column("article", String(80), nullable=False),
    Column("since", _MOMENT, nullable=False),
    Column("due", _MOMENT, nullable=False),
    Column("owner_person_id", String(36), index=True),
    Column("owner_organisation_id", String(36), index=True),
    Column("waiting_person_id", String(36)),
    Column("waiting_organisation_id", String(36)),
    Column("supervisor_watch", Boolean, nullable=False),
    Column("extendable", Boolean, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("paused_at", _MOMENT),
    Column("paused_by", String(200)),
    Column("met_at", _MOMENT),
    Column("cancelled_at", _MOMENT),
    Column("cancelled_because", String(500)),
    Column("overdue_announced_at", _MOMENT),
    Column("extensions", JSONB, nullable=False),
    CheckConstraint("met_at IS NULL OR cancelled_at IS NULL", name="one_end"),
    CheckConstraint("(paused_at IS NULL) = (paused_by IS NULL)", name="paused_by_something"),
)
Index("ix_obligation_about_kind", obligation.c.about, obligation.c.kind)
_STILL_OPEN = obligation.c.met_at.is_(None) & obligation.c.cancelled_at.is_(None)
Index("ix_obligation_due_open", obligation.c.due, postgresql_where=_STILL_OPEN)


@dataclass(frozen=True)
class Obligation:
    """One duty, as the table holds it. `extensions`: list of {"at", "from", "to", "reason"}, moments as text."""

    id: str
    kind: str
    about: str
    article: str
    since: dt.datetime
    due: dt.datetime
    owner_person_id: str | None
    owner_organisation_id: str | None
    waiting_person_id: str | None
    waiting_organisation_id: str | None
    supervisor_watch: bool
    extendable: bool
    public: bool
    extensions: list[dict[str, str]]
    paused_at: dt.datetime | None = None
    paused_by: str | None = None
    met_at: dt.datetime | None = None
    cancelled_at: dt.datetime | None = None
    cancelled_because: str | None = None
    overdue_announced_at: dt.datetime | None = None

    def status(self, now: dt.datetime) -> str:
        """open, paused, overdue, met, met_late or cancelled; acting at the due instant is in time."""
        if self.cancelled_at:
            return "cancelled"
        if self.met_at:
            return "met" if self._in_time(self.met_at) else "met_late"
        if not self._in_time(now):
            return "overdue"
        return "paused" if self.paused_at else "open"

    @property
    def closed(self) -> bool:
        """Whether nothing is owed any more."""
        return bool(self.met_at or self.cancelled_at)

    def _in_time(self, moment: dt.datetime) -> bool:
        # While paused the time does not run.
        return min(moment, self.paused_at or moment) <= self.due


class ObligationFact(Schema):
    """What is announced about a duty; `at` is when it moved, `reason` why (extended, paused, cancelled)."""

    obligation_id = Id(attribute="id", required=True)
    kind = wire_fields.String(required=True)
    about = wire_fields.String(required=True)
    article = wire_fields.String(required=True)
    since = Moment(required=True)
    due = Moment(required=True)
    owner_person_id = wire_fields.String(allow_none=True)
    owner_organisation_id = wire_fields.String(allow_none=True)
    waiting_person_id = wire_fields.String(allow_none=True)
    waiting_organisation_id = wire_fields.String(allow_none=True)
    supervisor = wire_fields.Boolean(attribute="supervisor_watch", required=True)
    at = Moment(required=True)
    reason = wire_fields.String(allow_none=True)


class ObligationHeard(ObligationFact):
    """The same, heard from another department: fields added later are ignored."""

    class Meta(Heard.Meta):
        pass


class ObligationView(Schema):
    """A duty as people are shown it; dump `view(duty, now)`."""

    id = Id()
    kind = wire_fields.String()
    about = wire_fields.String()
    article = wire_fields.String()
    since = Moment()
    due = Moment()
    status = wire_fields.String()
    owner_person_id = wire_fields.String(allow_none=True)
    owner_organisation_id = wire_fields.String(allow_none=True)
    supervisor = wire_fields.Boolean(attribute="supervisor_watch")
    paused_at = Moment(allow_none=True)
    paused_by = wire_fields.String(allow_none=True)
    met_at = Moment(allow_none=True)
    cancelled_at = Moment(allow_none=True)
    extensions = wire_fields.List(wire_fields.Dict(keys=wire_fields.String(), values=wire_fields.String()))


CATALOGUE: dict[str, EventType] = {
    name: EventType(name, 1, ObligationFact, True)
    for name in (
        "obligation_opened",
        "obligation_met",
        "obligation_extended",
        "obligation_overdue",
        "obligation_paused",
        "obligation_cancelled",
    )
}

Announce = Callable[[Announcement], Any]


def open_obligation(
    session: Session,
    announce: Announce,
    *,
    kind: str,
    about: str,
    article: str,
    since: dt.datetime,
    due: dt.datetime,
    now: dt.datetime,
    owner_person_id: str | None = None,
    owner_organisation_id: str | None = None,
    waiting_person_id: str | None = None,
    waiting_organisation_id: str | None = None,
    supervisor_watch: bool = True,
    extendable: bool = False,
    public: bool = True,
) -> Obligation:
    """Put a duty on record. `due` is its last instant (`working_days.end_of_day`), `about` the subject it concerns.

    extendable: whether the law lets its owner ask for more time. public=False: only the entitled see what is announced.
    """
    duty = Obligation(
        id=str(uuid.uuid4()),
        kind=kind,
        about=about,
        article=article,
        since=since,
        due=due,
        owner_person_id=owner_person_id,
        owner_organisation_id=owner_organisation_id,
        waiting_person_id=waiting_person_id,
        waiting_organisation_id=waiting_organisation_id,
        supervisor_watch=supervisor_watch,
        extendable=extendable,
        public=public,
        extensions=[],
    )
    session.execute(insert(obligation), {name: getattr(duty, name) for name in _COLUMNS})
    announce(_told("obligation_opened", duty, now))
    return duty


def meet(session: Session, announce: Announce, obligation_id: str, now: dt.datetime) -> Obligation:
    """The duty was done; late or not follows from the times."""
    duty = _held(session, obligation_id)
    return duty if duty.closed else _moved(session, announce, duty, "obligation_met", now, "", met_at=now)


def cancel(session: Session, announce: Announce, obligation_id: str, now: dt.datetime, because: str) -> Obligation:
    """Nothing is owed any more, though it was not done: what it was about has fallen away."""
    duty = _held(session, obligation_id)
    if duty.closed:
        return duty
    changed = {"cancelled_at": now, "cancelled_because": because}
    return _moved(session, announce, duty, "obligation_cancelled", now, because, **changed)


def pause(session: Session, announce: Announce, obligation_id: str, now: dt.datetime, by: str) -> Obligation:
    """The time stops running; `by` names what stops it ("challenge:…")."""
    duty = _held(session, obligation_id)
    if duty.closed or duty.paused_at:
        return duty
    return _moved(session, announce, duty, "obligation_paused", now, by, paused_at=now, paused_by=by)


def resume(
    session: Session, announce: Announce, obligation_id: str, now: dt.datetime, calendar: Calendar | None = None
) -> Obligation:
    """The time runs on: the due time moves by as long as it stood still, unless it had passed before.

    With a calendar, a due time that would fall on a day of rest moves to the end of the next working day.
    """
    duty = _held(session, obligation_id)
    if duty.closed or duty.paused_at is None:
        return duty
    due = duty.due
    if duty.paused_at <= due:
        due += now - duty.paused_at
        if calendar is not None and not calendar.is_working(day_of(due)):
            due = end_of_day(calendar.working_day_from(day_of(due)))
    reason = f"resumed after {duty.paused_by}"
    return _moved(session, announce, duty, "obligation_extended", now, reason, due=due, paused_at=None, paused_by=None)


def extend(
    session: Session, announce: Announce, obligation_id: str, now: dt.datetime, due: dt.datetime, reason: str
) -> Obligation:
    """More time, for a reason the waiting party is told. Refused where it is not lawful, too late, or no gain."""
    duty = _held(session, obligation_id)
    status = duty.status(now)
    if status not in ("open", "paused"):
        refuse("obligation_not_open", f"This duty is {status}; only one still running can be extended.")
    if not duty.extendable:
        refuse("obligation_not_extendable", f"The law ({duty.article}) gives no extension of this duty.")
    if due <= duty.due:
        refuse("extension_not_later", f"The new due time must be after {moment_text(duty.due)}.")
    if not reason.strip():
        refuse("extension_without_reason", "An extension needs a reason; the waiting party is told it.")
    step = {"at": moment_text(now), "from": moment_text(duty.due), "to": moment_text(due), "reason": reason}
    changed = {"due": due, "extensions": [*duty.extensions, step]}
    return _moved(session, announce, duty, "obligation_extended", now, reason, **changed)


def still_open(session: Session, about: str, kind: str | None = None) -> list[Obligation]:
    """The duties about a subject that are neither met nor cancelled, earliest due first; their rows are locked."""
    wanted = select(obligation).where(obligation.c.about == about, _STILL_OPEN)
    if kind is not None:
        wanted = wanted.where(obligation.c.kind == kind)
    return _read(session, wanted.order_by(obligation.c.due, obligation.c.id).with_for_update())


def meet_all(
    session: Session, announce: Announce, about: str, now: dt.datetime, kind: str | None = None
) -> list[Obligation]:
    """`meet` every open duty about a subject (of one kind, or of all)."""
    return [meet(session, announce, duty.id, now) for duty in still_open(session, about, kind)]


def cancel_all(
    session: Session, announce: Announce, about: str, now: dt.datetime, because: str, kind: str | None = None
) -> list[Obligation]:
    """`cancel` every open duty about a subject (of one kind, or of all)."""
    return [cancel(session, announce, duty.id, now, because) for duty in still_open(session, about, kind)]


def overdue_now(session: Session, now: dt.datetime) -> list[Obligation]:
    """The duties whose time has run out and that nobody has met, longest overdue first."""
    return _read(session, select(obligation).where(_overdue(now)).order_by(obligation.c.due, obligation.c.id))


def announce_overdue(session: Session, announce: Announce, now: dt.datetime, at_most: int = 500) -> list[Obligation]:
    """Tell of each newly overdue duty, once; to be called by the clock."""
    fresh = (
        select(obligation)
        .where(_overdue(now), obligation.c.overdue_announced_at.is_(None))
        .order_by(obligation.c.due, obligation.c.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
    return [
        _moved(session, announce, duty, "obligation_overdue", now, "", overdue_announced_at=now)
        for duty in _read(session, fresh)
    ]


def owed(
    session: Session,
    *,
    about: str | None = None,
    owner_person_id: str | None = None,
    owner_organisation_id: str | None = None,
    only_open: bool = True,
    at_most: int = 200,
) -> list[Obligation]:
    """The duties of somebody or about something, earliest due first."""
    given = {"about": about, "owner_person_id": owner_person_id, "owner_organisation_id": owner_organisation_id}
    conditions = [obligation.c[name] == value for name, value in given.items() if value is not None]
    wanted = select(obligation).where(*conditions)
    if only_open:
        wanted = wanted.where(_STILL_OPEN)
    return _read(session, wanted.order_by(obligation.c.due, obligation.c.id).limit(at_most))


def coming_due(
    session: Session, until: dt.datetime, *conditions: ColumnElement[bool], at_most: int = 200
) -> list[Obligation]:
    """The open duties nothing holds up that are due by `until`, earliest first. conditions: on `obligation`."""
    wanted = select(obligation).where(_STILL_OPEN, obligation.c.paused_at.is_(None), obligation.c.due <= until)
    return _read(session, wanted.where(*conditions).order_by(obligation.c.due, obligation.c.id).limit(at_most))


def view(duty: Obligation, now: dt.datetime) -> dict[str, Any]:
    """What `ObligationView` dumps: the facts with the status they give at `now`."""
    return {**_facts(duty), "status": duty.status(now)}


_COLUMNS = tuple(each.name for each in fields(Obligation))


def _overdue(now: dt.datetime) -> Any:
    return (
        _STILL_OPEN
        & (obligation.c.due < now)
        & (obligation.c.paused_at.is_(None) | (obligation.c.paused_at > obligation.c.due))
    )


def _held(session: Session, obligation_id: str) -> Obligation:
    found = _read(session, select(obligation).where(obligation.c.id == obligation_id).with_for_update())
    if not found:
        refuse("obligation_unknown", f"There is no duty {obligation_id}.")
    return found[0]


def _read(session: Session, wanted: Select[Any]) -> list[Obligation]:
    return [Obligation(**row) for row in session.execute(wanted).mappings()]


def _moved(
    session: Session, announce: Announce, duty: Obligation, event: str, now: dt.datetime, reason: str, **changed: Any
) -> Obligation:
    session.execute(update(obligation).where(obligation.c.id == duty.id).values(**changed))
    after = replace(duty, **changed)
    announce(_told(event, after, now, reason))
    return after


def _told(event: str, duty: Obligation, now: dt.datetime, reason: str = "") -> Announcement:
    payload = ObligationFact().dump({**_facts(duty), "at": now, "reason": reason or None})
    return Announcement(event=event, version=1, subject=f"obligation:{duty.id}", payload=payload, public=duty.public)


def _facts(duty: Obligation) -> dict[str, Any]:
    return {name: getattr(duty, name) for name in _COLUMNS}
