"""Integrity risk points (廉政风险点): warnings computed at a step, recorded, shown to the supervisor; never a no."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.journal import Announcement
from services.chassis.objection import Objection
from services.tendering import events
from services.tendering.models import Project, RiskWarning
from services.tendering.queries import projects
from services.tendering.rules import procedure_choice
from services.tendering.rules.law import Book
from services.tendering.rules.periods import day_of

Tell = Callable[[Announcement], Any]


def at_submission(
    db: Session, tell: Tell, project: Project, book: Book, purchase: procedure_choice.Purchase, now: datetime
) -> list[Objection]:
    """Is the year's buying being split (条例28)? Only purchases by other procedures than open tender are counted."""
    if project.procedure == "open_tender" or project.approval_no:
        return []
    totals: dict[tuple[str, str], Decimal] = {}
    for each in project.items:
        key = each["category"], each["object"]
        totals[key] = totals.get(key, Decimal()) + Decimal(each["budget"])
    found = [
        warning
        for (category, object_), total in sorted(totals.items())
        for warning in procedure_choice.splitting(
            book, day_of(now), purchase.budget_level, object_, category,
            projects.bought_this_year(db, project, category), total,
        )
    ]  # fmt: skip
    record(db, tell, project.id, "submit_entrustment", found, now)
    return found


def record(db: Session, tell: Tell, project_id: str, step: str, found: Sequence[Objection], now: datetime) -> None:
    """Keep the warnings of a step and tell the supervisor."""
    for each in found:
        facts = {
            "project_id": project_id, "step": step, "code": each.code, "article": each.article,
            "figures": dict(each.figures), "at": now,
        }  # fmt: skip
        db.add(RiskWarning(**facts))
        tell(events.event("risk_warned", f"project:{project_id}", facts))
