"""How lots end before an award: closed by the clock, failed, cancelled; and what becomes of their bonds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.journal import Announcement
from services.tendering import duties, events, publishing
from services.tendering.models import Bond, Lot, Project
from services.tendering.queries import bids, law
from services.tendering.rules import closing, failure_words
from services.tendering.rules.closing import Failure
from services.tendering.rules.law import Scope
from services.tendering.rules.periods import day_of

Tell = Callable[[Announcement], Any]


def close(db: Session, tell: Tell, lot: Lot, project: Project, now: datetime) -> None:
    """The deadline has come: the lot closes, and fails by itself with fewer bids than the law wants (法36, 87-41).

    The lot's row must be locked: every accepting transaction has then ended.
    """
    lot.closed_at = now
    db.flush()
    tell(events.of_lot("lot_closed", lot, closed_at=now))
    gone = bids.withdrawn(db, lot.id)
    for bond in bids.bonds(db, lot.id):
        if bond.supplier_id in gone:
            owe_bond(db, tell, bond, lot, project, "bid_bond_back_withdrawn", now, now)
    day = project.notice_day or day_of(now)
    failed = closing.at_closing(law.book(db), day, project.procedure, lot.object, bids.count(db, lot.id))
    if failed is not None:
        fail(db, tell, lot, project, failed, now)


def fail(db: Session, tell: Tell, lot: Lot, project: Project, failure: Failure, now: datetime, note: str = "") -> None:
    """The lot has failed: recorded, published with its reasons and the lawful ways on, bonds due back (法36, 37)."""
    lot.failed_at = now
    lot.failure = {
        "reason": failure.reason, "stage": failure.stage, "figures": failure.figures, "note": note,
        "articles": list(failure.articles), "ways_on": list(failure.ways_on),
    }  # fmt: skip
    db.flush()
    tell(
        events.of_lot(
            "lot_failed", lot, stage=failure.stage, reason=failure.reason, figures=failure.figures, at=now,
            articles=list(failure.articles), ways_on=list(failure.ways_on),
        )
    )  # fmt: skip
    publishing.publish(
        db, tell, project, "failure", _failure_text(db, lot, project, failure, note), now, None,
        title=f"{project.title}（采购包{lot.no}）",
    )  # fmt: skip
    for bond in bids.bonds(db, lot.id):
        if bond.returned_at is None and bond.return_due is None:
            owe_bond(db, tell, bond, lot, project, "bid_bond_back_losers", now, now)
    duties.drop(db, tell, f"lot:{lot.id}", now, "lot failed")


def owe_bond(
    db: Session, tell: Tell, bond: Bond, lot: Lot, project: Project, key: str, since: datetime, now: datetime
) -> None:
    """The bond is due back within the law's time; the duty is not public."""
    if bond.returned_at is not None or bond.return_due is not None:
        return
    duty = duties.owe(
        db, tell, key, f"bond:{bond.id}", since, now, scope=Scope(object=lot.object),
        person_id=project.officer_id, waiting_organisation_id=bond.supplier_id,
    )  # fmt: skip
    bond.return_because, bond.return_due = key, duty.due
    db.flush()
    tell(events.of_bond("bond_return_opened", bond, now))


def bond_returned(db: Session, tell: Tell, bond: Bond, now: datetime) -> None:
    """The bond went back."""
    if bond.returned_at is not None:
        return
    bond.returned_at = now
    db.flush()
    tell(events.of_bond("bond_returned_here", bond, now))
    if bond.return_because:
        duties.done(db, tell, f"bond:{bond.id}", now, bond.return_because)


def _failure_text(db: Session, lot: Lot, project: Project, failure: Failure, note: str) -> str:
    day = project.notice_day or day_of(project.created_at)
    ground = law.book(db).coded("failure", failure.reason, day)
    ways = [row.zh for each in failure.ways_on if (row := law.book(db).coded("way_on", each, day))]
    lines = [
        f"{project.title}（{project.no}）采购包{lot.no}：{lot.title}，终止采购活动。",
        f"理由：{ground.zh if ground else failure.reason}（{'、'.join(failure.articles)}）。",
    ]
    told = failure_words.sentence(failure.reason, failure.figures)
    lines += [f"有关情况：{told['zh']}。{told['en']}"] if told else []
    if note:
        lines.append(f"说明：{note}")
    lines.append(f"后续：{'；'.join(ways) or '采购任务取消'}。")
    return "\n".join(lines)


def heard_failure(
    db: Session, project: Project, lot: Lot, reason: str, figures: dict[str, str], articles: list[str], now: datetime
) -> Failure:
    """A failure found in evaluation, with the lawful ways on; its own articles where evaluation named some."""
    day = project.notice_day or day_of(now)
    made = closing.failure(law.book(db), day, project.procedure, lot.object, reason, "evaluation", figures)
    return replace(made, articles=tuple(articles) or made.articles)
