"""Duties with a due time: which law period opens, whose they are, what closes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis import obligations
from services.chassis.caller import Caller
from services.chassis.journal import Announcement
from services.chassis.obligations import Obligation
from services.tendering.queries import law
from services.tendering.rules import periods
from services.tendering.rules.law import ANYTHING, Scope
from services.tendering.workdays import load_calendar

Tell = Callable[[Announcement], Any]


def owe(
    db: Session, tell: Tell, key: str, about: str, since: datetime, now: datetime, *, scope: Scope = ANYTHING,
    person_id: str | None = None, organisation_id: str | None = None, waiting_organisation_id: str | None = None,
    extendable: bool = False, public: bool = False, kind: str | None = None,
) -> Obligation:  # fmt: skip
    """Open the duty that the law's period `key` puts a time on. about: "project:…", "lot:…", "challenge:…".

    public: whether anybody may read in the log whose it is; ours concern preparations, bonds, disputes.
    """
    due, row = periods.due(law.book(db), key, since, load_calendar(db), scope)
    return obligations.open_obligation(
        db, tell, kind=kind or key, about=about, article=row.article, since=since, due=due, now=now,
        owner_person_id=person_id, owner_organisation_id=organisation_id, extendable=extendable, public=public,
        waiting_organisation_id=waiting_organisation_id,
    )  # fmt: skip


def done(db: Session, tell: Tell, about: str, now: datetime, kind: str) -> None:
    """Every open duty of this kind about the subject was done."""
    obligations.meet_all(db, tell, about, now, kind)


def drop(db: Session, tell: Tell, about: str, now: datetime, because: str) -> None:
    """Nothing is owed about the subject any more."""
    obligations.cancel_all(db, tell, about, now, because)


OWED_BY_A_SIDE = {"accept_entrustment": "centre", "complaint_decision": "finance"}
"""Duties that no person was named for yet: which kind of organisation owes them."""


def is_owed_by(db: Session, obligation_id: str, by: Caller) -> bool:
    """Whether the caller, or whoever acts for the caller's kind of organisation, owes the duty."""
    duty = obligations.obligation
    found = db.execute(select(duty.c.owner_person_id, duty.c.kind).where(duty.c.id == obligation_id)).first()
    if found is None:
        return False
    if found.owner_person_id is not None:
        return bool(found.owner_person_id == by.person_id)
    return OWED_BY_A_SIDE.get(found.kind) == by.organisation_kind
