"""Lots failed by people, projects cancelled, failed lots tendered again, bonds given back."""

from __future__ import annotations

from services.chassis.caller import Caller
from services.chassis.entrypoints import command
from services.chassis.refusal import refuse_if
from services.tendering import duties, ending, events, publishing
from services.tendering.desk.room import Answer, Given, Room
from services.tendering.models import Bond, Lot, Project, new_id
from services.tendering.queries import law, projects
from services.tendering.refusals import no
from services.tendering.rules import closing, procedures, retendering
from services.tendering.rules.periods import day_of
from services.tendering.rules.status import LOT_ENDS
from services.tendering.schemas import bids as bid_schemas
from services.tendering.schemas import entrusting as accepted
from services.tendering.schemas import openings, said

_STAGES = {"open": "closing", "closing": "closing", "closed": "opening", "opening": "opening", "read_out": "opening"}


class EndingsDesk(Room):
    """How a purchase ends without an award, and begins again."""

    @command(openings.FailLot, permission="lot.fail")
    def fail_lot(self, given: Given, by: Caller) -> Answer:
        """Declare a lot failed on a coded ground (法36); all bidders are told why."""
        lot, project = self.lot_for(by, "lot.fail", given["lot_id"], "fail_lot")
        day = project.notice_day or day_of(self.now())
        refuse_if(retendering.ground_objections(law.book(self.db), day, given["reason"]))
        state = lot.status(self.now())
        stage = _STAGES.get(state, "award" if state in ("ranked", "awarded") else "evaluation")
        made = closing.failure(
            law.book(self.db), day, project.procedure, lot.object, given["reason"], stage, {"state": state}
        )
        ending.fail(self.db, self.announce, lot, project, made, self.now(), given["note"])
        return {"lot_id": lot.id, "failure": lot.failure}

    @command(accepted.CancelProject, permission="project.cancel")
    def cancel_project(self, given: Given, by: Caller) -> Answer:
        """The task itself is cancelled by a grave change (法36); its lots end with it."""
        project = self.project_for(by, "project.cancel", given["project_id"], "cancel_project")
        now = self.now()
        lots = projects.lots_of(self.db, project.id, lock=True)
        signed = [str(lot.no) for lot in lots if lot.contracted_at is not None]
        if signed:
            no("contracts_signed", "法50", lots=", ".join(signed))
        project.cancelled_at, project.cancelled_because = now, given["reason"]
        for lot in lots:
            if project.published_at and lot.status(now) not in LOT_ENDS:
                day = project.notice_day or day_of(now)
                made = closing.failure(
                    law.book(self.db), day, project.procedure, lot.object, "task_cancelled", "cancellation", {}
                )
                ending.fail(self.db, self.announce, lot, project, made, now, given["reason"])
        self.announce(
            events.event(
                "project_cancelled",
                f"project:{project.id}",
                {"project_id": project.id, "reason": given["reason"], "at": now},
            )
        )
        if project.published_at:
            publishing.publish(self.db, self.announce, project, "cancellation", given["reason"], now, by.person_id)
        duties.drop(self.db, self.announce, f"project:{project.id}", now, "project cancelled")
        return {"project_id": project.id, "status": "cancelled"}

    @command(accepted.TenderAgain, permission="project.retender")
    def tender_again(self, given: Given, by: Caller) -> Answer:
        """Begin anew with failed lots (法37): a new project of the same purchaser, to be confirmed by finance."""
        lots = [projects.lot(self.db, each, lock=True) for each in given["lot_ids"]]
        project = projects.project(self.db, lots[0].project_id)
        self.reach(by, "project.retender", project)
        day, book = day_of(self.now()), law.book(self.db)
        procedure = given["procedure"] or project.procedure
        refuse_if(
            retendering.objections([self._ended_facts(lot, project) for lot in lots], procedure, project.procedure)
        )
        refuse_if(procedures.objections(book, day, procedure, {lot.object for lot in lots}))
        again = self._again(project, lots, procedure, given["ground"], by)
        return {"project_id": again.id, "previous_project_id": project.id, "status": "drafted"}

    @command(bid_schemas.ReturnBond, permission="opening.host")
    def return_bond(self, given: Given, by: Caller) -> Answer:
        """A bid bond went back; the duty is met."""
        bond = self.db.get(Bond, given["bond_id"], with_for_update=True)
        if bond is None:
            no("bond_unknown", id=given["bond_id"])
        lot = projects.lot(self.db, bond.lot_id)
        self.reach(by, "opening.host", projects.project(self.db, lot.project_id))
        if bond.return_due is None:
            no("bond_not_due", "条例33", "bond_id")
        ending.bond_returned(self.db, self.announce, bond, self.now())
        return said.BondView().dump(bond)

    def _ended_facts(self, lot: Lot, project: Project) -> retendering.Ended:
        told = lot.failure or {}
        return retendering.Ended(
            lot.no, lot.project_id == project.id, lot.status(self.now()), told.get("reason"),
            tuple(told.get("ways_on", ())), lot.again_project_id is not None,
        )  # fmt: skip

    def _again(self, project: Project, lots: list[Lot], procedure: str, ground: str | None, by: Caller) -> Project:
        again = Project(
            id=new_id(), title=project.title, purchaser_id=project.purchaser_id, plan_no=project.plan_no,
            fiscal_year=project.fiscal_year, funding=project.funding, procedure=procedure,
            ground=ground or project.ground, budget=sum((lot.budget for lot in lots[1:]), lots[0].budget),
            budget_level=project.budget_level,
            region=project.region, wanted_by=project.wanted_by, note=project.note, excluded=project.excluded,
            items=[
                {
                    "category": lot.category, "title": lot.title, "object": lot.object, "budget": f"{lot.budget:.2f}",
                    "quantity": None, "unit": None, "imported": False,
                }
                for lot in lots
            ],
            previous_project_id=project.id, drafted_by=by.person_id, created_at=self.now(),
        )  # fmt: skip
        self.db.add(again)
        self.db.flush()
        for lot in lots:
            lot.again_project_id = again.id
        self.db.flush()
        self.announce(events.of_project("entrustment_drafted", again, self.now()))
        return again
