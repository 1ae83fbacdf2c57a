"""How a contract ends: performed in full, or early."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from services.chassis import obligations
from services.chassis.journal import Announcement
from services.contracts import awarding, bonds, duties, events
from services.contracts.models import Contract
from services.contracts.queries import awards, contracts, lots
from services.contracts.rules.agreements import TERMINATION_GROUNDS

Tell = Callable[[Announcement], object]


def complete_if_fulfilled(session: Session, tell: Tell, contract: Contract, now: datetime) -> bool:
    """After the last payment: the contract is completed and its performance bond goes back."""
    if contract.over or not contracts.ledger(session, contract).fulfilled:
        return False
    contract.completed_at = now
    session.flush()
    tell(events.contract_ended("contract_completed", contract, now))
    obligations.meet_all(session, tell, f"contract:{contract.id}", now, duties.DELIVERY)
    bond = awards.performance_bond(session, contract.id)
    if bond is not None and bond.due is None and bond.kept_at is None:
        project, lot = lots.project(session, contract.project_id), lots.lot(session, contract.lot_id)
        day = lots.rules_day(project, lot)
        bonds.make_due(session, tell, bond, "performed", project, since=now, now=now, day=day)
    return True


def terminate(session: Session, tell: Tell, contract: Contract, ground: str, now: datetime) -> None:
    """The contract ends early. What was accepted is still paid; nothing more is delivered.

    A supplier in breach loses its performance bond (招标投标法60) and it goes on its record; else the bond goes back.
    """
    contract.terminated_at, contract.termination_ground = now, ground
    session.flush()
    tell(events.contract_ended("contract_terminated", contract, now))
    for kind in (duties.DELIVERY, duties.PUBLICATION, duties.FILING):
        obligations.cancel_all(session, tell, f"contract:{contract.id}", now, ground, kind)
    at_fault = TERMINATION_GROUNDS[ground].fault == "supplier"
    bond = awards.performance_bond(session, contract.id)
    if bond is not None and bond.kept_at is None and bond.returned_at is None and bond.due is None:
        if at_fault:
            bonds.keep(session, tell, bond, "breach", now)
        else:
            project, lot = lots.project(session, contract.project_id), lots.lot(session, contract.lot_id)
            day = lots.rules_day(project, lot)
            bonds.make_due(session, tell, bond, "performed", project, since=now, now=now, day=day)
    if at_fault:
        awarding.record_performance(
            session,
            tell,
            about_id=contract.id,
            lot_id=contract.lot_id,
            contract_id=contract.id,
            supplier_id=contract.supplier_id,
            kind="breach",
            grade="poor",
            note=ground,
            by=None,
            now=now,
        )
