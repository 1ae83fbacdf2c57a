"""Who people and organisations are, as the registry told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.tendering.models import Appointment, EnrolledCertificate, Organisation, Person
from services.tendering.rules.periods import day_of
from services.tendering.rules.submission import Bidder, Certificate


def organisation(db: Session, organisation_id: str | None) -> Organisation | None:
    """The organisation as last described."""
    return db.get(Organisation, organisation_id) if organisation_id else None


def name_of(db: Session, organisation_id: str | None) -> str:
    """Its name, empty where nobody told."""
    found = organisation(db, organisation_id)
    return (found.name or "") if found else ""


def person_name(db: Session, person_id: str | None) -> str:
    """The person's name, empty where nobody told."""
    found = db.get(Person, person_id) if person_id else None
    return (found.name or "") if found else ""


def homes(db: Session, people: Iterable[str]) -> dict[str, str]:
    """Person → organisation id, for those we know of."""
    rows = db.scalars(select(Person).where(Person.id.in_(list(people))))
    return {each.id: each.organisation_id or "" for each in rows}


def roles(db: Session, people: Iterable[str], at: datetime) -> dict[str, frozenset[str]]:
    """Person → roles held at that moment."""
    wanted = list(people)
    rows = db.scalars(
        select(Appointment).where(
            Appointment.person_id.in_(wanted),
            Appointment.from_at <= at,
            or_(Appointment.until_at.is_(None), Appointment.until_at > at),
        )
    )
    held: dict[str, set[str]] = {each: set() for each in wanted}
    for each in rows:
        held[each.person_id].add(each.role)
    return {person: frozenset(found) for person, found in held.items()}


def keys(db: Session, people: Iterable[str], at: datetime, purpose: str = "encryption") -> list[EnrolledCertificate]:
    """Certificates of these people in force at that moment, the longest-lived first."""
    return list(
        db.scalars(
            select(EnrolledCertificate)
            .where(
                EnrolledCertificate.person_id.in_(list(people)),
                EnrolledCertificate.purpose == purpose,
                EnrolledCertificate.pem.is_not(None),
                EnrolledCertificate.not_after > at,
                or_(EnrolledCertificate.revoked_at.is_(None), EnrolledCertificate.revoked_at > at),
            )
            .order_by(EnrolledCertificate.not_after.desc(), EnrolledCertificate.fingerprint)
        )
    )


def certificate(db: Session, fingerprint: object) -> Certificate | None:
    """An enrolled certificate as the rules ask for it."""
    return as_enrolled(db.get(EnrolledCertificate, fingerprint) if isinstance(fingerprint, str) else None)


def as_enrolled(row: EnrolledCertificate | None) -> Certificate | None:
    """What the rules ask of it; None for one we were not fully told of."""
    if row is None or row.not_after is None:
        return None
    return Certificate(row.person_id, row.purpose, row.not_after, row.revoked_at)


def bidder(db: Session, supplier_id: str | None, excluded: Iterable[str], now: datetime) -> Bidder | None:
    """What the rules ask of a supplier that wants to bid; None for one nobody told us of."""
    return as_bidder(organisation(db, supplier_id), excluded, now)


def as_bidder(found: Organisation | None, excluded: Iterable[str], now: datetime) -> Bidder | None:
    """What the rules ask of it; None where it is no supplier."""
    if found is None or found.kind not in ("supplier", None):
        return None
    barred = found.barred_until is not None and day_of(now) <= found.barred_until
    return Bidder(
        standing="barred" if barred else found.standing or "unknown",
        size=found.size,
        categories=tuple(found.categories),
        barred_until=found.barred_until,
        prepared_the_project=found.id in set(excluded),
    )
