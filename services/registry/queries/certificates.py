"""Certificates and sessions: reads with a name."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm import Session as Database

from services.registry.models import Certificate, IssuedCertificate, Session
from services.registry.refusals import unknown


def certificate(db: Database, fingerprint: str) -> Certificate:
    """Raises `Refusal("certificate_unknown")`."""
    found = db.get(Certificate, fingerprint)
    if found is None:
        raise unknown("certificate", "fingerprint")
    return found


def certificate_for_update(db: Database, fingerprint: str) -> Certificate:
    """The same, locked until the transaction ends: nobody opens a session while it is being revoked."""
    found = db.scalar(select(Certificate).where(Certificate.fingerprint == fingerprint).with_for_update())
    if found is None:
        raise unknown("certificate", "fingerprint")
    return found


def live_certificates_of_issuer(db: Database, issuer: str, serials: Sequence[str]) -> Sequence[Certificate]:
    """Enrolled, not revoked, of this issuer, with one of these serials; locked."""
    wanted = select(Certificate).where(
        Certificate.issuer == issuer, Certificate.serial.in_(serials), Certificate.revoked_at.is_(None)
    )
    return db.scalars(wanted.with_for_update()).all()


def revoked_of_issuer(db: Database, issuer: str) -> Sequence[Certificate]:
    """Revoked certificates of this issuer, by serial."""
    wanted = select(Certificate).where(Certificate.issuer == issuer, Certificate.revoked_at.is_not(None))
    return db.scalars(wanted.order_by(Certificate.serial)).all()


def session(db: Database, session_id: str) -> Session:
    """Raises `Refusal("session_unknown")`."""
    found = db.get(Session, session_id)
    if found is None:
        raise unknown("session", "session_id")
    return found


def open_sessions(
    db: Database, machine: datetime, *, person_id: str | None = None, fingerprint: str | None = None
) -> Sequence[Session]:
    """Sessions of a person or a certificate that may still fetch tokens; locked."""
    wanted = select(Session).where(Session.ended_at.is_(None), Session.expires_at > machine)
    if person_id is not None:
        wanted = wanted.where(Session.person_id == person_id)
    if fingerprint is not None:
        wanted = wanted.where(Session.fingerprint == fingerprint)
    return db.scalars(wanted.with_for_update()).all()


def enrolled_within_a_minute(db: Database, machine: datetime) -> int:
    """How many certificates were enrolled in the last minute."""
    return _since(db, Certificate.enrolled_at, machine)


def issued_within_a_minute(db: Database, machine: datetime) -> int:
    """How many certificates the rehearsal authority made in the last minute."""
    return _since(db, IssuedCertificate.issued_at, machine)


def _since(db: Database, column: InstrumentedAttribute[datetime], machine: datetime) -> int:
    return db.scalar(select(func.count()).where(column > machine - timedelta(minutes=1))) or 0
