"""Who is awarded, when silence decides, what stops it, what may follow a refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.rules import (
    acted_upon,
    announcement,
    award_order,
    decision_time,
    falling_away,
    joint_places,
    suspension,
)
from services.contracts.rules.award_order import Candidate
from services.contracts.rules.suspension import Dispute

NOW = datetime(2026, 6, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def place(bid: str, rank: int, **more: Any) -> Candidate:
    return Candidate(bid, f"supplier-{bid}", f"firm {bid}", Decimal("100.00"), rank, **more)


RANKING = [place("a", 1), place("b", 2), place("c", 3), place("d", 4, recommended=False)]
JOINT = [place("a", 1, joint=True), place("b", 1, joint=True), place("c", 3)]


def codes(objections: list[Any]) -> list[str]:
    return [each.code for each in objections]


@pytest.mark.parametrize(
    ("ranking", "fallen", "bid", "drawn", "expected"),
    [
        (RANKING, set(), "a", None, []),
        (RANKING, set(), "b", None, ["out_of_order"]),
        (RANKING, set(), "d", None, ["not_recommended"]),
        (RANKING, set(), "x", None, ["not_in_ranking"]),
        (RANKING, {"a"}, "a", None, ["fell_away"]),
        (RANKING, {"a"}, "b", None, []),
        (RANKING, {"a"}, "c", None, ["out_of_order"]),
        (RANKING, {"a", "b", "c"}, "d", None, ["not_recommended"]),
        (JOINT, set(), "a", None, []),
        (JOINT, set(), "b", None, []),
        (JOINT, set(), "b", "b", []),
        (JOINT, set(), "a", "b", ["joint_place_decided"]),
        (JOINT, {"b"}, "a", "a", []),
        (JOINT, set(), "c", "a", ["out_of_order"]),
    ],
)
def test_the_award_follows_the_ranking(
    ranking: list[Candidate], fallen: set[str], bid: str, drawn: str | None, expected: list[str]
) -> None:
    assert codes(award_order.objections(ranking, fallen, bid, drawn)) == expected


def test_a_barred_supplier_is_not_awarded() -> None:
    assert codes(award_order.barred_objections(RANKING[0], {"supplier-a"})) == ["supplier_barred"]
    assert award_order.barred_objections(RANKING[0], {"supplier-b"}) == []


@given(
    bids=st.lists(st.uuids().map(str), min_size=1, max_size=9, unique=True), seed=st.binary(min_size=32, max_size=32)
)
def test_the_draw_depends_on_the_seed_and_not_on_the_order_the_bids_are_given_in(bids: list[str], seed: bytes) -> None:
    order = joint_places.drawn_order(bids, seed.hex())
    assert sorted(order) == sorted(bids)
    assert joint_places.drawn_order(sorted(bids), seed.hex()) == order


def test_the_draw_favours_nobody() -> None:
    bids = ["bid-1", "bid-2", "bid-3"]
    taken = [joint_places.drawn_order(bids, joint_places.seed(f"{n:064}", "r" * 64, "lot"))[0] for n in range(3000)]
    assert all(850 < taken.count(bid) < 1150 for bid in bids)


def test_the_nonce_is_bound_by_its_commitment_and_the_report_moves_the_draw() -> None:
    assert joint_places.commitment("1" * 64) != joint_places.commitment("2" * 64)
    assert joint_places.seed("1" * 64, "a" * 64, "lot") != joint_places.seed("1" * 64, "b" * 64, "lot")


def test_the_documents_rule_for_joint_places_is_followed() -> None:
    joint = [
        place("a", 1, total=Decimal("90"), price_score=Decimal("30")),
        place("b", 1, total=Decimal("90"), price_score=Decimal("25")),
    ]
    assert joint_places.taken(joint, "panel_decides", "00") == "b", "its scores without the price are higher"
    assert joint_places.taken(joint, "purchaser_decides", "00") is None
    assert joint_places.taken(joint, "draw", "00") in ("a", "b")
    assert joint_places.rule_of("whatever") == joint_places.rule_of(None) == "draw", "a silent document means a draw"


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"now": NOW}, ["period_runs"]),
        ({"suspended": True}, ["award_suspended"]),
        ({"held": True}, ["reason_stated"]),
        ({"decided_before": True}, ["choice_after_refusal"]),
        ({"first_places": 0}, ["no_candidate_left"]),
        ({"suspended": True, "held": True}, ["award_suspended", "reason_stated"]),
    ],
)
def test_silence_decides_only_when_nothing_holds_it_back(changed: dict[str, Any], expected: list[str]) -> None:
    facts: dict[str, Any] = {
        "due": NOW,
        "now": NOW + DAY,
        "suspended": False,
        "held": False,
        "decided_before": False,
        "first_places": 1,
    }
    assert codes(decision_time.silence_waits_for(**facts | changed)) == expected


def test_a_reason_for_not_deciding_is_coded_and_in_time() -> None:
    assert decision_time.hold_objections("force_majeure", NOW, NOW) == []
    assert codes(decision_time.hold_objections("on holiday", NOW + DAY, NOW)) == ["hold_ground_unknown", "period_over"]


def dispute(**facts: Any) -> Dispute:
    given: dict[str, Any] = {
        "id": "d",
        "kind": "challenge",
        "lodged_at": NOW,
        "closed_at": None,
        "suspends": frozenset({"signing"}),
    }
    return Dispute(**given | facts)


COMPLAINT = {"kind": "complaint", "suspends": frozenset()}


@pytest.mark.parametrize(
    ("facts", "step", "expected"),
    [
        ({}, "signing", ["suspended_by_challenge"]),
        ({}, "performance", ["suspended_by_challenge"]),
        ({}, "award", []),
        ({"closed_at": NOW, "upheld": False}, "signing", []),
        ({"closed_at": NOW, "upheld": True}, "signing", ["challenge_upheld"]),
        ({"closed_at": NOW, "upheld": True, "settled": True}, "signing", []),
        ({"lodged_at": None}, "signing", []),
        (COMPLAINT, "signing", []),
        (COMPLAINT | {"suspended_until": NOW + DAY}, "signing", ["suspended_by_complaint"]),
        (COMPLAINT | {"suspended_until": NOW + DAY}, "award", ["suspended_by_complaint"]),
        (COMPLAINT | {"suspended_until": NOW}, "signing", []),
        (COMPLAINT | {"suspended_until": NOW + DAY, "closed_at": NOW}, "signing", []),
    ],
)
def test_a_dispute_stops_what_it_touches_and_no_longer_than_it_may(
    facts: dict[str, Any], step: str, expected: list[str]
) -> None:
    assert codes(suspension.objections([dispute(**facts)], step, NOW)) == expected


@pytest.mark.parametrize(
    ("ground", "side", "changed", "expected"),
    [
        ("declined", "supplier", {}, []),
        ("declined", "purchaser", {}, ["refusal_ground_unknown"]),
        ("period_passed", "purchaser", {}, ["signing_period_runs"]),
        ("period_passed", "purchaser", {"now": NOW + DAY}, []),
        ("period_passed", "purchaser", {"now": NOW + DAY, "signed": True}, ["winner_has_signed"]),
        ("period_passed", "purchaser", {"signing_due": None}, ["signing_period_runs"]),
        ("conditions_added", "purchaser", {}, []),
        ("declined", "supplier", {"contract_signed": True}, ["contract_stands"]),
    ],
)
def test_a_refusal_is_stated_by_the_right_side_at_the_right_time(
    ground: str, side: str, changed: dict[str, Any], expected: list[str]
) -> None:
    facts: dict[str, Any] = {"signed": False, "contract_signed": False, "signing_due": NOW, "now": NOW}
    assert codes(falling_away.refusal_objections(ground, side, **facts | changed)) == expected


@pytest.mark.parametrize(
    ("ground", "changed", "expected"),
    [
        ("winner_refused", {"refused": True}, []),
        ("winner_refused", {}, ["nobody_refused"]),
        ("winner_refused", {"refused": True, "live": True}, ["award_stands"]),
        ("no_candidate_left", {"left": 0}, []),
        ("no_candidate_left", {}, ["candidates_left"]),
        ("award_annulled", {"annulled": True}, []),
        ("award_annulled", {}, ["nothing_annulled"]),
        ("task_cancelled", {}, []),
        ("a bad mood", {}, ["return_ground_unknown"]),
    ],
)
def test_a_lot_goes_back_only_on_a_ground_that_is_there(
    ground: str, changed: dict[str, Any], expected: list[str]
) -> None:
    facts: dict[str, Any] = {"live": False, "refused": False, "annulled": False, "left": 2}
    assert codes(falling_away.return_objections(ground, **facts | changed)) == expected


@pytest.mark.parametrize(
    ("ground", "changed", "expected"),
    [
        ("unlawful_acts", {}, []),
        ("challenge_upheld", {"upheld_dispute": True}, []),
        ("challenge_upheld", {}, ["no_challenge_upheld"]),
        ("complaint_upheld", {}, ["finance_decides"]),
        ("supplier_barred", {"barred": True}, []),
        ("supplier_barred", {}, ["not_barred"]),
        ("unlawful_acts", {"contract_signed": True}, ["contract_stands"]),
        ("other", {}, ["annulment_ground_unknown"]),
    ],
)
def test_an_award_is_annulled_only_on_a_ground_that_is_there(
    ground: str, changed: dict[str, Any], expected: list[str]
) -> None:
    facts: dict[str, Any] = {"upheld_dispute": False, "barred": False, "contract_signed": False}
    assert codes(falling_away.annulment_objections(ground, **facts | changed)) == expected


def test_an_announcement_names_everything_the_regulations_list() -> None:
    facts = dict.fromkeys(announcement.REQUIRED, "x")
    item = dict.fromkeys(announcement.ITEM_REQUIRED, "x")
    assert announcement.objections(facts, [item], ["someone"]) == []
    missing = announcement.objections({}, [], [])
    assert {each.figures["what"] for each in missing} == {*announcement.REQUIRED, "items", "panel"}
    (without,) = announcement.objections(facts, [item | {"specification": ""}], ["someone"])
    assert without.field == "items.0.specification"


def test_each_loser_is_told_its_own_score_and_rank_or_its_reason_and_the_winner_nothing() -> None:
    ranking = [
        {"bid_id": "a", "supplier_id": "1", "rank": 1, "total": "91.79"},
        {"bid_id": "b", "supplier_id": "2", "rank": 2, "total": "83.53"},
    ]
    rejected = [{"bid_id": "c", "supplier_id": "3", "reason": "未响应", "article": "87-50"}]
    told = {each["bid_id"]: each for each in announcement.losers(ranking, rejected, "a")}
    assert set(told) == {"b", "c"}
    assert (told["b"]["total"], told["b"]["rank"], told["b"]["reason"]) == ("83.53", 2, None)
    assert (told["c"]["total"], told["c"]["rank"], told["c"]["reason"]) == (None, None, "未响应")


@pytest.mark.parametrize(
    ("answered", "rankings", "expected"),
    [
        (None, [-1, 1], False),  # only lodged so far
        (0, [], False),
        (0, [-1], False),  # nobody evaluated again yet
        (0, [1], False),  # upheld before there was any ranking: this is the first one, nothing was done again
        (0, [-1, 1], True),
        (0, [-2, -1, 0], False),  # settled in the instant of the answer: the ranking it was about
        (0, [0, 1], True),
    ],
)
def test_an_upheld_challenge_is_acted_upon_by_another_ranking_than_the_one_it_was_about(
    answered: int | None, rankings: list[int], expected: bool
) -> None:
    at = None if answered is None else NOW + answered * DAY
    assert acted_upon.by_a_new_ranking(at, [NOW + each * DAY for each in rankings]) is expected


@pytest.mark.parametrize(
    ("answered", "awards", "expected"),
    [(None, [], False), (0, [], True), (0, [-1], False), (0, [0], False), (0, [1], True), (0, [1, -1], False)],
)
def test_an_upheld_challenge_stops_nothing_once_no_award_is_left_that_it_was_about(
    answered: int | None, awards: list[int], expected: bool
) -> None:
    at = None if answered is None else NOW + answered * DAY
    assert acted_upon.nothing_left(at, [NOW + each * DAY for each in awards]) is expected
