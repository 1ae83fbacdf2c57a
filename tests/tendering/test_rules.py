"""The rules of a tender document and its publication, read aloud."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.working_days import Calendar
from services.tendering import lawbook
from services.tendering.rules import (
    amendments,
    amounts,
    contract_terms,
    deductions,
    factors,
    periods,
    procedure_choice,
    scheme,
)
from services.tendering.rules.law import Scope

BOOK = lawbook.book()
DAY = date(2026, 5, 11)
DAYS = Calendar.seeded()


def at(day: str, hour: int = 9) -> datetime:
    """A moment of Beijing time."""
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00").astimezone(UTC)


def codes(found: list[Any]) -> list[str]:
    return [each.code for each in found]


# periods

CLOSINGS = [
    ("open_tender", "goods", "2026-05-11", "2026-05-30", ["period_too_short"]),
    ("open_tender", "goods", "2026-05-11", "2026-05-31", ["period_too_short"]),  # the 20th day is a Sunday
    ("open_tender", "goods", "2026-05-11", "2026-06-01", []),
    ("open_tender", "works", "2026-05-12", "2026-06-01", []),
    ("inquiry", "goods", "2026-05-11", "2026-05-13", ["period_too_short"]),
    ("inquiry", "goods", "2026-05-11", "2026-05-14", []),
    ("consultation", "services", "2026-05-11", "2026-05-20", ["period_too_short"]),
    ("consultation", "services", "2026-05-11", "2026-05-21", []),
    ("single_source", "goods", "2026-05-11", "2026-05-12", []),
    ("open_tender", "goods", "2026-05-11", "2026-05-11", ["closing_in_the_past"]),
]


@pytest.mark.parametrize(("procedure", "object_", "issued", "closes", "expected"), CLOSINGS)
def test_how_long_a_notice_must_stay_open(
    procedure: str, object_: str, issued: str, closes: str, expected: list[str]
) -> None:
    found = periods.closing_objections(BOOK, procedure, {object_}, at(issued), at(closes), DAYS)
    assert codes(found) == expected


def test_a_period_over_a_holiday_counts_as_the_state_council_published_it() -> None:
    """1 to 5 May 2026 are days of rest, Saturday the 9th is worked: five working days after 29 April end on 9 May."""
    row = BOOK.need("document_available", DAY, Scope(procedure="open_tender", object="goods"))
    assert periods.last_day(row, date(2026, 4, 29), DAYS) == date(2026, 5, 9)


def test_a_year_nobody_has_published_is_not_counted() -> None:
    row = BOOK.need("challenge_within", DAY)
    with pytest.raises(LookupError):
        periods.last_day(row, date(2027, 3, 1), DAYS)


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_later_closing_is_never_objected_to_where_an_earlier_one_is_not(early: int, more: int) -> None:
    first, later = at("2026-05-11") + timedelta(days=early), at("2026-05-11") + timedelta(days=early + more)
    if not periods.closing_objections(BOOK, "open_tender", {"goods"}, at("2026-05-11", 8), first, DAYS):
        assert not periods.closing_objections(BOOK, "open_tender", {"goods"}, at("2026-05-11", 8), later, DAYS)


AMENDED = [
    ("2026-05-12", True, None, "2026-06-02", ""),  # early enough: nothing moves
    ("2026-05-18", True, None, "2026-06-02", ""),  # exactly fifteen days
    ("2026-05-19", True, None, "2026-06-03", "条例31"),
    ("2026-06-01", True, None, "2026-06-16", "条例31"),
    ("2026-06-01", False, None, "2026-06-02", ""),
    ("2026-05-12", False, "2026-06-08", "2026-06-08", ""),
    ("2026-05-30", True, "2026-06-08", "2026-06-15", "条例31"),
]


@pytest.mark.parametrize(("day", "affects", "wanted", "closing", "article"), AMENDED)
def test_an_amendment_later_than_the_law_allows_moves_the_closing_by_itself(
    day: str, affects: bool, wanted: str | None, closing: str, article: str
) -> None:
    moved, why = amendments.moved_closing(
        BOOK, "open_tender", {"goods"}, at(day), at("2026-06-02"), DAYS,
        wanted=at(wanted) if wanted else None, affects_bids=affects,
    )  # fmt: skip
    assert (moved, why) == (at(closing), article)


def test_a_closing_never_moves_forward_and_nothing_is_amended_after_it() -> None:
    assert codes(amendments.objections(at("2026-05-12"), at("2026-06-02"), at("2026-06-01"))) == [
        "closing_moved_forward"
    ]
    assert codes(amendments.objections(at("2026-06-02"), at("2026-06-02"), None)) == ["amendment_after_closing"]


def test_changed_holders_leave_every_seat_one_of_before() -> None:
    before = {"centre": ["a", "b"], "supervisor": ["c"]}
    assert amendments.holder_change_objections(before, {"centre": ["b", "x"], "supervisor": ["c"]}) == []
    found = amendments.holder_change_objections(before, {"centre": ["x"], "supervisor": ["c"]})
    assert [each.field for each in found] == ["seats.centre"]


# schemes


def points(**given_points: int) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"key": key, "title": key, "points": value, "kind": "price" if key == "price" else "subjective"}
        for key, value in given_points.items()
    )


SCHEMES = [
    ("open_tender", scheme.Scheme("goods", "comprehensive_scoring", points(price=30, tech=70)), []),
    ("open_tender", scheme.Scheme("goods", "comprehensive_scoring", points(price=25, tech=75)), ["price_weight_low"]),
    ("open_tender", scheme.Scheme("goods", "comprehensive_scoring", points(price=35, tech=70)), ["scheme_total_wrong"]),
    ("open_tender", scheme.Scheme("services", "comprehensive_scoring", points(price=10, tech=90)), []),
    ("open_tender", scheme.Scheme("services", "comprehensive_scoring", points(price=9, tech=91)), ["price_weight_low"]),
    ("open_tender", scheme.Scheme("works", "comprehensive_scoring", points(price=5, tech=95)), []),
    ("consultation", scheme.Scheme("services", "comprehensive_scoring", points(price=30, tech=70)), []),
    (
        "consultation",
        scheme.Scheme("services", "comprehensive_scoring", points(price=35, tech=65)),
        ["price_weight_high"],
    ),
    ("consultation", scheme.Scheme("goods", "comprehensive_scoring", points(price=60, tech=40)), []),
    ("consultation", scheme.Scheme("goods", "lowest_evaluated_price"), ["method_unfit"]),
    ("inquiry", scheme.Scheme("goods", "comprehensive_scoring", points(price=30, tech=70)), ["method_unfit"]),
    ("open_tender", scheme.Scheme("goods", "lowest_evaluated_price"), []),
    ("open_tender", scheme.Scheme("goods", "lowest_evaluated_price", points(price=100)), ["factors_without_scoring"]),
    (
        "open_tender",
        scheme.Scheme("goods", "comprehensive_scoring", points(price=30, tech=70), standard=True),
        ["standard_needs_lowest_price"],
    ),
    (
        "open_tender",
        scheme.Scheme("services", "comprehensive_scoring", points(price=10, tech=90), fixed_price=True),
        ["price_is_no_factor"],
    ),
    ("open_tender", scheme.Scheme("services", "comprehensive_scoring", points(tech=100), fixed_price=True), []),
    (
        "open_tender",
        scheme.Scheme("goods", "comprehensive_scoring", (*points(price=30, tech=70), *points(tech=0))),
        ["factor_twice", "factor_without_points"],
    ),
]


@pytest.mark.parametrize(("procedure", "given_scheme", "expected"), SCHEMES)
def test_is_the_evaluation_scheme_lawful(procedure: str, given_scheme: scheme.Scheme, expected: list[str]) -> None:
    assert codes(scheme.objections(BOOK, DAY, procedure, given_scheme)) == expected


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.integers(1, 60))
def test_a_scheme_passes_exactly_when_it_sums_to_100_and_price_weighs_enough(others: list[int], price: int) -> None:
    made = tuple(
        {"key": f"f{place}", "title": "f", "points": each, "kind": "subjective"} for place, each in enumerate(others)
    ) + points(price=price)
    found = set(
        codes(scheme.objections(BOOK, DAY, "open_tender", scheme.Scheme("goods", "comprehensive_scoring", made)))
    )
    total = sum(others) + price
    assert ("scheme_total_wrong" in found) == (total != 100)
    assert ("price_weight_low" in found) == (price * 100 < 30 * total)


# forbidden factors, deductions, amounts, terms


@pytest.mark.parametrize(
    ("text", "article", "form"),
    [
        ("注册资本不低于500万元", "87-17", "registered_capital"),
        ("注册 资本 500 万", "87-17", "registered_capital"),
        ("近三年资产总额", "87-17", "total_assets"),
        ("年营业收入达到2000万元", "87-17", "turnover"),
        ("从业人员不少于50人", "87-17", "headcount"),
        ("上一年度盈利", "87-17", "profit"),
        ("上年度纳税额前十名", "87-17", "tax"),
        ("Annual Revenue above 10m", "87-17", "turnover"),
        ("具有本省业绩的加2分", "条例20", "regional_or_sector_record"),
        ("须为国有企业", "条例20", "ownership_or_place"),
        ("指定品牌：甲牌", "条例20", "named_brand"),
    ],
)
def test_words_that_shut_suppliers_out_are_found(text: str, article: str, form: str) -> None:
    found = factors.objections(BOOK, DAY, [("qualifications.0.title", text)])
    assert [(each.article, each.figures["form"], each.field) for each in found] == [
        (article, form, "qualifications.0.title")
    ]


@pytest.mark.parametrize(
    "text", ["有依法缴纳税收和社会保障资金的良好记录", "非营利组织可以参加", "具有ISO9001认证", ""]
)
def test_words_the_law_itself_uses_are_not_objected_to(text: str) -> None:
    assert factors.objections(BOOK, DAY, [("x", text)]) == []


def test_the_eight_forms_of_discrimination_are_put_before_the_reviewer() -> None:
    assert len(factors.to_judge(BOOK, DAY)) == 8


DEDUCTIONS: list[tuple[str, dict[str, str], bool, date, list[str]]] = [
    ("goods", {"small": "0.15", "domestic": "0.20", "consortium": "0.05"}, False, DAY, []),
    ("goods", {"small": "0.25"}, False, DAY, ["deduction_out_of_range"]),
    ("goods", {"small": "0.08"}, False, DAY, ["deduction_out_of_range"]),
    ("goods", {"small": "0.08"}, False, date(2022, 6, 30), []),
    ("goods", {}, False, DAY, ["deduction_missing"]),
    ("services", {}, True, DAY, []),
    ("services", {"small": "0.10"}, True, DAY, ["deduction_on_reserved_lot"]),
    ("goods", {"small": "0.10", "domestic": "0.10"}, False, DAY, ["deduction_out_of_range"]),
    ("goods", {"small": "0.10", "domestic": "0.20"}, False, date(2025, 12, 31), ["deduction_not_in_force"]),
    ("works", {"small": "0.05"}, False, DAY, []),
    ("goods", {"small": "0.10", "green": "0.05"}, False, DAY, ["deduction_unknown"]),
]


@pytest.mark.parametrize(("object_", "given_shares", "reserved", "day", "expected"), DEDUCTIONS)
def test_are_the_policy_deductions_within_the_law(
    object_: str, given_shares: dict[str, str], reserved: bool, day: date, expected: list[str]
) -> None:
    shares = {name: Decimal(share) for name, share in given_shares.items()}
    found = deductions.objections(BOOK, day, object_, shares, reserved_for_small=reserved, consortium_allowed=False)
    assert codes(found) == expected


AMOUNTS: list[tuple[dict[str, Any], list[str]]] = [
    ({}, []),
    ({"bid_bond": "172000.00"}, []),
    ({"bid_bond": "172000.01"}, ["bid_bond_too_high"]),
    ({"ceiling": "8600000.01"}, ["ceiling_over_budget"]),
    ({"ceiling": "0.00"}, ["ceiling_not_positive"]),
    ({"floor": "1000000.00"}, ["price_floor_forbidden"]),
    ({"performance_bond_percent": "10"}, []),
    ({"performance_bond_percent": "10.01"}, ["performance_bond_too_high"]),
    ({"budget": None}, ["budget_not_disclosed"]),
]


@pytest.mark.parametrize(("changes", "expected"), AMOUNTS)
def test_are_budget_ceiling_and_bonds_within_the_law(changes: dict[str, Any], expected: list[str]) -> None:
    told: dict[str, Any] = {
        "budget": "8600000.00", "ceiling": None, "floor": None, "bid_bond": None, "performance_bond_percent": None,
    }  # fmt: skip
    exact: dict[str, Any] = {name: value and Decimal(value) for name, value in {**told, **changes}.items()}
    assert codes(amounts.objections(BOOK, DAY, "goods", **exact)) == expected


@given(st.decimals("0.01", "9999999999999.99", places=2))
def test_the_largest_bond_is_the_last_cent_not_above_two_per_cent(budget: Decimal) -> None:
    most = amounts.at_most(BOOK.need("bid_bond_share", DAY, Scope(object="goods")), budget)
    assert most <= budget * Decimal("0.02") < most + Decimal("0.01")


def test_bonds_are_never_cash() -> None:
    assert codes(amounts.bond_form_objections(BOOK, DAY, "cash")) == ["bond_form_unlawful"]
    assert amounts.bond_form_objections(BOOK, DAY, "bank_guarantee") == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"payment_terms": ["签订后支付30%", "验收后支付60%"]}, ["payment_terms_total_wrong"]),
        ({"payment_terms": ["签订后支付30%", "验收后支付70%"]}, []),
        ({"payment_terms": []}, ["term_missing"]),
        ({"payment_days": 31}, ["payment_too_late"]),
        ({"delivery_days": None}, ["term_missing"]),
        ({"joint_rule": "coin"}, ["term_missing"]),
    ],
)
def test_are_the_contract_terms_whole_and_lawful(changes: dict[str, Any], expected: list[str]) -> None:
    told = {"delivery_days": 30, "payment_terms": ["验收合格后支付"], "payment_days": 30, "joint_rule": "draw"}
    assert codes(contract_terms.objections(BOOK, DAY, {**told, **changes})) == expected


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        ({"mean": "0.65", "next": "0.50", "ceiling": "0.45"}, []),
        ({"mean": "0.66"}, ["low_price_share_out_of_range"]),
        ({"ceiling": "0.44"}, ["low_price_share_out_of_range"]),
        ({"median": "0.50"}, ["low_price_share_unknown"]),
    ],
)
def test_a_document_may_raise_the_triggers_of_low_prices_so_far(raised: dict[str, str], expected: list[str]) -> None:
    shares = {name: Decimal(share) for name, share in raised.items()}
    assert codes(contract_terms.low_price_objections(BOOK, DAY, shares)) == expected


# choice of procedure


PURCHASES: list[tuple[dict[str, Any], bool, list[str]]] = [
    ({"procedure": "open_tender"}, True, []),
    ({"procedure": "inquiry", "ground": "uniform_goods"}, True, ["approval_needed"]),
    ({"procedure": "inquiry", "ground": "uniform_goods"}, False, []),
    ({"procedure": "inquiry", "ground": "uniform_goods", "approval_no": "财采〔2026〕1号"}, True, []),
    ({"procedure": "inquiry"}, False, ["ground_needed"]),
    ({"procedure": "inquiry", "ground": "uniform_goods", "totals": {"goods": "3999999.99"}}, True, []),
    (
        {"procedure": "inquiry", "ground": "uniform_goods", "totals": {"services": "1.00"}},
        False,
        ["procedure_unfit_object"],
    ),
    ({"procedure": "auction"}, False, ["procedure_unknown"]),
    ({"procedure": "single_source", "ground": "price_unknown"}, False, ["ground_needed"]),
]


@pytest.mark.parametrize(("changes", "deciding", "expected"), PURCHASES)
def test_which_procedure_is_lawful(changes: dict[str, Any], deciding: bool, expected: list[str]) -> None:
    told = {"totals": {"goods": "4000000.00"}, **changes}
    totals = {kind: Decimal(total) for kind, total in told.pop("totals").items()}
    purchase = procedure_choice.Purchase(totals=totals, **told)
    assert codes(procedure_choice.objections(BOOK, DAY, purchase, deciding=deciding)) == expected


def test_splitting_is_warned_when_the_years_purchases_pass_the_threshold() -> None:
    def warned(earlier: list[str], now: str) -> list[str]:
        return codes(
            procedure_choice.splitting(
                BOOK, DAY, "province", "goods", "A0201", [Decimal(each) for each in earlier], Decimal(now)
            )
        )

    assert warned([], "4500000.00") == []  # one purchase is no splitting
    assert warned(["2000000.00"], "2000000.00") == []
    assert warned(["2000000.00"], "2000000.01") == ["splitting_suspected"]


def test_a_single_supplier_is_published_beforehand_at_the_threshold() -> None:
    def needed(ground: str, total: str) -> bool:
        purchase = procedure_choice.Purchase("single_source", {"goods": Decimal(total)}, ground=ground)
        return procedure_choice.needs_publicity(BOOK, DAY, purchase) is not None

    assert needed("only_one_supplier", "4000000.00")
    assert not needed("only_one_supplier", "3999999.99")
    assert not needed("unforeseen_emergency", "4000000.00")
