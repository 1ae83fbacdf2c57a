"""Calling experts in the drawn order, seating who accepts, replacing who goes.

No second draw is ever made: a decline, recusal or absence moves to the next in the order, with its reason.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from services.chassis.working_days import day_of
from services.evaluation import conduct, queries
from services.evaluation.models import Draw, ExpertCall, Member, Panel, new_id

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk

FINAL = ("declined", "recused", "absent")


def fill(desk: Desk, panel: Panel, draw: Draw) -> None:
    """Call as many as are wanted and neither seated nor still to answer, specialty by specialty.

    Somebody drawn for two specialties is called once: where they answered no, the other specialty passes them over
    with the same reason; where they have not answered yet, the other specialty waits for the answer.
    """
    pool = queries.pool(desk.db, draw.id)
    wanted = {each["specialty"]: each["wanted"] for each in draw.pool["specialties"]}
    for one in draw.orders or ():
        calls = [each for each in queries.calls(desk.db, draw.id) if each.specialty == one["specialty"]]
        holding = sum(each.outcome in (None, "accepted") for each in calls)
        for position in range(len(calls), len(one["order"])):
            if holding >= wanted[one["specialty"]]:
                break
            person = pool[one["order"][position]]
            elsewhere = _called_elsewhere(desk, draw, person.person_id)
            if elsewhere is not None and elsewhere.outcome is None:
                break
            made = _call(desk, panel, draw, one["specialty"], position, person.pseudonym, person.person_id)
            if elsewhere is None:
                holding += 1
                _tell_called(desk, panel, made)
            else:
                outcome = "elsewhere" if elsewhere.outcome == "accepted" else elsewhere.outcome or ""
                end(desk, made, outcome, elsewhere.reason or elsewhere.specialty)


def end(desk: Desk, call: ExpertCall, outcome: str, reason: str) -> None:
    """A call ends, or ends otherwise than first told (accepted, then absent)."""
    call.outcome, call.reason, call.answered_at = outcome, reason, desk.now()
    desk.db.flush()
    desk.tell(
        "call_ended",
        f"draw:{call.draw_id}",
        call_id=call.id,
        draw_id=call.draw_id,
        pseudonym=call.pseudonym,
        specialty=call.specialty,
        outcome=outcome,
        reason=reason,
        at=desk.now(),
    )


def seat(desk: Desk, panel: Panel, call: ExpertCall, name: str) -> Member:
    """Who accepts sits; in a running evaluation on the seat that became free."""
    member = Member(
        id=new_id(),
        panel_id=panel.id,
        person_id=call.person_id,
        name=name,
        kind="expert",
        call_id=call.id,
        seat_no=_free_seat(desk, panel) if panel.begun_at else None,
        joined_at=desk.now(),
    )
    desk.db.add(member)
    desk.db.flush()
    return member


def unseat(desk: Desk, panel: Panel, member: Member, outcome: str, reason: str) -> None:
    """A member goes; what they voted and marked is void (87-49); the next in the order is called."""
    member.left_at, member.left_because, member.leader = desk.now(), reason, False
    desk.db.flush()
    desk.tell(
        "member_left",
        f"panel:{panel.id}",
        panel_id=panel.id,
        member_id=member.id,
        person_id=member.person_id,
        reason=reason,
        at=desk.now(),
    )
    draw = queries.draw_of(desk.db, panel.id)
    if draw is None or member.kind != "expert":
        return
    for call in queries.calls(desk.db, draw.id):
        if call.person_id == member.person_id and call.outcome in ("accepted", "elsewhere"):
            end(desk, call, outcome, reason)
    fill(desk, panel, draw)


def expire(desk: Desk) -> bool:
    """Calls nobody answered in time count as declined; answers whether there may be more."""
    late = desk.db.scalars(
        select(ExpertCall)
        .where(ExpertCall.outcome.is_(None), ExpertCall.answer_by < desk.now())
        .order_by(ExpertCall.answer_by)
        .limit(50)
        .with_for_update(skip_locked=True)
    ).all()
    for call in late:
        draw = queries.draw(desk.db, call.draw_id, lock=True)
        panel = queries.panel(desk.db, draw.panel_id)
        end(desk, call, "declined", "未在时限内答复")
        conduct.record(desk, panel, call.person_id, "no_answer", "")
        fill(desk, panel, draw)
    return len(late) == 50


def exhausted(desk: Desk, draw: Draw) -> list[str]:
    """Specialties whose order is used up with fewer seated or called than wanted."""
    wanted = {each["specialty"]: each["wanted"] for each in draw.pool["specialties"]}
    calls = queries.calls(desk.db, draw.id)
    found = []
    for one in draw.orders or ():
        mine = [each for each in calls if each.specialty == one["specialty"]]
        holding = sum(each.outcome in (None, "accepted") for each in mine)
        if holding < wanted[one["specialty"]] and len(mine) == len(one["order"]):
            found.append(one["specialty"])
    return found


def _called_elsewhere(desk: Desk, draw: Draw, person_id: str) -> ExpertCall | None:
    return desk.db.scalar(
        select(ExpertCall)
        .where(ExpertCall.draw_id == draw.id, ExpertCall.person_id == person_id)
        .where(ExpertCall.outcome.is_distinct_from("elsewhere"))
        .order_by(ExpertCall.called_at)
        .limit(1)
    )


def _call(
    desk: Desk, panel: Panel, draw: Draw, specialty: str, position: int, pseudonym: str, person_id: str
) -> ExpertCall:
    minutes = desk.law.row("house.call_minutes", day_of(panel.formed_at)).value
    made = ExpertCall(
        id=new_id(),
        draw_id=draw.id,
        specialty=specialty,
        position=position,
        pseudonym=pseudonym,
        person_id=person_id,
        called_at=desk.now(),
        answer_by=desk.now() + timedelta(minutes=minutes),
        outcome=None,
        reason="",
    )
    desk.db.add(made)
    desk.db.flush()
    return made


def _tell_called(desk: Desk, panel: Panel, call: ExpertCall) -> None:
    desk.tell(
        "expert_called",
        f"draw:{call.draw_id}",
        call_id=call.id,
        draw_id=call.draw_id,
        lot_ids=[each.lot_id for each in queries.evaluations_of(desk.db, panel.id)],
        person_id=call.person_id,
        specialty=call.specialty,
        at=call.called_at,
        answer_by=call.answer_by,
        room=panel.room,
        when=panel.evaluates_at,
    )


def _free_seat(desk: Desk, panel: Panel) -> int:
    taken = {each.seat_no for each in queries.members(desk.db, panel.id)}
    return next(number for number in range(1, panel.size + 1) if number not in taken)
