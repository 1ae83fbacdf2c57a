"""Lots, projects, people and what others told us of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from services.chassis.working_days import day_of
from services.contracts.models import (
    Appointment,
    EnrolledCertificate,
    HeardDispute,
    Lot,
    LotReturn,
    OpenedBid,
    Organisation,
    Person,
    Project,
    Ranking,
)
from services.contracts.refusals import no
from services.contracts.rules.award_order import Candidate
from services.contracts.rules.money import yuan
from services.contracts.rules.signing import Certificate
from services.contracts.rules.suspension import Dispute


def lot(session: Session, lot_id: str, *, lock: bool = False) -> Lot:
    """The lot, once its notice has been heard; locked against other decisions about it. Refuses `lot_unknown`."""
    found = session.get(Lot, lot_id, with_for_update={"key_share": False} if lock else None, populate_existing=lock)
    if found is None or found.noticed_at is None:
        no("lot_unknown", field="lot_id")
    return found


def project(session: Session, project_id: str) -> Project:
    """The project, blank where nothing was heard of it."""
    return session.get(Project, project_id) or Project(id=project_id)


def rules_day(found: Project, lot: Lot) -> date:
    """The day whose law counts: the notice's."""
    moment = found.rules_date or lot.noticed_at
    if moment is None:
        no("lot_unknown", field="lot_id")
    return day_of(moment)


def lots_of(session: Session, project_id: str) -> list[Lot]:
    """Every lot of a project that a notice has named."""
    return list(session.scalars(select(Lot).where(Lot.project_id == project_id).order_by(Lot.no)))


def is_returned(session: Session, lot_id: str) -> bool:
    """Whether the lot went back for a new tender."""
    return session.get(LotReturn, lot_id) is not None


def is_over(session: Session, lot: Lot) -> bool:
    """Whether the lot failed, was cancelled, or went back."""
    found = session.get(Project, lot.project_id)
    return (
        lot.failed_at is not None
        or (found is not None and found.cancelled_at is not None)
        or is_returned(session, lot.id)
    )


def rankings(session: Session, lot_id: str) -> list[Ranking]:
    """Every ranking the lot ever had, oldest first."""
    return list(session.scalars(select(Ranking).where(Ranking.lot_id == lot_id).order_by(Ranking.settled_at)))


def latest_ranking(session: Session, lot_id: str) -> Ranking | None:
    """The ranking that counts: the last one settled."""
    wanted = (
        select(Ranking).where(Ranking.lot_id == lot_id).order_by(Ranking.settled_at.desc(), Ranking.id.desc()).limit(1)
    )
    return session.scalars(wanted).first()


def candidates(ranking: Ranking) -> list[Candidate]:
    """Its places as the rules know them."""
    return [
        Candidate(
            bid_id=each["bid_id"],
            supplier_id=each["supplier_id"],
            supplier_name=each["supplier_name"],
            price=yuan(each["price"]),
            rank=each["rank"],
            joint=each["joint"],
            recommended=each["recommended"],
            total=None if each.get("total") is None else Decimal(each["total"]),
            price_score=None if each.get("price_score") is None else Decimal(each["price_score"]),
        )
        for each in ranking.places
    ]


def opened_bid(session: Session, bid_id: str) -> OpenedBid | None:
    """A bid as it was opened."""
    return session.get(OpenedBid, bid_id)


def opened_bids(session: Session, lot_id: str) -> list[OpenedBid]:
    """All bids opened for a lot."""
    return list(session.scalars(select(OpenedBid).where(OpenedBid.lot_id == lot_id).order_by(OpenedBid.bid_id)))


def disputes(session: Session, project_id: str, lot_id: str) -> list[Dispute]:
    """The challenges and complaints about this lot, or about its whole project."""
    wanted = select(HeardDispute).where(
        HeardDispute.project_id == project_id,
        or_(HeardDispute.lots == [], HeardDispute.lots.contains([lot_id])),
    )
    return [_dispute(each) for each in session.scalars(wanted)]


def _dispute(row: HeardDispute) -> Dispute:
    return Dispute(
        id=row.id,
        kind=row.kind,
        lodged_at=row.lodged_at,
        closed_at=row.closed_at,
        suspends=frozenset(row.suspends),
        suspended_until=row.suspended_until,
        upheld=row.upheld,
        settled=row.settled_at is not None,
    )


def heard_disputes(session: Session, project_id: str, lot_id: str) -> list[HeardDispute]:
    """The same, as rows to be settled."""
    wanted = select(HeardDispute).where(
        HeardDispute.project_id == project_id,
        or_(HeardDispute.lots == [], HeardDispute.lots.contains([lot_id])),
    )
    return list(session.scalars(wanted))


def organisation(session: Session, organisation_id: str | None) -> Organisation:
    """The organisation, blank where the registry has told us nothing."""
    found = session.get(Organisation, organisation_id) if organisation_id else None
    return found or Organisation(id=organisation_id or "", name=None, standing=None, size=None)


def barred(session: Session, organisation_ids: Iterable[str]) -> set[str]:
    """Which of these are excluded from procurement now."""
    wanted = select(Organisation.id).where(
        Organisation.id.in_(list(organisation_ids)), Organisation.standing == "barred"
    )
    return set(session.scalars(wanted))


def person(session: Session, person_id: str | None) -> Person | None:
    """A person, where the registry has told us of it."""
    return session.get(Person, person_id) if person_id else None


def roles(session: Session, person_id: str) -> set[str]:
    """The roles somebody holds now, as far as we were told."""
    wanted = select(Appointment.role).where(Appointment.person_id == person_id, Appointment.ended.is_(False))
    return set(session.scalars(wanted))


def certificate(session: Session, fingerprint: str) -> Certificate | None:
    """An enrolled certificate, as the rules know it."""
    row = session.get(EnrolledCertificate, fingerprint)
    if row is None:
        return None
    return Certificate(row.fingerprint, row.person_id, row.purpose or "", row.not_after, row.revoked_at)


def awaiting_award(session: Session, now: datetime, limit: int) -> list[Ranking]:
    """Rankings of lots that nobody has been awarded yet, longest waiting first."""
    from services.contracts.models import Award

    live = select(Award.lot_id).where(Award.ended_at.is_(None))
    wanted = (
        select(Ranking)
        .where(Ranking.lot_id.not_in(live), Ranking.lot_id.not_in(select(LotReturn.lot_id)), Ranking.settled_at <= now)
        .order_by(Ranking.settled_at)
        .limit(limit)
    )
    return list(session.scalars(wanted))


def panel(session: Session, ranking_id: str) -> list[str]:
    """The names of the panel that made a ranking."""
    found = session.get(Ranking, ranking_id)
    return list(found.panel) if found else []


def lot_if_known(session: Session, lot_id: str) -> Lot | None:
    """The lot, or None where no notice has named it."""
    return session.get(Lot, lot_id)


def chain(session: Session, fingerprint: str) -> list[str]:
    """The certificates between an enrolled one and its trust anchor, as the registry told them (PEM)."""
    row = session.get(EnrolledCertificate, fingerprint)
    return list(row.chain) if row else []
