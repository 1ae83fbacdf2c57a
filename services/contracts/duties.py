"""The department's duties with a due time, from the law data to `services.chassis.obligations`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis import obligations
from services.chassis.journal import Announcement
from services.chassis.working_days import UnknownDay, day_of, end_of_day, load_calendar
from services.contracts.refusals import no
from services.contracts.rules import law

Announce = Callable[[Announcement], Any]

AWARD_DECISION = "award_decision"
NEXT_DECISION = "next_decision"
AWARD_NOTICE = "award_notice"
SIGNING = "contract_signing"
PUBLICATION = "contract_publication"
FILING = "contract_filing"
PAYMENT = "payment"
DELIVERY = "delivery"
BOND_RETURN = {
    "losers": "bid_bond_back_losers",
    "winner": "bid_bond_back_winner",
    "failed": "bid_bond_back_failed",
    "performed": "performance_bond_back",
}


def due_of(session: Session, key: str, since: datetime, rules_day: date) -> datetime:
    """The last instant of the period that the law row `key` gives from `since`.

    rules_day: the day whose law counts (the notice's). Refuses `calendar_unknown` where nobody has published the days
    yet.
    """
    row = law.row(key, rules_day)
    calendar = load_calendar(session)
    try:
        if row.unit == "working_days":
            return end_of_day(calendar.add_working_days(day_of(since), row.number))
        return end_of_day(calendar.end_of_period(day_of(since), row.number))
    except UnknownDay as unknown:
        no("calendar_unknown", day=unknown.day.isoformat())


def open_duty(
    session: Session,
    announce: Announce,
    key: str,
    about: str,
    *,
    since: datetime,
    now: datetime,
    rules_day: date,
    **owner: Any,
) -> obligations.Obligation:
    """Put the duty of law row `key` on record; its kind is the key. owner: as `open_obligation` takes it."""
    row = law.row(key, rules_day)
    return obligations.open_obligation(
        session,
        announce,
        kind=key,
        about=about,
        article=row.article,
        since=since,
        now=now,
        due=due_of(session, key, since, rules_day),
        **owner,
    )


def stop(
    session: Session, announce: Announce, abouts: Iterable[str], kinds: Iterable[str], now: datetime, by: str
) -> None:
    """Let the time of these duties stand still."""
    wanted = set(kinds)
    for about in abouts:
        for duty in obligations.still_open(session, about):
            if duty.kind in wanted:
                obligations.pause(session, announce, duty.id, now, by)


def go_on(session: Session, announce: Announce, abouts: Iterable[str], kinds: Iterable[str], now: datetime) -> None:
    """Let it run again; each due time moves by as long as it stood still."""
    wanted = set(kinds)
    for about in abouts:
        for duty in obligations.still_open(session, about):
            if duty.kind in wanted and duty.paused_at is not None:
                obligations.resume(session, announce, duty.id, now, load_calendar(session))
