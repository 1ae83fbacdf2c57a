"""How an award comes about and falls away; shared by the purchaser's command and by the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis import obligations
from services.chassis.database import refuse_on
from services.chassis.journal import Announcement
from services.contracts import bonds, duties, events
from services.contracts.models import Award, Lot, PerformanceRecord, Project, Ranking, new_id
from services.contracts.queries import awards, contracts, lots
from services.contracts.refusals import refusal
from services.contracts.rules import items, joint_places, law
from services.contracts.rules.award_order import Candidate
from services.contracts.rules.suspension import AWARD, SIGNING

Tell = Callable[[Announcement], object]
LAW_OF_DECISION = ("award_decision", "silence", "joint_places")


def joint_choice(
    lot: Lot, ranking: Ranking, first: list[Candidate], *, by_clock: bool
) -> tuple[str | None, dict[str, Any] | None]:
    """The bid that the document's rule takes from a shared place, and how; (None, None) where one stands alone.

    by_clock: nobody is there to choose, so a draw decides where the purchaser would have.
    """
    if len(first) < 2 or lot.nonce is None:
        return None, None
    rule = joint_places.rule_of(lot.conditions.get("joint_rule"))
    if by_clock and rule == joint_places.PURCHASER:
        rule = joint_places.DRAW
    seed = joint_places.seed(lot.nonce, ranking.report_digest or "", lot.id)
    taken = joint_places.taken(first, rule, seed)
    return taken, {
        "rule": rule,
        "joint": sorted(each.bid_id for each in first),
        "nonce": lot.nonce,
        "commitment": joint_places.commitment(lot.nonce),
        "report_digest": ranking.report_digest,
        "seed": seed,
        "taken": taken,
    }


def award(
    session: Session,
    tell: Tell,
    *,
    lot: Lot,
    project: Project,
    ranking: Ranking,
    winner: Candidate,
    draw: dict[str, Any] | None,
    decided_by: str | None,
    now: datetime,
) -> Award:
    """Record the decision, announce it, open the duty to issue the notice. decided_by None: silence."""
    day = lots.rules_day(project, lot)
    duties.due_of(session, duties.AWARD_NOTICE, now, day)  # refused now, not when half is done
    supplier = lots.organisation(session, winner.supplier_id)
    bid = lots.opened_bid(session, winner.bid_id)
    policies = []
    if lot.reserved_for_small:
        policies.append("reserved_for_small")
    if supplier.size in ("small", "micro"):
        policies.append("small_supplier")
    if bid is not None and items.is_domestic(bid.sheet):
        policies.append("domestic")
    made = Award(
        id=new_id(),
        lot_id=lot.id,
        project_id=lot.project_id,
        ranking_id=ranking.id,
        bid_id=winner.bid_id,
        purchaser_id=project.purchaser_id,
        supplier_id=winner.supplier_id,
        supplier_name=winner.supplier_name,
        amount=winner.price,
        rank=winner.rank,
        by_silence=decided_by is None,
        decided_at=now,
        decided_by=decided_by,
        grounds={
            "law": [law.row(key, day).version for key in LAW_OF_DECISION],
            "draw": draw,
            "supplier_size": supplier.size,
            "policies": policies,
        },
    )
    with refuse_on("uq_award_live", refusal("awarded_already", "条例43", "lot_id")):
        session.add(made)
        session.flush()
    tell(events.award_decided(made))
    about = f"lot:{lot.id}"
    if decided_by is None:
        obligations.cancel_all(session, tell, about, now, "silence decided (87-68)", duties.AWARD_DECISION)
    else:
        obligations.meet_all(session, tell, about, now, duties.AWARD_DECISION)
        obligations.meet_all(session, tell, about, now, duties.NEXT_DECISION)
    duties.open_duty(
        session,
        tell,
        duties.AWARD_NOTICE,
        about,
        since=now,
        now=now,
        rules_day=day,
        owner_person_id=project.officer_id,
        owner_organisation_id=project.purchaser_id,
    )
    return made


def end_award(
    session: Session,
    tell: Tell,
    award: Award,
    ended_as: str,
    ground: str,
    note: str,
    *,
    passes_over: bool,
    costs_bond: bool,
    record: bool,
    now: datetime,
) -> None:
    """The award falls away, with its draft contract, its duties and, where the winner is at fault, its bid bond.

    passes_over: the bid is not awarded again. record: it goes on the supplier's record.
    """
    award.ended_at, award.ended_as, award.ended_ground, award.ended_note = now, ended_as, ground, note
    award.passes_over = passes_over
    contract = contracts.live_contract(session, award.lot_id, lock=True)
    if contract is not None and contract.signed_at is None:
        contract.voided_at = now
    session.flush()
    about = f"lot:{award.lot_id}"
    for kind in (duties.AWARD_NOTICE, duties.SIGNING):
        obligations.cancel_all(session, tell, about, now, ground, kind)
    tell(events.award_refused(award))
    for bond in awards.bid_bonds(session, award.lot_id):
        if bond.supplier_id == award.supplier_id and bond.kept_at is None and bond.returned_at is None and costs_bond:
            bonds.keep(session, tell, bond, "award_refused", now)
    if record:
        record_performance(
            session,
            tell,
            about_id=award.id,
            lot_id=award.lot_id,
            contract_id=None,
            supplier_id=award.supplier_id,
            kind="award_refused",
            grade="poor",
            note=note,
            by=None,
            now=now,
        )


def open_next_decision(session: Session, tell: Tell, lot: Lot, project: Project, now: datetime) -> None:
    """After a fallen award the purchaser chooses: the next candidate or a new tender (条例49)."""
    duties.open_duty(
        session,
        tell,
        duties.NEXT_DECISION,
        f"lot:{lot.id}",
        since=now,
        now=now,
        rules_day=lots.rules_day(project, lot),
        owner_organisation_id=project.purchaser_id,
    )


def record_performance(
    session: Session,
    tell: Tell,
    *,
    about_id: str,
    lot_id: str,
    contract_id: str | None,
    supplier_id: str,
    kind: str,
    grade: str,
    note: str,
    by: str | None,
    now: datetime,
) -> PerformanceRecord | None:
    """Put something on a supplier's record, once for each kind and matter.

    The registry is told. None: it stands there already.
    """
    if contracts.recorded(session, about_id, kind) is not None:
        return None
    made = PerformanceRecord(
        id=new_id(),
        about_id=about_id,
        contract_id=contract_id,
        supplier_id=supplier_id,
        kind=kind,
        grade=grade,
        note=note,
        at=now,
        by=by,
    )
    session.add(made)
    session.flush()
    tell(events.supplier_performance_recorded(made, lot_id))
    return made


def matters_of(session: Session, lot: Lot) -> list[str]:
    """The subjects whose duties stand still when the lot is suspended: the lot, and its contract's unpaid invoices."""
    contract = contracts.live_contract(session, lot.id)
    invoices = [] if contract is None else contracts.invoices(session, contract.id)
    return [f"lot:{lot.id}", *(f"invoice:{each.id}" for each in invoices if each.status == "open")]


STOPPED = {AWARD: (duties.AWARD_DECISION, duties.NEXT_DECISION), SIGNING: (duties.SIGNING, duties.PAYMENT)}


def follow_suspension(session: Session, tell: Tell, lot: Lot, now: datetime) -> None:
    """Stop or start the lot's duties so that they agree with the disputes standing now."""
    standing = lots.disputes(session, lot.project_id, lot.id)
    about = matters_of(session, lot)
    for step, kinds in STOPPED.items():
        stopping = next((each for each in standing if each.stops(step, now)), None)
        if stopping is None:
            duties.go_on(session, tell, about, kinds, now)
        else:
            duties.stop(session, tell, about, kinds, now, f"{stopping.kind}:{stopping.id}")
