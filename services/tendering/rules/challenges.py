"""Who may challenge what, until when, and who may complain afterwards? (法52–57, 条例53–55, 94)

Periods are counted in working days from the day the supplier should have known; one challenge per supplier and step;
a challenge is structured: each matter with its facts and evidence, and a request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.chassis.objection import Objection
from services.tendering.rules.law import Book
from services.tendering.rules.periods import Calendar, day_of, end_of, last_day
from services.tendering.rules.reasons import objection

ABOUT = ("document", "process", "result")
OUTCOMES = ("rejected", "upheld_retender", "upheld_reevaluate", "upheld_no_effect")


@dataclass(frozen=True)
class Standing:
    """What this supplier did in the lots it challenges, and what happened there.

    took_at: when it first took the document. notice_ends: last day of the tender notice's period. step_ended_at: end of
    the step challenged. result_ends: last day of the result's notice period. earlier: what it challenged here before.
    """

    took_at: datetime | None = None
    bid: bool = False
    notice_ends: date | None = None
    step_ended_at: datetime | None = None
    result_ends: date | None = None
    earlier: Sequence[str] = ()


def known_since(about: str, standing: Standing) -> date | None:
    """The day the supplier knew or should have known (条例53); None while the step has not ended.

    Of the day the document was received and the end of its notice period, the later counts: the law names both.
    """
    if about == "document":
        days = [day for day in (standing.notice_ends, day_of(standing.took_at) if standing.took_at else None) if day]
        return max(days) if standing.took_at and days else None
    if about == "process":
        return day_of(standing.step_ended_at) if standing.step_ended_at else None
    return standing.result_ends


def lodging_objections(
    book: Book,
    now: datetime,
    about: str,
    standing: Standing,
    matters: Sequence[Mapping[str, Any]],
    request: str,
    calendar: Calendar,
) -> list[Objection]:
    """Everything that stands against this challenge."""
    found = _contents(matters, request)
    if about == "document":
        if standing.took_at is None:
            found.append(objection("challenge_without_document", "94-11", "about"))
    elif not standing.bid:
        found.append(objection("challenge_without_bid", "94-11", "about", about=about))
    if about in standing.earlier:
        found.append(objection("challenged_before", "94-10", "about", about=about))
    since = known_since(about, standing)
    if since is None:
        if not found:
            found.append(objection("challenge_too_early", "条例53", "about", about=about))
        return found
    row = book.need("challenge_within", day_of(now))
    last = last_day(row, since, calendar)
    if now > end_of(last):
        found.append(objection("challenge_too_late", row.article, "about", since=since, last=last, days=row.days))
    return found


def complaint_objections(
    book: Book,
    now: datetime,
    *,
    own: bool,
    reply_due: datetime,
    answered: bool,
    complained: bool,
    challenged: Sequence[str],
    matters: Sequence[str],
    request: str,
    calendar: Calendar,
) -> list[Objection]:
    """Everything that stands against a complaint about the answer (or silence) to a challenge.

    challenged, matters: keys of the challenge's matters and of those complained about.
    """
    found = []
    if not own:
        found.append(objection("complaint_of_another", "法55"))
    if complained:
        found.append(objection("complained_before", "法55"))
    if not answered and now <= reply_due:
        found.append(objection("complaint_too_early", "法55", reply_due=reply_due.isoformat()))
    row = book.need("complaint_within", day_of(now))
    last = last_day(row, day_of(reply_due), calendar)
    if now > end_of(last):
        found.append(objection("complaint_too_late", row.article, since=day_of(reply_due), last=last, days=row.days))
    beyond = sorted(set(matters) - set(challenged))
    if beyond:
        found.append(
            objection(
                "complaint_beyond_challenge",
                "条例55",
                "matters",
                beyond=", ".join(beyond),
                challenged=", ".join(sorted(challenged)),
            )
        )
    if not matters or not request.strip():
        found.append(objection("request_missing", "条例55", "request"))
    return found


def suspension_objections(book: Book, now: datetime, until: datetime, used_days: int) -> list[Objection]:
    """May finance suspend until then? Thirty days in all at most (法57). used_days: days already suspended."""
    row = book.need("complaint_suspension", day_of(now))
    asked = (day_of(until) - day_of(now)).days
    if until <= now:
        return [objection("suspension_in_the_past", row.article, "until", until=until.isoformat())]
    if asked + used_days > row.days:
        return [objection("suspension_too_long", row.article, "until", days=asked + used_days, most=row.days)]
    return []


def suspends(about: str) -> list[str]:
    """What an open challenge stops: it may change the result, so nothing is signed (条例54)."""
    return ["signing"] if about in ABOUT else []


def _contents(matters: Sequence[Mapping[str, Any]], request: str) -> list[Objection]:
    found = []
    if not matters:
        found.append(objection("matters_missing", "条例55", "matters"))
    keys = [each["key"] for each in matters]
    if len(set(keys)) != len(keys):
        found.append(objection("matter_twice", "条例55", "matters"))
    for place, each in enumerate(matters):
        if not each.get("facts", "").strip():
            found.append(objection("facts_missing", "条例55", f"matters.{place}.facts", matter=each["key"]))
        if not each.get("evidence"):
            found.append(objection("evidence_missing", "条例55", f"matters.{place}.evidence", matter=each["key"]))
    if not request.strip():
        found.append(objection("request_missing", "条例55", "request"))
    return found
