"""Which moves are open?

One table for projects and one for lots: a move not listed for a state is refused, with the moves that are.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.chassis.objection import Objection
from services.tendering.rules.reasons import objection
from services.tendering.rules.status import LOT_STATES, PROJECT_STATES

_BEFORE_ACCEPTANCE = ("drafted", "returned", "submitted", "plan_confirmed")
_IN_PREPARATION = ("accepted", "drafting", "under_review", "reviewed", "confirmed")
_LIVE = ("drafted", "returned", "submitted", "plan_confirmed", *_IN_PREPARATION, "published")

PROJECT_MOVES: Mapping[str, tuple[str, ...]] = {
    "edit_entrustment": ("drafted", "returned"),
    "submit_entrustment": ("drafted", "returned"),
    "record_approval": ("drafted", "returned", "submitted"),
    "confirm_plan": ("submitted",),
    "return_plan": ("submitted",),
    "accept_entrustment": ("plan_confirmed",),
    "return_entrustment": ("plan_confirmed",),
    "assign_people": (*_IN_PREPARATION, "published"),
    "draft_document": ("accepted",),
    "edit_document": ("drafting",),
    "submit_document": ("drafting",),
    "review_document": ("under_review",),
    "return_document": ("under_review", "reviewed"),
    "confirm_document": ("reviewed",),
    "name_holders": _IN_PREPARATION,
    "prove_key": (*_IN_PREPARATION, "published"),
    "invite_suppliers": _IN_PREPARATION,
    "publish_intention": (*_BEFORE_ACCEPTANCE, *_IN_PREPARATION),
    "publish_notice": ("confirmed",),
    "amend_notice": ("published",),
    "take_document": ("published",),
    "ask_question": ("published",),
    "answer_question": ("published", "ended"),
    "cancel_project": _LIVE,
}

LOT_MOVES: Mapping[str, tuple[str, ...]] = {
    "submit_bid": ("open",),
    "withdraw_bid": ("open",),
    "record_bond": ("open", "closing", "closed"),
    "amend_lot": ("open",),
    "close": ("closing",),
    "begin_opening": ("closed",),
    "sign_in": ("opening", "read_out"),
    "fetch_shares": ("opening",),
    "post_shares": ("opening",),
    "read_out": ("opening",),
    "confirm_reading": ("read_out",),
    "answer_remark": ("read_out",),
    "sign_record": ("read_out",),
    "add_recording": ("opening", "read_out", "opened", "evaluating"),
    "finish_opening": ("read_out",),
    "begin_evaluation": ("opened",),
    "settle_ranking": ("opened", "evaluating", "ranked"),
    "award": ("ranked", "awarded"),
    "return_to_ranking": ("awarded",),
    "sign_contract": ("awarded",),
    "complete": ("contracted",),
    "fail_lot": ("open", "closing", "closed", "opening", "read_out", "opened", "evaluating", "ranked", "awarded"),
    "tender_again": ("failed",),
}


def open_moves(table: Mapping[str, tuple[str, ...]], state: str) -> list[str]:
    """The moves that are open in a state, by name."""
    return sorted(move for move, states in table.items() if state in states)


def project_objections(move: str, state: str) -> list[Objection]:
    """Why this move is not open to a project in this state; KeyError for a move the table does not know."""
    return _objections(PROJECT_MOVES, "project", move, state)


def lot_objections(move: str, state: str) -> list[Objection]:
    """Why this move is not open to a lot in this state; KeyError for a move the table does not know."""
    return _objections(LOT_MOVES, "lot", move, state)


def _objections(table: Mapping[str, tuple[str, ...]], thing: str, move: str, state: str) -> list[Objection]:
    if state in table[move]:
        return []
    return [objection(f"{thing}_move_closed", move=move, state=state, open=", ".join(open_moves(table, state)) or "-")]


def unknown_states() -> set[str]:
    """States the tables name that no thing can be in: none, or a test fails."""
    projects = {each for states in PROJECT_MOVES.values() for each in states} - set(PROJECT_STATES)
    lots = {each for states in LOT_MOVES.values() for each in states} - set(LOT_STATES)
    return projects | lots
