"""The panel: size, make-up, recusal, votes.

What is left; signals; rounds; reopening; stages; visibility; the law itself.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from services.evaluation import law
from services.evaluation.rules import panel, recusal, reopening, rounds, signals, stages, survivors, visibility, voting
from services.evaluation.rules.law import Law, NoLaw, read_row
from services.evaluation.rules.panel import Purchase
from services.evaluation.rules.recusal import Tie
from services.evaluation.rules.signals import Past
from services.evaluation.rules.stages import Facts
from services.evaluation.rules.voting import Vote

D = Decimal
LAW = law.in_force()
NOTICE = date(2026, 5, 11)
NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)


def purchase(budget: str = "8600000", procedure: str = "open_tender", **more: bool) -> Purchase:
    return Purchase(procedure, D(budget), NOTICE, **more)


@pytest.mark.parametrize(
    ("case", "what", "experts", "representatives", "codes"),
    [
        ("five, four of them experts", purchase(), 4, 1, []),
        ("five experts, no representative", purchase(), 5, 0, []),
        ("five, three experts are no two thirds", purchase(), 3, 2, ["panel_experts_few"]),
        ("six is even", purchase(), 5, 1, ["panel_even"]),
        ("three is too few for a tender", purchase(), 2, 1, ["panel_small"]),
        ("ten million needs seven", purchase("10000000"), 4, 1, ["panel_small"]),
        ("a fen below ten million needs five", purchase("9999999.99"), 4, 1, []),
        ("seven, six experts", purchase("12200000"), 6, 1, []),
        ("seven, five experts are two thirds of seven", purchase("12200000"), 5, 2, []),
        ("complex needs seven", purchase(complex=True), 4, 1, ["panel_small"]),
        ("social impact needs seven", purchase(social_impact=True), 4, 1, ["panel_small"]),
        ("three for a consultation", purchase(procedure="consultation"), 2, 1, []),
        ("three for a small negotiation", purchase("300000", "negotiation"), 2, 1, []),
        (
            "five for a negotiation at the open-tender threshold",
            purchase("4000000", "negotiation"),
            2,
            1,
            ["panel_small"],
        ),
        ("everything wrong at once", purchase(), 1, 3, ["panel_even", "panel_small", "panel_experts_few"]),
    ],
)
def test_size_and_make_up(case: str, what: Purchase, experts: int, representatives: int, codes: list[str]) -> None:
    assert [each.code for each in panel.objections(LAW, what, experts, representatives)] == codes, case


@pytest.mark.parametrize(
    ("kind", "of_purchaser", "at_opening", "codes"),
    [
        ("purchaser", True, [], []),
        ("purchaser", True, ["ma"], ["panel_was_at_opening"]),
        ("purchaser", False, [], ["panel_not_purchasers"]),
        ("centre", False, [], ["panel_agency_staff"]),
        ("finance", False, ["ma"], ["panel_agency_staff", "panel_was_at_opening"]),
    ],
)
def test_who_may_represent_the_purchaser(
    kind: str, of_purchaser: bool, at_opening: list[str], codes: list[str]
) -> None:
    found = panel.representative_objections(
        LAW, NOTICE, person_id="ma", kind=kind, of_purchaser=of_purchaser, at_opening=at_opening
    )
    assert [each.code for each in found] == codes


@pytest.mark.parametrize(
    ("case", "tie", "codes"),
    [
        ("still employed", Tie("employed", "s1"), ["recusal_employed"]),
        ("left within three years", Tie("employed", "s1", date(2025, 12, 31)), ["recusal_employed"]),
        ("left three years ago to the day", Tie("employed", "s1", date(2023, 5, 11)), ["recusal_employed"]),
        ("left a day earlier", Tie("employed", "s1", date(2023, 5, 10)), []),
        ("left long ago", Tie("employed", "s2", date(2021, 6, 30)), []),
        ("a firm that does not bid", Tie("employed", "other"), []),
        ("director", Tie("director", "s1", date(2024, 1, 1)), ["recusal_director"]),
        ("supervisor of the company", Tie("supervisor", "s1"), ["recusal_supervisor"]),
        ("twelve per cent of the shares", Tie("shareholder", "s2", percent="12.00"), ["recusal_shareholder"]),
        ("spouse of who leads it", Tie("kin", "s1", relation="spouse"), ["recusal_kin"]),
        ("fourth-degree kin", Tie("kin", "s1", relation="fourth_degree"), []),
        ("declared by the expert", Tie("declared", "s2"), ["recusal_declared"]),
        ("works for the purchaser", Tie("employed", "education"), ["recusal_purchaser_staff"]),
        ("once worked for the purchaser", Tie("employed", "education", date(2024, 1, 1)), []),
    ],
)
def test_who_must_stand_aside(case: str, tie: Tie, codes: list[str]) -> None:
    found = recusal.objections(LAW, [tie], bidders={"s1", "s2"}, purchaser="education", began=NOTICE)
    assert [each.code for each in found] == codes, case


def test_three_years_before_a_leap_day() -> None:
    assert recusal.years_before(date(2028, 2, 29), 3) == date(2025, 2, 28)


def test_the_majority_of_all_members_decides_and_written_dissent_is_kept() -> None:
    votes = [Vote("1", "pass"), Vote("2", "fail", "未响应★条款"), Vote("3", "pass"), Vote("4", "fail")]
    assert voting.outcome(votes, 5) is None, "two of five is no majority, whatever the last one says"
    made = voting.outcome([*votes, Vote("5", "pass")], 5)
    assert made is not None
    assert (made.choice, made.counts) == ("pass", {"pass": 3, "fail": 2})
    assert [vote.member for vote in made.dissent] == ["2"], "who wrote no reason counts as agreeing"


def test_a_vote_against_needs_its_reason_in_writing() -> None:
    assert [each.code for each in voting.objections(Vote("1", "fail"), ["pass", "fail"], needs_reason=["fail"])] == [
        "vote_needs_reason"
    ]
    assert [each.code for each in voting.objections(Vote("1", "maybe"), ["pass", "fail"])] == ["vote_unknown"]
    assert voting.objections(Vote("1", "pass"), ["pass", "fail"], needs_reason=["fail"]) == []


@pytest.mark.parametrize(("kind", "codes"), [("expert", []), ("representative", ["leader_not_expert"])])
def test_the_purchasers_representative_does_not_lead(kind: str, codes: list[str]) -> None:
    assert [each.code for each in voting.leader_objections(kind, "")] == codes


@pytest.mark.parametrize(
    ("procedure", "left", "exception", "fails"),
    [
        ("open_tender", 3, "none", False),
        ("open_tender", 2, "none", True),
        ("open_tender", 0, "none", True),
        ("consultation", 2, "none", True),
        ("consultation", 2, "public_service", False),
        ("negotiation", 2, "none", True),
    ],
)
def test_below_three_left_the_lot_fails(procedure: str, left: int, exception: str, fails: bool) -> None:
    assert bool(survivors.objections(LAW, NOTICE, procedure, left, exception)) is fails


@pytest.mark.parametrize(
    ("case", "prices", "kinds"),
    [
        ("equal differences", ["100", "110", "120"], ["regular_price_differences"]),
        ("equal ratios", ["100", "110", "121"], ["regular_price_ratios"]),
        ("nothing regular", ["100", "111", "150"], []),
        ("two prices make no step", ["100", "110"], []),
        ("within a thousandth of the step", ["100000", "110000", "120005"], ["regular_price_differences"]),
    ],
)
def test_regular_price_steps(case: str, prices: list[str], kinds: list[str]) -> None:
    found = signals.regular_steps({str(n): D(price) for n, price in enumerate(prices)}, D("0.001"))
    assert [each.kind for each in found] == kinds, case


def test_two_bids_at_one_price_are_shown() -> None:
    assert [each.bids for each in signals.same_price({"a": D(1), "b": D(2), "c": D(1)})] == [("a", "c")]


def past(winners: str, bidders: str = "xyz", step: int = 30) -> list[Past]:
    return [
        Past(str(n), date(2025, 1, 1) + timedelta(days=step * n), frozenset(bidders), winner)
        for n, winner in enumerate(winners)
    ]


@pytest.mark.parametrize(
    ("case", "history", "found"),
    [
        ("three by turns", past("xyzx"), True),
        ("two by turns", past("xyxy"), True),
        ("one wins twice running", past("xxyz"), False),
        ("one wins more than its turn", past("xyxzx"), False),
        ("too few meetings", past("xyz"), False),
        ("somebody else wins", past("xyqz", "xyzq"), False),
        ("they do not meet", past("xyzx", "x"), False),
    ],
)
def test_rotating_winners(case: str, history: list[Past], found: bool) -> None:
    made = signals.rotating_winners(history, frozenset("xyz"), today=NOTICE, meetings=4, months=36)
    assert bool(made) is found, case


def test_meetings_of_long_ago_do_not_count() -> None:
    assert signals.rotating_winners(past("xyzx"), frozenset("xyz"), today=date(2029, 6, 1), meetings=4, months=36) == []


@pytest.mark.parametrize(
    ("kind", "procedure", "open_rounds", "final_done", "codes"),
    [
        ("negotiation", "negotiation", 0, False, []),
        ("final_offer", "consultation", 0, False, []),
        ("negotiation", "open_tender", 0, False, ["round_not_negotiated"]),
        ("final_offer", "negotiation", 1, False, ["round_open"]),
        ("negotiation", "negotiation", 0, True, ["round_after_final"]),
        ("negotiation", "inquiry", 0, False, ["round_after_final"]),
        ("chat", "negotiation", 0, False, ["round_unknown"]),
    ],
)
def test_when_a_round_may_be_held(
    kind: str, procedure: str, open_rounds: int, final_done: bool, codes: list[str]
) -> None:
    found = rounds.opening_objections(kind, procedure, open_rounds=open_rounds, final_done=final_done)
    assert [each.code for each in found] == codes


@pytest.mark.parametrize(
    ("procedure", "closes_in", "unopened", "codes"),
    [
        ("negotiation", None, 0, ["final_offers_missing"]),
        ("consultation", None, 0, ["final_offers_missing"]),
        ("open_tender", None, 0, []),
        ("inquiry", None, 0, []),
        ("negotiation", 1, 0, ["final_offers_open"]),
        ("negotiation", 0, 1, ["offers_unopened"]),
        ("negotiation", 0, 0, []),
        ("inquiry", -29, 2, ["offers_unopened"]),
        ("negotiation", -30, 2, []),
    ],
)
def test_when_prices_may_be_looked_at(procedure: str, closes_in: int | None, unopened: int, codes: list[str]) -> None:
    closes_at = None if closes_in is None else NOW + timedelta(minutes=closes_in)
    found = rounds.pricing_objections(procedure, final_closes_at=closes_at, unopened=unopened, now=NOW, minutes=30)
    assert [each.code for each in found] == codes


@pytest.mark.parametrize(("seconds", "codes"), [(-1, []), (0, ["offer_late"]), (1, ["offer_late"])])
def test_an_offer_at_the_closing_instant_is_late(seconds: int, codes: list[str]) -> None:
    found = rounds.offer_objections(
        now=NOW + timedelta(seconds=seconds), closes_at=NOW, still_in=True, made_before=False
    )
    assert [each.code for each in found] == codes


def test_an_offer_counts_only_as_it_was_sealed_and_only_after_closing() -> None:
    nonce = "n" * 32
    sealed = rounds.commitment("r", "b", D("100.00"), nonce)
    assert rounds.reveal_objections(sealed, "r", "b", D("100"), nonce, closed=True) == []
    for changed in ({"price": D(99)}, {"round_id": "other"}, {"bid_id": "c"}, {"nonce": "m" * 32}):
        facts = {"round_id": "r", "bid_id": "b", "price": D(100), "nonce": nonce} | changed
        found = rounds.reveal_objections(sealed, **facts, closed=True)  # type: ignore[arg-type]  # by keyword
        assert [each.code for each in found] == ["offer_differs"]
    assert [each.code for each in rounds.reveal_objections(sealed, "r", "b", D(100), nonce, closed=False)] == [
        "offer_reveal_early"
    ]


REQUEST = {
    "ground": "objective_unequal",
    "cause": "challenge_upheld",
    "outcome": "",
    "finance_report_no": "财采〔2026〕1号",
    "settled": True,
    "contract_performed": False,
    "members_at_fault": ("m2", "m1"),
}


@pytest.mark.parametrize(
    ("case", "more", "scope", "excluded", "codes"),
    [
        ("the four grounds: the same panel checks again", {}, "recheck", (), []),
        ("misconduct: a new panel without those at fault", {"ground": "misconduct"}, "new_panel", ("m1", "m2"), []),
        (
            "finance orders it",
            {"cause": "complaint_decided", "outcome": "upheld_reevaluate", "ground": "composition"},
            "new_panel",
            ("m1", "m2"),
            [],
        ),
        (
            "finance orders a new tender instead",
            {"cause": "complaint_decided", "outcome": "upheld_retender"},
            None,
            (),
            ["reopen_not_ordered"],
        ),
        ("no lawful ground", {"ground": "purchaser_unhappy"}, None, (), ["reopen_ground_unknown"]),
        ("not reported to finance", {"finance_report_no": ""}, None, (), ["reopen_not_reported"]),
        (
            "the contract is performed",
            {"ground": "misconduct", "contract_performed": True},
            None,
            (),
            ["reopen_performed"],
        ),
        ("not yet settled", {"settled": False}, None, (), ["reopen_not_settled"]),
        ("the document was challenged", {"about": "document"}, None, (), ["reopen_of_document"]),
    ],
)
def test_what_a_challenge_reopens(
    case: str, more: dict[str, object], scope: str | None, excluded: tuple[str, ...], codes: list[str]
) -> None:
    made, found = reopening.decide(LAW, NOTICE, reopening.Request(**(REQUEST | more)))  # type: ignore[arg-type]  # by keyword
    assert [each.code for each in found] == codes, case
    assert (made and made.scope, made.excluded if made else ()) == (scope, excluded), case


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(), "waiting"),
        (Facts(begun_at=NOW), "qualification"),
        (Facts(begun_at=NOW, qualification_closed_at=NOW), "conformity"),
        (Facts(begun_at=NOW, qualification_closed_at=NOW, conformity_closed_at=NOW), "prices"),
        (Facts(None, NOW, NOW, NOW, NOW), "scoring"),
        (Facts(None, NOW, NOW, NOW, NOW, scored=False), "ranking"),
        (Facts(None, NOW, NOW, NOW, NOW, True, NOW), "ranking"),
        (Facts(None, NOW, NOW, NOW, NOW, True, NOW, NOW), "signing"),
        (Facts(None, NOW, NOW, NOW, NOW, True, NOW, NOW, NOW), "settled"),
        (Facts(NOW, NOW), "failed"),
    ],
)
def test_the_stage_follows_from_the_facts(facts: Facts, expected: str) -> None:
    assert stages.stage(facts) == expected
    for action, allowed in stages.ACTIONS.items():
        assert (stages.objections(action, facts) == []) is (expected in allowed), action


def test_every_action_stands_at_known_stages() -> None:
    assert {stage for allowed in stages.ACTIONS.values() for stage in allowed} <= set(stages.STAGES)


@pytest.mark.parametrize(("thing", "viewers", "states", "seen"), visibility.ROWS)
def test_each_row_of_the_visibility_table_says_what_it_says(
    thing: str, viewers: tuple[str, ...], states: tuple[str, ...], seen: str
) -> None:
    for viewer in viewers:
        assert viewer in visibility.VIEWERS
        for state in states:
            assert state in visibility.STATES
            assert visibility.view(thing, viewer, state) == seen


def test_no_row_of_the_visibility_table_contradicts_another() -> None:
    cells = [
        (thing, viewer, state)
        for thing, viewers, states, _ in visibility.ROWS
        for viewer in viewers
        for state in states
    ]
    assert len(cells) == len(set(cells)) == len(visibility.TABLE)


@pytest.mark.parametrize("viewer", visibility.VIEWERS)
@pytest.mark.parametrize("state", ["before", "gathering", "reviewing", "scoring", "submitted"])
def test_nobody_whoever_sees_anothers_sheet_before_the_sheets_are_closed(viewer: str, state: str) -> None:
    assert visibility.view("sheets", viewer, state) in ("", "own", "progress", "outliers")
    assert (visibility.view("sheets", viewer, state) == "outliers") <= (viewer == "leader" and state == "submitted")


@pytest.mark.parametrize("state", visibility.STATES[:-1])
def test_names_are_secret_from_the_public_and_the_bidders_until_the_result_is_published(state: str) -> None:
    for viewer in ("public", "bidder", "hall"):
        assert visibility.view("panel", viewer, state) == ""
        assert visibility.view("draw", viewer, state) == ""
        assert visibility.view("ranking", viewer, state) == ""


def test_a_leader_who_is_also_a_member_gets_the_wider_view() -> None:
    assert visibility.widest("sheets", {"member", "leader"}, "submitted") == "outliers"
    assert visibility.widest("sheets", {"public"}, "closed") == ""


def test_every_row_of_law_names_its_article_and_no_two_overlap() -> None:
    for row in LAW.rows():
        assert row.article, row.id
        assert row.says, row.id
        scope = {name: allowed[0] for name, allowed in row.scope.items()}
        assert LAW.row(row.rule, row.in_force_from, **scope).id == row.id
        if row.in_force_until:
            assert row.in_force_until >= row.in_force_from


def test_what_is_marked_checked_stands_in_a_statute_of_the_repository() -> None:
    checked = {row.article for row in LAW.rows() if row.checked}
    assert checked <= {"法36", "法38", "法40", "条例9", "条例34", "条例39", "条例41", "条例43", "条例44"}
    assert all(
        not row.checked for row in LAW.rows() if row.article.startswith(("87-", "74-", "214-", "财库", "46", "19"))
    )


def test_a_gap_in_the_law_is_an_error_and_two_rows_at_once_too() -> None:
    with pytest.raises(NoLaw):
        LAW.row("panel.least", NOTICE, procedure="barter")
    raw = json.loads(Path(law.__file__).with_name("panel.json").read_text("utf-8"))[0]
    doubled = Law([read_row(raw), read_row(raw | {"id": "other"})])
    with pytest.raises(ValueError, match="two rows"):
        doubled.row("panel.least", NOTICE, procedure="open_tender")
    with pytest.raises(ValueError, match="share the id"):
        Law([read_row(raw), read_row(raw)])
    with pytest.raises(ValueError, match="members differ"):
        read_row({name: value for name, value in raw.items() if name != "article"})
