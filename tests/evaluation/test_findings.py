"""Score-anomaly and integrity findings are evidence with the figures behind them, told to those inside."""

from __future__ import annotations

import copy
import io
from typing import Any

from pypdf import PdfReader
from sqlalchemy import text

from services.evaluation import report_pdf
from tests.evaluation import rehearsal
from tests.evaluation.conftest import Played
from tests.evaluation.people import id_of, notice, refused
from tests.evaluation.test_scores import mark, score_with
from tests.evaluation.world import World

SHARED = {"kind": "same_machine", "figures": {"machine": "aa:bb:cc"}, "article": "87-37"}


def won_before(world: World, number: int, winner: str) -> dict[str, Any]:
    """A settled lot of the past in which lot 2's bidders met; its report names the winner."""
    lot_id = id_of(f"past{number}")
    fact = world.opened(2) | {"lot_id": lot_id}
    for place, each in enumerate(fact["bids"]):
        each |= {"bid_id": id_of(f"past{number}:{place}"), "price": f"{1000 + place * place * 7 + number}.00"}
    world.hear("tendering", "bids_opened", f"lot:{lot_id}", fact)
    return {"lot": lot_id, "winner": id_of(winner), "place": number}


def settle_in_the_past(world: World, lots: list[dict[str, Any]]) -> None:
    """As their evaluations would have left them."""
    with world.service.runtime.engines.writing() as session:
        for each in lots:
            session.execute(
                text(
                    "UPDATE evaluation SET begun_at = opened_at, "
                    "settled_at = opened_at - make_interval(days => 30 * (9 - :place)) WHERE lot_id = :lot"
                ),
                each,
            )
            session.execute(
                text(
                    "INSERT INTO report (id, evaluation_id, version, made_at, places, rejected, body, digest, "
                    "pdf_digest) SELECT gen_random_uuid()::text, id, 1, settled_at, "
                    "jsonb_build_array(jsonb_build_object('supplier_id', CAST(:winner AS text))), '[]', '{}', "
                    "repeat('0', 64), repeat('0', 64) FROM evaluation WHERE lot_id = :lot"
                ),
                each,
            )
        session.commit()


def test_findings_of_opening_prices_and_past_winners_are_read_inside_and_stand_in_the_report(world: World) -> None:
    noticed = notice(only=2)
    noticed["lots"] += [
        copy.deepcopy(noticed["lots"][0]) | {"lot_id": id_of(f"past{number}"), "no": 10 + number, "budget": "1.00"}
        for number in range(4)
    ]
    world.hear_everything(lots=(), noticed=noticed)
    settle_in_the_past(world, [won_before(world, number, winner) for number, winner in enumerate(("s1", "s2") * 2)])
    fact = world.opened(2)
    signal = SHARED | {"bids": [world.bid(2, "s1"), world.bid(2, "s2")]}
    world.hear("tendering", "bids_opened", f"lot:{world.lot(2)}", fact | {"integrity_signals": [signal]})
    (rotating,) = [each for each in world.events("integrity_finding_recorded") if each["lot_id"] == world.lot(2)]
    assert (rotating["kind"], rotating["about"], rotating["figures"]["lots"]) == ("rotating_winners", "suppliers", "4")
    assert rotating["figures"]["winners"] == "、".join(id_of(each) for each in ("s1", "s2") * 2)

    world.form_small_panel(2)
    world.draw_experts()
    world.answer_all()
    world.begin()
    for key in ("zheng", "zhao", "chen", world.leader):
        read = world.call("findings", key, lot_id=world.lot(2))["findings"]
        assert {each["kind"]: each["figures"] for each in read} == {
            "same_machine": {"machine": "aa:bb:cc"},
            "rotating_winners": rotating["figures"],
        }, key
    for key in ("agent-s1", "sun", "li"):
        with refused("forbidden"):
            world.call("findings", key, lot_id=world.lot(2))

    world.qualify(2)
    world.conform(2)
    world.price(2)
    world.settle(2)
    report = world.call("report", "zheng", lot_id=world.lot(2))
    kept = {each["kind"]: each for each in report["body"]["findings"]}
    assert kept["same_machine"]["bids"] == signal["bids"]
    assert kept["rotating_winners"]["figures"] == rotating["figures"]
    printed = report_pdf.render(report["body"], report["digest"])
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages).replace("\n", "")
    called = {each["key"]: each["name"] for each in rehearsal.data()["organisations"]}
    s1, s2 = called["s1"], called["s2"]
    for figure in (
        "文件由同一台计算机制作",
        "计算机：aa:bb:cc",
        "轮流中标",
        f"历次第一候选人：{s1}、{s2}、{s1}、{s2}",
        "仅为线索，不作为结论",
    ):
        assert figure in said, figure


def test_a_score_that_stands_apart_is_told_with_the_mark_the_others_median_and_the_distance_allowed(
    played: Played,
) -> None:
    world = played("scoring")
    score_with(world, 2, [mark(world, "s2", "tech", "10")])
    shown = world.call("score_sheets", world.leader, lot_id=world.lot(1))["outliers"]
    member = next(each["member_id"] for each in world.panel("zheng")["members"] if each["seat_no"] == 3)
    (odd,) = [each for each in shown if each["factor"] == "tech"]
    assert odd == {
        "bid_id": world.bid(1, "s2"),
        "factor": "tech",
        "member_id": member,
        "mark": "10.00",
        "others": "25.00",
        "allowed": "7.50",
    }, "a quarter of the factor's thirty points"
    world.call("close_sheets", world.leader, lot_id=world.lot(1), seen="经复核，评分理由成立")
    world.settle(1)
    report = world.call("report", "zheng", lot_id=world.lot(1))
    (kept,) = [each for each in report["body"]["outliers"] if each["factor"] == "tech"]
    assert (kept["mark"], kept["others"], kept["allowed"]) == ("10.00", "25.00", "7.50")
