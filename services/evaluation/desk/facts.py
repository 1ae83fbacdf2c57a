"""What we hear from the other departments, kept as our own copies."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select

from services.chassis import obligations
from services.chassis.entrypoints import hears
from services.chassis.working_days import day_of
from services.evaluation import access, findings, queries
from services.evaluation.desk.base import Desk
from services.evaluation.models import (
    Dispute,
    EnrolledCertificate,
    Evaluation,
    Lot,
    OpenedBid,
    Organisation,
    Person,
    Project,
    Rejection,
    new_id,
)
from services.evaluation.rules.methods import SCORED
from services.evaluation.schemas import heard


class FactsDesk(Desk):
    """Hearing."""

    @hears("registry", "organisation_registered", heard.OrganisationFact)
    def note_organisation(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A new organisation."""
        self._keep_organisation(fact)

    @hears("registry", "organisation_changed", heard.OrganisationFact)
    def note_changed_organisation(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """An organisation that is called or sized otherwise now."""
        self._keep_organisation(fact)

    @hears("registry", "supplier_standing_changed", heard.SupplierStanding)
    def note_standing(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A supplier's standing."""
        found = self.db.get(Organisation, fact["organisation_id"])
        if found is None:
            self.db.add(Organisation(id=fact["organisation_id"], kind="supplier", name=fact["name"]))
            found = self.db.get_one(Organisation, fact["organisation_id"])
        found.standing = fact["standing"]

    @hears("registry", "person_registered", heard.PersonFact)
    def note_person(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A new person."""
        self._keep_person(fact)

    @hears("registry", "person_changed", heard.PersonFact)
    def note_changed_person(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A person who is called otherwise or works elsewhere now."""
        self._keep_person(fact)

    @hears("registry", "certificate_enrolled", heard.CertificateEnrolled)
    def note_certificate(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A certificate somebody may sign with."""
        self.db.merge(EnrolledCertificate(**fact))

    @hears("registry", "certificate_revoked", heard.CertificateRevoked)
    def note_revocation(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A certificate nobody may sign with any more."""
        found = self.db.get(EnrolledCertificate, fact["fingerprint"])
        if found is None:
            self.db.add(EnrolledCertificate(**fact))
        else:
            found.revoked_at = fact["revoked_at"]

    @hears("tendering", "entrustment_accepted", heard.EntrustmentAccepted)
    def note_officers(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """Who at the centre prepares this project."""
        for capacity in ("officer", "reviewer"):
            if fact[f"{capacity}_id"]:
                access.name(self.db, fact["project_id"], fact[f"{capacity}_id"], capacity)

    @hears("tendering", "notice_published", heard.NoticePublished)
    def note_notice(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A notice with its lots; the first tender notice's day is the day the rules are those of."""
        if not fact["lots"]:
            return
        project = self.db.get(Project, fact["project_id"]) or Project(id=fact["project_id"])
        self.db.add(project)
        project.no, project.title = fact["project_no"] or project.no, fact["title"] or project.title
        project.purchaser_id = fact["purchaser_id"] or project.purchaser_id
        project.purchaser_name = fact["purchaser_name"] or project.purchaser_name
        project.region = fact["region"] or project.region
        if fact["kind"] != "intention":
            project.notice_day = project.notice_day or fact["policy_rules_date"] or day_of(fact["published_at"])
        for seat, holders in (fact["seats"] or {}).items():
            for person_id in holders:
                access.name(self.db, project.id, person_id, f"seat_{seat}", at_opening=True)
        for capacity in ("officer", "reviewer", "host"):
            if fact[f"{capacity}_id"]:
                access.name(self.db, project.id, fact[f"{capacity}_id"], capacity)
        for each in fact["lots"]:
            self._keep_lot(project.id, each)

    @hears("tendering", "bids_opened", heard.BidsOpened)
    def take_over_bids(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """Opened bids: from here on the lot is evaluation's."""
        lot = queries.lot(self.db, fact["lot_id"])
        for person_id in fact["present"] or ():
            access.name(self.db, fact["project_id"], person_id, "at_opening", at_opening=True)
        found = Evaluation(
            id=new_id(),
            lot_id=lot.id,
            project_id=fact["project_id"],
            attempt=1,
            scored=lot.award_method in SCORED,
            opened_at=fact["opened_at"],
        )
        self.db.add(found)
        self.db.flush()
        for place, bid in enumerate(fact["bids"], start=1):
            self._keep_bid(found, place, bid)
        self.db.flush()
        findings.take_over(self, found, fact["integrity_signals"] or [])
        findings.look_at_prices(self, found)

    @hears("tendering", "lot_failed", heard.LotFailed)
    def note_failure(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A lot that failed elsewhere is not evaluated further."""
        if fact["stage"] != "evaluation":
            self._end(fact["lot_id"], fact["at"], fact["stage"], fact["reason"])

    @hears("tendering", "project_cancelled", heard.ProjectCancelled)
    def note_cancellation(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A cancelled project is not evaluated further."""
        project = self.db.get(Project, fact["project_id"])
        if project is not None:
            project.cancelled_at = fact["at"]
        for lot in queries.lots_of(self.db, fact["project_id"]):
            self._end(lot.id, fact["at"], "cancellation", fact["reason"])

    @hears("tendering", "challenge_lodged", heard.DisputeLodged)
    def note_challenge(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A challenge is open."""
        self._keep_dispute("challenge", fact["challenge_id"], fact)

    @hears("tendering", "challenge_answered", heard.DisputeClosed)
    def note_answer(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A challenge was answered."""
        self._keep_dispute("challenge", fact["challenge_id"], fact, fact["answered_at"])

    @hears("tendering", "complaint_lodged", heard.DisputeLodged)
    def note_complaint(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """A complaint is before finance."""
        self._keep_dispute("complaint", fact["complaint_id"] or fact["challenge_id"], fact)

    @hears("tendering", "complaint_decided", heard.DisputeClosed)
    def note_decision(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """Finance decided a complaint."""
        self._keep_dispute("complaint", fact["complaint_id"] or fact["challenge_id"], fact, fact["decided_at"])

    @hears("contracts", "award_decided", heard.AwardDecided)
    def note_award(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """The purchaser has decided, so it had the report."""
        lot = queries.lot(self.db, fact["lot_id"])
        lot.awarded_at = fact["decided_at"]
        obligations.meet_all(self.db, self.announce, about=f"lot:{lot.id}", kind="report_to_purchaser", now=self.now())

    @hears("contracts", "award_announced", heard.AwardAnnounced)
    def note_publication(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """The result is public: names and transcript need not be secret any longer."""
        queries.lot(self.db, fact["lot_id"]).published_at = fact["announced_at"]

    @hears("contracts", "contract_completed", heard.ContractCompleted)
    def note_performance_of_contract(self, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """What is performed cannot be evaluated again."""
        queries.lot(self.db, fact["lot_id"]).performed_at = fact["at"]

    def _keep_organisation(self, fact: dict[str, Any]) -> None:
        self.db.merge(
            Organisation(
                id=fact["organisation_id"],
                kind=fact["kind"],
                name=fact["name"],
                size=fact["size"],
                standing=fact["standing"],
            )
        )

    def _keep_person(self, fact: dict[str, Any]) -> None:
        self.db.merge(Person(id=fact["person_id"], name=fact["name"], organisation_id=fact["organisation_id"]))

    def _keep_lot(self, project_id: str, fact: dict[str, Any]) -> None:
        lot = self.db.get(Lot, fact["lot_id"]) or Lot(id=fact["lot_id"], project_id=project_id)
        self.db.add(lot)
        for name in ("no", "title", "object", "category", "budget", "ceiling", "procedure", "award_method"):
            setattr(lot, name, fact[name])
        if lot.procedure == "consultation" and lot.award_method == "comprehensive_scoring":
            lot.award_method = "consultation_scoring"
        lot.reserved_for_small = fact["reserved_for_small"]
        lot.deductions = {name: str(rate) for name, rate in (fact["deductions"] or {}).items()}
        lot.low_shares = {name: str(share) for name, share in (fact["abnormally_low"] or {}).items()}
        lot.factors = [each | {"points": str(each["points"])} for each in fact["factors"] or []]
        lot.exception = fact["minimum_exception"]

    def _keep_bid(self, found: Evaluation, place: int, bid: dict[str, Any]) -> None:
        opened = bid["status"] == "opened" and bid["price"] is not None
        kept = {name: bid[name] for name in ("bid_id", "supplier_id", "supplier_name", "credit_code", "received_at")}
        self.db.add(
            OpenedBid(
                **kept,
                lot_id=found.lot_id,
                place=place,
                price=bid["price"],
                sheet=bid["sheet"] or {},
                consortium=bid["consortium"] or [],
                files_digest=bid["files_digest"],
                status=bid["status"],
                fault=bid["fault"],
            )
        )
        if not opened:
            self.db.add(
                Rejection(
                    evaluation_id=found.id,
                    bid_id=bid["bid_id"],
                    stage="opening",
                    code="bid_faulty",
                    reason=bid["fault"] or "投标文件无法解密",
                    article="87-63",
                    at=found.opened_at,
                )
            )

    def _keep_dispute(self, kind: str, its_id: str, fact: dict[str, Any], closed_at: datetime | None = None) -> None:
        found = self.db.get(Dispute, its_id) or Dispute(id=its_id, kind=kind, lots=[])
        self.db.add(found)
        for name in ("project_id", "about", "lodged_at", "upheld", "outcome", "decision_no"):
            if fact.get(name) is not None:
                setattr(found, name, fact[name])
        found.lots = fact["lot_ids"] or found.lots
        found.closed_at = closed_at or found.closed_at

    def _end(self, lot_id: str, at: datetime, stage: str, reason: str) -> None:
        found = self.db.scalar(
            select(Evaluation).where(Evaluation.lot_id == lot_id).order_by(Evaluation.attempt.desc()).limit(1)
        )
        if found is not None and found.failed_at is None and found.settled_at is None:
            found.failed_at, found.failure = at, {"stage": stage, "reason": reason, "figures": {}, "articles": []}
