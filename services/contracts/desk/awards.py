"""Awards: decide, hold, announce, refuse, annul, send back; and silence, by the clock."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import Any

from services.chassis import obligations
from services.chassis.caller import Caller
from services.chassis.entrypoints import command, every
from services.chassis.refusal import Refusal, refuse_if
from services.contracts import awarding, bonds, duties, events, reconsidering
from services.contracts.desk.room import Room
from services.contracts.models import Award, AwardHold, Lot, LotReturn, Project, Ranking
from services.contracts.papers import announcing
from services.contracts.queries import awards, contracts, lots
from services.contracts.refusals import no
from services.contracts.rules import award_order, decision_time, falling_away, suspension
from services.contracts.rules.signing import SUPPLIER
from services.contracts.schemas import accepted, said

Given = dict[str, Any]


class AwardDesk(Room):
    """From the settled ranking to the award notice."""

    @command(accepted.DecideAward, permission="award.decide")
    def decide_award(self, given: Given, by: Caller) -> Any:
        """Award in ranking order (条例43), or refuse with every reason."""
        lot, project, ranking = self._lot_to_award(given["lot_id"], by)
        passed_over, places = awards.passed_over(self.db, lot.id), lots.candidates(ranking)
        taken, draw = awarding.joint_choice(lot, ranking, award_order.first_place(places, passed_over), by_clock=False)
        found = suspension.objections(lots.disputes(self.db, lot.project_id, lot.id), suspension.AWARD, self.now())
        found += award_order.objections(places, passed_over, given["bid_id"], taken)
        refuse_if(found + self._barred(places, given["bid_id"]))
        winner = next(each for each in places if each.bid_id == given["bid_id"])
        made = awarding.award(
            self.db,
            self.tell,
            lot=lot,
            project=project,
            ranking=ranking,
            winner=winner,
            draw=draw,
            decided_by=by.person_id,
            now=self.now(),
        )
        return said.AwardView().dump(made)

    @command(accepted.HoldAward, permission="award.decide")
    def hold_award(self, given: Given, by: Caller) -> Any:
        """State a lawful reason for not deciding in time, so that silence does not decide (87-68)."""
        lot, _, ranking = self._lot_to_award(given["lot_id"], by)
        if awards.hold(self.db, ranking.id) is not None:
            no("held_already", "87-68")
        duty = self._decision(lot.id)
        refuse_if(decision_time.hold_objections(given["ground"], self.now(), duty.due if duty else self.now()))
        hold = AwardHold(ranking_id=ranking.id, at=self.now(), by=by.person_id, **given)
        self.db.add(hold)
        self.tell(events.award_held(hold, lot.project_id))
        return {"lot_id": lot.id, "ground": hold.ground}

    @command(accepted.AnnounceAward, permission="award.announce")
    def announce_award(self, given: Given, by: Caller) -> Any:
        """Issue the award notice, announce the result with all the law lists, tell each loser (条例43, 87-69)."""
        award = awards.award(self.db, given["award_id"], lock=True)
        lot, project = lots.lot(self.db, award.lot_id), lots.project(self.db, award.project_id)
        self.reach(by, "award.announce", project)
        self._still_stands(award)
        if lots.is_over(self.db, lot):
            no("lot_over")
        if award.announced_at is not None:
            no("announced_already", "条例43")
        disputes = lots.disputes(self.db, lot.project_id, lot.id)
        paper = announcing.announcement(
            self.db, award, lot, project, given, lots.organisation(self.db, by.organisation_id)
        )
        refuse_if(suspension.objections(disputes, suspension.AWARD, self.now()) + paper.objections)
        announcing.issue(self.db, self.tell, award, lot, project, paper, by.person_id, self.now())
        bonds.settle_bid_bonds(self.db, self.tell, lot, self.now())
        return said.AwardView().dump(award)

    @command(accepted.EndAward, permission="award.refuse")
    def refuse_award(self, given: Given, by: Caller) -> Any:
        """The winner refuses (条例49)."""
        award = awards.award(self.db, given["award_id"], lock=True)
        self.reach(by, "award.refuse", lots.project(self.db, award.project_id), award.supplier_id)
        return self._refuse(award, given, "supplier")

    @command(accepted.EndAward, permission="award.decide")
    def declare_refusal(self, given: Given, by: Caller) -> Any:
        """The purchaser states that the winner has not signed, withholds the bond, or adds conditions."""
        award = awards.award(self.db, given["award_id"], lock=True)
        self.reach(by, "award.decide", lots.project(self.db, award.project_id), award.purchaser_id)
        return self._refuse(award, given, "purchaser")

    @command(accepted.EndAward, permission="award.decide")
    def annul_award(self, given: Given, by: Caller) -> Any:
        """Declare an award void (条例71, 94-16), so that the next candidate or a new tender may follow."""
        award = awards.award(self.db, given["award_id"], lock=True)
        project, lot = lots.project(self.db, award.project_id), lots.lot(self.db, award.lot_id, lock=True)
        self.reach(by, "award.decide", project, award.purchaser_id)
        heard = lots.heard_disputes(self.db, lot.project_id, lot.id)
        upheld = [each for each in heard if each.kind == "challenge" and each.upheld and each.settled_at is None]
        contract = contracts.live_contract(self.db, lot.id)
        refuse_if(
            falling_away.annulment_objections(
                given["ground"],
                upheld_dispute=bool(upheld),
                barred=bool(lots.barred(self.db, [award.supplier_id])),
                contract_signed=contract is not None and contract.signed_at is not None,
            )
        )
        self._still_stands(award)
        awarding.end_award(
            self.db,
            self.tell,
            award,
            "annulled",
            given["ground"],
            given["note"],
            passes_over=True,
            costs_bond=False,
            record=False,
            now=self.now(),
        )
        reconsidering.settle_after_annulment(self.db, lot, self.now())
        awarding.open_next_decision(self.db, self.tell, lot, project, self.now())
        awarding.follow_suspension(self.db, self.tell, lot, self.now())
        return said.AwardView().dump(award)

    @command(accepted.ReturnLot, permission="lot.return")
    def return_lot(self, given: Given, by: Caller) -> Any:
        """Send the lot back for a new tender on a coded ground."""
        lot = lots.lot(self.db, given["lot_id"], lock=True)
        project, history = lots.project(self.db, lot.project_id), awards.awards_of(self.db, lot.id)
        self.reach(by, "lot.return", project, project.purchaser_id)
        if lots.is_over(self.db, lot):
            no("returned_already" if lots.is_returned(self.db, lot.id) else "lot_over")
        ranking = lots.latest_ranking(self.db, lot.id)
        places = lots.candidates(ranking) if ranking else []
        refuse_if(
            falling_away.return_objections(
                given["ground"],
                live=any(each.ended_at is None for each in history),
                refused=any(each.ended_as == "refused" for each in history),
                annulled=any(each.ended_as == "annulled" for each in history),
                left=len(award_order.in_order(places, awards.passed_over(self.db, lot.id))),
            )
        )
        returned = LotReturn(project_id=lot.project_id, at=self.now(), by=by.person_id, **given)
        self.db.add(returned)
        self.db.flush()
        obligations.cancel_all(self.db, self.tell, f"lot:{lot.id}", self.now(), given["ground"])
        self.tell(events.lot_returned(returned, history[-1].supplier_id if history else None))
        bonds.settle_bid_bonds(self.db, self.tell, lot, self.now())
        return {"lot_id": lot.id, "ground": returned.ground}

    @every(seconds=30)
    def decide_by_silence(self) -> None:
        """Where the purchaser let its period pass, the first candidate is awarded (87-68)."""
        waiting = [each for each in obligations.overdue_now(self.db, self.now()) if each.kind == duties.AWARD_DECISION]
        for each in waiting:
            # One lot that cannot be awarded (an unpublished calendar, say) must not hold up the others.
            with suppress(Refusal), self.savepoint():
                self._decide_by_silence(each.about.removeprefix("lot:"), each.due)

    @every(seconds=30)
    def tell_of_overdue(self) -> None:
        """Tell of each duty whose time has run out, once."""
        obligations.announce_overdue(self.db, self.tell, self.now())

    def _decide_by_silence(self, lot_id: str, due: datetime) -> None:
        lot, ranking = lots.lot(self.db, lot_id, lock=True), lots.latest_ranking(self.db, lot_id)
        if ranking is None or awards.live_award(self.db, lot_id) is not None or lots.is_over(self.db, lot):
            return
        places, passed_over = lots.candidates(ranking), awards.passed_over(self.db, lot_id)
        first = award_order.first_place(places, passed_over)
        disputes = lots.disputes(self.db, lot.project_id, lot_id)
        waits = decision_time.silence_waits_for(
            due=due,
            now=self.now(),
            suspended=bool(suspension.standing(disputes, suspension.AWARD, self.now())),
            held=awards.hold(self.db, ranking.id) is not None,
            decided_before=any(each.ranking_id == ranking.id for each in awards.awards_of(self.db, lot_id)),
            first_places=len(first),
        )
        if waits:
            return
        taken, draw = awarding.joint_choice(lot, ranking, first, by_clock=True)
        winner = next((each for each in first if each.bid_id == taken), first[0])
        if self._barred(places, winner.bid_id):
            return
        project = lots.project(self.db, lot.project_id)
        awarding.award(
            self.db,
            self.tell,
            lot=lot,
            project=project,
            ranking=ranking,
            winner=winner,
            draw=draw,
            decided_by=None,
            now=self.now(),
        )

    def _lot_to_award(self, lot_id: str, by: Caller) -> tuple[Lot, Project, Ranking]:
        lot = lots.lot(self.db, lot_id, lock=True)
        project = lots.project(self.db, lot.project_id)
        self.reach(by, "award.decide", project, project.purchaser_id)  # first: a stranger does not learn how it stands
        if lots.is_over(self.db, lot):
            no("lot_over", field="lot_id")
        if awards.live_award(self.db, lot_id) is not None:
            no("awarded_already", "条例43", "lot_id")
        ranking = lots.latest_ranking(self.db, lot_id)
        if ranking is None:
            no("ranking_unknown", "条例43", "lot_id")
        return lot, project, ranking

    def _barred(self, places: list[award_order.Candidate], bid_id: str) -> list[Any]:
        wanted = next((each for each in places if each.bid_id == bid_id), None)
        if wanted is None:
            return []
        return award_order.barred_objections(wanted, lots.barred(self.db, [wanted.supplier_id]))

    def _decision(self, lot_id: str) -> obligations.Obligation | None:
        return next(iter(obligations.still_open(self.db, f"lot:{lot_id}", duties.AWARD_DECISION)), None)

    def _still_stands(self, award: Award) -> None:
        if award.ended_at is not None:
            no("award_ended", status=award.status)

    def _refuse(self, award: Award, given: Given, side: str) -> Any:
        self._still_stands(award)
        lot = lots.lot(self.db, award.lot_id, lock=True)
        contract = contracts.live_contract(self.db, lot.id)
        signed = {each.side for each in contracts.signatures(self.db, contract.id)} if contract else set()
        refuse_if(
            falling_away.refusal_objections(
                given["ground"],
                side,
                signed=SUPPLIER in signed,
                contract_signed=contract is not None and contract.signed_at is not None,
                signing_due=award.signing_due,
                now=self.now(),
            )
        )
        ground = falling_away.REFUSAL_GROUNDS[given["ground"]]
        awarding.end_award(
            self.db,
            self.tell,
            award,
            "refused",
            given["ground"],
            given["note"],
            passes_over=True,
            costs_bond=ground.costs_bond,
            record=ground.costs_bond,
            now=self.now(),
        )
        awarding.open_next_decision(self.db, self.tell, lot, lots.project(self.db, lot.project_id), self.now())
        bonds.settle_bid_bonds(self.db, self.tell, lot, self.now())
        return said.AwardView().dump(award)
