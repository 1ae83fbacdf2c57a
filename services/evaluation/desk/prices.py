"""Price corrections, abnormally low prices, policy deductions, and rounds of negotiating procedures."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from services.chassis.caller import Caller
from services.chassis.entrypoints import command
from services.chassis.refusal import Objection, refuse, refuse_if
from services.evaluation import asking, offers, outcomes, pricing, queries
from services.evaluation.desk.reviews import ReviewDesk
from services.evaluation.models import Evaluation, Round, RoundOffer, new_id
from services.evaluation.rules import rounds, stages
from services.evaluation.schemas import accepted, said


class PriceDesk(ReviewDesk):
    """Prices."""

    @command(accepted.FindCorrections, permission="price.correct")
    def find_corrections(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Correct contradictory prices in the lawful order and ask their bidders to confirm (87-59)."""
        found, lot, project = self.take(wanted["lot_id"], "find_corrections", by, "price.correct")
        if found.corrections_found_at is not None:
            refuse("corrections_found", "The prices of this lot were looked at already.")
        refuse_if(asking.time_objections(self, project, wanted["answer_by"]))
        asked = pricing.find_corrections(self, found, lot, project, wanted["answer_by"])
        self.record(lot.id, "corrections", by, questions=[each.id for each in asked])
        return said.Asked().dump({"question_ids": [each.id for each in asked], "at": self.now()})

    @command(accepted.ExaminePrices, permission="price.find_low")
    def examine_prices(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Reject unconfirmed and excessive prices; abnormally low ones must be explained (财库〔2026〕2号, 87-60)."""
        found, lot, project = self.take(wanted["lot_id"], "examine_prices", by, "price.find_low")
        if found.corrections_found_at is None:
            refuse("corrections_first", "Look for contradictions in the prices first.")
        pricing.settle_corrections(self, found)
        asked = pricing.examine(self, found, lot, project, wanted["answer_by"])
        self.record(lot.id, "low_prices", by, questions=[each.id for each in asked])
        return said.Asked().dump({"question_ids": [each.id for each in asked], "at": self.now()})

    @command(accepted.VoteLow, permission="price.find_low")
    def vote_on_low_price(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A member's vote that a price must be explained though no figure triggers it."""
        return self._vote("vote_on_price", "price.find_low", "low", ("low", "usual"), ("low",), wanted, by)

    @command(accepted.VoteProof, permission="price.find_low")
    def vote_on_proof(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A member's vote whether an explanation proves the price reasonable."""
        found, _, _ = self.look(wanted["lot_id"], by, "price.find_low")
        answered = any(
            each.kind == "explanation" and each.bid_id == wanted["bid_id"] and each.answered_at is not None
            for each in queries.questions(self.db, found.id)
        )
        if not answered:
            refuse("nothing_explained", "This bidder has not explained its price.")
        return self._vote("vote_on_price", "price.find_low", "proof", ("proved", "unproved"), ("unproved",), wanted, by)

    @command(accepted.OfLot, permission="evaluation.host")
    def close_prices(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Everything about prices is decided: evaluation prices are computed, and the lot goes on or fails."""
        found, lot, project = self.take(wanted["lot_id"], "close_prices", by, "evaluation.host")
        if found.prices_examined_at is None:
            refuse("examine_first", "Examine the prices first.")
        pricing.settle_low_prices(self, found)
        pricing.apply_brand_rule(self, found, lot, self.seed(found))
        found.prices_closed_at = self.now()
        answer = outcomes.close_step(self, found, lot, project, "prices", by_brand=True)
        if found.failed_at is None:
            pricing.deduct(self, found, lot, project)
        return said.StepClosed().dump(answer)

    @command(accepted.OpenRound, permission="round.open")
    def open_round(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A round with every supplier still in; what changes is told to all of them at once (法38)."""
        found, lot, _ = self.take(wanted["lot_id"], "open_round", by, "round.open")
        before = queries.rounds(self.db, found.id)
        refuse_if(
            rounds.opening_objections(
                wanted["kind"],
                lot.procedure or "",
                open_rounds=sum(each.closes_at > self.now() for each in before),
                final_done=any(each.kind == offers.FINAL for each in before) or found.corrections_found_at is not None,
            )
        )
        if wanted["closes_at"] <= self.now():
            refuse("round_in_the_past", "A round closes in the future.")
        made = Round(
            id=new_id(),
            evaluation_id=found.id,
            number=len(before) + 1,
            kind=wanted["kind"],
            changes=wanted["changes"],
            opened_at=self.now(),
            closes_at=wanted["closes_at"],
        )
        self.db.add(made)
        self.tell(
            "round_opened",
            f"lot:{lot.id}",
            round_id=made.id,
            lot_id=lot.id,
            number=made.number,
            kind=made.kind,
            changes=made.changes,
            closes_at=made.closes_at,
            suppliers=[each.supplier_id for each in queries.left(self.db, found)],
        )
        return said.Done().dump({"id": made.id, "at": self.now()})

    @command(accepted.SealOffer, permission="round.offer")
    def seal_offer(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A sealed offer: nobody reads it before the round has closed."""
        made, found, bid = self._own_round(wanted["round_id"], by, "seal_offer")
        known = self.db.get(RoundOffer, (made.id, bid.bid_id), with_for_update=True)
        now = self.db.scalar(select(func.chassis_now())) if self.plumbing.time_source is None else self.now()
        refuse_if(
            rounds.offer_objections(
                now=now or self.now(),
                closes_at=made.closes_at,
                made_before=known is not None,
                still_in=any(each.bid_id == bid.bid_id for each in queries.left(self.db, found)),
            )
        )
        self.db.add(
            RoundOffer(round_id=made.id, bid_id=bid.bid_id, commitment=wanted["commitment"], sealed_at=self.now())
        )
        self.tell(
            "offer_sealed",
            f"round:{made.id}",
            round_id=made.id,
            lot_id=found.lot_id,
            bid_id=bid.bid_id,
            commitment=wanted["commitment"],
            price=None,
            at=self.now(),
        )
        return said.Done().dump({"id": made.id, "at": self.now()})

    @command(accepted.RevealOffer, permission="round.offer")
    def reveal_offer(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Open one's sealed offer after the round has closed."""
        made, found, bid = self._own_round(wanted["round_id"], by, "reveal_offer")
        offer = self.db.get(RoundOffer, (made.id, bid.bid_id), with_for_update=True)
        if offer is None or offer.price is not None:
            refuse("offer_unknown", "No sealed offer of yours waits in this round.")
        if found.corrections_found_at is not None:
            refuse("offer_reveal_late", "The prices have been looked at; no offer is opened any more.")
        refuse_if(
            rounds.reveal_objections(
                offer.commitment,
                made.id,
                bid.bid_id,
                wanted["price"],
                wanted["nonce"],
                closed=self.now() >= made.closes_at,
            )
        )
        offer.price, offer.opened_at = wanted["price"], self.now()
        self.tell(
            "offer_opened",
            f"round:{made.id}",
            round_id=made.id,
            lot_id=found.lot_id,
            bid_id=bid.bid_id,
            commitment=offer.commitment,
            price=offer.price,
            at=self.now(),
        )
        return said.Done().dump({"id": made.id, "at": self.now()})

    def seed(self, found: Any) -> str:
        """The seed of the panel's draw: what is drawn by lot later follows from it, and anyone can repeat it."""
        draw = queries.draw_of(self.db, found.panel_id) if found.panel_id else None
        return (draw.seed or "") if draw is not None else ""

    def _own_round(self, round_id: str, by: Caller, action: str) -> tuple[Round, Any, Any]:
        made = self.db.get(Round, round_id)
        if made is None:
            refuse("not_found", f"There is no round {round_id}.")
        found = self.db.get_one(Evaluation, made.evaluation_id)
        mine = next(
            (each for each in queries.bids(self.db, found.lot_id) if each.supplier_id == by.organisation_id), None
        )
        if mine is None:
            refuse(
                "not_yours", "This round is not one of yours.", Objection("offer_not_invited", "Not invited.", "74-33")
            )
        by.require("round.offer", own=True)
        refuse_if(stages.objections(action, found.facts), "wrong_stage")
        return made, found, mine
