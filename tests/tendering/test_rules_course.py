"""The rules of a tender's course: moves, closing, challenges, visibility, signals; read aloud."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.working_days import Calendar
from services.tendering import lawbook
from services.tendering.rules import challenges, closing, moves, retendering, signals, submission, takers, visibility
from services.tendering.rules.pieces import Pieces, likeness
from services.tendering.rules.status import (
    LOT_STATES,
    PROJECT_STATES,
    LotFacts,
    ProjectFacts,
    lot_status,
    project_status,
)

BOOK = lawbook.book()
DAY = date(2026, 5, 11)
DAYS = Calendar.seeded()
NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)


def codes(found: list[Any]) -> list[str]:
    return [each.code for each in found]


# moves

MOMENTS = st.datetimes(timezones=st.just(UTC))
MAYBE = st.none() | MOMENTS


@pytest.mark.parametrize("state", LOT_STATES)
@pytest.mark.parametrize("move", moves.LOT_MOVES)
def test_every_move_of_a_lot_outside_the_table_is_refused_with_the_moves_that_are_open(move: str, state: str) -> None:
    found = moves.lot_objections(move, state)
    if state in moves.LOT_MOVES[move]:
        assert found == []
    else:
        open_moves = ", ".join(moves.open_moves(moves.LOT_MOVES, state)) or "-"
        assert (found[0].code, found[0].figures["open"]) == ("lot_move_closed", open_moves)


@pytest.mark.parametrize("state", PROJECT_STATES)
def test_every_state_of_a_project_but_the_last_lets_something_be_done(state: str) -> None:
    assert bool(moves.open_moves(moves.PROJECT_MOVES, state)) == (state != "cancelled")


def test_the_tables_name_no_state_that_cannot_be() -> None:
    assert moves.unknown_states() == set()


@given(st.builds(LotFacts, **dict.fromkeys(LotFacts.__dataclass_fields__, MAYBE)), MOMENTS)
def test_whatever_happened_to_a_lot_it_is_in_one_known_state(facts: LotFacts, now: datetime) -> None:
    assert lot_status(facts, now) in LOT_STATES


def test_equal_to_the_closing_is_no_longer_open() -> None:
    facts = LotFacts(published_at=NOON - timedelta(days=20), closes_at=NOON)
    assert lot_status(facts, NOON - timedelta(microseconds=1)) == "open"
    assert lot_status(facts, NOON) == "closing"


def test_a_project_has_ended_when_all_its_lots_have() -> None:
    facts = ProjectFacts(published_at=NOON)
    assert project_status(facts, ["failed", "open"]) == "published"
    assert project_status(facts, ["failed", "completed"]) == "ended"


# closing, failing


@pytest.mark.parametrize(
    ("procedure", "object_", "bids", "articles"),
    [
        ("open_tender", "goods", 2, ("法36", "87-41")),
        ("open_tender", "goods", 0, ("法36", "87-41")),
        ("open_tender", "works", 2, ("法36", "招法28")),
        ("open_tender", "goods", 3, None),
        ("open_tender", "goods", 10_000, None),
        ("single_source", "goods", 1, None),
        ("single_source", "goods", 0, ("法36", "87-41")),
    ],
)
def test_a_lot_with_too_few_bids_fails_by_itself(
    procedure: str, object_: str, bids: int, articles: tuple[str, ...] | None
) -> None:
    found = closing.at_closing(BOOK, DAY, procedure, object_, bids)
    assert (found.articles if found else None) == articles


def test_a_cancelled_task_has_no_way_on() -> None:
    assert closing.failure(BOOK, DAY, "open_tender", "goods", "task_cancelled", "cancellation", {}).ways_on == ()


def test_people_declare_only_what_the_clock_does_not_find() -> None:
    assert closing.grounds(BOOK, DAY) == ["unlawful_acts", "all_over_budget", "task_cancelled"]
    assert codes(retendering.ground_objections(BOOK, DAY, "too_few_bids")) == ["failure_ground_unknown"]
    assert retendering.ground_objections(BOOK, DAY, "unlawful_acts") == []


AGAIN = [
    (retendering.Ended(1, True, "failed", "too_few_bids", ("tender_again",), False), "open_tender", []),
    (retendering.Ended(1, True, "open", None, (), False), "open_tender", ["lot_not_failed"]),
    (retendering.Ended(1, True, "failed", "x", ("tender_again",), True), "open_tender", ["tendered_again_already"]),
    (retendering.Ended(1, True, "failed", "x", ("tender_again",), False), "negotiation", ["no_such_way_on"]),
    (retendering.Ended(1, False, "failed", "x", ("tender_again",), False), "open_tender", ["lot_of_other_project"]),
]


@pytest.mark.parametrize(("lot", "procedure", "expected"), AGAIN)
def test_what_may_follow_a_failed_lot(lot: retendering.Ended, procedure: str, expected: list[str]) -> None:
    assert codes(retendering.objections([lot], procedure, "open_tender")) == expected


# bidders


def terms(**changes: Any) -> submission.Terms:
    told = {
        "procedure": "open_tender",
        "object": "goods",
        "category": "A02010104",
        "reserved_for_small": False,
        "invited": None,
    }
    return submission.Terms(**{**told, **changes})


BIDDERS = [
    (submission.Bidder("admitted"), terms(), []),
    (None, terms(), ["supplier_unknown"]),
    (submission.Bidder("suspended"), terms(), ["supplier_not_admitted"]),
    (submission.Bidder("admitted", categories=("A0201",)), terms(), []),
    (submission.Bidder("admitted", categories=("C",)), terms(), ["category_not_open"]),
    (submission.Bidder("admitted"), terms(invited=False), ["not_invited"]),
    (submission.Bidder("admitted"), terms(invited=True), []),
    (submission.Bidder("admitted", size="large"), terms(reserved_for_small=True), []),  # goods: the maker's size counts
    (
        submission.Bidder("admitted", size="large"),
        terms(reserved_for_small=True, object="services"),
        ["reserved_for_small_firms"],
    ),
    (submission.Bidder("admitted", size="medium"), terms(reserved_for_small=True, object="services"), []),
    (submission.Bidder("admitted", prepared_the_project=True), terms(), ["prepared_the_project"]),
    (submission.Bidder("admitted", prepared_the_project=True), terms(procedure="single_source"), []),
]


@pytest.mark.parametrize(("bidder", "given_terms", "expected"), BIDDERS)
def test_who_may_bid(bidder: submission.Bidder | None, given_terms: submission.Terms, expected: list[str]) -> None:
    assert codes(submission.bidder_objections(BOOK, DAY, bidder, given_terms)) == expected


def test_late_by_a_microsecond_is_late_and_so_is_the_instant_itself() -> None:
    def late(at: datetime) -> list[str]:
        return codes(submission.late(BOOK, DAY, "goods", NOON, at))

    assert late(NOON - timedelta(microseconds=1)) == []
    assert late(NOON) == late(NOON + timedelta(microseconds=1)) == ["bid_late"]


def test_related_firms_and_double_participation_are_found() -> None:
    bids = [
        takers.Taker("b1", "s1", "甲公司", "张三"),
        takers.Taker("b2", "s2", "乙公司", "张三", members=("s4",)),
        takers.Taker("b3", "s3", "丙公司", "李四", controllers=("甲公司",)),
        takers.Taker("b4", "s4", "丁公司", None),
    ]
    related = takers.related(BOOK, DAY, "goods", bids)
    assert [(each["bids"], each["article"]) for each in related] == [(["b1", "b2"], "条例18"), (["b1", "b3"], "条例18")]
    assert [each["bids"] for each in takers.doubled(BOOK, DAY, bids)] == [["b2", "b4"]]


# challenges


def standing(**changes: Any) -> challenges.Standing:
    told: dict[str, Any] = {
        "took_at": datetime(2026, 5, 12, 1, tzinfo=UTC), "bid": True, "notice_ends": date(2026, 5, 18),
        "step_ended_at": datetime(2026, 6, 2, 4, tzinfo=UTC), "result_ends": date(2026, 6, 16),
    }  # fmt: skip
    return challenges.Standing(**{**told, **changes})


MATTER = {"key": "a", "matter": "m", "facts": "f", "evidence": ["e"]}
CHALLENGES: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("document", "2026-05-27", {}, []),  # seven working days after the 18th
    ("document", "2026-05-28", {}, ["challenge_too_late"]),
    ("document", "2026-05-20", {"took_at": None}, ["challenge_without_document"]),
    ("process", "2026-06-11", {}, []),
    ("process", "2026-06-12", {}, ["challenge_too_late"]),
    ("process", "2026-06-03", {"bid": False}, ["challenge_without_bid"]),
    ("process", "2026-06-03", {"step_ended_at": None}, ["challenge_too_early"]),
    ("result", "2026-06-26", {}, []),  # the 19th is the Dragon Boat Festival
    ("result", "2026-06-29", {}, ["challenge_too_late"]),
    ("result", "2026-06-17", {"earlier": ("result",)}, ["challenged_before"]),
    ("result", "2026-06-17", {"earlier": ("process",)}, []),
]


@pytest.mark.parametrize(("about", "day", "changes", "expected"), CHALLENGES)
def test_who_may_challenge_what_until_when(about: str, day: str, changes: dict[str, Any], expected: list[str]) -> None:
    now = datetime.fromisoformat(f"{day}T23:59:59+08:00")
    found = challenges.lodging_objections(BOOK, now, about, standing(**changes), [MATTER], "改", DAYS)
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("matters", "request_", "expected"),
    [
        ([], "改", ["matters_missing"]),
        ([{**MATTER, "facts": " "}], "改", ["facts_missing"]),
        ([{**MATTER, "evidence": []}], "改", ["evidence_missing"]),
        ([MATTER], "", ["request_missing"]),
        ([MATTER, MATTER], "改", ["matter_twice"]),
    ],
)
def test_a_challenge_is_structured(matters: list[dict[str, Any]], request_: str, expected: list[str]) -> None:
    now = datetime(2026, 5, 20, 4, tzinfo=UTC)
    found = challenges.lodging_objections(BOOK, now, "document", standing(), matters, request_, DAYS)
    assert codes(found) == expected


COMPLAINTS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("2026-06-12", {}, []),
    ("2026-07-03", {}, []),  # fifteen working days after 11 June, over the festival
    ("2026-07-06", {}, ["complaint_too_late"]),
    ("2026-06-10", {"answered": False}, ["complaint_too_early"]),
    ("2026-06-12", {"answered": False}, []),
    ("2026-06-12", {"own": False}, ["complaint_of_another"]),
    ("2026-06-12", {"complained": True}, ["complained_before"]),
    ("2026-06-12", {"matters": ["a", "b"]}, ["complaint_beyond_challenge"]),
    ("2026-06-12", {"matters": []}, ["request_missing"]),
]


@pytest.mark.parametrize(("day", "changes", "expected"), COMPLAINTS)
def test_who_may_complain_until_when(day: str, changes: dict[str, Any], expected: list[str]) -> None:
    told: dict[str, Any] = {
        "own": True, "reply_due": datetime.fromisoformat("2026-06-11T23:59:59+08:00"), "answered": True,
        "complained": False, "challenged": ["a"], "matters": ["a"], "request": "改", "calendar": DAYS,
    }  # fmt: skip
    now = datetime.fromisoformat(f"{day}T10:00:00+08:00")
    assert codes(challenges.complaint_objections(BOOK, now, **{**told, **changes})) == expected


@pytest.mark.parametrize(
    ("days", "used", "expected"),
    [
        (30, 0, []),
        (31, 0, ["suspension_too_long"]),
        (10, 21, ["suspension_too_long"]),
        (0, 0, ["suspension_in_the_past"]),
    ],
)
def test_a_suspension_lasts_thirty_days_in_all_at_most(days: int, used: int, expected: list[str]) -> None:
    assert codes(challenges.suspension_objections(BOOK, NOON, NOON + timedelta(days=days), used)) == expected


# visibility


@pytest.mark.parametrize("viewer", visibility.VIEWERS)
@pytest.mark.parametrize("state", ["open", "closing"])
@pytest.mark.parametrize("thing", ["bids", "bids_unread", "bonds", "downloads"])
def test_before_the_closing_only_the_supplier_sees_its_own(thing: str, state: str, viewer: str) -> None:
    assert visibility.view(thing, state, viewer) == ("own" if viewer == "supplier" else None)


VIEWS = [
    (thing, state, viewer, view)
    for thing, states in visibility.TABLE.items()
    for state, viewers in states.items()
    for viewer, view in viewers.items()
]  # fmt: skip


@pytest.mark.parametrize(("thing", "state", "viewer", "view"), VIEWS)
def test_each_row_of_the_table_says_what_is_seen(thing: str, state: str, viewer: str, view: str) -> None:
    assert viewer in visibility.VIEWERS
    assert view in (visibility.ALL, visibility.OWN, visibility.COUNT, visibility.UNNAMED)
    if viewer == "public":
        lawful = {("count", "bids"), ("count", "bids_unread"), ("unnamed", "questions"), ("all", "document")}
        assert (view, thing) in lawful
    if thing == "questions" and viewer != "supplier":
        assert view == visibility.UNNAMED


def test_a_pair_that_is_absent_sees_nothing() -> None:
    assert visibility.view("bids", "nowhere", "centre") is None
    assert visibility.view("bids", "open", "centre") is None


# signals


def bid(name: str, price: str, **sheet: Any) -> signals.Traces:
    return signals.Traces(f"bid-{name}", f"supplier-{name}", {"price": price, **sheet}, agent=f"agent-{name}")


def kinds(*bids: signals.Traces) -> list[str]:
    return [each["kind"] for each in signals.found(BOOK, DAY, bids)]


def test_different_bids_give_no_signal() -> None:
    made = [bid(name, price, document={"author": name}, contact={"phone": name}) for name, price in
            (("a", "100.00"), ("b", "117.00"), ("c", "131.00"))]  # fmt: skip
    assert kinds(*made) == []


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        (("100.00", "110.00", "120.00"), ["price_steps"]),
        (("100.00", "110.00", "121.00"), ["price_steps"]),  # ten per cent each
        (("100.00", "110.00"), []),
        (("100.00", "100.00", "100.00"), []),
        (("100.00", "110.00", "125.00"), []),
    ],
)
def test_prices_in_regular_steps(prices: tuple[str, ...], expected: list[str]) -> None:
    assert kinds(*(bid(str(place), price) for place, price in enumerate(prices))) == expected


@pytest.mark.parametrize(
    ("kind", "sheet"),
    [
        ("same_author", {"document": {"author": " 老王 "}}),
        ("same_machine", {"document": {"machine": "PC-7"}}),
        ("same_contact", {"contact": {"phone": "0431-1"}}),
        ("same_contact", {"contact": {"manager": "赵六"}}),
        ("same_bond_account", {"bond": {"account": "6222 00-01"}}),
    ],
)
def test_what_two_bids_share(kind: str, sheet: dict[str, Any]) -> None:
    assert kinds(bid("a", "1.00", **sheet), bid("b", "7.00", **sheet)) == [kind]


def test_a_price_sheet_of_any_shape_gives_no_error() -> None:
    shapes: tuple[dict[str, Any], ...] = (
        {"document": 3},
        {"contact": []},
        {"bond": "x"},
        {"document": {"author": ["x"]}},
        {"price": None},
    )
    for odd in shapes:
        assert kinds(signals.Traces("b1", "s1", odd), signals.Traces("b2", "s2", odd)) in ([], ["same_agent"])


@settings(deadline=None, max_examples=30)  # the machine may be busy; what is tested is not speed
@given(st.integers(0, 2**32), st.sampled_from([0, 7, 256]), st.lists(st.integers(500, 90_000), min_size=1, max_size=20))
def test_pieces_do_not_depend_on_how_a_stream_is_cut_into_chunks(seed: int, kinds_of: int, lengths: list[int]) -> None:
    source = random.Random(seed)
    data = source.randbytes(150_000) if kinds_of == 256 else bytes(source.choices(range(kinds_of + 1), k=150_000))
    whole, parted = Pieces(), Pieces()
    whole.take(data)
    whole.end()
    place, turn = 0, 0
    while place < len(data):
        length = lengths[turn % len(lengths)]
        parted.take(data[place : place + length])
        place, turn = place + length, turn + 1
    parted.end()
    assert whole.sketch == parted.sketch


def test_a_file_with_a_page_put_in_stays_alike_and_another_is_not() -> None:
    source = random.Random(7)
    first = source.randbytes(300_000)
    second = first[:150_000] + source.randbytes(3_000) + first[150_000:]
    other = source.randbytes(300_000)
    sketches = []
    for data in (first, second, other):
        pieces = Pieces()
        pieces.take(data)
        pieces.end()
        sketches.append(frozenset(pieces.sketch))
    both, of = likeness(sketches[0], sketches[1])
    assert both / of > 0.9
    assert likeness(sketches[0], sketches[2])[0] == 0


def test_another_bidders_name_is_found_across_the_edge_of_two_chunks() -> None:
    pieces = Pieces(["吉林市松江网络科技有限公司"])
    data = "前言 吉林市松江网络科技有限公司 投标".encode()
    for byte in range(len(data)):
        pieces.take(data[byte : byte + 1])
    pieces.end()
    assert pieces.found == {"吉林市松江网络科技有限公司"}
