"""What stands still now, because something is suspended."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.obligations import obligation
from services.contracts.models import Contract, Invoice, Lot


def lots_standing_still(session: Session) -> list[Lot]:
    """The lots for which the time of some duty has been stopped."""
    running = (obligation.c.met_at.is_(None), obligation.c.cancelled_at.is_(None))
    abouts = session.scalars(select(obligation.c.about).where(obligation.c.paused_at.is_not(None), *running)).all()
    found = {each.removeprefix("lot:") for each in abouts if each.startswith("lot:")}
    invoices = [each.removeprefix("invoice:") for each in abouts if each.startswith("invoice:")]
    found.update(
        session.scalars(
            select(Contract.lot_id).join(Invoice, Invoice.contract_id == Contract.id).where(Invoice.id.in_(invoices))
        )
    )
    return list(session.scalars(select(Lot).where(Lot.id.in_(found)).order_by(Lot.id)))
