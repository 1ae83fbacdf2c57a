"""Qualification by the centre and the purchaser, conformity by the panel, questions to bidders, rejections by vote."""

from __future__ import annotations

from typing import Any

from services.chassis.caller import Caller
from services.chassis.entrypoints import command
from services.chassis.refusal import Objection, refuse, refuse_if
from services.evaluation import asking, outcomes, queries
from services.evaluation.desk.base import Desk
from services.evaluation.models import Member, QualificationCheck, Vote
from services.evaluation.rules import voting
from services.evaluation.schemas import accepted, said
from services.evaluation.schemas.accepted import REJECTION_GROUNDS


class ReviewDesk(Desk):
    """Checks and votes."""

    @command(accepted.CheckQualification, permission="qualification.check")
    def check_qualification(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """One side's finding on one bid; both sides check every bid (87-44)."""
        found, lot, _ = self.take(wanted["lot_id"], "check_qualification", by, "qualification.check")
        bid = queries.bid(self.db, lot.id, wanted["bid_id"])
        side = "centre" if by.organisation_kind == "centre" else "purchaser"
        if found.panel_id and any(each.person_id == by.person_id for each in queries.members(self.db, found.panel_id)):
            refuse(
                "member_checks_qualification",
                "Qualification is checked by the centre and the purchaser, not by a member.",
            )
        if not wanted["passed"] and not wanted["reason"]:
            refuse("check_needs_reason", "Say in writing what the bidder does not fulfil.")
        self.db.merge(
            QualificationCheck(
                evaluation_id=found.id,
                bid_id=bid.bid_id,
                side=side,
                person_id=by.person_id,
                name=by.name,
                passed=wanted["passed"],
                reason=wanted["reason"],
                article=wanted["article"],
                at=self.now(),
            )
        )
        self.record(
            lot.id, "qualification", by, bid=bid.bid_id, side=side, passed=wanted["passed"], reason=wanted["reason"]
        )
        return said.Done().dump({"id": bid.bid_id, "at": self.now()})

    @command(accepted.OfLot, permission="evaluation.host")
    def close_qualification(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Both sides have checked every bid and agree; who failed is out."""
        found, lot, project = self.take(wanted["lot_id"], "close_qualification", by, "evaluation.host")
        checks = queries.checks(self.db, found.id)
        left = queries.left(self.db, found)
        refuse_if(_unchecked(left, checks), "qualification_open")
        for bid in left:
            failed = [each for each in checks[bid.bid_id].values() if not each.passed]
            if failed:
                outcomes.reject(
                    self,
                    found,
                    bid,
                    stage="qualification",
                    code="not_qualified",
                    reason="；".join(dict.fromkeys(each.reason for each in failed)),
                    article=failed[0].article or "87-44",
                )
        found.qualification_closed_at = self.now()
        return said.StepClosed().dump(outcomes.close_step(self, found, lot, project, "qualification", by_brand=False))

    @command(accepted.VoteConformity, permission="conformity.review")
    def vote_on_conformity(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A member's vote on one bid; a vote against is given its reason in writing (87-61)."""
        return self._vote("vote_conformity", "conformity.review", "conformity", ("pass", "fail"), ("fail",), wanted, by)

    @command(accepted.OfLot, permission="evaluation.host")
    def close_conformity(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Every member has voted on every bid; the majority decides, dissent stays on record."""
        found, lot, project = self.take(wanted["lot_id"], "close_conformity", by, "evaluation.host")
        panel = queries.panel_of(self.db, found)
        results = {}
        for bid in queries.left(self.db, found):
            votes = queries.votes(self.db, found.id, f"conformity:{bid.bid_id}")
            if len(votes) < panel.size:
                refuse(
                    "conformity_open",
                    f"{panel.size - len(votes)} members have not voted on every bid.",
                    Objection(
                        "conformity_open",
                        f"{len(votes)} of {panel.size} members have voted on {bid.supplier_name}.",
                        "87-50",
                        "",
                        {"supplier": bid.supplier_name, "votes": str(len(votes)), "members": str(panel.size)},
                    ),
                )
            results[bid.bid_id] = (bid, voting.outcome(votes, panel.size), votes)
        for bid, made, votes in results.values():
            if made is not None and made.choice == "fail":
                reasons = dict.fromkeys(vote.reason for vote in votes if vote.choice == "fail" and vote.reason)
                outcomes.reject(
                    self,
                    found,
                    bid,
                    stage="conformity",
                    code="not_conforming",
                    reason="；".join(reasons),
                    article="87-50",
                )
        found.conformity_closed_at = self.now()
        return said.StepClosed().dump(outcomes.close_step(self, found, lot, project, "conformity", by_brand=True))

    @command(accepted.VoteRejection, permission="bid.reject")
    def vote_on_rejection(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A member's vote to reject a bid for collusion, false material or a condition not allowed; a majority
        rejects."""
        answer = self._vote(
            "vote_rejection", "bid.reject", f"reject:{wanted['ground']}", ("reject", "keep"), ("reject",), wanted, by
        )
        found = queries.evaluation(self.db, wanted["lot_id"], lock=True)
        panel = queries.panel_of(self.db, found)
        matter = f"reject:{wanted['ground']}:{wanted['bid_id']}"
        votes = queries.votes(self.db, found.id, matter)
        made = voting.outcome(votes, panel.size)
        if made is not None and made.choice == "reject":
            reasons = dict.fromkeys(vote.reason for vote in votes if vote.choice == "reject")
            bid = queries.bid(self.db, wanted["lot_id"], wanted["bid_id"])
            outcomes.reject(
                self,
                found,
                bid,
                stage=found.stage,
                code=wanted["ground"],
                reason="；".join(reasons),
                article=REJECTION_GROUNDS[wanted["ground"]],
            )
        return answer

    @command(accepted.AskBidder, permission="clarification.ask")
    def ask_bidder(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A written question about what is unclear, within a time limit; it cannot change the substance (87-51)."""
        found, lot, project = self.take(wanted["lot_id"], "ask", by, "clarification.ask")
        bid = queries.bid(self.db, lot.id, wanted["bid_id"])
        refuse_if(asking.time_objections(self, project, wanted["answer_by"]))
        if all(each.bid_id != bid.bid_id for each in queries.left(self.db, found)):
            refuse("bid_out", "This bid is out already.")
        question = asking.ask(self, found, bid, "clarification", wanted["text"], wanted["answer_by"])
        return said.Done().dump({"id": question.id, "at": self.now()})

    @command(accepted.AnswerQuestion, permission="clarification.answer")
    def answer_question(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A bidder's answer in writing; after the time limit there is none."""
        question = asking.own_open_question(
            self, wanted["question_id"], by, "clarification.answer", ("clarification", "explanation", "words")
        )
        if (question.kind == "words") != (wanted["amount"] is not None):
            refuse("answer_amount", "Name the amount where, and only where, the words of the price could not be read.")
        asking.answer(self, question, by, text=wanted["text"], evidence=wanted["evidence"], amount=wanted["amount"])
        return said.Done().dump({"id": question.id, "at": self.now()})

    @command(accepted.ConfirmCorrection, permission="price.confirm")
    def confirm_correction(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The bidder stands by the corrected price, or its bid will be invalid (87-59)."""
        question = asking.own_open_question(self, wanted["question_id"], by, "price.confirm", ("correction",))
        asking.answer(
            self,
            question,
            by,
            text="确认修正后的报价" if wanted["confirmed"] else "不确认修正后的报价",
            confirmed=wanted["confirmed"],
        )
        return said.Done().dump({"id": question.id, "at": self.now()})

    def _vote(
        self,
        action: str,
        permission: str,
        matter: str,
        choices: tuple[str, ...],
        against: tuple[str, ...],
        wanted: dict[str, Any],
        by: Caller,
    ) -> dict[str, Any]:
        found, lot, _ = self.take(wanted["lot_id"], action, by, permission)
        member = self.sitting(queries.panel_of(self.db, found).id, by)
        bid = queries.bid(self.db, lot.id, wanted["bid_id"])
        if all(each.bid_id != bid.bid_id for each in queries.left(self.db, found)):
            refuse("bid_out", "This bid is out already.")
        return self.cast(found.id, lot.id, f"{matter}:{bid.bid_id}", member, choices, against, wanted, by)

    def sitting(self, panel_id: str, by: Caller) -> Member:
        """The caller's seat, checked in."""
        member = queries.member(self.db, panel_id, by.person_id)
        if member.checked_in_at is None:
            refuse("not_checked_in", "Check in first.")
        return member

    def cast(
        self,
        scope_id: str,
        lot_id: str,
        matter: str,
        member: Member,
        choices: tuple[str, ...],
        against: tuple[str, ...],
        wanted: dict[str, Any],
        by: Caller,
    ) -> dict[str, Any]:
        """Put a vote on record; until the step closes a member may vote anew, the last counts."""
        vote = voting.Vote(member.id, wanted["choice"], wanted["reason"])
        refuse_if(voting.objections(vote, choices, needs_reason=against))
        self.db.merge(
            Vote(
                scope_id=scope_id,
                matter=matter,
                member_id=member.id,
                choice=vote.choice,
                reason=vote.reason,
                at=self.now(),
            )
        )
        self.db.flush()
        self.record(lot_id, matter.partition(":")[0], by, matter=matter, choice=vote.choice, reason=vote.reason)
        return said.Done().dump({"id": member.id, "at": self.now()})


def _unchecked(left: Any, checks: dict[str, dict[str, QualificationCheck]]) -> list[Objection]:
    found = []
    for bid in left:
        sides = checks.get(bid.bid_id, {})
        missing = [side for side in ("centre", "purchaser") if side not in sides]
        if missing:
            found.append(
                Objection(
                    "qualification_unchecked",
                    f"{bid.supplier_name} is not yet checked by: {', '.join(missing)}.",
                    "87-44",
                    "",
                    {"supplier": bid.supplier_name, "missing": "、".join(missing)},
                )
            )
        elif len({each.passed for each in sides.values()}) > 1:
            found.append(
                Objection(
                    "qualification_disputed",
                    f"Centre and purchaser differ on {bid.supplier_name}.",
                    "87-44",
                    "",
                    {"supplier": bid.supplier_name},
                )
            )
    return found
