"""Sealed bids and bonds. Nothing that counts or lists a lot's bids may be asked before its closing: see the callers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, or_, select, text
from sqlalchemy.orm import Session

from services.tendering.models import Bid, Bond, Download, EnrolledCertificate, Lot, Organisation, Project

_CLOCK = text("SELECT chassis_now()")
_LIVE = (Bid.replaced_at.is_(None), Bid.withdrawn_at.is_(None))


def law_clock(db: Session) -> datetime:
    """The database's clock, read now: what a bid's arrival is measured by."""
    moment: datetime = db.execute(_CLOCK).scalar_one()
    return moment


@dataclass(frozen=True)
class Ground:
    """What a bid is judged by. at: the database's clock when it was asked for. None stands for what is unknown."""

    lot: Lot
    project: Project
    at: datetime
    supplier: Organisation | None
    certificate: EnrolledCertificate | None


_GROUND = (
    select(Lot, Project, func.chassis_now(), Organisation, EnrolledCertificate)
    .join(Project, Project.id == Lot.project_id)
    .outerjoin(Organisation, Organisation.id == bindparam("supplier_id"))
    .outerjoin(EnrolledCertificate, EnrolledCertificate.fingerprint == bindparam("signer"))
    .where(Lot.id == bindparam("lot_id"))
    .with_for_update(read=True, of=Lot)
)


def ground(db: Session, lot_id: str, supplier_id: str | None, signer: object = None) -> Ground | None:
    """The lot, its row locked for sharing, with its project, the supplier and the signer's certificate.

    Bids go side by side, the closing waits for them and they for it. What changes under that lock is the lot's row,
    which is seen as it is after waiting; a bid's own time is asked for later, once nothing is left to wait for.
    """
    asked = {"lot_id": lot_id, "supplier_id": supplier_id, "signer": signer if isinstance(signer, str) else None}
    found = db.execute(_GROUND, asked).first()
    return None if found is None else Ground(*found)


def met(db: Session, lot_id: str, supplier_id: str, bid_id: str) -> tuple[Bid | None, Bid | None]:
    """The supplier's live bid for the lot, and whoever's bid has this id already; their rows locked."""
    live = and_(Bid.lot_id == lot_id, Bid.supplier_id == supplier_id, *_LIVE)
    found = db.scalars(select(Bid).where(or_(live, Bid.id == bid_id)).with_for_update()).all()
    replayed = next((each for each in found if each.id == bid_id), None)
    return next((each for each in found if _is_live_of(each, lot_id, supplier_id)), None), replayed


def live_of(db: Session, lot_id: str, supplier_id: str) -> Bid | None:
    """The supplier's live bid for the lot, its row locked."""
    wanted = select(Bid).where(Bid.lot_id == lot_id, Bid.supplier_id == supplier_id, *_LIVE)
    return db.scalars(wanted.with_for_update()).first()


def _is_live_of(bid: Bid, lot_id: str, supplier_id: str) -> bool:
    of_both = (bid.lot_id, bid.supplier_id) == (lot_id, supplier_id)
    return of_both and bid.replaced_at is None and bid.withdrawn_at is None


def of_supplier(db: Session, lot_id: str, supplier_id: str | None) -> list[Bid]:
    """Every bid the supplier ever made for the lot, by arrival."""
    wanted = select(Bid).where(Bid.lot_id == lot_id, Bid.supplier_id == supplier_id)
    return list(db.scalars(wanted.order_by(Bid.arrival)))


def live(db: Session, lot_id: str) -> list[Bid]:
    """The live bids of a lot in order of receipt."""
    wanted = select(Bid).where(Bid.lot_id == lot_id, *_LIVE)
    return list(db.scalars(wanted.order_by(Bid.received_at, Bid.arrival)))


def count(db: Session, lot_id: str) -> int:
    """How many live bids a lot has."""
    return db.scalar(select(func.count()).select_from(Bid).where(Bid.lot_id == lot_id, *_LIVE)) or 0


def withdrawn(db: Session, lot_id: str) -> set[str]:
    """Suppliers who withdrew and did not come back."""
    gone = set(db.scalars(select(Bid.supplier_id).where(Bid.lot_id == lot_id, Bid.withdrawn_at.is_not(None))))
    return gone - {each.supplier_id for each in live(db, lot_id)}


def bonds(db: Session, lot_id: str, supplier_id: str | None = None) -> list[Bond]:
    """The bonds of a lot, of one supplier where told."""
    wanted = select(Bond).where(Bond.lot_id == lot_id)
    if supplier_id is not None:
        wanted = wanted.where(Bond.supplier_id == supplier_id)
    return list(db.scalars(wanted.order_by(Bond.recorded_at, Bond.id)))


def downloads(db: Session, project_id: str, organisation_id: str | None = None) -> list[Download]:
    """Who took the document, of one organisation where told."""
    wanted = select(Download).where(Download.project_id == project_id)
    if organisation_id is not None:
        wanted = wanted.where(Download.organisation_id == organisation_id)
    return list(db.scalars(wanted.order_by(Download.at, Download.id)))
