"""What becomes of bonds, from the facts at hand: called wherever one of them changes, and harmless to call again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from sqlalchemy.orm import Session

from services.chassis import obligations
from services.chassis.journal import Announcement
from services.contracts import duties, events
from services.contracts.models import Award, Bond, Contract, Lot, Project
from services.contracts.queries import awards, contracts, lots

Tell = Callable[[Announcement], object]


def settle_bid_bonds(session: Session, tell: Tell, lot: Lot, now: datetime) -> None:
    """Put the bid bonds of an opened lot on record and make due what is due back (条例33).

    Losers: from the award notice. Winner: from the contract. All: where the lot failed, was cancelled or went back. A
    bond is assumed with every opened bid, because a bid without the bond its document asked for is not valid.
    """
    if not lot.bid_bond:
        return
    project = lots.project(session, lot.project_id)
    held = {each.supplier_id for each in awards.bid_bonds(session, lot.id)}
    for bid in lots.opened_bids(session, lot.id):
        if bid.supplier_id not in held:
            held.add(bid.supplier_id)
            session.add(
                Bond(
                    kind="bid",
                    lot_id=lot.id,
                    project_id=lot.project_id,
                    purchaser_id=project.purchaser_id,
                    supplier_id=bid.supplier_id,
                    supplier_name=bid.supplier_name,
                    amount=lot.bid_bond,
                    lodged_at=now,
                    history=[],
                )
            )
    session.flush()
    live, contract = awards.live_award(session, lot.id), contracts.live_contract(session, lot.id)
    over = lots.is_over(session, lot)
    for bond in awards.bid_bonds(session, lot.id):
        if bond.due is None and bond.kept_at is None and bond.returned_at is None:
            _make_due_if_due(session, tell, bond, lot, project, live, contract, over, now)


def _make_due_if_due(
    session: Session,
    tell: Tell,
    bond: Bond,
    lot: Lot,
    project: Project,
    live: Award | None,
    contract: Contract | None,
    over: bool,
    now: datetime,
) -> None:
    day = lots.rules_day(project, lot)
    if over:
        make_due(session, tell, bond, "failed", project, since=now, now=now, day=day)
    elif live is None or live.announced_at is None:
        return
    elif bond.supplier_id != live.supplier_id:
        make_due(session, tell, bond, "losers", project, since=live.announced_at, now=now, day=day)
    elif contract is not None and contract.signed_at is not None:
        make_due(session, tell, bond, "winner", project, since=contract.signed_at, now=now, day=day)


def make_due(
    session: Session, tell: Tell, bond: Bond, why: str, project: Project, *, since: datetime, now: datetime, day: date
) -> None:
    """The bond is to go back: a duty with its time, and an event. why: a key of `duties.BOND_RETURN`."""
    duty = duties.open_duty(
        session,
        tell,
        duties.BOND_RETURN[why],
        f"bond:{bond.id}",
        since=since,
        now=now,
        rules_day=day,
        owner_person_id=project.officer_id,
        owner_organisation_id=bond.purchaser_id,
        waiting_organisation_id=bond.supplier_id,
    )
    bond.due = duty.due
    tell(events.bond_moved("bond_return_due", bond, due=duty.due))


def keep(session: Session, tell: Tell, bond: Bond, ground: str, now: datetime) -> None:
    """The bond is not returned (招标投标法实施条例74, 招标投标法60)."""
    bond.kept_at, bond.kept_ground = now, ground
    obligations.cancel_all(session, tell, f"bond:{bond.id}", now, ground)
    tell(events.bond_moved("bond_kept", bond, at=now, ground=ground))
