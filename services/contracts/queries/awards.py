"""Awards, their losers, and bonds."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.contracts.models import Award, AwardHold, Bond, Contract, LoserNotice
from services.contracts.refusals import no


def award(session: Session, award_id: str, *, lock: bool = False) -> Award:
    """The award, or `award_unknown`."""
    found = session.get(Award, award_id, with_for_update=True if lock else None, populate_existing=lock)
    if found is None:
        no("award_unknown", field="award_id")
    return found


def live_award(session: Session, lot_id: str, *, lock: bool = False) -> Award | None:
    """The award that stands for a lot."""
    wanted = select(Award).where(Award.lot_id == lot_id, Award.ended_at.is_(None))
    return session.scalars(wanted.with_for_update() if lock else wanted).first()


def awards_of(session: Session, lot_id: str) -> list[Award]:
    """Every award the lot ever had, oldest first."""
    return list(session.scalars(select(Award).where(Award.lot_id == lot_id).order_by(Award.decided_at, Award.id)))


def passed_over(session: Session, lot_id: str) -> set[str]:
    """Bids that were awarded once and fell away for good."""
    return set(session.scalars(select(Award.bid_id).where(Award.lot_id == lot_id, Award.passes_over)))


def hold(session: Session, ranking_id: str) -> AwardHold | None:
    """The reason stated for not deciding on this ranking."""
    return session.get(AwardHold, ranking_id)


def notice_number(session: Session, project_id: str) -> int:
    """The next number among a project's award notices."""
    wanted = select(func.count()).select_from(Award).where(Award.project_id == project_id, Award.notice_no.is_not(None))
    return int(session.scalar(wanted) or 0) + 1


def results_of(session: Session, supplier_id: str, limit: int) -> list[LoserNotice]:
    """What a supplier was told about its own bids that did not win, newest first."""
    wanted = (
        select(LoserNotice).where(LoserNotice.supplier_id == supplier_id).order_by(LoserNotice.at.desc()).limit(limit)
    )
    return list(session.scalars(wanted))


def bond(session: Session, bond_id: str, *, lock: bool = False) -> Bond:
    """The bond, or `bond_unknown`."""
    found = session.get(Bond, bond_id, with_for_update=True if lock else None, populate_existing=lock)
    if found is None:
        no("bond_unknown", field="bond_id")
    return found


def bid_bonds(session: Session, lot_id: str) -> list[Bond]:
    """The bid bonds of a lot."""
    return list(
        session.scalars(select(Bond).where(Bond.lot_id == lot_id, Bond.kind == "bid").order_by(Bond.supplier_id))
    )


def performance_bond(session: Session, contract_id: str) -> Bond | None:
    """The performance bond of a contract."""
    wanted = select(Bond).where(Bond.contract_id == contract_id, Bond.kind == "performance")
    return session.scalars(wanted).first()


def without_contract(session: Session, limit: int) -> list[Award]:
    """Awards that stand and have no contract signed by both, longest waiting first."""
    signed = select(Contract.award_id).where(Contract.signed_at.is_not(None))
    wanted = select(Award).where(Award.ended_at.is_(None), Award.id.not_in(signed)).order_by(Award.decided_at)
    return list(session.scalars(wanted.limit(limit)))
