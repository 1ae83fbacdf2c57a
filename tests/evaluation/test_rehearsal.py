"""The rehearsal's lots 1 and 2, whole: from opened bids to a settled ranking, on a real database."""

from __future__ import annotations

from services.protocol import canonical, draw, signatures
from tests.evaluation import rehearsal
from tests.evaluation.conftest import Played
from tests.evaluation.people import id_of


def test_lots_1_and_2_from_opened_bids_to_settled_rankings(played: Played) -> None:
    """The stages are played in `conftest.py`, step by step, each as the department says."""
    world = played("settled")
    first, second = world.ever("ranking_settled")
    assert (first["lot_id"], second["lot_id"]) == (world.lot(1), world.lot(2))

    assert [
        (
            each["supplier_id"],
            each["price"],
            each["evaluation_price"],
            each["price_score"],
            each["total"],
            each["rank"],
            each["recommended"],
            each["candidate"],
        )
        for each in first["ranking"]
    ] == [
        (id_of("s2"), "8150000.00", "5297500.00", "35.00", "91.79", 1, True, 1),
        (id_of("s1"), "7980000.00", "6384000.00", "29.04", "83.53", 2, True, 2),
        (id_of("s5"), "8010000.00", "6408000.00", "28.93", "81.79", 3, True, 3),
        (id_of("s4"), "7760000.00", "6208000.00", "29.87", "80.94", 4, False, None),
        (id_of("s3"), "8390000.00", "7131500.00", "26.00", "79.93", 5, True, 4),
    ]
    assert [(each["supplier_id"], each["stage"], each["reason"]) for each in first["rejected"]] == [
        (id_of("s6"), "conformity", "未响应带★号条款")
    ]
    assert [
        (each["supplier_id"], each["price"], each["evaluation_price"], each["rank"], each["joint"], each["recommended"])
        for each in second["ranking"]
    ] == [
        (id_of("s5"), "2050000.00", "1435000.00", 1, False, True),
        (id_of("s2"), "2060000.00", "1442000.00", 2, False, True),
        (id_of("s1"), "2210000.00", "1768000.00", 3, False, True),
        (id_of("s6"), "1930000.00", "1930000.00", 4, False, True),
    ]
    assert [(each["supplier_id"], each["stage"], each["article"]) for each in second["rejected"]] == [
        (id_of("s4"), "prices", "财库〔2026〕2号")
    ]
    assert first["panel"][-1] == "马评委"
    assert len(first["panel"]) == 7

    # The report explains every figure, and its digest is what was signed.
    report = world.call("report", "zheng", lot_id=world.lot(2))
    body = report["body"]
    assert canonical.digest(body) == report["digest"] == second["report_digest"]
    prices = {each["bid_id"]: each for each in body["prices"]}
    corrected = prices[world.bid(2, "s5")]["corrections"]
    assert [(each["rule"], each["before"], each["after"], each["article"]) for each in corrected] == [
        ("words_over_figures", "2080000.00", "2050000.00", "87-59")
    ]
    assert [(each["kind"], each["measure"], each["limit"]) for each in prices[world.bid(2, "s4")]["triggers"]] == [
        ("next", "1930000.00", "965000.00"),
        ("ceiling", "2300000.00", "1035000.00"),
    ]
    granted = {each["because"] for each in prices[world.bid(2, "s5")]["deductions"] if each["granted"]}
    assert granted == {"maker_small", "domestic"}
    withheld = world.call("report", "zheng", lot_id=world.lot(1))["body"]["prices"]
    s5 = next(each for each in withheld if each["bid_id"] == world.bid(1, "s5"))
    assert [(each["policy"], each["because"]) for each in s5["deductions"] if not each["granted"]] == [
        ("small", "maker_not_small")
    ]
    for each in report["signatures"]:
        assert signatures.verify(each["signed"], expect={"what": "evaluation_report", "digest": report["digest"]}) == []
    assert [each["capacity"] for each in report["signatures"]] == ["member"] * 7 + ["supervisor"]

    # Once the result is published anybody may read it, and replay the draw.
    world.publish(1)
    world.publish(2)
    shown = world.call("published_result", lot_id=world.lot(1))
    assert draw.replay(shown["transcript"], digest=first["transcript_digest"]) == []
    told = world.call("loser_notice", "agent-s4", lot_id=world.lot(1))
    assert (told["total"], told["rank"], told["of"]) == ("80.94", 4, 5)
    out = world.call("loser_notice", "agent-s4", lot_id=world.lot(2))
    assert (out["rejected"], out["article"]) == (True, "财库〔2026〕2号")
    assert len(world.ever("expert_performance_recorded")) == 12, "six experts, two lots"
    assert rehearsal.data()["project"]["panel_representative"] == "ma"
