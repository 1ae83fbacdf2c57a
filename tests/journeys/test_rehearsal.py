"""The suite started as `make run` starts it: the rehearsal comes out as worked out by hand, and is played once."""

from __future__ import annotations

from typing import Any

import pytest

from deploy.databases import DEPARTMENTS
from tests.journeys.conftest import Played


def lot(summary: dict[str, Any], no: int) -> dict[str, Any]:
    """One lot of the summary."""
    return dict(next(each for each in summary["lots"] if each["no"] == no))


# The arithmetic of both lots is spelled out in tests/evaluation/test_rehearsal_by_hand.py.


@pytest.mark.timeout(600)
def test_the_rehearsal_comes_out_as_worked_out_by_hand(played: Played) -> None:
    assert "main job: the rehearsal stopped" not in played.once_said.read_text()
    summary = played.summary
    assert list(summary) == ["lots", "recused", "refused", "logs", "statistics"]
    places = ("supplier", "evaluation_price", "price_score", "total", "rank", "recommended")
    first, second, third = (lot(summary, no) for no in (1, 2, 3))
    assert [tuple(each[name] for name in places) for each in first["ranking"]] == [
        ("s2", "5297500.00", "35.00", "91.79", 1, True),
        ("s1", "6384000.00", "29.04", "83.53", 2, True),
        ("s5", "6408000.00", "28.93", "81.79", 3, True),
        ("s4", "6208000.00", "29.87", "80.94", 4, False),  # s5 stands for the brand they share
        ("s3", "7131500.00", "26.00", "79.93", 5, True),
    ]
    assert [tuple(each[name] for name in places) for each in second["ranking"]] == [
        ("s5", "1435000.00", None, None, 1, True),
        ("s2", "1442000.00", None, None, 2, True),
        ("s1", "1768000.00", None, None, 3, True),
        ("s6", "1930000.00", None, None, 4, True),
    ]
    assert (first["outcome"], first["contract"]) == (
        "contracted", {"supplier": "s2", "amount": "8150000.00", "paid": "8150000.00"},
    )  # fmt: skip
    assert (second["outcome"], second["contract"]) == (
        "contracted", {"supplier": "s5", "amount": "2050000.00", "paid": "2050000.00"},
    )  # fmt: skip
    assert (third["outcome"], third["reason"], third["ranking"], third["contract"]) == (
        "failed", "too_few_bids", [], None,
    )  # fmt: skip


def test_what_the_panel_found_is_told_with_figures_and_articles(played: Played) -> None:
    def told(no: int, kind: str) -> list[dict[str, Any]]:
        return [each for each in lot(played.summary, no)["findings"] if each["kind"] == kind]

    assert [(each["supplier"], each["stage"], each["article"]) for each in told(1, "rejected")] == [
        ("s6", "conformity", "87-50")
    ]
    assert ("s5", "maker_not_small") in [(each["supplier"], each["because"]) for each in told(1, "deduction_withheld")]
    names = ("supplier", "rule", "before", "after")
    corrected = [tuple(each[name] for name in names) for each in told(2, "price_correction")]
    assert corrected == [("s5", "words_over_figures", "2080000.00", "2050000.00")]
    assert [(each["supplier"], each["trigger"], each["limit"]) for each in told(2, "abnormally_low")] == [
        ("s4", "next", "965000.00"),
        ("s4", "ceiling", "1035000.00"),
    ]
    assert [(each["supplier"], each["stage"]) for each in told(2, "rejected")] == [("s4", "prices")]


def test_who_had_to_stand_aside_is_computed_from_the_library(played: Played) -> None:
    # e09 worked for s2 until 2021-06-30, more than three years before: that one may sit.
    assert [(each["expert"], each["reason"]) for each in played.summary["recused"]] == [
        ("e04", "employed"),
        ("e15", "purchaser_staff"),
        ("e21", "holds_shares"),
    ]


def test_what_had_to_be_refused_was_refused_with_codes_and_articles(played: Played) -> None:
    refused = {code: each["articles"] for each in played.summary["refused"] for code in each["codes"]}
    assert {"price_weight_low", "factor_forbidden", "bid_bond_too_high", "bid_late", "out_of_order"} <= set(refused)
    assert refused["bid_late"] == ["87-33"]
    assert refused["suspended_by_challenge"] == ["条例54"]
    assert refused["secret_until_closing"] == ["87-24"]


def test_every_log_is_verified_and_the_figures_agree(played: Played) -> None:
    logs, statistics = played.summary["logs"], played.summary["statistics"]
    assert set(logs) == set(DEPARTMENTS)
    assert all(each["verified"] is True and each["size"] > 0 for each in logs.values())
    told = {name: statistics[name] for name in ("projects", "contracts", "failed_lots", "contract_amount", "paid")}
    assert told == {
        "projects": 1, "contracts": 2, "failed_lots": 1, "contract_amount": "10200000.00", "paid": "10200000.00",
    }  # fmt: skip
    # 8,600,000 + 2,400,000 budgeted, 10,200,000 contracted: 800,000 saved, 7.27 % of 11,000,000.
    assert (statistics["contracted_budget"], statistics["saved"], statistics["saved_percent"]) == (
        "11000000.00", "800000.00", "7.3",
    )  # fmt: skip


def test_once_ends_with_the_main_jobs_status_and_leaves_nothing(played: Played) -> None:
    assert played.once_status == 0, played.once_said.read_text()[-4000:]
    assert "main job: done and verified" in played.once_said.read_text()
    assert played.left_behind == []


def test_started_again_it_verifies_what_was_played_and_plays_nothing(played: Played) -> None:
    assert "verified again, not played a second time" in played.said.read_text()
    assert "main job: done and verified" in played.said.read_text()
    assert "verified again" not in played.once_said.read_text()
