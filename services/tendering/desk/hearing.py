"""What tendering hears: the registry's facts copied, evaluation's and contracts' facts moving the lots."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.chassis.entrypoints import PATIENTLY, hears
from services.tendering import ending, events
from services.tendering.desk.room import Room
from services.tendering.models import Appointment, EnrolledCertificate, Lot, Organisation, Person, RuleDatum, Signal
from services.tendering.queries import bids, projects
from services.tendering.rules.closing import Failure
from services.tendering.schemas import heard

Fact = dict[str, Any]


class HearingDesk(Room):
    """Our own copies of foreign facts, and the moves that follow from them."""

    @hears("registry", "organisation_registered", heard.OrganisationFact, retry=PATIENTLY)
    def note_organisation(self, fact: Fact, envelope: Fact) -> None:
        """An organisation as it registered."""
        self._organisation(fact)

    @hears("registry", "organisation_changed", heard.OrganisationFact, retry=PATIENTLY)
    def note_changed_organisation(self, fact: Fact, envelope: Fact) -> None:
        """An organisation as it changed."""
        self._organisation(fact)

    @hears("registry", "supplier_standing_changed", heard.SupplierStanding, retry=PATIENTLY)
    def note_standing(self, fact: Fact, envelope: Fact) -> None:
        """A supplier's standing: whether, and in which categories, it may bid."""
        row = self._known(Organisation, fact["organisation_id"])
        row.standing = fact["standing"]
        row.categories, row.reasons = fact["categories"] or [], fact["reasons"] or []
        row.name = fact["name"] or row.name

    @hears("registry", "supplier_barred", heard.SupplierBar, retry=PATIENTLY)
    def note_barred(self, fact: Fact, envelope: Fact) -> None:
        """Finance barred a supplier until a day."""
        self._known(Organisation, fact["organisation_id"]).barred_until = fact["until"]

    @hears("registry", "supplier_unbarred", heard.SupplierBar, retry=PATIENTLY)
    def note_unbarred(self, fact: Fact, envelope: Fact) -> None:
        """The bar ended."""
        self._known(Organisation, fact["organisation_id"]).barred_until = None

    @hears("registry", "person_registered", heard.PersonFact, retry=PATIENTLY)
    def note_person(self, fact: Fact, envelope: Fact) -> None:
        """A person as registered."""
        self._person(fact)

    @hears("registry", "person_changed", heard.PersonFact, retry=PATIENTLY)
    def note_changed_person(self, fact: Fact, envelope: Fact) -> None:
        """A person as changed."""
        self._person(fact)

    @hears("registry", "role_appointed", heard.RoleFact, retry=PATIENTLY)
    def note_appointment(self, fact: Fact, envelope: Fact) -> None:
        """Somebody was appointed."""
        row = self.db.get(Appointment, (fact["person_id"], fact["role"]))
        if row is None:
            row = Appointment(person_id=fact["person_id"], role=fact["role"], from_at=self.now())
            self.db.add(row)
        row.organisation_id = fact["organisation_id"]
        row.from_at, row.until_at = fact["from_"] or self.now(), fact["until"]

    @hears("registry", "role_ended", heard.RoleFact, retry=PATIENTLY)
    def note_end_of_role(self, fact: Fact, envelope: Fact) -> None:
        """An appointment ended."""
        row = self.db.get(Appointment, (fact["person_id"], fact["role"]))
        if row is not None:
            row.until_at = fact["until"] or self.now()

    @hears("registry", "certificate_enrolled", heard.CertificateEnrolled, retry=PATIENTLY)
    def note_certificate(self, fact: Fact, envelope: Fact) -> None:
        """A certificate was bound to a person."""
        row = self.db.get(EnrolledCertificate, fact["fingerprint"])
        if row is None:
            row = EnrolledCertificate(fingerprint=fact["fingerprint"])
            self.db.add(row)
        for name in ("person_id", "purpose", "pem", "not_after"):
            setattr(row, name, fact[name])

    @hears("registry", "certificate_revoked", heard.CertificateRevoked, retry=PATIENTLY)
    def note_revocation(self, fact: Fact, envelope: Fact) -> None:
        """A certificate is not to be trusted from that moment on."""
        row = self.db.get(EnrolledCertificate, fact["fingerprint"])
        if row is None:
            row = EnrolledCertificate(fingerprint=fact["fingerprint"], person_id=fact["person_id"], purpose="unknown")
            self.db.add(row)
        row.revoked_at = fact["revoked_at"]

    @hears("registry", "rule_data_published", heard.RuleDataPublished, retry=PATIENTLY)
    def note_rule_data(self, fact: Fact, envelope: Fact) -> None:
        """Thresholds, catalogue or categories in force from a day."""
        for place, entry in enumerate(fact["entries"]):
            row = {**entry, "in_force_from": entry.get("in_force_from") or fact["in_force_from"].isoformat()}
            self.db.merge(RuleDatum(kind=fact["kind"], in_force_from=fact["in_force_from"], place=place, row=row))

    @hears("evaluation", "evaluation_began", heard.OnLot)
    def note_evaluation(self, fact: Fact, envelope: Fact) -> None:
        """The panel is at work."""
        self._moved(fact["lot_id"], "evaluation_began", fact["at"])

    @hears("evaluation", "evaluation_failed", heard.EvaluationFailed)
    def note_failed_evaluation(self, fact: Fact, envelope: Fact) -> None:
        """Too few were left, or another ground: the lot fails here, with the ways on."""
        lot = projects.lot(self.db, fact["lot_id"], lock=True)
        if lot.failed_at is not None:
            return
        project = projects.project(self.db, lot.project_id)
        figures = {name: str(value) for name, value in (fact["figures"] or {}).items()}
        made = ending.heard_failure(self.db, project, lot, fact["reason"], figures, fact["articles"] or [], self.now())
        ending.fail(self.db, self.announce, lot, project, made, self.now())

    @hears("evaluation", "ranking_settled", heard.RankingSettled)
    def note_ranking(self, fact: Fact, envelope: Fact) -> None:
        """The panel's advice stands."""
        self._moved(fact["lot_id"], "ranked", fact["settled_at"])

    @hears("evaluation", "integrity_finding_recorded", heard.IntegrityFinding)
    def note_finding(self, fact: Fact, envelope: Fact) -> None:
        """A signal found in evaluation stands beside ours."""
        figures = {name: str(value) for name, value in (fact["figures"] or {}).items()}
        self.db.add(
            Signal(
                lot_id=fact["lot_id"], kind=fact["kind"], bids=fact["bids"] or [], figures=figures,
                article=fact["article"] or "", source="evaluation", at=self.now(),
            )
        )  # fmt: skip

    @hears("contracts", "award_decided", heard.AwardDecided)
    def note_award(self, fact: Fact, envelope: Fact) -> None:
        """The purchaser, or silence, decided."""
        lot = self._moved(fact["lot_id"], "awarded", fact["decided_at"])
        lot.winner_id = fact["supplier_id"]

    @hears("contracts", "award_announced", heard.AwardAnnounced)
    def note_announcement(self, fact: Fact, envelope: Fact) -> None:
        """The result is public: its notice period runs, and the losers' bonds are due back (条例33)."""
        lot = projects.lot(self.db, fact["lot_id"], lock=True)
        lot.announced_at, lot.winner_id = fact["announced_at"], fact["supplier_id"]
        project = projects.project(self.db, lot.project_id)
        for bond in bids.bonds(self.db, lot.id):
            if bond.supplier_id != fact["supplier_id"]:
                ending.owe_bond(
                    self.db, self.announce, bond, lot, project, "bid_bond_back_losers", fact["announced_at"], self.now()
                )

    @hears("contracts", "award_refused", heard.OnLot)
    def note_refused_award(self, fact: Fact, envelope: Fact) -> None:
        """The winner fell away: the ranking stands, the next may be awarded."""
        self._moved(fact["lot_id"], "awarded", None)

    @hears("contracts", "lot_returned", heard.OnLot)
    def note_returned_lot(self, fact: Fact, envelope: Fact) -> None:
        """The purchaser sends the lot back for a new tender."""
        lot = projects.lot(self.db, fact["lot_id"], lock=True)
        if lot.failed_at is not None:
            return
        project = projects.project(self.db, lot.project_id)
        made = Failure(fact["reason"] or "returned", "award", {}, ("条例49",), ("tender_again",))
        ending.fail(self.db, self.announce, lot, project, made, self.now())

    @hears("contracts", "contract_signed", heard.ContractSigned)
    def note_contract(self, fact: Fact, envelope: Fact) -> None:
        """Signed: the winner's bond is due back (条例33)."""
        lot = self._moved(fact["lot_id"], "contracted", fact["signed_at"])
        project = projects.project(self.db, lot.project_id)
        for bond in bids.bonds(self.db, lot.id, fact["supplier_id"]):
            ending.owe_bond(
                self.db, self.announce, bond, lot, project, "bid_bond_back_winner", fact["signed_at"], self.now()
            )

    @hears("contracts", "contract_completed", heard.OnLot)
    def note_completion(self, fact: Fact, envelope: Fact) -> None:
        """Delivered, accepted and paid."""
        self._moved(fact["lot_id"], "completed", fact["at"])

    @hears("contracts", "contract_terminated", heard.OnLot)
    def note_termination(self, fact: Fact, envelope: Fact) -> None:
        """The contract ended before its time; for the tender, that is its end."""
        self._moved(fact["lot_id"], "completed", fact["at"])

    @hears("contracts", "bond_returned", heard.BondReturned)
    def note_bond_returned(self, fact: Fact, envelope: Fact) -> None:
        """A bid bond went back by the hand of contracts; our duty is met with it."""
        if fact["kind"] not in ("bid", "bid_bond") or fact["lot_id"] is None:
            return
        for bond in bids.bonds(self.db, fact["lot_id"], fact["supplier_id"]):
            ending.bond_returned(self.db, self.announce, bond, fact["at"] or self.now())

    def _organisation(self, fact: Fact) -> None:
        row = self._known(Organisation, fact["organisation_id"])
        for name in ("kind", "name", "credit_code", "budget_level", "size", "responsible_person"):
            setattr(row, name, fact[name])
        row.controllers = fact["controllers"] or []
        row.standing = fact["standing"] or row.standing

    def _person(self, fact: Fact) -> None:
        row = self._known(Person, fact["person_id"])
        row.name, row.organisation_id = fact["name"], fact["organisation_id"]

    def _known(self, kind: Any, key: str) -> Any:
        row = self.db.get(kind, key)
        if row is None:
            row = kind(id=key)
            self.db.add(row)
        return row

    def _moved(self, lot_id: str, fact: str, at: datetime | None) -> Lot:
        """Set a fact of the lot (take it back with None), and tell the journal."""
        lot = projects.lot(self.db, lot_id, lock=True)
        happened = at is not None or fact != "awarded"
        setattr(lot, f"{fact}_at", (at or self.now()) if happened else None)
        self.db.flush()
        self.announce(events.of_lot("lot_moved", lot, to=fact, happened=happened, at=at or self.now()))
        return lot
