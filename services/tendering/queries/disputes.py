"""Challenges and complaints."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.tendering.models import Challenge, Complaint
from services.tendering.refusals import no


def challenge(db: Session, challenge_id: str, *, lock: bool = False) -> Challenge:
    """The challenge; refuses `challenge_unknown`."""
    found = db.get(Challenge, challenge_id, with_for_update=lock or None)
    return found if found is not None else no("challenge_unknown", id=challenge_id)


def complaint(db: Session, complaint_id: str, *, lock: bool = False) -> Complaint:
    """The complaint; refuses `complaint_unknown`."""
    found = db.get(Complaint, complaint_id, with_for_update=lock or None)
    return found if found is not None else no("complaint_unknown", id=complaint_id)


def complaint_about(db: Session, challenge_id: str) -> Complaint | None:
    """The complaint about this challenge's answer."""
    return db.scalars(select(Complaint).where(Complaint.challenge_id == challenge_id)).first()


def challenges(db: Session, project_id: str, supplier_id: str | None = None) -> list[Challenge]:
    """A project's challenges, newest first; of one supplier where told."""
    wanted = select(Challenge).where(Challenge.project_id == project_id)
    if supplier_id is not None:
        wanted = wanted.where(Challenge.supplier_id == supplier_id)
    return list(db.scalars(wanted.order_by(Challenge.lodged_at.desc(), Challenge.id)))


def complaints(db: Session, project_id: str, supplier_id: str | None = None) -> list[Complaint]:
    """A project's complaints, newest first; of one supplier where told."""
    wanted = select(Complaint).where(Complaint.project_id == project_id)
    if supplier_id is not None:
        wanted = wanted.where(Complaint.supplier_id == supplier_id)
    return list(db.scalars(wanted.order_by(Complaint.lodged_at.desc(), Complaint.id)))


def suspended(db: Session, project_id: str, lot_id: str, now: datetime) -> Complaint | None:
    """The complaint whose suspension holds this lot now (法57)."""
    wanted = select(Complaint).where(
        Complaint.project_id == project_id,
        Complaint.decided_at.is_(None),
        Complaint.suspended_until > now,
        or_(Complaint.lot_ids.contains([lot_id]), Complaint.lot_ids == []),
    )
    return db.scalars(wanted.limit(1)).first()
