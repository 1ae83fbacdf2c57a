"""A member's sheet is seen by nobody else until all are in: no answer shows it, and none depends on it.

The first test looks for a mark in everything that anybody is told. The second is stronger: the same evaluation is lived
several times with sheets drawn at random, and whatever anybody else can ask is answered word for word the same, so that
what others see is statistically independent of what the member wrote, not even a count, an order or a length apart.
"""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.chassis.definitions import QUERY, definitions
from services.chassis.log.reading import SECRET
from services.chassis.refusal import Refusal
from services.evaluation.secrecy import secrecy
from services.evaluation.service import EvaluationService
from tests.evaluation import rehearsal
from tests.evaluation.conftest import Played
from tests.evaluation.test_scores import mark
from tests.evaluation.world import World

SIGN = "17.37"
"""A mark nobody else gives, so that it is recognised wherever it turns up."""
LIVES = 3


def answers_of_anybody(world: World, but: str) -> list[str]:
    """All answers of every question of the department to everybody else."""
    keys = ["li", "zhao", "sun", "zheng", "chen", "agent-s1", "ma", world.leader, *world.panel_keys[2:4], ""]
    ids = {"lot_id": world.lot(1), "panel_id": world.panel_id, "draw_id": world.draw_id}
    seen = []
    for method, _, definition in definitions(EvaluationService):
        if definition.kind != QUERY or definition.schema is None:
            continue
        fields = {name: ids[name] for name in definition.schema().fields if name in ids}
        for key in keys:
            if key != but:
                try:
                    seen.append(f"{method} {key}: {world.call(method, key, **fields)}")
                except Refusal as refusal:
                    seen.append(f"{method} {key}: {refusal.args}")
    assert len(seen) > 100
    return seen


def test_no_question_of_any_role_returns_anothers_sheet_before_all_are_in(played: Played) -> None:
    world = played("scoring")
    lot, author = world.lot(1), world.panel_keys[1]
    world.call("save_sheet", author, lot_id=lot, marks=[mark(world, "s1", "tech", SIGN)])
    assert SIGN in str(world.call("score_sheets", author, lot_id=lot))
    assert SIGN not in "".join(answers_of_anybody(world, but=author))
    for seat, key in enumerate(world.panel_keys[:-1]):
        marks = world.marks_of(1, seat)
        if key == author:
            marks = [each for each in marks if (each["bid_id"], each["factor"]) != (world.bid(1, "s1"), "tech")]
        world.call("save_sheet", key, lot_id=lot, marks=marks)
        world.call("submit_sheet", key, lot_id=lot)
    assert SIGN not in "".join(answers_of_anybody(world, but=author)), "submitted, but one member has not"
    assert SIGN not in str([each.payload for each in world.service.announced])
    progress = world.call("score_sheets", "zhao", lot_id=lot)
    assert (progress["view"], progress["submitted"], progress["members"]) == ("progress", 6, 7)


RECORDED = "work_recorded"
"""Journalled for later proof, by digest; its content is the department's own."""


def test_nothing_anybody_else_is_told_depends_on_what_a_member_wrote(played: Played) -> None:
    chance, key = random.Random(20260917), Ed25519PrivateKey.generate()
    lives = []
    for _ in range(LIVES):
        world = played("scoring")
        world.service.runtime = replace(world.service.runtime, key=key)  # the log's questions name it
        author = world.panel_keys[1]
        told = []
        for drafts in (1, 2):  # saved, and saved again with other marks
            world.call("save_sheet", author, lot_id=world.lot(1), marks=random_sheet(world, chance, whole=drafts == 2))
            told.append(answers_of_anybody(world, but=author))
        world.call("submit_sheet", author, lot_id=world.lot(1))
        told.append(answers_of_anybody(world, but=author))
        subject = f"lot:{world.lot(1)}"
        with world.service.runtime.engines.reading() as session:
            assert secrecy(session, [subject]).get(subject, SECRET) == SECRET  # so nobody reads what was recorded of it
        assert not [each for each in world.service.announced if each.event == RECORDED and each.public]
        told.append([str((each.event, each.payload)) for each in world.service.announced if each.event != RECORDED])
        lives.append(told)
    for other in lives[1:]:
        for before, after in zip(lives[0], other, strict=True):
            assert before == after


def random_sheet(world: World, chance: random.Random, *, whole: bool) -> list[dict[str, Any]]:
    """Lawful marks drawn at random; any number of them where it is not to be whole."""
    (lot,) = [each for each in rehearsal.data()["project"]["lots"] if each["no"] == 1]
    most = {each["key"]: int(float(each["points"]) * 100) for each in lot["factors"]}
    marks = world.marks_of(1, 1)
    chosen = marks if whole else chance.sample(marks, chance.randint(1, len(marks)))
    return [each | {"points": f"{chance.randint(0, most[each['factor']]) / 100:.2f}"} for each in chosen]
