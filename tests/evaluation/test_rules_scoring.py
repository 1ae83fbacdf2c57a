"""Sheets, outliers, changes, brands, and the three methods of ranking."""

from __future__ import annotations

import random
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation import law
from services.evaluation.rules import brands, changes, outliers, rounding, score_sheet
from services.evaluation.rules.changes import Change
from services.evaluation.rules.methods import METHODS, SCORED
from services.evaluation.rules.placing import Contender, Placed, Scheme
from services.evaluation.rules.score_sheet import Factor

D = Decimal
FACTORS = (
    Factor("price", "价格", D(35), "price", technical=False),
    Factor("tech", "技术", D(55), "subjective"),
    Factor("cert", "认证", D(10), "objective", technical=False),
)


def scheme(members: int = 3, seed: str = "seed") -> Scheme:
    return Scheme(FACTORS, members, seed)


def contender(bid_id: str, price: str, tech: list[str], cert: str = "5", brand: str | None = None) -> Contender:
    marks = {
        "tech": [rounding.hundredths(D(mark)) for mark in tech],
        "cert": [rounding.hundredths(D(cert))] * len(tech),
    }
    return Contender(bid_id, D(price), D(price), marks, brand)


def ranked(method: str, contenders: list[Contender], **more: object) -> list[Placed]:
    return METHODS[method](contenders, scheme(**more))  # type: ignore[arg-type]  # by keyword in tests


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"), [(1, 2, 1), (3, 2, 2), (1, 3, 0), (2, 3, 1), (0, 7, 0), (149, 100, 1)]
)
def test_a_half_goes_up(numerator: int, denominator: int, expected: int) -> None:
    assert rounding.half_up(numerator, denominator) == expected


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=9))
def test_the_mean_of_a_factor_is_the_exact_mean_rounded_once(marks: list[int]) -> None:
    exact = Fraction(sum(marks), len(marks))
    assert rounding.mean(marks) == int((D(exact.numerator) / exact.denominator).quantize(D(1), ROUND_HALF_UP))


def test_a_third_place_is_not_lost_in_silence() -> None:
    with pytest.raises(ValueError, match="two places"):
        rounding.hundredths(D("1.005"))


@pytest.mark.parametrize(
    ("case", "mark", "code"),
    [
        ("a member gives 56 where the maximum is 55", "56", "mark_out_of_range"),
        ("the maximum itself", "55", ""),
        ("nothing", "0", ""),
        ("less than nothing", "-0.01", "mark_out_of_range"),
        ("three places", "1.001", "mark_too_fine"),
    ],
)
def test_marks_are_held_against_their_range(case: str, mark: str, code: str) -> None:
    found = score_sheet.mark_objections({("a", "tech"): D(mark)}, FACTORS, ["a"])
    assert [each.code for each in found] == ([code] if code else []), case


def test_members_score_neither_the_price_nor_a_bid_that_is_out() -> None:
    marks = {("a", "price"): D(1), ("gone", "tech"): D(1), ("a", "nonsense"): D(1)}
    assert [each.code for each in score_sheet.mark_objections(marks, FACTORS, ["a"])] == ["mark_unknown"] * 3


def test_a_sheet_misses_every_mark_it_lacks() -> None:
    found = score_sheet.missing({("a", "tech"): D(1)}, FACTORS, ["a", "b"])
    assert [each.field for each in found] == ["marks.a.cert", "marks.b.tech", "marks.b.cert"]


@pytest.mark.parametrize(("last", "codes"), [("10", []), ("15", ["scheme_not_100"])])
def test_a_scheme_whose_maxima_sum_to_105_is_refused(last: str, codes: list[str]) -> None:
    factors = [*FACTORS[:2], Factor("cert", "认证", D(last), "objective")]
    assert [each.code for each in score_sheet.scheme_objections(factors)] == codes


@pytest.mark.parametrize(
    ("case", "procedure", "what", "weight", "codes"),
    [
        ("consultation for services, price weight 35", "consultation", "services", "35", ["price_weight_unlawful"]),
        ("consultation for services, price weight 30", "consultation", "services", "30", []),
        ("open tender for goods, price weight 25", "open_tender", "goods", "25", ["price_weight_unlawful"]),
        ("open tender for goods, price weight 30", "open_tender", "goods", "30", []),
        ("open tender for services, price weight 10", "open_tender", "services", "10", []),
        ("consultation for goods, price weight 61", "consultation", "goods", "61", ["price_weight_unlawful"]),
    ],
)
def test_the_price_weighs_what_the_law_lets_it(
    case: str, procedure: str, what: str, weight: str, codes: list[str]
) -> None:
    factors = [Factor("price", "价格", D(weight), "price"), Factor("rest", "其他", 100 - D(weight), "subjective")]
    found = score_sheet.weight_objections(law.in_force(), date(2026, 5, 11), procedure, what, factors)
    assert [each.code for each in found] == codes, case


def sheets(cert: list[str], tech: list[str]) -> dict[str, dict[tuple[str, str], D]]:
    return {str(n): {("a", "tech"): D(t), ("a", "cert"): D(c)} for n, (t, c) in enumerate(zip(tech, cert, strict=True))}


def test_an_objective_factor_marked_unequally_is_found_and_a_subjective_one_is_not() -> None:
    found = score_sheet.disagreements(sheets(["5", "6", "5"], ["10", "20", "30"]), FACTORS, ["a"])
    assert [(each.bid_id, each.factor, each.marks["1"]) for each in found] == [("a", "cert", D(6))]


def test_a_mark_far_from_the_others_median_is_shown_with_its_figures() -> None:
    found = outliers.outliers(
        sheets(["5"] * 5, ["50", "50", "49", "50", "30"]), FACTORS, ["a"], mark_share=D("0.25"), total_share=D("0.50")
    )
    assert [(each.member, each.factor, each.mark, each.others, each.allowed) for each in found] == [
        ("4", "tech", D(30), D(50), D("13.75"))
    ]


def test_a_mark_is_held_against_the_others_and_not_against_itself() -> None:
    found = outliers.outliers(
        sheets(["5"] * 3, ["50", "40", "20"]), FACTORS, ["a"], mark_share=D("0.25"), total_share=D("0.50")
    )
    assert [(each.member, each.mark, each.others) for each in found] == [("0", D(50), D(30)), ("2", D(20), D(45))]


def test_a_member_whose_whole_judgement_of_a_bid_stands_apart_is_shown() -> None:
    found = outliers.outliers(
        sheets(["5"] * 3, ["50", "50", "40"]), FACTORS, ["a"], mark_share=D("0.25"), total_share=D("0.15")
    )
    assert [(each.member, each.factor) for each in found] == [("2", outliers.TOTAL)]


BASE: dict[str, object] = {
    "ground": "objective_unequal",
    "reason": "证书漏看",
    "old": D(6),
    "new": D(5),
    "most": D(10),
    "kind": "objective",
    "others": (D(5), D(5)),
    "found_abnormal": False,
    "signed": False,
}


@pytest.mark.parametrize(
    ("case", "more", "codes"),
    [
        ("an objective factor marked unequally", {}, []),
        ("to a mark nobody gave", {"new": D(7)}, ["change_stays_unequal"]),
        ("all agree already", {"others": (D(6), D(6))}, ["change_not_unequal"]),
        ("a subjective factor", {"kind": "subjective"}, ["change_not_unequal"]),
        ("without a reason", {"reason": ""}, ["change_needs_reason"]),
        ("on a ground of one's own", {"ground": "second_thoughts"}, ["change_ground_unknown"]),
        ("after signing", {"signed": True}, ["change_after_signing"]),
        ("abnormal, found by the panel", {"ground": "abnormal", "found_abnormal": True}, []),
        ("abnormal, not found", {"ground": "abnormal"}, ["change_not_found_abnormal"]),
        ("out of range", {"ground": "out_of_range", "old": D(11)}, []),
        ("in range", {"ground": "out_of_range"}, ["change_in_range"]),
        ("to out of range", {"ground": "abnormal", "found_abnormal": True, "new": D(11)}, ["mark_out_of_range"]),
        ("to the same", {"ground": "abnormal", "found_abnormal": True, "new": D(6)}, ["change_changes_nothing"]),
        ("arithmetic", {"ground": "arithmetic"}, ["change_arithmetic"]),
    ],
)
def test_a_submitted_mark_changes_only_on_the_four_lawful_grounds(
    case: str, more: dict[str, object], codes: list[str]
) -> None:
    assert [each.code for each in changes.objections(Change(**(BASE | more)))] == codes, case  # type: ignore[arg-type]  # by keyword


def test_the_cheaper_comes_first_where_totals_are_equal() -> None:
    # 480,000 is the base: 35.00; 500,000 earns 33.60 and makes up for it with 1.40 points of quality.
    placed = ranked(
        "comprehensive_scoring", [contender("dear", "500000", ["41.40"] * 3), contender("cheap", "480000", ["40"] * 3)]
    )
    assert [(each.bid_id, each.total, each.rank, each.joint) for each in placed] == [
        ("cheap", D("80.00"), 1, False),
        ("dear", D("80.00"), 2, False),
    ]


def test_equal_in_score_and_price_share_a_place_and_the_next_place_is_left_out() -> None:
    placed = ranked(
        "comprehensive_scoring",
        [contender(name, "100", ["40"] * 3) for name in "cab"] + [contender("z", "100", ["39"] * 3)],
    )
    assert [(each.bid_id, each.rank, each.joint) for each in placed] == [
        ("a", 1, True),
        ("b", 1, True),
        ("c", 1, True),
        ("z", 4, False),
    ]


def test_lowest_evaluated_price_orders_by_the_evaluation_price_and_not_by_the_quote() -> None:
    placed = METHODS["lowest_evaluated_price"](
        [Contender("a", D(90), D(90), {}), Contender("b", D(100), D(80), {}), Contender("c", D(80), D(80), {})],
        Scheme(),
    )
    assert [(each.bid_id, each.rank, each.joint) for each in placed] == [
        ("b", 1, True),
        ("c", 1, True),
        ("a", 3, False),
    ]


def test_a_consultation_breaks_a_tie_by_the_technical_score() -> None:
    better = contender("z-tech", "100", ["41"] * 3, cert="4")
    worse = contender("a-cert", "100", ["40"] * 3, cert="5")
    assert [each.bid_id for each in ranked("consultation_scoring", [worse, better])] == ["z-tech", "a-cert"]
    assert [each.joint for each in ranked("comprehensive_scoring", [worse, better])] == [True, True]


def test_bids_of_one_brand_count_as_one_and_the_better_scored_is_recommended() -> None:
    placed = ranked(
        "comprehensive_scoring",
        [
            contender("a", "100", ["50"] * 3, brand="甲 牌"),
            contender("b", "100", ["45"] * 3, brand="甲牌"),
            contender("c", "100", ["40"] * 3, brand="乙牌"),
        ],
    )
    assert [(each.bid_id, each.rank, each.recommended, each.candidate, each.stands_for) for each in placed] == [
        ("a", 1, True, 1, ""),
        ("b", 2, False, None, "a"),
        ("c", 3, True, 2, ""),
    ]
    assert brands.bidders_counted({"a": "甲牌", "b": "甲 牌", "c": "乙牌", "d": None, "e": None}) == 4


def test_under_the_lowest_price_the_cheapest_stands_for_its_brand() -> None:
    prices = {"a": D(3), "b": D(2), "c": D(1)}
    assert brands.stand_for_brand({"a": "X牌", "b": "x牌", "c": "Y"}, prices, "seed") == {"a": "b"}


def test_equal_bids_of_one_brand_are_drawn_by_a_seed_anybody_can_repeat() -> None:
    equal = ["a", "b", "c"]
    drawn = {brands.chosen(f"seed-{n}", "甲", equal) for n in range(40)}
    assert drawn == set(equal)
    assert brands.chosen("seed", "甲", equal) == brands.chosen("seed", "甲", ["c", "a", "b"])
    with pytest.raises(ValueError, match="seed"):
        brands.chosen("", "甲", equal)


def test_without_a_price_factor_the_price_scores_nothing() -> None:
    fixed = Scheme((Factor("tech", "方案", D(100), "subjective"),), 1, "")
    placed = METHODS["comprehensive_scoring"]([Contender("a", D(5), D(5), {"tech": [9000]})], fixed)
    assert (placed[0].price_score, placed[0].total) == (None, D("90.00"))


@st.composite
def fields_of_contenders(draw: st.DrawFn) -> list[Contender]:
    count = draw(st.integers(1, 7))
    return [
        Contender(
            f"b{n}",
            (price := draw(st.decimals("1", "9999", places=2))),
            price * draw(st.sampled_from([D(1), D("0.5")])).quantize(D("0.1")) if price % 2 == 0 else price,
            {
                "tech": draw(st.lists(st.integers(0, 5500), min_size=3, max_size=3)),
                "cert": [draw(st.integers(0, 1000))] * 3,
            },
            draw(st.sampled_from([None, "甲", "乙"])),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("method", sorted(METHODS))
@given(contenders=fields_of_contenders(), order=st.randoms(use_true_random=False))
def test_the_ranking_does_not_depend_on_the_order_of_the_input(
    method: str, contenders: list[Contender], order: random.Random
) -> None:
    shuffled = list(contenders)
    order.shuffle(shuffled)
    assert ranked(method, shuffled) == ranked(method, contenders)


@pytest.mark.parametrize("method", sorted(SCORED))
@given(contenders=fields_of_contenders())
def test_the_parts_sum_to_the_total_and_ranks_descend(method: str, contenders: list[Contender]) -> None:
    placed = ranked(method, contenders)
    for each in placed:
        assert each.total == (each.price_score or D(0)) + sum((each.factor_scores or {}).values(), D(0))
    totals = [each.total for each in placed if each.total is not None]
    assert totals == sorted(totals, reverse=True)
    assert [each.rank for each in placed] == sorted(each.rank for each in placed)
    candidates = [each.candidate for each in placed if each.candidate]
    assert candidates[0] == 1
    assert candidates == sorted(candidates)


@pytest.mark.parametrize("method", sorted(SCORED))
@given(contenders=fields_of_contenders(), cut=st.decimals("0.01", "0.99", places=2))
def test_a_lower_price_never_makes_a_bid_score_less(method: str, contenders: list[Contender], cut: D) -> None:
    first, *rest = contenders
    cheaper = Contender(
        first.bid_id, first.price, max(first.evaluation_price - cut, D("0.01")), first.marks, first.brand
    )
    before = {each.bid_id: each.price_score for each in ranked(method, [first, *rest])}
    after = {each.bid_id: each.price_score for each in ranked(method, [cheaper, *rest])}
    assert (after[first.bid_id] or 0) >= (before[first.bid_id] or 0)


@given(contenders=fields_of_contenders(), cut=st.decimals("0.01", "0.99", places=2))
def test_by_price_alone_a_lower_evaluation_price_never_takes_a_later_place(
    contenders: list[Contender], cut: D
) -> None:
    first, *rest = contenders
    lower = max(first.evaluation_price - cut, D("0.01"))
    cheaper = Contender(first.bid_id, first.price, lower, first.marks, first.brand)
    before, after = (
        {each.bid_id: each.rank for each in ranked("lowest_evaluated_price", [one, *rest])} for one in (first, cheaper)
    )
    assert after[first.bid_id] <= before[first.bid_id]


def test_a_missing_mark_stops_the_ranking() -> None:
    with pytest.raises(ValueError, match="marks"):
        ranked("comprehensive_scoring", [contender("a", "1", ["1", "2"])])
