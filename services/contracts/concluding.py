"""What follows when a contract is signed by both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from services.chassis import obligations
from services.chassis.journal import Announcement
from services.chassis.working_days import UnknownDay, day_of, end_of_day, load_calendar
from services.contracts import bonds, duties, events
from services.contracts.models import Award, Contract, ContractLine, Lot, Project
from services.contracts.papers import drafting
from services.contracts.queries import lots
from services.contracts.rules import items

Tell = Callable[[Announcement], object]


def conclude(
    session: Session, tell: Tell, contract: Contract, award: Award, lot: Lot, project: Project, now: datetime
) -> None:
    """The contract is in force: its lines, its duties (delivery, publication, filing), the winner's bid bond."""
    data, day = contract.data["contract"], lots.rules_day(project, lot)
    contract.signed_at = now
    for each in (items.read(raw) for raw in data["items"]):
        session.add(
            ContractLine(
                contract_id=contract.id,
                no=each.no,
                name=each.name,
                unit=each.unit,
                unit_price=each.unit_price,
                ordered=each.quantity,
                amount=each.amount,
            )
        )
    contract.delivery_due = delivery_due(session, now, drafting.delivery_days(data))
    session.flush()
    late = award.signing_due is not None and now > award.signing_due
    tell(events.contract_signed(contract, award.grounds["supplier_size"], award.grounds["policies"], late))
    obligations.meet_all(session, tell, f"lot:{lot.id}", now, duties.SIGNING)
    about = f"contract:{contract.id}"
    for key in (duties.PUBLICATION, duties.FILING):
        duties.open_duty(
            session,
            tell,
            key,
            about,
            since=now,
            now=now,
            rules_day=day,
            owner_person_id=project.officer_id,
            owner_organisation_id=contract.purchaser_id,
        )
    if contract.delivery_due is not None:
        obligations.open_obligation(
            session,
            tell,
            kind=duties.DELIVERY,
            about=about,
            article="合同",
            since=now,
            due=contract.delivery_due,
            now=now,
            owner_organisation_id=contract.supplier_id,
            waiting_organisation_id=contract.purchaser_id,
            supervisor_watch=False,
            extendable=False,
        )
    bonds.settle_bid_bonds(session, tell, lot, now)


def delivery_due(session: Session, signed_at: datetime, days: int | None) -> datetime | None:
    """The last instant of the contract's own period for delivery (natural days; a last day of rest moves on).

    A period that ends beyond the published calendar ends on its plain day: the contract, not the law, sets it, and
    nobody can tell yet whether that day is one of rest.
    """
    if days is None:
        return None
    start = day_of(signed_at)
    try:
        return end_of_day(load_calendar(session).end_of_period(start, days))
    except UnknownDay:
        return end_of_day(start + timedelta(days=days))
