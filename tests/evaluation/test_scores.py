"""Scoring: alone, unseen until all have submitted, closed by the leader, changed only on lawful grounds."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from tests.evaluation.conftest import Played
from tests.evaluation.people import refused
from tests.evaluation.world import World


def mark(world: World, supplier: str, factor: str, points: str) -> dict[str, Any]:
    return {"bid_id": world.bid(1, supplier), "factor": factor, "points": points}


def test_a_sheet_is_held_against_its_scheme_and_then_stays(played: Played) -> None:
    world = played("scoring")
    lot, key = world.lot(1), world.panel_keys[0]
    for supplier, factor, points, code in (
        ("s1", "tech", "30.01", "mark_out_of_range"),
        ("s1", "price", "30", "mark_unknown"),
        ("s6", "tech", "20", "mark_unknown"),
    ):
        with refused(code):
            world.call("save_sheet", key, lot_id=lot, marks=[mark(world, supplier, factor, points)])
    with refused("invalid_input"):
        world.call("save_sheet", key, lot_id=lot, marks=[mark(world, "s1", "tech", "26.505")])
    with refused("mark_missing"):
        world.call("submit_sheet", key, lot_id=lot)
    world.call("save_sheet", key, lot_id=lot, marks=world.marks_of(1, 0))
    world.call("save_sheet", key, lot_id=lot, marks=[mark(world, "s1", "tech", "20")])
    world.call("submit_sheet", key, lot_id=lot)
    with refused("sheet_submitted"):
        world.call("save_sheet", key, lot_id=lot, marks=[mark(world, "s1", "tech", "21")])
    with refused("sheets_open"):
        world.call("change_mark", key, lot_id=lot, **mark(world, "s1", "tech", "21"), ground="abnormal", reason="x")
    with refused("sheets_open"):
        world.close_sheets(1)
    with refused("forbidden"):
        world.call("save_sheet", "zhao", lot_id=lot, marks=[])
    shown = world.call("score_sheets", key, lot_id=lot)["sheets"][0]["marks"]
    assert {"bid_id": world.bid(1, "s1"), "factor": "tech", "points": "20.00"} in shown


def score_with(world: World, seat: int, changed: list[dict[str, Any]]) -> None:
    """All submit the rehearsal's marks, one member with changes."""
    for number, key in enumerate(world.panel_keys):
        world.call("save_sheet", key, lot_id=world.lot(1), marks=world.marks_of(1, number))
        if number == seat:
            world.call("save_sheet", key, lot_id=world.lot(1), marks=changed)
        world.call("submit_sheet", key, lot_id=world.lot(1))


def test_an_objective_factor_marked_unequally_is_put_right_before_the_sheets_are_closed(played: Played) -> None:
    world = played("scoring")
    lot, key = world.lot(1), world.panel_keys[3]
    score_with(world, 3, [mark(world, "s2", "cert", "9")])
    with refused("objective_unequal"):
        world.close_sheets(1)
    assert [each["factor"] for each in world.call("score_sheets", world.leader, lot_id=lot)["unequal"]] == ["cert"]
    change = {"lot_id": lot, **mark(world, "s2", "cert", "10"), "ground": "objective_unequal", "reason": "漏看一项证书"}
    with refused("change_not_unequal"):
        world.call("change_mark", key, **change | {"factor": "tech"})
    with refused("change_stays_unequal"):
        world.call("change_mark", key, **change | {"points": "8"})
    world.call("change_mark", key, **change)
    world.close_sheets(1)
    assert world.settle(1)["ranking"][0]["total"] == "91.79"
    changes = world.call("report", "zheng", lot_id=lot)["body"]["changes"]
    assert [(each["old"], each["new"], each["ground"]) for each in changes] == [("9.00", "10.00", "objective_unequal")]


def test_outliers_are_shown_to_the_leader_alone_who_says_so_before_closing(played: Played) -> None:
    world = played("scoring")
    lot, seat = world.lot(1), 2 if world.leader != world.panel_keys[2] else 3
    odd = world.panel_keys[seat]
    score_with(world, seat, [mark(world, "s2", "tech", "10")])
    shown = world.call("score_sheets", world.leader, lot_id=lot)
    assert shown["view"] == "outliers"
    assert {(each["factor"], each["mark"], each["others"]) for each in shown["outliers"]} >= {
        ("tech", "10.00", "25.00")
    }
    assert world.call("score_sheets", odd, lot_id=lot)["outliers"] == []
    assert world.call("score_sheets", "zheng", lot_id=lot)["outliers"] == []
    with refused("outliers_unseen"):
        world.close_sheets(1)
    with refused("leader_closes"):
        world.call("close_sheets", odd, lot_id=lot, seen="看过")
    change = {"lot_id": lot, **mark(world, "s2", "tech", "25"), "ground": "abnormal", "reason": "误填"}
    with refused("change_not_found_abnormal"):
        world.call("change_mark", odd, **change)
    member = next(each["member_id"] for each in world.panel("zheng")["members"] if each["seat_no"] == seat + 1)
    for key in world.panel_keys[:4]:
        world.call(
            "judge_mark",
            key,
            lot_id=lot,
            bid_id=world.bid(1, "s2"),
            factor="tech",
            member_id=member,
            choice="abnormal",
            reason="与其他成员差距过大",
        )
    world.call("change_mark", odd, **change)
    assert world.close_sheets(1)["stage"] == "ranking"
    kinds = [each["kind"] for each in world.events("expert_performance_recorded")]
    assert kinds == (["abnormal_mark"] if odd != "ma" else [])


def test_outliers_left_as_they_are_stand_in_the_report_with_what_the_leader_said(played: Played) -> None:
    world = played("scoring")
    score_with(world, 2, [mark(world, "s2", "tech", "10")])
    world.call("close_sheets", world.leader, lot_id=world.lot(1), seen="经复核，评分理由成立")
    world.settle(1)
    body = world.call("report", "zheng", lot_id=world.lot(1))["body"]
    assert body["outliers_seen"] == "经复核，评分理由成立"
    assert {each["factor"] for each in body["outliers"]} == {"tech", "*"}, "the mark, and the member's sum for that bid"


def test_a_change_after_ranking_withdraws_the_report_and_its_signatures(played: Played) -> None:
    world = played("signing")
    lot, key = world.lot(1), world.panel_keys[0]
    first = world.call("report", "zheng", lot_id=lot)
    world.call("sign_report", key, lot_id=lot, signed=world.signed(key, 1, "member"))
    members = {each["seat_no"]: each["member_id"] for each in world.panel("zheng")["members"]}
    for voter in world.panel_keys[:4]:
        world.call(
            "judge_mark",
            voter,
            lot_id=lot,
            bid_id=world.bid(1, "s1"),
            factor="tech",
            member_id=members[1],
            choice="abnormal",
            reason="偏高",
        )
    world.call("change_mark", key, lot_id=lot, **mark(world, "s1", "tech", "26"), ground="abnormal", reason="复核")
    assert world.call("evaluation", "zheng", lot_id=lot)["stage"] == "ranking"
    with refused("wrong_stage"):
        world.call("sign_report", world.panel_keys[1], lot_id=lot, signed={})
    world.call("settle_ranking", "zhao", lot_id=lot)
    second = world.call("report", "zheng", lot_id=lot)
    assert (first["version"], second["version"], second["signatures"]) == (1, 2, [])
    with refused("signature_wrong"):
        old = {**first["statement"], "capacity": "member"}
        world.call("sign_report", key, lot_id=lot, signed={**world.signed(key, 1, "member"), "statement": old})
    world.sign(1)
    with refused("wrong_stage"):
        world.call("change_mark", key, lot_id=lot, **mark(world, "s1", "tech", "25"), ground="abnormal", reason="复核")


def test_the_database_itself_keeps_a_submitted_mark(played: Played) -> None:
    world = played("signing")
    engine = create_engine(world.url)
    try:
        for statement in ("UPDATE mark SET points = 0", "DELETE FROM mark", "DELETE FROM report_signature"):
            with engine.connect() as connection, pytest.raises(DBAPIError):
                connection.execute(text(statement))
    finally:
        engine.dispose()
