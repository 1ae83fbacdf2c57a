"""What tendering and evaluation tell us of projects, lots, bids and rankings.

Each keeps its own fact and then asks what follows from all that is known, so that facts may come in any order.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any

from services.chassis import obligations
from services.chassis.entrypoints import PATIENTLY, hears
from services.contracts import awarding, bonds, duties, events, feed, reconsidering
from services.contracts.desk.room import Room
from services.contracts.models import Lot, OpenedBid, Project, Ranking, Survey
from services.contracts.queries import awards, lots
from services.contracts.rules import joint_places
from services.contracts.schemas import heard

Fact = dict[str, Any]
_PROJECT = ("title", "purchaser_id", "plan_no", "fiscal_year", "procedure", "officer_id", "reviewer_id")


class LotHearing(Room):
    """Projects, lots, opened bids, rankings, failures."""

    @hears("tendering", "entrustment_submitted", heard.ProjectDescribed, retry=PATIENTLY)
    def note_entrustment(self, fact: Fact, envelope: Fact) -> None:
        """A purchaser entrusts a purchase."""
        self._keep_project(fact, _PROJECT)

    @hears("tendering", "plan_confirmed", heard.ProjectDescribed, retry=PATIENTLY)
    def note_plan(self, fact: Fact, envelope: Fact) -> None:
        """Finance has confirmed its plan."""
        self._keep_project(fact, _PROJECT)

    @hears("tendering", "entrustment_accepted", heard.ProjectDescribed, retry=PATIENTLY)
    def note_officers(self, fact: Fact, envelope: Fact) -> None:
        """The centre has named officer and reviewer."""
        self._keep_project(fact, _PROJECT)

    @hears("tendering", "notice_published", heard.NoticePublished, retry=PATIENTLY)
    def note_notice(self, fact: Fact, envelope: Fact) -> None:
        """Keep the lots and the contract terms their document fixed; commit to our part in a draw for joint places."""
        if fact["kind"] not in feed.NOTICES_WITH_TERMS or not fact["lots"]:
            return
        more = ("purchaser_id", "purchaser_name", "budget_level", "fiscal_year", "funding", "officer_id", "reviewer_id")
        project = self._keep_project(fact | {"no": fact["project_no"]}, (*more, "no", "title"))
        if fact["kind"] == "tender" or project.rules_date is None:
            day = fact["policy_rules_date"]
            project.rules_date = fact["published_at"] if day is None else datetime.combine(day, time(), UTC)
        for described in fact["lots"]:
            self._keep_lot(described, fact)
        self.db.flush()
        feed.note(self.db, envelope["id"], "tendering", "notice_published", envelope["payload"], self.now())
        for each in lots.lots_of(self.db, project.id):
            self._follow_lot(each)

    @hears("tendering", "bids_opened", heard.BidsOpened, retry=PATIENTLY)
    def note_bids(self, fact: Fact, envelope: Fact) -> None:
        """Keep the opened bids with their price sheets: the contract is made of them."""
        for bid in fact["bids"]:
            row = self.db.get(OpenedBid, bid["bid_id"]) or OpenedBid(bid_id=bid["bid_id"])
            row.lot_id = fact["lot_id"]
            for name in (
                "supplier_id",
                "supplier_name",
                "credit_code",
                "price",
                "manifest_digest",
                "files_digest",
                "status",
            ):
                setattr(row, name, bid[name])
            row.sheet, row.consortium = bid["sheet"] or {}, bid["consortium"] or []
            self.db.add(row)
        lot = self._known_lot(fact)
        lot.present = [str(each) for each in fact["present"] or []]
        self.db.flush()
        self._follow_lot(lot)

    @hears("evaluation", "ranking_settled", heard.RankingSettled, retry=PATIENTLY)
    def note_ranking(self, fact: Fact, envelope: Fact) -> None:
        """The report has reached the purchaser: its period to decide begins."""
        raw = envelope["payload"]
        self.db.add(
            Ranking(
                id=envelope["id"],
                lot_id=fact["lot_id"],
                project_id=fact["project_id"],
                method=fact["method"],
                settled_at=fact["settled_at"],
                received_at=self.now(),
                report_digest=fact["report_digest"],
                panel=[str(each) for each in fact["panel"] or []],
                places=[_place(each, known) for each, known in zip(raw["ranking"], fact["ranking"], strict=True)],
                rejected=raw.get("rejected") or [],
            )
        )
        self.db.flush()
        lot = self.db.get(Lot, fact["lot_id"], with_for_update={"key_share": False})
        if lot is not None:
            reconsidering.follow_new_ranking(self.db, self.tell, lot, self.now())
            reconsidering.settle_after_new_ranking(self.db, lot, self.now())
        self._follow_lot(lot)

    @hears("evaluation", "evaluation_failed", heard.LotFailed, retry=PATIENTLY)
    def note_failed_evaluation(self, fact: Fact, envelope: Fact) -> None:
        """Too few were left."""
        self._fail(fact, envelope, "evaluation")

    @hears("tendering", "lot_failed", heard.LotFailed, retry=PATIENTLY)
    def note_failed_lot(self, fact: Fact, envelope: Fact) -> None:
        """A lot fails, at whatever stage."""
        self._fail(fact, envelope, "tendering")

    @hears("tendering", "project_cancelled", heard.ProjectCancelled, retry=PATIENTLY)
    def note_cancelled(self, fact: Fact, envelope: Fact) -> None:
        """Everything of the project that is not under contract ends."""
        project = self._keep_project(fact, ())
        project.cancelled_at = fact["at"]
        self.db.flush()
        at = envelope["payload"]["at"]
        for lot in lots.lots_of(self.db, project.id):
            told = {"at": at, "stage": "cancellation", "reason": fact["reason"]}
            feed.note_lot(self.db, envelope["id"], "tendering", lot.id, "failed", told, self.now())
            self._follow_lot(lot)

    @hears("notify", "survey_answered", heard.SurveyAnswered, retry=PATIENTLY)
    def note_survey(self, fact: Fact, envelope: Fact) -> None:
        """What a party thought of it; the last answer of a side counts."""
        row = self.db.get(Survey, (fact["contract_id"], fact["side"]))
        if row is None:
            row = Survey(contract_id=fact["contract_id"], side=fact["side"])
            self.db.add(row)
        row.organisation_id, row.score = fact["by_organisation_id"], fact["score"]
        row.satisfied, row.at = fact["satisfied"], fact["at"]

    def _keep_project(self, fact: Mapping[str, Any], names: tuple[str, ...]) -> Project:
        row = self.db.get(Project, fact["project_id"])
        if row is None:
            row = Project(id=fact["project_id"])
            self.db.add(row)
        for name in names:
            if fact.get(name) is not None:
                setattr(row, name, fact[name])
        return row

    def _keep_lot(self, told: Fact, notice: Fact) -> None:
        row = self._known_lot(told | {"project_id": notice["project_id"]})
        first = row.noticed_at is None
        for name in ("no", "title", "object", "category", "budget", "ceiling", "procedure", "award_method", "bid_bond"):
            setattr(row, name, told[name])
        row.reserved_for_small, row.conditions = told["reserved_for_small"], told["conditions"] or {}
        row.document_digest = notice["document_digest"] or row.document_digest
        row.noticed_at = row.noticed_at or notice["published_at"]
        if first and row.nonce is not None:
            self.tell(events.draw_nonce_committed(row.id, row.project_id, joint_places.commitment(row.nonce)))

    def _known_lot(self, fact: Fact) -> Lot:
        row = self.db.get(Lot, fact["lot_id"])
        if row is None:
            row = Lot(id=fact["lot_id"], project_id=fact["project_id"], nonce=secrets.token_hex(32), conditions={})
            self.db.add(row)
        return row

    def _fail(self, fact: Fact, envelope: Fact, source: str) -> None:
        feed.note(self.db, envelope["id"], source, envelope["event"], envelope["payload"], self.now())
        row = self._known_lot(fact)
        if row.failed_at is None:
            row.failed_at = fact["at"]
            row.failure = {"stage": fact["stage"], "reason": fact["reason"], "figures": fact["figures"] or {}}
        self.db.flush()
        self._follow_lot(row)

    def _follow_lot(self, lot: Lot | None) -> None:
        """What follows from all that is known of the lot now."""
        if lot is None or lot.noticed_at is None:
            return
        now, about = self.now(), f"lot:{lot.id}"
        bonds.settle_bid_bonds(self.db, self.tell, lot, now)
        if lots.is_over(self.db, lot):
            for kind in (duties.AWARD_DECISION, duties.NEXT_DECISION, duties.AWARD_NOTICE, duties.SIGNING):
                obligations.cancel_all(self.db, self.tell, about, now, "the lot is over", kind)
            return
        ranking = lots.latest_ranking(self.db, lot.id)
        if ranking is None or any(each.ranking_id == ranking.id for each in awards.awards_of(self.db, lot.id)):
            return
        if awards.live_award(self.db, lot.id) is None and not obligations.still_open(
            self.db, about, duties.AWARD_DECISION
        ):
            self._open_decision(lot, ranking)

    def _open_decision(self, lot: Lot, ranking: Ranking) -> None:
        project = lots.project(self.db, lot.project_id)
        duties.open_duty(
            self.db,
            self.tell,
            duties.AWARD_DECISION,
            f"lot:{lot.id}",
            since=ranking.received_at,
            now=self.now(),
            rules_day=lots.rules_day(project, lot),
            owner_organisation_id=project.purchaser_id,
        )
        awarding.follow_suspension(self.db, self.tell, lot, self.now())


def _place(raw: Fact, known: Fact) -> Fact:
    """A ranked bid as it came, with the defaults of what it left out."""
    return {**raw, "joint": known["joint"], "recommended": known["recommended"]}
