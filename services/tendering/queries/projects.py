"""Projects, lots and documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import bindparam, select, tuple_
from sqlalchemy.orm import Session

from services.protocol.sealing import sheet as sealing
from services.tendering.models import Document, Invitation, Lot, Notice, Project, SealingSheet, SeatHolder
from services.tendering.refusals import no
from services.tendering.rules.status import ProjectFacts, project_status


def project(db: Session, project_id: str, *, lock: bool = False) -> Project:
    """The project, its row locked for a move; refuses `project_unknown`."""
    found = db.get(Project, project_id, with_for_update=lock or None)
    return found if found is not None else no("project_unknown", id=project_id)


def lot(db: Session, lot_id: str, *, lock: bool = False) -> Lot:
    """The lot, its row locked for a move; refuses `lot_unknown`."""
    found = db.get(Lot, lot_id, with_for_update=lock or None, populate_existing=lock)
    return found if found is not None else no("lot_unknown", id=lot_id)


def lots_of(db: Session, project_id: str, *, lock: bool = False) -> list[Lot]:
    """A project's lots by number."""
    wanted = select(Lot).where(Lot.project_id == project_id).order_by(Lot.no)
    return list(db.scalars(wanted.with_for_update() if lock else wanted))


def latest_document(db: Session, project_id: str) -> Document | None:
    """The newest version of the project's document."""
    wanted = select(Document).where(Document.project_id == project_id).order_by(Document.version.desc()).limit(1)
    return db.scalars(wanted).first()


def document(db: Session, document_id: str, *, lock: bool = False) -> Document:
    """The document; refuses `document_unknown`."""
    found = db.get(Document, document_id, with_for_update=lock or None)
    return found if found is not None else no("document_unknown", id=document_id)


def facts(found: Project, held: Document | None) -> ProjectFacts:
    """What happened to the project, for the rules."""
    return ProjectFacts(
        submitted_at=found.submitted_at,
        returned_at=found.returned_at,
        plan_confirmed_at=found.plan_confirmed_at,
        accepted_at=found.accepted_at,
        document_drafted_at=held.drafted_at if held else None,
        document_submitted_at=held.submitted_at if held else None,
        document_reviewed_at=held.reviewed_at if held else None,
        document_confirmed_at=held.confirmed_at if held else None,
        published_at=found.published_at,
        cancelled_at=found.cancelled_at,
    )


def status(db: Session, found: Project, now: datetime) -> str:
    """Where the project stands."""
    lots = [each.status(now) for each in lots_of(db, found.id)] if found.published_at else []
    return project_status(facts(found, latest_document(db, found.id)), lots)


def page(
    db: Session, *, purchaser_id: str | None, person_id: str | None, after: tuple[datetime, str] | None, limit: int
) -> list[Project]:
    """Projects, newest first; of this purchaser, or that name this person, where asked for."""
    wanted = select(Project)
    if purchaser_id:
        wanted = wanted.where(Project.purchaser_id == purchaser_id)
    if person_id:
        wanted = wanted.where((Project.officer_id == person_id) | (Project.reviewer_id == person_id))
    if after:
        wanted = wanted.where(tuple_(Project.created_at, Project.id) < after)
    return list(db.scalars(wanted.order_by(Project.created_at.desc(), Project.id.desc()).limit(limit)))


def notices(
    db: Session, *, kind: str | None, project_id: str | None, after: tuple[datetime, str] | None, limit: int
) -> list[Notice]:
    """Notices, newest first."""
    wanted = select(Notice)
    if kind:
        wanted = wanted.where(Notice.kind == kind)
    if project_id:
        wanted = wanted.where(Notice.project_id == project_id)
    if after:
        wanted = wanted.where(tuple_(Notice.published_at, Notice.id) < after)
    return list(db.scalars(wanted.order_by(Notice.published_at.desc(), Notice.id.desc()).limit(limit)))


def intentions_end(db: Session, project_id: str) -> list[date | None]:
    """The last day of each intention the project published, None where it has none."""
    wanted = select(Notice.period_ends).where(Notice.project_id == project_id, Notice.kind == "intention")
    return list(db.scalars(wanted))


def tender_notice(db: Session, project_id: str) -> Notice | None:
    """The project's tender notice, once it is published."""
    wanted = select(Notice).where(Notice.project_id == project_id, Notice.kind == "tender")
    return db.scalars(wanted.order_by(Notice.published_at).limit(1)).first()


def bought_this_year(db: Session, found: Project, category: str) -> list[Decimal]:
    """Budgets of this category under the same plan that the purchaser buys this year by other procedures (条例28)."""
    rows = db.scalars(
        select(Project).where(
            Project.purchaser_id == found.purchaser_id,
            Project.fiscal_year == found.fiscal_year,
            Project.procedure != "open_tender",
            Project.plan_confirmed_at.is_not(None),
            Project.cancelled_at.is_(None),
            Project.approval_no.is_(None),
            Project.id != found.id,
        )
    )
    return [Decimal(item["budget"]) for row in rows for item in row.items if item["category"] == category]


def holders(db: Session, project_id: str) -> list[SeatHolder]:
    """The key holders named last, by seat and place."""
    newest = (
        select(SeatHolder.round)
        .where(SeatHolder.project_id == project_id)
        .order_by(SeatHolder.round.desc())
        .limit(1)
        .scalar_subquery()
    )
    wanted = select(SeatHolder).where(SeatHolder.project_id == project_id, SeatHolder.round == newest)
    return list(db.scalars(wanted.order_by(SeatHolder.seat, SeatHolder.place)))


def seats_of(named: Sequence[SeatHolder]) -> dict[str, list[SeatHolder]]:
    """Seat → holders, principal first."""
    seats: dict[str, list[SeatHolder]] = {}
    for each in named:
        seats.setdefault(each.seat, []).append(each)
    return seats


def sheets(db: Session, lot_id: str) -> list[SealingSheet]:
    """Every sealing sheet the lot ever had, the one in force last."""
    return list(db.scalars(select(SealingSheet).where(SealingSheet.lot_id == lot_id).order_by(SealingSheet.version)))


_known: dict[str, sealing.SealingSheet] = {}
_MOST_KNOWN = 256
_IN_FORCE = (
    select(SealingSheet.digest)
    .where(SealingSheet.lot_id == bindparam("lot_id"))
    .order_by(SealingSheet.version.desc())
    .limit(1)
)


def sheet_in_force(db: Session, lot_id: str) -> sealing.SealingSheet:
    """The lot's newest sealing sheet. Its content, which never changes, is read and checked once a process.

    Raises NoResultFound for a lot that was never published.
    """
    digest = db.scalars(_IN_FORCE, {"lot_id": lot_id}).one()
    found = _known.get(digest)
    if found is None:
        found = sealing.SealingSheet(db.get_one(SealingSheet, digest).content)
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[digest] = found
    return found


def invited(db: Session, project_id: str) -> list[str]:
    """The suppliers invited or named."""
    return list(db.scalars(select(Invitation.supplier_id).where(Invitation.project_id == project_id)))
