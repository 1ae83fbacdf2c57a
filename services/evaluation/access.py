"""Who is the caller to this project, and may they do that?"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.caller import Caller
from services.evaluation import queries
from services.evaluation.models import Evaluation, Lot, Member, OpenedBid, Panel, Participant, Project
from services.evaluation.rules import visibility


def is_named(db: Session, by: Caller, project_id: str) -> bool:
    """Whether the caller is named on the project: by tendering, as host or seat of a panel, as a member who sits on
    one."""
    if by.person_id is None:
        return False
    if db.scalar(
        select(Participant.person_id)
        .where(Participant.project_id == project_id, Participant.person_id == by.person_id)
        .limit(1)
    ):
        return True
    return is_member(db, by, project_id)


def is_member(db: Session, by: Caller, project_id: str) -> bool:
    """Whether the caller sits on a panel of the project."""
    return bool(
        db.scalar(
            select(Member.id)
            .join(Panel, Panel.id == Member.panel_id)
            .where(Panel.project_id == project_id, Member.person_id == by.person_id, Member.left_at.is_(None))
            .limit(1)
        )
    )


def require(db: Session, by: Caller, permission: str, project: Project) -> None:
    """Raise `Refusal("not_yours")` unless the caller's permission covers this project."""
    own = by.organisation_id is not None and by.organisation_id == project.purchaser_id
    by.require(permission, own=own, project=is_named(db, by, project.id))


def name(db: Session, project_id: str, person_id: str, capacity: str, *, at_opening: bool = False) -> None:
    """Name a person on a project; naming twice is naming once."""
    found = db.get(Participant, (project_id, person_id, capacity))
    if found is None:
        db.add(Participant(project_id=project_id, person_id=person_id, capacity=capacity, at_opening=at_opening))
        db.flush()
    elif at_opening:
        found.at_opening = True


def viewers(db: Session, by: Caller, lot: Lot, panel: Panel | None) -> set[str]:
    """Everything the caller is to this lot's evaluation, as `rules.visibility` names it."""
    found = {"public"}
    if by.person_id is None:
        return found
    if panel is not None:
        seat = next((each for each in queries.members(db, panel.id) if each.person_id == by.person_id), None)
        if seat is not None:
            # A member is nothing else: a representative who sits sees what members see.
            return found | {"member"} | ({"leader"} if seat.leader else set())
    project = queries.project(db, lot.project_id)
    named = is_named(db, by, lot.project_id)
    by_role = {
        "host": "centre.host" in by.roles and named,
        "officer": ("centre.officer" in by.roles or "centre.reviewer" in by.roles) and named,
        "purchaser": by.organisation_kind == "purchaser" and by.organisation_id == project.purchaser_id,
        "supervisor": "supervisor" in by.roles,
        "finance": "finance.officer" in by.roles,
        "hall": "hall.observer" in by.roles,
    }
    found |= {viewer for viewer, yes in by_role.items() if yes}
    if by.organisation_id and db.scalar(
        select(OpenedBid.bid_id).where(OpenedBid.lot_id == lot.id, OpenedBid.supplier_id == by.organisation_id).limit(1)
    ):
        found.add("bidder")
    return found


def is_published(found: Evaluation, lot: Lot) -> bool:
    """Whether this very result is public; one that is evaluated again is secret again until it is announced anew."""
    return found.settled_at is not None and lot.published_at is not None and lot.published_at >= found.settled_at


def state(db: Session, found: Evaluation, lot: Lot) -> str:
    """The state of the lot as `rules.visibility` names it."""
    sheets = queries.sheets(db, found) if found.stage == "scoring" else {}
    members = queries.members(db, found.panel_id) if found.panel_id else []
    submitted = sum(sheet.submitted_at is not None for sheet in sheets.values())
    size = queries.panel(db, found.panel_id).size if found.panel_id else 0
    return visibility.state_of(
        gathering=any(each.checked_in_at for each in members),
        begun=found.begun_at is not None,
        stage=found.stage,
        all_submitted=bool(size) and submitted == size,
        published=is_published(found, lot),
    )


def view(db: Session, by: Caller, thing: str, found: Evaluation, lot: Lot) -> str:
    """What the caller sees of a thing now: the name of a view, or ""."""
    panel = queries.panel(db, found.panel_id) if found.panel_id else None
    return visibility.widest(thing, viewers(db, by, lot, panel), state(db, found, lot))
