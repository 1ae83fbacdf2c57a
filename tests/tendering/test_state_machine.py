"""Random commands in random order: never an unlawful state, and the journal replays to the same one.

Each step calls a real entrypoint of the department on a real database, whoever may call it; what is refused must leave
nothing behind.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from services.chassis.refusal import Refusal
from services.protocol.reasons import ProtocolError
from services.tendering.rules import moves
from services.tendering.rules.history import replay
from services.tendering.rules.status import LOT_STATES, PROJECT_STATES
from tests.tendering.people import agent_of, id_of
from tests.tendering.world import World

STEPS = 36


def step(world: World, source: random.Random, closed: bool) -> None:
    """One random command or fact; most of those that may fit the time, some of all others."""
    lot_no = source.choice([1, 1, 2, 2, 2, 3])
    lot = world.lots[lot_no]
    supplier = source.choice(["s1", "s2", "s3", "s4", "s5"])
    holder = source.choice(["zhao", "zhou", "zheng"])
    project, at = {"project_id": world.project_id}, "2026-06-05T01:00:00Z"

    def rarely(do: Any) -> None:
        if source.random() < 0.1:
            do()

    bidding: list[Any] = [
        lambda: world.bid(lot_no, supplier, f"{source.randint(1, 900)}000.00"),
        lambda: world.bid(lot_no, supplier, f"{source.randint(1, 900)}000.00"),
        lambda: world.bid(lot_no, supplier, f"{source.randint(1, 900)}000.00"),
        lambda: world.call("withdraw_bid", agent_of(supplier), lot_id=lot),
    ]
    opening: list[Any] = [
        lambda: world.call("begin_opening", "zhao", lot_id=lot),
        lambda: world.call("sign_in", holder, lot_id=lot),
        lambda: world.turn(lot_no, holder),
        lambda: world.sign(lot_no, holder),
        lambda: world.opened(lot_no),
        world.open_files,
        lambda: evaluation_begins(world, lot, at),
    ]
    others: list[Any] = [
        lambda: world.call("edit_entrustment", "sun", **project, **_entrustment()),
        lambda: world.call("submit_entrustment", "sun", **project),
        lambda: world.call("confirm_plan", "chen", **project),
        lambda: world.call("return_entrustment", "li", **project, reasons="x"),
        lambda: world.call("draft_document", "li", **project),
        lambda: world.call("submit_document", "li", document_id=world.document_id),
        lambda: world.call("review_document", "wang", document_id=world.document_id),
        lambda: world.call("confirm_document", "sun", document_id=world.document_id),
        lambda: world.call("publish_notice", "li", **project),
        lambda: world.direct.tick("close_lots"),
        lambda: rarely(lambda: world.call("fail_lot", "li", lot_id=lot, reason="unlawful_acts", note="x")),
        lambda: world.call("tender_again", "li", lot_ids=[lot]),
        lambda: rarely(lambda: world.call("cancel_project", "sun", **project, reason="x")),
    ]
    fitting, unfitting = (opening, bidding) if closed else (bidding, opening)
    try:
        source.choice(fitting if source.random() < 0.75 else others + unfitting)()
    except (Refusal, ProtocolError, StopIteration):
        return  # refused, or no opening to speak of: nothing happened


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_called_no_unlawful_state_comes_and_the_journal_tells_the_same(
    open_world: World, seed: int
) -> None:
    source, moved = random.Random(seed), set()
    seen: dict[datetime, tuple[dict[str, str], dict[str, str]]] = {}
    for turn in range(STEPS):
        if turn == STEPS // 2:
            open_world.close()
        before = states(open_world)
        step(open_world, source, turn >= STEPS // 2)
        after = states(open_world)
        for lot, state in after[1].items():
            assert state in LOT_STATES
            earlier = before[1][lot]
            assert LOT_ORDER[state] >= LOT_ORDER[earlier] or state == "failed", f"{earlier} → {state}"
            assert not (earlier == "failed" and state != "failed")
        assert set(after[0].values()) <= set(PROJECT_STATES)
        moved |= set(after[1].values())
        seen[now(open_world)] = after
    assert len(moved) >= 3, "the random commands went nowhere"
    rows = open_world.sql("SELECT event, payload, time FROM journal ORDER BY number")
    told = replay([(row[0], row[1], row[2]) for row in rows])
    assert told.states(now(open_world)) == states(open_world)
    for moment, as_it_was in seen.items():  # any moment of the past, not only the last
        told_now: tuple[dict[str, str], dict[str, str]] = ({}, {})
        for project_id in as_it_was[0]:
            past = open_world.call("project_as_of", "li", project_id=project_id, at=moment.isoformat())
            told_now[0][project_id] = past["status"]
            told_now[1].update({each["lot_id"]: each["status"] for each in past["lots"]})
        assert told_now == as_it_was, moment
    assert len(seen) > STEPS / 2
    to_come = open_world.refused("project_as_of", "li", project_id=project_id, at="2099-01-01T00:00:00Z")
    assert to_come.code == "moment_to_come"


LOT_ORDER = {state: place for place, state in enumerate(LOT_STATES)}


def states(world: World) -> tuple[dict[str, str], dict[str, str]]:
    """What the department's own pages say."""
    projects, lots = {}, {}
    for (project_id,) in world.sql("SELECT id FROM project"):
        shown = world.call("project", "li", project_id=project_id)
        projects[project_id] = shown["status"]
        lots.update({each["id"]: each["status"] for each in shown["lots"] if each["published_at"]})
        assert set(shown["open_moves"]) == set(moves.open_moves(moves.PROJECT_MOVES, shown["status"]))
    return projects, lots


def now(world: World) -> datetime:
    moment: datetime = world.sql("SELECT chassis_now()")[0][0]
    return moment.astimezone(UTC)


def evaluation_begins(world: World, lot: str, at: str) -> None:
    """Evaluation begins only with a lot that is opened."""
    if states(world)[1][lot] == "opened":
        world.hear("evaluation_began", {"lot_id": lot, "at": at}, f"lot:{lot}", "evaluation")


def _entrustment() -> dict[str, Any]:
    item = {"category": "A02010104", "title": "x", "object": "goods", "budget": "1.00"}
    return {
        "title": "x", "plan_no": "x", "fiscal_year": 2026, "funding": "x", "procedure": "open_tender", "items": [item],
        "excluded": [id_of("s6")],
    }  # fmt: skip
