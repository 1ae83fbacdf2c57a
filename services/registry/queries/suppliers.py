"""Suppliers: reads with a name."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from services.registry.models import (
    Organisation,
    Supplier,
    SupplierPerformance,
    SupplierRestriction,
    SupplierVersion,
)
from services.registry.refusals import unknown


def supplier_for_update(db: Session, organisation_id: str) -> Supplier:
    """The supplier's row, locked: changes of one supplier go one by one. Raises `Refusal("supplier_unknown")`."""
    found = db.scalar(select(Supplier).where(Supplier.organisation_id == organisation_id).with_for_update())
    if found is None:
        raise unknown("supplier", "organisation_id")
    return found


def supplier(db: Session, organisation_id: str) -> Supplier:
    """Raises `Refusal("supplier_unknown")`."""
    found = db.get(Supplier, organisation_id)
    if found is None:
        raise unknown("supplier", "organisation_id")
    return found


def versions(db: Session, organisation_id: str) -> Sequence[SupplierVersion]:
    """Every version, oldest first."""
    return db.scalars(
        select(SupplierVersion)
        .where(SupplierVersion.organisation_id == organisation_id)
        .order_by(SupplierVersion.number)
    ).all()


def version(db: Session, organisation_id: str, number: int) -> SupplierVersion:
    """Raises `Refusal("version_unknown")`."""
    wanted = select(SupplierVersion).where(
        SupplierVersion.organisation_id == organisation_id, SupplierVersion.number == number
    )
    found = db.scalar(wanted)
    if found is None:
        raise unknown("version", "version")
    return found


def waiting(db: Session, after: datetime | None, limit: int) -> Sequence[SupplierVersion]:
    """Submitted versions not decided, longest waiting first."""
    wanted = select(SupplierVersion).where(
        SupplierVersion.submitted_at.is_not(None), SupplierVersion.decided_at.is_(None)
    )
    if after is not None:
        wanted = wanted.where(SupplierVersion.submitted_at > after)
    return db.scalars(wanted.order_by(SupplierVersion.submitted_at).limit(limit)).all()


def restrictions(db: Session, organisation_id: str) -> Sequence[SupplierRestriction]:
    """Suspensions and exclusions of a supplier, oldest first."""
    return db.scalars(
        select(SupplierRestriction)
        .where(SupplierRestriction.organisation_id == organisation_id)
        .order_by(SupplierRestriction.from_day, SupplierRestriction.id)
    ).all()


def restriction_for_update(db: Session, restriction_id: str) -> SupplierRestriction:
    """Raises `Refusal("restriction_unknown")`."""
    found = db.scalar(select(SupplierRestriction).where(SupplierRestriction.id == restriction_id).with_for_update())
    if found is None:
        raise unknown("restriction", "restriction_id")
    return found


def exclusions(
    db: Session, today: date, *, past: bool, after: str | None, limit: int
) -> Sequence[Row[SupplierRestriction, Organisation]]:
    """The exclusion list with each supplier, in the order of the restrictions' ids; past: also those that ended."""
    wanted = select(SupplierRestriction, Organisation).join(
        Organisation, Organisation.id == SupplierRestriction.organisation_id
    )
    wanted = wanted.where(SupplierRestriction.kind == "bar")
    if not past:
        wanted = wanted.where(
            SupplierRestriction.lifted_at.is_(None),
            SupplierRestriction.from_day <= today,
            SupplierRestriction.until_day >= today,
        )
    if after:
        wanted = wanted.where(SupplierRestriction.id > after)
    return db.execute(wanted.order_by(SupplierRestriction.id).limit(limit)).all()


def due_for_a_look(db: Session, now: datetime, at_most: int) -> Sequence[Supplier]:
    """Suppliers whose standing may have changed by time alone; those another instance is at are left out."""
    wanted = select(Supplier).where(Supplier.look_again_at <= now)
    return db.scalars(wanted.order_by(Supplier.look_again_at).limit(at_most).with_for_update(skip_locked=True)).all()


def performance(db: Session, organisation_id: str) -> Sequence[SupplierPerformance]:
    """What contracts recorded, newest first, at most 200."""
    return db.scalars(
        select(SupplierPerformance)
        .where(SupplierPerformance.organisation_id == organisation_id)
        .order_by(SupplierPerformance.at.desc())
        .limit(200)
    ).all()
