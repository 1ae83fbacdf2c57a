"""Entrustments and plans: drafted, submitted, confirmed by finance, accepted by the centre."""

from __future__ import annotations

from decimal import Decimal

from services.chassis.caller import Caller
from services.chassis.entrypoints import command
from services.chassis.obligations import cancel_all
from services.chassis.refusal import refuse_if
from services.tendering import documents, duties, events, warnings
from services.tendering.desk.room import Answer, Given, Room
from services.tendering.models import Project
from services.tendering.queries import law, parties, projects
from services.tendering.refusals import no
from services.tendering.rules import duties as separation
from services.tendering.rules import procedure_choice
from services.tendering.rules.periods import day_of
from services.tendering.schemas import entrusting as accepted


class EntrustingDesk(Room):
    """From the purchaser's wish to a project with its people."""

    @command(accepted.DraftEntrustment, permission="entrustment.draft")
    def draft_entrustment(self, given: Given, by: Caller) -> Answer:
        """Write down what is to be bought; a draft may be incomplete in everything but its shape."""
        if by.organisation_id is None:
            no("not_for_an_organisation")
        project = Project(purchaser_id=by.organisation_id, drafted_by=by.person_id, created_at=self.now())
        self._write(project, given)
        self.db.add(project)
        self.db.flush()
        self.announce(events.of_project("entrustment_drafted", project, self.now()))
        return {"project_id": project.id, "status": "drafted"}

    @command(accepted.EditEntrustment, permission="entrustment.draft")
    def edit_entrustment(self, given: Given, by: Caller) -> Answer:
        """Write the draft anew."""
        project = self.project_for(by, "entrustment.draft", given.pop("project_id"), "edit_entrustment")
        self._write(project, given)
        return {"project_id": project.id, "revision_of": project.plan_no}

    @command(accepted.OnProject, permission="entrustment.submit")
    def submit_entrustment(self, given: Given, by: Caller) -> Answer:
        """Submit it to finance; the procedure must be able to buy what is listed, on a lawful ground."""
        project = self.project_for(by, "entrustment.submit", given["project_id"], "submit_entrustment")
        book, day, purchase = law.book(self.db), day_of(self.now()), _purchase(project)
        refuse_if(procedure_choice.objections(book, day, purchase))
        project.submitted_at, project.returned_at, project.returned_because = self.now(), None, None
        self.announce(events.of_project("entrustment_submitted", project, self.now()))
        about = f"project:{project.id}"
        duties.owe(
            self.db, self.announce, "confirm_plan", about, self.now(), self.now(),
            waiting_organisation_id=project.purchaser_id,
        )  # fmt: skip
        found = warnings.at_submission(self.db, self.announce, project, book, purchase, self.now())
        return {"project_id": project.id, "status": "submitted", "warnings": [each.as_dict() for each in found]}

    @command(accepted.ConfirmPlan, permission="plan.confirm")
    def confirm_plan(self, given: Given, by: Caller) -> Answer:
        """Finance confirms ceiling and procedure; another procedure above the threshold needs its approval (法27)."""
        project = self.project_for(by, "plan.confirm", given["project_id"], "confirm_plan")
        project.procedure = given["procedure"] or project.procedure
        project.approval_no = given["approval_no"] or project.approval_no
        project.budget = given["budget"] or project.budget
        refuse_if(
            procedure_choice.objections(
                law.book(self.db), day_of(self.now()), _purchase(project), deciding=True, budget=project.budget
            )
        )
        project.plan_confirmed_at, project.plan_confirmed_by = self.now(), by.person_id
        self.announce(events.of_project("plan_confirmed", project, self.now()))
        about = f"project:{project.id}"
        duties.done(self.db, self.announce, about, self.now(), "confirm_plan")
        duties.owe(
            self.db, self.announce, "accept_entrustment", about, self.now(), self.now(),
            waiting_organisation_id=project.purchaser_id, extendable=True,
        )  # fmt: skip
        return {"project_id": project.id, "status": "plan_confirmed"}

    @command(accepted.ReturnProject, permission="plan.confirm")
    def return_plan(self, given: Given, by: Caller) -> Answer:
        """Finance returns it with reasons."""
        return self._return_plan(by, given, "plan.confirm", "return_plan")

    @command(accepted.RecordApproval, permission="approval.record")
    def record_approval(self, given: Given, by: Caller) -> Answer:
        """Finance records its approval of another procedure, or of imports."""
        project = self.project_for(by, "approval.record", given["project_id"], "record_approval")
        project.approval_no = given["approval_no"]
        return {"project_id": project.id, "approval_no": project.approval_no}

    @command(accepted.AcceptEntrustment, permission="entrustment.accept")
    def accept_entrustment(self, given: Given, by: Caller) -> Answer:
        """The centre accepts and names officer and reviewer, two people (法61)."""
        project = self.project_for(by, "entrustment.accept", given["project_id"], "accept_entrustment")
        self._name(project, given["officer_id"], given["reviewer_id"], given["host_id"])
        project.no = given["no"] or _number(project)
        project.accepted_at = self.now()
        self.announce(events.of_project("entrustment_accepted", project, self.now()))
        duties.done(self.db, self.announce, f"project:{project.id}", self.now(), "accept_entrustment")
        return {"project_id": project.id, "no": project.no, "status": "accepted"}

    @command(accepted.ReturnProject, permission="entrustment.accept")
    def return_entrustment(self, given: Given, by: Caller) -> Answer:
        """The centre returns it with reasons."""
        return self._return_plan(by, given, "entrustment.accept", "return_entrustment")

    @command(accepted.AssignPeople, permission="project.assign")
    def assign_people(self, given: Given, by: Caller) -> Answer:
        """Name other people for the project; who is not named stays. The others hear who acts from now on."""
        project = self.project_for(by, "project.assign", given["project_id"], "assign_people")
        before = (project.officer_id, project.reviewer_id)
        self._name(
            project,
            given["officer_id"] or project.officer_id,
            given["reviewer_id"] or project.reviewer_id,
            given["host_id"] or project.host_id,
        )
        facts = {
            "project_id": project.id, "officer_id": project.officer_id, "reviewer_id": project.reviewer_id,
            "host_id": project.host_id, "at": self.now(),
        }  # fmt: skip
        self.announce(events.event("people_assigned", f"project:{project.id}", facts))
        if before != (project.officer_id, project.reviewer_id):
            self.announce(events.of_project("entrustment_accepted", project, self.now()))
        return {key: facts[key] for key in ("project_id", "officer_id", "reviewer_id", "host_id")}

    def _write(self, project: Project, given: Given) -> None:
        organisation = parties.organisation(self.db, project.purchaser_id)
        items = [
            {
                **each,
                "budget": f"{each['budget']:.2f}",
                "quantity": None if each["quantity"] is None else format(each["quantity"], "f"),
            }
            for each in given["items"]
        ]
        for name, value in {**given, "items": items}.items():
            setattr(project, name, value)
        project.budget = sum((each["budget"] for each in given["items"]), Decimal())
        project.budget_level = given["budget_level"] or (organisation.budget_level if organisation else None)
        if project.budget <= 0:
            no("budget_not_disclosed", "条例30", "items")

    def _return_plan(self, by: Caller, given: Given, permission: str, move: str) -> Answer:
        project = self.project_for(by, permission, given["project_id"], move)
        project.returned_at, project.returned_because = self.now(), given["reasons"]
        project.submitted_at = project.plan_confirmed_at = None
        self.announce(events.of_project("entrustment_returned", project, self.now(), reasons=given["reasons"]))
        cancel_all(self.db, self.announce, f"project:{project.id}", self.now(), "returned")
        return {"project_id": project.id, "status": "returned"}

    def _name(self, project: Project, officer: str | None, reviewer: str | None, host: str | None) -> None:
        people = [each for each in (officer, reviewer, host) if each]
        roles = parties.roles(self.db, people, self.now())
        refuse_if(separation.naming_objections(officer or "", reviewer or "", roles, host))
        document = projects.latest_document(self.db, project.id)
        if document is not None and document.reviewed_at is None:
            refuse_if(separation.review_objections(document.prepared_by, reviewer or ""))
        project.officer_id, project.reviewer_id, project.host_id = officer, reviewer, host


def _purchase(project: Project) -> procedure_choice.Purchase:
    return procedure_choice.Purchase(
        project.procedure, documents.totals(project), project.budget_level, project.ground, project.approval_no
    )


def _number(project: Project) -> str:
    return f"ZC-{project.fiscal_year}-{project.id[:8].upper()}"
