"""Sealed bids and bonds. Nothing that counts or lists a lot's bids may be asked before its closing: see the callers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, insert, select, text
from sqlalchemy.orm import Session, defer, load_only

from services.tendering.models import Bid, Bond, Download, EnrolledCertificate, Lot, Organisation, Project
from services.tendering.queries import law

_CLOCK = text("SELECT chassis_now()")
_LIVE = (Bid.replaced_at.is_(None), Bid.withdrawn_at.is_(None))


def law_clock(db: Session) -> datetime:
    """The database's clock, read now: what a bid's arrival is measured by."""
    moment: datetime = db.execute(_CLOCK).scalar_one()
    return moment


@dataclass(frozen=True)
class Ground:
    """What a bid is judged by, as far as it takes; a column nobody needs here is not there. None: unknown.

    at: the database's clock when it was asked for. taken: whether there is a bid of this id already.
    """

    lot: Lot
    project: Project
    at: datetime
    supplier: Organisation | None
    certificate: EnrolledCertificate | None
    taken: bool


_TAKEN = select(Bid.id).where(Bid.id == bindparam("bid_id")).exists()
_GROUND = (
    select(Lot, Project, func.chassis_now(), Organisation, EnrolledCertificate, _TAKEN, law.PUBLISHED)
    .join(Project, Project.id == Lot.project_id)
    .outerjoin(Organisation, Organisation.id == bindparam("supplier_id"))
    .outerjoin(EnrolledCertificate, EnrolledCertificate.fingerprint == bindparam("signer"))
    .where(Lot.id == bindparam("lot_id"))
    .with_for_update(read=True, of=Lot)
    .options(
        defer(Lot.title, raiseload=True),
        defer(Lot.failure, raiseload=True),
        load_only(Project.procedure, Project.excluded, Project.notice_day, raiseload=True),
        defer(Organisation.reasons, raiseload=True),
        defer(EnrolledCertificate.pem, raiseload=True),
    )
)


def ground(db: Session, lot_id: str, supplier_id: str | None, signer: object = None, bid_id: str = "") -> Ground | None:
    """The lot, its row locked for sharing, with its project, the supplier, the signer's certificate, and the law.

    Bids go side by side, the closing waits for them and they for it. Of all this only the lot's row is seen as it is
    after waiting: what else changes under that lock is asked for in a later statement, the sealing sheet in force
    (`projects.sheet_in_force`) and, once nothing is left to wait for, a bid's own time.
    """
    asked = {
        "lot_id": lot_id, "supplier_id": supplier_id, "signer": signer if isinstance(signer, str) else None,
        "bid_id": bid_id,
    }  # fmt: skip
    found = db.execute(_GROUND, asked).first()
    if found is None:
        return None
    *told, published = found
    law.keep(db, published)
    return Ground(*told)


_REPLACE = text("""
    WITH gone AS (
        UPDATE bid SET manifest = NULL, signed = NULL, replaced_at = chassis_now(), replaced_by = :bid_id
        WHERE lot_id = :lot_id AND supplier_id = :supplier_id AND replaced_at IS NULL AND withdrawn_at IS NULL
        RETURNING id)
    SELECT gone.id, chassis_now() FROM (VALUES (1)) AS now LEFT JOIN gone ON true
""")
"""The clock stands above the join, so it is asked once the old bid is gone and nothing is left to wait for."""


def replace(db: Session, lot_id: str, supplier_id: str | None, bid_id: str) -> tuple[str | None, datetime]:
    """Empty the supplier's live bid for the lot in favour of this one: what is replaced can never be opened.

    Answers its id, if there was one, and the moment the new bid arrives, by the database's clock.
    """
    replaced, at = db.execute(_REPLACE, {"lot_id": lot_id, "supplier_id": supplier_id, "bid_id": bid_id}).one()
    return replaced, at


_KEEP = insert(Bid.metadata.tables[Bid.__tablename__])
_KEPT = tuple(column.name for column in Bid.__table__.columns if column.identity is None)


def keep(db: Session, bid: Bid) -> None:
    """Put a bid on record."""
    db.execute(_KEEP, {name: getattr(bid, name) for name in _KEPT})


def live_of(db: Session, lot_id: str, supplier_id: str) -> Bid | None:
    """The supplier's live bid for the lot, its row locked."""
    wanted = select(Bid).where(Bid.lot_id == lot_id, Bid.supplier_id == supplier_id, *_LIVE)
    return db.scalars(wanted.with_for_update()).first()


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
