"""The draw: pool frozen, seats commit and reveal, experts called in the drawn order (document 5)."""

from __future__ import annotations

from typing import Any

from services.chassis.caller import Caller
from services.chassis.entrypoints import command, every
from services.chassis.refusal import refuse, refuse_if
from services.evaluation import access, calling, conduct, departing, drawing, panels, queries
from services.evaluation.desk.base import Desk
from services.evaluation.models import ExpertCall, Member, SeatNonce
from services.evaluation.schemas import accepted, said


class DrawDesk(Desk):
    """The draw."""

    @command(accepted.OfPanel, permission="draw.freeze")
    def freeze_pool(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Ask registry who may be drawn, and freeze that; its digest is journalled before any randomness exists."""
        panel, project = self.panel_for(wanted["panel_id"], by, "draw.freeze", lock=True)
        refuse_if(drawing.freezing_objections(self, panel))
        answer = self.call.registry.expert_pool(within=5.0, **drawing.question(self, panel, project))
        draw = drawing.freeze(self, panel, answer)
        self.tell(
            "pool_frozen",
            f"draw:{draw.id}",
            draw_id=draw.id,
            panel_id=panel.id,
            pool_digest=draw.pool_digest,
            experts=len(queries.pool(self.db, draw.id)),
            at=self.now(),
        )
        return said.Draw().dump(drawing.public_view(self.db, draw))

    @command(accepted.CommitNonce, permission="draw.commit")
    def commit_nonce(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A seat commits to its nonce for this round."""
        draw, _ = self._turn(wanted, by, "draw.commit")
        if wanted["seat"] in queries.nonces(self.db, draw):
            refuse("seat_committed", "This seat has committed in this round.")
        self.db.add(
            SeatNonce(
                draw_id=draw.id,
                round=draw.round,
                seat=wanted["seat"],
                person_id=by.person_id,
                commitment=wanted["commitment"],
                committed_at=self.now(),
            )
        )
        self.tell(
            "nonce_committed",
            f"draw:{draw.id}",
            draw_id=draw.id,
            round=draw.round,
            seat=wanted["seat"],
            commitment=wanted["commitment"],
            at=self.now(),
        )
        return said.Done().dump({"id": draw.id, "at": self.now()})

    @command(accepted.RevealNonce, permission="draw.reveal")
    def reveal_nonce(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A seat reveals; with the last one the order is drawn and the first experts are called."""
        draw, panel = self._turn(wanted, by, "draw.reveal")
        committed = queries.nonces(self.db, draw)
        refuse_if(drawing.reveal_objections(self.db, draw, panel, committed, wanted, by))
        mine = committed[wanted["seat"]]
        mine.nonce, mine.revealed_at = wanted["nonce"], self.now()
        self.db.flush()
        self.tell(
            "nonce_revealed",
            f"draw:{draw.id}",
            draw_id=draw.id,
            round=draw.round,
            seat=wanted["seat"],
            nonce=wanted["nonce"],
            at=self.now(),
        )
        if all(each.nonce for each in committed.values()):
            drawing.draw(self, draw, panel)
            calling.fill(self, panel, draw)
        return said.Draw().dump(drawing.public_view(self.db, draw))

    @command(accepted.RecordRefusal, permission="draw.freeze")
    def record_refusal_to_reveal(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A seat will not reveal: on record, published with the result; a deputy takes over and all commit anew."""
        draw = queries.draw(self.db, wanted["draw_id"], lock=True)
        panel, _ = self.panel_for(draw.panel_id, by, "draw.freeze", lock=True)
        refuser = drawing.refuse_round(self, draw, panel, wanted["seat"])
        self.tell(
            "reveal_refused",
            f"draw:{draw.id}",
            draw_id=draw.id,
            round=draw.round - 1,
            seat=wanted["seat"],
            person_id=refuser,
            reason=wanted["reason"],
            at=self.now(),
        )
        return said.Draw().dump(drawing.public_view(self.db, draw))

    @command(accepted.ReplaceHolder, permission="draw.freeze")
    def name_deputy(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Another deputy for a seat, where none is left."""
        draw = queries.draw(self.db, wanted["draw_id"], lock=True)
        panel, project = self.panel_for(draw.panel_id, by, "draw.freeze", lock=True)
        refuse_if(panels.holder_objections(self.db, project, wanted["seat"], wanted["person_id"]))
        if any(wanted["person_id"] in holders for holders in panel.seats.values()) or drawing.struck(draw, wanted):
            refuse("seat_holder_doubled", "This person holds a key already, or has refused to reveal.")
        holders = [*panel.seats[wanted["seat"]], wanted["person_id"]]
        panel.seats = {**panel.seats, wanted["seat"]: holders}
        access.name(self.db, project.id, wanted["person_id"], f"draw_{wanted['seat']}")
        return said.Done().dump({"id": draw.id, "at": self.now()})

    @command(accepted.AnswerCall, permission="invitation.answer")
    def answer_call(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """An expert accepts, declines, or declares a tie and is passed over (条例9)."""
        call = self._call_of(wanted["call_id"])
        if call.person_id != by.person_id:
            refuse("not_yours", "This call is another expert's.")
        if call.outcome is not None or self.now() > call.answer_by:
            refuse("call_over", "This call was answered, or its time is over.")
        draw = queries.draw(self.db, call.draw_id, lock=True)
        panel = queries.panel(self.db, draw.panel_id, lock=True)
        if wanted["ties"]:
            calling.end(self, call, "recused", "、".join([*wanted["ties"], wanted["reason"]]).strip("、"))
        elif not wanted["accept"]:
            calling.end(self, call, "declined", wanted["reason"])
        else:
            calling.end(self, call, "accepted", "")
            calling.seat(self, panel, call, queries.pool(self.db, draw.id)[call.pseudonym].name)
        calling.fill(self, panel, draw)
        return said.Answered().dump({"id": call.id, "outcome": call.outcome, "at": self.now()})

    @command(accepted.RecordAbsence, permission="draw.call")
    def record_absence(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Who accepted did not come: the next in the order is called."""
        call = self._call_of(wanted["call_id"])
        draw = queries.draw(self.db, call.draw_id, lock=True)
        panel, _ = self.panel_for(draw.panel_id, by, "draw.call", lock=True)
        member = next((each for each in queries.members(self.db, panel.id) if each.call_id == call.id), None)
        if call.outcome != "accepted" or member is None:
            refuse("call_not_accepted", "Only somebody who accepted can be absent.")
        self._gone(panel.id, member, call, wanted["reason"])
        return said.Answered().dump({"id": call.id, "outcome": "absent", "at": self.now()})

    @every(seconds=30)
    def expire_calls(self) -> bool:
        """Calls nobody answered in time move on to the next."""
        return calling.expire(self)

    def _gone(self, panel_id: str, member: Member, call: ExpertCall, reason: str) -> None:
        panel = queries.panel(self.db, panel_id)
        came = member.checked_in_at is not None
        departing.remove(self, panel, member, "absent", reason)
        conduct.record(self, panel, call.person_id, "left_early" if came else "absent", reason)

    def _call_of(self, call_id: str) -> ExpertCall:
        found = self.db.get(ExpertCall, call_id, with_for_update=True)
        if found is None:
            refuse("not_found", f"There is no call {call_id}.")
        return found

    def _turn(self, wanted: dict[str, Any], by: Caller, permission: str) -> tuple[Any, Any]:
        draw = queries.draw(self.db, wanted["draw_id"], lock=True)
        panel, _ = self.panel_for(draw.panel_id, by, permission, lock=True)
        if by.person_id not in panel.seats[wanted["seat"]]:
            refuse("not_your_seat", "You hold no key of this seat.")
        if draw.seed is not None:
            refuse("draw_done", "The draw is done.")
        return draw, panel
