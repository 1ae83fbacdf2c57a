"""Organisations, people, roles: reads with a name."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from services.registry.models import Appointment, Certificate, Organisation, Person, SupervisorDuty
from services.registry.refusals import unknown


def organisation(db: Session, organisation_id: str) -> Organisation:
    """Raises `Refusal("organisation_unknown")`."""
    found = db.get(Organisation, organisation_id)
    if found is None:
        raise unknown("organisation", "organisation_id")
    return found


def organisation_for_update(db: Session, organisation_id: str) -> Organisation:
    """The same, locked until the transaction ends."""
    found = db.scalar(select(Organisation).where(Organisation.id == organisation_id).with_for_update())
    if found is None:
        raise unknown("organisation", "organisation_id")
    return found


def live_organisation(db: Session, credit_code: str) -> Organisation:
    """The live organisation of a credit code. Raises `Refusal("organisation_unknown")`."""
    found = db.scalar(
        select(Organisation).where(Organisation.credit_code == credit_code, Organisation.closed_at.is_(None))
    )
    if found is None:
        raise unknown("organisation", "credit_code")
    return found


def organisations(
    db: Session, *, kind: str | None, name: str | None, only: str | None, after: str | None, limit: int
) -> Sequence[Organisation]:
    """Organisations in the order of their ids. only: at most this one's id."""
    wanted = select(Organisation).order_by(Organisation.id).limit(limit)
    if kind:
        wanted = wanted.where(Organisation.kind == kind)
    if name:
        wanted = wanted.where(Organisation.name.contains(name, autoescape=True))
    if only:
        wanted = wanted.where(Organisation.id == only)
    if after:
        wanted = wanted.where(Organisation.id > after)
    return db.scalars(wanted).all()


def offices(db: Session) -> Sequence[Organisation]:
    """The centre's and finance's own organisations, whose staff are never experts."""
    return db.scalars(
        select(Organisation).where(Organisation.kind.in_(("centre", "finance")), Organisation.closed_at.is_(None))
    ).all()


def organisations_by_id(db: Session, ids: Iterable[str]) -> dict[str, Organisation]:
    """Those that exist, by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    return {each.id: each for each in db.scalars(select(Organisation).where(Organisation.id.in_(wanted)))}


def person(db: Session, person_id: str) -> Person:
    """Raises `Refusal("person_unknown")`."""
    found = db.get(Person, person_id)
    if found is None:
        raise unknown("person", "person_id")
    return found


def person_for_update(db: Session, person_id: str) -> Person:
    """The same, locked until the transaction ends."""
    found = db.scalar(select(Person).where(Person.id == person_id).with_for_update())
    if found is None:
        raise unknown("person", "person_id")
    return found


def people(
    db: Session, *, organisation_id: str | None, role: str | None, now: datetime, after: str | None, limit: int
) -> Sequence[Person]:
    """People of an organisation, or who hold a role at `now`, in the order of their ids."""
    wanted = select(Person).order_by(Person.id).limit(limit)
    if organisation_id:
        wanted = wanted.where(Person.organisation_id == organisation_id)
    if role:
        wanted = wanted.where(
            Person.id.in_(select(Appointment.person_id).where(Appointment.role == role, held_at(now)))
        )
    if after:
        wanted = wanted.where(Person.id > after)
    return db.scalars(wanted).all()


def held_at(now: datetime) -> ColumnElement[bool]:
    """The condition that an appointment holds at `now`."""
    return (
        Appointment.ended_at.is_(None)
        & (Appointment.since <= now)
        & or_(Appointment.until.is_(None), Appointment.until > now)
    )


def appointments_of(db: Session, person_id: str) -> Sequence[Appointment]:
    """All appointments a person ever had, oldest first."""
    return db.scalars(
        select(Appointment).where(Appointment.person_id == person_id).order_by(Appointment.since, Appointment.id)
    ).all()


def standing_appointments(db: Session, person_id: str) -> Sequence[Appointment]:
    """Those not ended, whether they have begun or not."""
    return db.scalars(
        select(Appointment).where(Appointment.person_id == person_id, Appointment.ended_at.is_(None))
    ).all()


def appointment_for_update(db: Session, appointment_id: str) -> Appointment:
    """Raises `Refusal("appointment_unknown")`."""
    found = db.scalar(select(Appointment).where(Appointment.id == appointment_id).with_for_update())
    if found is None:
        raise unknown("appointment", "appointment_id")
    return found


def appointments_run_out(db: Session, now: datetime, at_most: int) -> Sequence[Appointment]:
    """Appointments whose time is over and that nobody has ended."""
    wanted = select(Appointment).where(Appointment.ended_at.is_(None), Appointment.until <= now)
    return db.scalars(wanted.order_by(Appointment.until).limit(at_most).with_for_update(skip_locked=True)).all()


def role_was_ever_held(db: Session, role: str) -> bool:
    """Whether anybody ever held the role; asked under a lock that lets one ask at a time."""
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"role {role}", 7))))
    return db.scalar(select(Appointment.id).where(Appointment.role == role).limit(1)) is not None


def certificates_of(db: Session, person_id: str) -> Sequence[Certificate]:
    """A person's certificates, newest first."""
    return db.scalars(
        select(Certificate).where(Certificate.person_id == person_id).order_by(Certificate.enrolled_at.desc())
    ).all()


def duties(db: Session, at: datetime | None, now: datetime) -> Sequence[SupervisorDuty]:
    """The roster: who is on duty at a moment, or everything not over yet."""
    wanted = select(SupervisorDuty).order_by(SupervisorDuty.since, SupervisorDuty.id)
    if at is None:
        return db.scalars(wanted.where(SupervisorDuty.until > now)).all()
    return db.scalars(wanted.where(SupervisorDuty.since <= at, SupervisorDuty.until > at)).all()
