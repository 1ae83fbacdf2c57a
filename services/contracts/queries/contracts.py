"""Contracts and everything that hangs on one."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from services.contracts.models import (
    Acceptance,
    Agreement,
    Contract,
    ContractLine,
    ContractText,
    Delivery,
    DeliveryLine,
    Invoice,
    Payment,
    PerformanceRecord,
    Signature,
)
from services.contracts.refusals import no
from services.contracts.rules.ledger import Ledger, Line


def contract(session: Session, contract_id: str, *, lock: bool = False) -> Contract:
    """The contract, or `contract_unknown`; locked, so that its account moves one step at a time."""
    found = session.get(Contract, contract_id, with_for_update=True if lock else None, populate_existing=lock)
    if found is None:
        no("contract_unknown", field="contract_id")
    return found


def live_contract(session: Session, lot_id: str, *, lock: bool = False) -> Contract | None:
    """The lot's contract that is neither void nor terminated."""
    wanted = select(Contract).where(
        Contract.lot_id == lot_id, Contract.terminated_at.is_(None), Contract.voided_at.is_(None)
    )
    return session.scalars(wanted.with_for_update() if lock else wanted).first()


def contracts_of_lot(session: Session, lot_id: str) -> int:
    """How many contracts the lot ever had."""
    return int(session.scalar(select(func.count()).select_from(Contract).where(Contract.lot_id == lot_id)) or 0)


def text_of(session: Session, contract: Contract) -> ContractText:
    """The present text with its files."""
    found = session.get(ContractText, (contract.id, contract.version))
    if found is None:
        no("contract_unknown", field="contract_id")
    return found


def signatures(session: Session, about_id: str) -> list[Signature]:
    """The signatures under a contract, agreement or certificate, in order."""
    return list(
        session.scalars(select(Signature).where(Signature.about_id == about_id).order_by(Signature.at, Signature.side))
    )


def agreement(session: Session, agreement_id: str, *, lock: bool = False) -> Agreement:
    """A supplement, amendment or termination; `contract_unknown` where there is none."""
    found = session.get(Agreement, agreement_id, with_for_update=True if lock else None, populate_existing=lock)
    if found is None:
        no("agreement_unknown", field="agreement_id")
    return found


def agreements(session: Session, contract_id: str) -> list[Agreement]:
    """Everything ever proposed about a contract, in order."""
    return list(session.scalars(select(Agreement).where(Agreement.contract_id == contract_id).order_by(Agreement.no)))


def lines(session: Session, contract_id: str) -> list[ContractLine]:
    """What was ordered, in order."""
    wanted = select(ContractLine).where(ContractLine.contract_id == contract_id).order_by(ContractLine.no)
    return list(session.scalars(wanted))


def ledger(session: Session, contract: Contract) -> Ledger:
    """The contract's account as the rules know it. Lock the contract first where it is to move."""
    ordered = tuple(
        Line(each.no, each.ordered, each.amount, each.delivered, each.accepted, each.rejected)
        for each in lines(session, contract.id)
    )
    return Ledger(contract.amount, ordered, contract.supplement_total, contract.invoiced_total, contract.paid_total)


def delivery(session: Session, contract_id: str, delivery_id: str) -> Delivery:
    """A delivery of this contract, or `delivery_unknown`."""
    found = session.get(Delivery, delivery_id)
    if found is None or found.contract_id != contract_id:
        no("delivery_unknown", field="delivery_id")
    return found


def deliveries(session: Session, contract_id: str) -> list[Delivery]:
    """The contract's deliveries in order."""
    return list(session.scalars(select(Delivery).where(Delivery.contract_id == contract_id).order_by(Delivery.no)))


def delivery_lines(session: Session, *delivery_ids: str) -> dict[str, list[DeliveryLine]]:
    """The lines of these deliveries."""
    found: dict[str, list[DeliveryLine]] = defaultdict(list)
    wanted = select(DeliveryLine).where(DeliveryLine.delivery_id.in_(delivery_ids)).order_by(DeliveryLine.no)
    for each in session.scalars(wanted):
        found[each.delivery_id].append(each)
    return found


def awaiting(rows: list[DeliveryLine]) -> dict[int, Decimal]:
    """What of a delivery awaits a verdict, by line."""
    return {each.no: each.quantity - each.accepted - each.rejected for each in rows}


def acceptance(session: Session, acceptance_id: str, *, lock: bool = False) -> Acceptance:
    """An acceptance certificate."""
    found = session.get(Acceptance, acceptance_id, with_for_update=True if lock else None, populate_existing=lock)
    if found is None:
        no("acceptance_unknown", field="acceptance_id")
    return found


def acceptances(session: Session, contract_id: str) -> list[Acceptance]:
    """The contract's certificates in order."""
    wanted = select(Acceptance).where(Acceptance.contract_id == contract_id).order_by(Acceptance.opened_at)
    return list(session.scalars(wanted))


def open_acceptance(session: Session, delivery_id: str) -> Acceptance | None:
    """The certificate of this delivery that is being signed."""
    wanted = select(Acceptance).where(
        Acceptance.delivery_id == delivery_id, Acceptance.certified_at.is_(None), Acceptance.withdrawn_at.is_(None)
    )
    return session.scalars(wanted).first()


def invoice(session: Session, invoice_id: str) -> Invoice:
    """An invoice; read it after its contract is locked."""
    found = session.get(Invoice, invoice_id, populate_existing=True)
    if found is None:
        no("invoice_unknown", field="invoice_id")
    return found


def invoices(session: Session, contract_id: str) -> list[Invoice]:
    """The contract's invoices in order."""
    wanted = select(Invoice).where(Invoice.contract_id == contract_id).order_by(Invoice.received_at, Invoice.id)
    return list(session.scalars(wanted))


def payments(session: Session, contract_id: str) -> list[Payment]:
    """The contract's payments in order."""
    return list(
        session.scalars(select(Payment).where(Payment.contract_id == contract_id).order_by(Payment.at, Payment.id))
    )


def recorded(session: Session, about_id: str, kind: str) -> PerformanceRecord | None:
    """What was recorded of this kind about a contract or lot."""
    wanted = select(PerformanceRecord).where(PerformanceRecord.about_id == about_id, PerformanceRecord.kind == kind)
    return session.scalars(wanted).first()


def in_status(status: str) -> list[ColumnElement[bool]]:
    """What a contract of that status has in its row (`Contract.status` derives the same)."""
    ended = {"completed": Contract.completed_at, "terminated": Contract.terminated_at, "voided": Contract.voided_at}
    if status in ended:
        return [ended[status].is_not(None)]
    running = [column.is_(None) for column in ended.values()]
    return [*running, Contract.signed_at.is_not(None) if status == "signed" else Contract.signed_at.is_(None)]


def cursor_moment(text: str) -> datetime:
    """The moment in a page's cursor. Refuses `cursor_wrong`."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        no("cursor_wrong", field="after")
    if found.tzinfo is None:
        no("cursor_wrong", field="after")
    return found
