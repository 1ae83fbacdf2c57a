"""Suppliers: registration, file, review, standing, exclusion."""

from typing import Any

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, every, hears, query
from services.registry import queries, supplier_files
from services.registry.entrypoints.room import Room, of_own_organisation
from services.registry.models import Organisation, SupplierPerformance, SupplierRestriction, SupplierVersion
from services.registry.refusals import unknown
from services.registry.rules import standing
from services.registry.rules.days import day_of
from services.registry.schemas import suppliers as wire

Answer = dict[str, Any]


class Suppliers(Room):
    """Who may bid, and in what."""

    @command(wire.RegisterSupplier, permission=PUBLIC)
    def register_supplier(self, supplier: Answer, by: Caller) -> Answer:
        """A supplier registers itself, with its first agent and their signing certificate."""
        organisation, person_id, fingerprint = supplier_files.register(self.act(by), supplier, self.trusted())
        return {
            "organisation_id": organisation.id, "person_id": person_id, "fingerprint": fingerprint,
            "standing": standing.DRAFT,
        }

    @command(wire.DraftSupplier, permission="supplier.draft")
    def draft_supplier(self, changes: Answer, by: Caller) -> Answer:
        """Set fields of the own file's draft; it may be incomplete."""
        return self._version(supplier_files.draft(self.act(by), self._own(by, "supplier.draft"), changes))

    @command(wire.SubmitSupplier, permission="supplier.submit")
    def submit_supplier(self, _given: Answer, by: Caller) -> Answer:
        """Submit the own file for review, or be told everything that is missing."""
        return self._version(supplier_files.submit(self.act(by), self._own(by, "supplier.submit")))

    @query(wire.ListWaiting, permission="supplier.review")
    def suppliers_waiting(self, wanted: Answer, by: Caller) -> Answer:
        """Submitted versions that wait for examination or decision, longest waiting first."""
        found = queries.suppliers.waiting(self.db, wanted["after"], wanted["limit"])
        items = [self._version(each) for each in found]
        return {"items": items, "next": items[-1]["submitted_at"] if len(items) == wanted["limit"] else None}

    @command(wire.ExamineSupplier, permission="supplier.review")
    def examine_supplier(self, given: Answer, by: Caller) -> Answer:
        """An officer examines a submitted version, before another decides."""
        version = supplier_files.examine(self.act(by), given["organisation_id"], given["version"], given["remarks"])
        return self._version(version)

    @command(wire.DecideSupplier, permission="supplier.review")
    def decide_supplier(self, decision: Answer, by: Caller) -> Answer:
        """Admit a version, or return it with reasons beside its fields."""
        organisation = queries.identity.organisation(self.db, decision["organisation_id"])
        return self._version(supplier_files.decide(self.act(by), organisation, decision))

    @query(wire.ReadSupplier, permission="supplier.read", departments=("tendering", "evaluation", "contracts"))
    def supplier(self, wanted: Answer, by: Caller) -> Answer:
        """A supplier's whole file; without an id, the caller's own."""
        organisation = self._wanted(wanted, by)
        facts = supplier_files.facts_of(self.db, organisation, day_of(self.now()))
        versions = queries.suppliers.versions(self.db, organisation.id)
        told = [self._version(each) for each in versions]
        last = {each["state"]: each for each in told}
        undecided = [each for each in told if each["decided_at"] is None]
        return {
            "organisation_id": organisation.id,
            "name": organisation.name,
            "credit_code": organisation.credit_code,
            "standing": wire.Standing().dump(standing.standing(facts, self.now())),
            "admitted": last.get("admitted"),
            "open": undecided[-1] if undecided else None,
            "last_returned": last.get("returned"),
            "restrictions": [
                self._restriction(each, organisation)
                for each in queries.suppliers.restrictions(self.db, organisation.id)
            ],
            "performance": [
                wire.PerformanceLine().dump(each) for each in queries.suppliers.performance(self.db, organisation.id)
            ],
        }

    @query(wire.ReadSupplier, permission="supplier.read")
    def supplier_history(self, wanted: Answer, by: Caller) -> Answer:
        """Every version of a supplier's file with what the review made of it, oldest first."""
        organisation = self._wanted(wanted, by)
        versions = queries.suppliers.versions(self.db, organisation.id)
        return {"items": [self._version(each) for each in versions]}

    @command(wire.SuspendSupplier, permission="supplier.suspend")
    def suspend_supplier(self, decision: Answer, by: Caller) -> Answer:
        """Finance suspends a supplier."""
        organisation = self._supplier(decision["organisation_id"])
        return self._restriction(supplier_files.suspend(self.act(by), organisation, decision), organisation)

    @command(wire.BarSupplier, permission="supplier.bar")
    def bar_supplier(self, decision: Answer, by: Caller) -> Answer:
        """Finance puts a supplier on the exclusion list."""
        organisation = self._supplier(decision["organisation_id"])
        return self._restriction(supplier_files.bar(self.act(by), organisation, decision), organisation)

    @command(wire.LiftRestriction, permission="supplier.suspend")
    def lift_suspension(self, given: Answer, by: Caller) -> Answer:
        """Lift a suspension now."""
        return self._lift(given, by, supplier_files.SUSPENSION)

    @command(wire.LiftRestriction, permission="supplier.bar")
    def lift_bar(self, given: Answer, by: Caller) -> Answer:
        """Take a supplier off the exclusion list."""
        return self._lift(given, by, supplier_files.BAR)

    @query(wire.ListExclusions, permission=PUBLIC)
    def exclusion_list(self, wanted: Answer, by: Caller) -> Answer:
        """The public exclusion list: who is barred, until when, on which ground and decision."""
        found = queries.suppliers.exclusions(
            self.db, day_of(self.now()), past=wanted["past"], after=wanted["after"], limit=wanted["limit"]
        )
        items = [self._restriction(bar, organisation) for bar, organisation in found]
        return {"items": items, "next": found[-1][0].id if len(found) == wanted["limit"] else None}

    @hears("contracts", "supplier_performance_recorded", wire.SupplierPerformanceHeard)
    def note_supplier_performance(self, fact: Answer, envelope: Answer) -> None:
        """A contract's record of a supplier flows back into its file."""
        self.db.add(
            SupplierPerformance(
                id=envelope["id"], organisation_id=fact["supplier_id"], contract_id=fact["contract_id"],
                kind=fact["kind"], grade=fact["grade"], note=(fact["note"] or "")[:2000], at=fact["at"],
            )
        )

    @every(seconds=15)
    def look_at_standings(self) -> bool:
        """Documents expire, suspensions and exclusions begin and end by themselves."""
        act = self.act(Caller())
        due = queries.suppliers.due_for_a_look(self.db, act.now, at_most=200)
        for each in due:
            supplier_files.restate(act, queries.identity.organisation(self.db, each.organisation_id))
        return len(due) == 200

    def _own(self, by: Caller, permission: str) -> Organisation:
        if by.organisation_id is None:
            raise unknown("supplier", "organisation_id")
        organisation = self._supplier(by.organisation_id)
        by.require(permission, own=of_own_organisation(by, organisation))
        return organisation

    def _supplier(self, organisation_id: str) -> Organisation:
        queries.suppliers.supplier(self.db, organisation_id)
        return queries.identity.organisation(self.db, organisation_id)

    def _wanted(self, wanted: Answer, by: Caller) -> Organisation:
        organisation = self._supplier(wanted["organisation_id"] or by.organisation_id or "")
        by.require("supplier.read", own=of_own_organisation(by, organisation))
        return organisation

    def _lift(self, given: Answer, by: Caller, kind: str) -> Answer:
        restriction = queries.suppliers.restriction_for_update(self.db, given["restriction_id"])
        if restriction.kind != kind:
            raise unknown("restriction", "restriction_id")
        supplier_files.lift(self.act(by), restriction, given["reason"])
        return self._restriction(restriction, queries.identity.organisation(self.db, restriction.organisation_id))

    def _version(self, version: SupplierVersion) -> Answer:
        return wire.Version().dump(version)

    def _restriction(self, restriction: SupplierRestriction, organisation: Organisation) -> Answer:
        named = {"name": organisation.name, "credit_code": organisation.credit_code}
        return {**wire.Restriction().dump(restriction), **named}
