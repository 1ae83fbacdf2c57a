"""What tendering tells us of challenges and complaints, and what each stops, restarts or ends."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from services.chassis import obligations
from services.chassis.entrypoints import PATIENTLY, every, hears
from services.chassis.refusal import Refusal
from services.chassis.working_days import UnknownDay
from services.contracts import awarding, bonds, ending, events, reconsidering
from services.contracts.desk.room import Room
from services.contracts.models import HeardDispute, Lot, LotReturn
from services.contracts.queries import awards, contracts, lots, stopped
from services.contracts.schemas import heard

Fact = dict[str, Any]
VOID_AWARD = ("upheld_retender", "upheld_reevaluate")


class DisputeHearing(Room):
    """Challenges and complaints stop what they touch; a complaint's decision moves the lot."""

    @hears("tendering", "challenge_lodged", heard.ChallengeLodged, retry=PATIENTLY)
    def note_challenge(self, fact: Fact, envelope: Fact) -> None:
        """Stop what it suspends (条例54)."""
        row = self._keep_dispute(fact["challenge_id"], "challenge", fact)
        row.lodged_at, row.about, row.supplier_id = fact["lodged_at"], fact["about"], fact["supplier_id"]
        row.suspends = fact["suspends"] or row.suspends
        self._follow_dispute(row)

    @hears("tendering", "challenge_answered", heard.ChallengeAnswered, retry=PATIENTLY)
    def note_answer(self, fact: Fact, envelope: Fact) -> None:
        """Time runs again, unless it was upheld and touches the result."""
        row = self._keep_dispute(fact["challenge_id"], "challenge", fact)
        row.closed_at, row.upheld = fact["answered_at"], bool(fact["upheld"])
        row.about = row.about or fact["about"]
        if fact["suspends"] is not None:
            row.suspends = fact["suspends"]  # upheld without touching the result: nothing
        self.db.flush()
        for lot in self._lots_of(row):
            reconsidering.settle_after_new_ranking(self.db, lot, self.now())  # where the ranking was heard first
        self._follow_dispute(row)

    @hears("tendering", "complaint_lodged", heard.ComplaintLodged, retry=PATIENTLY)
    def note_complaint(self, fact: Fact, envelope: Fact) -> None:
        """Stop everything until the end of the suspension finance ordered, if it did (法57)."""
        row = self._keep_dispute(fact["complaint_id"], "complaint", fact)
        row.lodged_at, row.suspended_until = row.lodged_at or self.now(), fact["suspended_until"]
        self._follow_dispute(row)

    @hears("tendering", "complaint_decided", heard.ComplaintDecided, retry=PATIENTLY)
    def note_decision(self, fact: Fact, envelope: Fact) -> None:
        """Finance's decision moves the lot: back to tendering, back to evaluation, or on."""
        row = self._keep_dispute(fact["complaint_id"], "complaint", fact)
        row.closed_at, row.outcome, row.decision_no = fact["decided_at"], fact["outcome"], fact["decision_no"]
        row.upheld = fact["outcome"].startswith("upheld")
        row.settled_at = self.now()
        self.db.flush()
        if fact["outcome"] in VOID_AWARD:
            for lot in self._lots_of(row):
                self._void(lot, row)
        self._follow_dispute(row)

    @every(seconds=60)
    def take_up_after_suspensions(self) -> None:
        """A suspension during a complaint ends by its own date; then time runs again."""
        for lot in stopped.lots_standing_still(self.db):
            # One lot whose days nobody has published yet must not hold up the others.
            with suppress(Refusal, UnknownDay), self.savepoint():
                awarding.follow_suspension(self.db, self.tell, lot, self.now())

    def _keep_dispute(self, dispute_id: str, kind: str, fact: Fact) -> HeardDispute:
        row = self.db.get(HeardDispute, dispute_id)
        if row is None:
            row = HeardDispute(id=dispute_id, kind=kind, lots=[], suspends=[])
            self.db.add(row)
        row.project_id = fact["project_id"]
        row.lots = [str(each) for each in fact["lot_ids"] or []] or row.lots
        return row

    def _lots_of(self, row: HeardDispute) -> list[Lot]:
        of_project = lots.lots_of(self.db, row.project_id or "")
        return [each for each in of_project if not row.lots or each.id in row.lots]

    def _follow_dispute(self, row: HeardDispute) -> None:
        self.db.flush()
        for lot in self._lots_of(row):
            awarding.follow_suspension(self.db, self.tell, lot, self.now())

    def _void(self, lot: Lot, row: HeardDispute) -> None:
        """条例71: before signing the award is void; a contract signed but not performed is revoked."""
        now, ground = self.now(), "complaint_upheld"
        note = f"{row.outcome} {row.decision_no or ''}".strip()
        contract = contracts.live_contract(self.db, lot.id, lock=True)
        if contract is not None and contract.signed_at is not None and contract.completed_at is None:
            ending.terminate(self.db, self.tell, contract, "complaint_decision", now)
        award = awards.live_award(self.db, lot.id, lock=True)
        if award is not None:
            awarding.end_award(
                self.db,
                self.tell,
                award,
                "annulled",
                ground,
                note,
                passes_over=False,
                costs_bond=False,
                record=False,
                now=now,
            )
        if row.outcome == "upheld_retender" and not lots.is_returned(self.db, lot.id):
            returned = LotReturn(lot_id=lot.id, project_id=lot.project_id, ground=ground, note=note, at=now, by=None)
            self.db.add(returned)
            self.db.flush()
            obligations.cancel_all(self.db, self.tell, f"lot:{lot.id}", now, ground)
            self.tell(events.lot_returned(returned, award.supplier_id if award else None))
            bonds.settle_bid_bonds(self.db, self.tell, lot, now)
