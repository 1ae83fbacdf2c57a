"""The expert library: reads with a name."""

from collections.abc import Sequence

from sqlalchemy import Row, Select, Text, and_, cast, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from services.registry.models import Expert, ExpertPerformance, ExpertSuspension, ExpertVersion, Person
from services.registry.refusals import unknown


def _cards() -> Select[Expert, ExpertVersion, Person]:
    current = and_(ExpertVersion.person_id == Expert.person_id, ExpertVersion.number == Expert.version)
    return (
        select(Expert, ExpertVersion, Person)
        .join(ExpertVersion, current)
        .join(Person, Person.id == Expert.person_id)
        .order_by(Expert.person_id)
    )


def expert(db: Session, person_id: str) -> Row[Expert, ExpertVersion, Person]:
    """An expert with the version that counts. Raises `Refusal("expert_unknown")`."""
    found = db.execute(_cards().where(Expert.person_id == person_id)).one_or_none()
    if found is None:
        raise unknown("expert", "person_id")
    return found


def expert_for_update(db: Session, person_id: str) -> Row[Expert, ExpertVersion, Person]:
    """The same, with the expert's row locked."""
    found = db.execute(_cards().where(Expert.person_id == person_id).with_for_update(of=Expert)).one_or_none()
    if found is None:
        raise unknown("expert", "person_id")
    return found


def library(db: Session) -> Sequence[Row[Expert, ExpertVersion, Person]]:
    """Every expert who was ever admitted, by person id."""
    return db.execute(_cards().where(Expert.admitted_at.is_not(None))).all()


def experts(
    db: Session, *, covering: Sequence[str], region: str | None, after: str | None, limit: int
) -> Sequence[Row[Expert, ExpertVersion, Person]]:
    """Experts by person id. covering: codes of which one must be a specialty (a category and all above it)."""
    wanted = _cards().limit(limit)
    if covering:
        wanted = wanted.where(ExpertVersion.facts["specialties"].has_any(cast(list(covering), ARRAY(Text))))
    if region:
        wanted = wanted.where(ExpertVersion.facts["region"].astext == region)
    if after:
        wanted = wanted.where(Expert.person_id > after)
    return db.execute(wanted).all()


def suspensions(db: Session, person_ids: Sequence[str] | None = None) -> dict[str, list[ExpertSuspension]]:
    """Suspensions not lifted, by person; of all experts unless some are named."""
    wanted = select(ExpertSuspension).where(ExpertSuspension.lifted_at.is_(None))
    if person_ids is not None:
        wanted = wanted.where(ExpertSuspension.person_id.in_(person_ids))
    found: dict[str, list[ExpertSuspension]] = {}
    for each in db.scalars(wanted.order_by(ExpertSuspension.from_day)):
        found.setdefault(each.person_id, []).append(each)
    return found


def performance(db: Session, person_id: str) -> Sequence[ExpertPerformance]:
    """What evaluation recorded, newest first, at most 200."""
    return db.scalars(
        select(ExpertPerformance)
        .where(ExpertPerformance.person_id == person_id)
        .order_by(ExpertPerformance.at.desc())
        .limit(200)
    ).all()
