"""Prices: capital amounts, corrections, deductions, abnormally low ones, the price score."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation import law
from services.evaluation.rules import abnormally_low, capital_amounts, corrections, deductions, price_score
from services.evaluation.rules.abnormally_low import Quoted
from services.evaluation.rules.corrections import Line, Papers
from services.evaluation.rules.deductions import Offer, Terms

D = Decimal
LAW = law.in_force()
NOTICE = date(2026, 5, 11)
MONEY = st.decimals(min_value=0, max_value=D("9999999999999999.99"), places=2)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.30", "叁角整"),
        ("1.05", "壹元零伍分"),
        ("10", "壹拾元整"),
        ("105", "壹佰零伍元整"),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("1000001", "壹佰万零壹元整"),
        ("2050000", "贰佰零伍万元整"),
        ("2210000", "贰佰贰拾壹万元整"),
        ("100010001", "壹亿零壹万零壹元整"),
        ("1234500000000", "壹万贰仟叁佰肆拾伍亿元整"),
    ],
)
def test_an_amount_is_written_in_capitals_as_banks_want_it_and_read_back(amount: str, words: str) -> None:
    assert capital_amounts.write(D(amount)) == words
    assert capital_amounts.read(words) == D(amount)


@given(MONEY)
def test_whatever_is_written_in_capitals_reads_back_as_the_same_amount(amount: D) -> None:
    assert capital_amounts.read(capital_amounts.write(amount)) == amount


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("人民币:贰佰贰拾壹万圆正", "2210000"),
        ("拾万元", "100000"),
        ("一百二十三元整", "123"),
        ("壹万伍佰元整", "10500"),
    ],
)
def test_lenient_spellings_that_can_mean_only_one_amount_are_read(words: str, amount: str) -> None:
    assert capital_amounts.read(words) == D(amount)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "元整",
        "贰佰",
        "壹仟伍元",
        "壹佰仟元",
        "壹贰元",
        "壹元整整",
        "壹万万元",
        "零壹元",
        "壹佰零零伍元",
        "壹元伍",
        "亿元",
        "壹拾佰元",
        "abc元",
        "壹角贰角",
        "壹亿亿元",
        "壹佰万仟元",
    ],
)
def test_words_that_two_people_could_read_as_two_amounts_are_not_read_at_all(words: str) -> None:
    with pytest.raises(capital_amounts.Unreadable):
        capital_amounts.read(words)


@given(st.text(alphabet="零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整", max_size=14))
def test_any_string_either_reads_as_the_amount_it_says_or_is_refused(words: str) -> None:
    try:
        amount = capital_amounts.read(words)
    except capital_amounts.Unreadable:
        return
    assert capital_amounts.read(capital_amounts.write(amount)) == amount


def correct(**papers: object) -> corrections.Corrected:
    return corrections.correct(LAW, NOTICE, Papers(**papers))  # type: ignore[arg-type]  # built by keyword in tests


def test_papers_that_agree_need_no_correction() -> None:
    made = correct(figures=D("2210000.00"), words="贰佰贰拾壹万元整", detail_total=D("2210000.00"))
    assert (made.price, made.steps, made.needs_confirmation) == (D("2210000.00"), (), False)


def test_the_price_sheet_prevails_over_the_rest_of_the_bid() -> None:
    made = correct(figures=D(100), detail_total=D(90))
    assert made.price == D(100)
    assert [(step.rule, step.before, step.after, step.changes_price) for step in made.steps] == [
        ("sheet_over_detail", D(90), D(100), False)
    ]


def test_words_prevail_over_figures() -> None:
    made = correct(figures=D("2080000.00"), words="贰佰零伍万元整")
    assert made.price == D("2050000.00")
    assert [(step.rule, step.article) for step in made.steps] == [("words_over_figures", "87-59")]
    assert made.needs_confirmation


def test_a_plainly_misplaced_point_amends_the_unit_price_and_leaves_the_total() -> None:
    made = correct(figures=D(1100), lines=(Line("a", D(10), D("1000.00")), Line("b", D(1), D("100.00"))))
    assert made.price == D(1100)
    assert [(step.rule, step.item, step.before, step.after) for step in made.steps] == [
        ("misplaced_point", "a", D("1000.00"), D("100.000"))
    ]


def test_the_sum_of_unit_prices_prevails_over_the_total() -> None:
    made = correct(figures=D(1000), lines=(Line("a", D(3), D("350.00")),))
    assert made.price == D("1050.00")
    assert [step.rule for step in made.steps] == ["unit_prices_over_total"]


def test_several_contradictions_are_mended_in_the_lawful_order() -> None:
    made = correct(figures=D(1000), words="壹仟壹佰元整", detail_total=D(900), lines=(Line("a", D(4), D("300.00")),))
    assert [step.rule for step in made.steps] == ["sheet_over_detail", "words_over_figures", "unit_prices_over_total"]
    assert [(int(step.before), int(step.after)) for step in made.steps] == [(900, 1000), (1000, 1100), (1100, 1200)]
    assert made.price == D(1200)


def test_unreadable_words_are_asked_about_and_never_guessed() -> None:
    made = correct(figures=D(1000), words="壹仟伍元")
    assert made.price == D(1000)
    assert [each.code for each in made.objections] == ["price_words_unreadable"]


def test_two_unit_prices_that_could_both_be_misplaced_are_no_plain_slip() -> None:
    lines = (Line("a", D(1), D("10.00")), Line("b", D(1), D("10.00")))
    assert correct(figures=D("11.00"), lines=lines).steps[0].rule == "unit_prices_over_total"


@pytest.mark.parametrize(("price", "valid"), [("8400000.00", True), ("8400000.01", False)])
def test_a_price_above_the_ceiling_is_invalid_and_one_at_it_is_not(price: str, valid: bool) -> None:
    found = corrections.ceiling_objections(LAW, NOTICE, D(price), D(8400000), D(8600000))
    assert (found == []) is valid


def test_the_budget_is_the_limit_where_no_ceiling_was_published() -> None:
    assert corrections.ceiling_objections(LAW, NOTICE, D(101), None, D(100))[0].article == "87-63"


def terms(**changes: object) -> Terms:
    made = {
        "object": "goods",
        "notice_day": NOTICE,
        "reserved_for_small": False,
        "rates": {"small": D("0.15"), "domestic": D("0.20"), "consortium": D("0.05")},
    } | changes
    return Terms(**made)  # type: ignore[arg-type]  # built by keyword in tests


def offer(
    bid_id: str = "a",
    price: str = "100.00",
    supplier_size: str | None = "medium",
    maker_size: str | None = "medium",
    domestic: bool | None = None,
    **more: object,
) -> Offer:
    return Offer(bid_id, D(price), supplier_size, maker_size, domestic, **more)  # type: ignore[arg-type]  # by keyword


FOREIGN = offer("z", domestic=False)


@pytest.mark.parametrize(
    ("case", "given_terms", "given_offer", "evaluation_price", "because"),
    [
        ("the maker is small", terms(), offer(maker_size="small"), "85.00", ["maker_small"]),
        ("a micro maker is small too", terms(), offer(maker_size="micro"), "85.00", ["maker_small"]),
        ("a small dealer of a medium maker", terms(), offer(supplier_size="small"), "100.00", []),
        (
            "a large dealer of a small maker",
            terms(),
            offer(supplier_size="large", maker_size="small"),
            "85.00",
            ["maker_small"],
        ),
        (
            "for services the supplier counts",
            terms(object="services"),
            offer(supplier_size="small", maker_size=None),
            "85.00",
            ["supplier_small"],
        ),
        ("a reserved lot deducts nothing", terms(reserved_for_small=True), offer(maker_size="small"), "100.00", []),
        ("a prison enterprise is treated as small", terms(), offer(maker_size="prison"), "85.00", ["maker_small"]),
        ("domestic among others", terms(), offer(domestic=True), "80.00", ["domestic"]),
        (
            "domestic and small stack, each on the quote",
            terms(),
            offer(domestic=True, maker_size="small"),
            "65.00",
            ["maker_small", "domestic"],
        ),
        ("thirty per cent to small partners", terms(), offer(small_share=D("0.30")), "95.00", ["small_share"]),
        ("a little less than thirty", terms(), offer(small_share=D("0.2999")), "100.00", []),
        ("related partners get nothing", terms(), offer(small_share=D("0.40"), related_partners=True), "100.00", []),
        ("all partners small: a small firm", terms(), offer(all_partners_small=True), "85.00", ["maker_small"]),
        (
            "consortium and domestic stack",
            terms(),
            offer(small_share=D("0.30"), domestic=True),
            "75.00",
            ["small_share", "domestic"],
        ),
        (
            "before 2026 no deduction for domestic products",
            terms(notice_day=date(2025, 12, 31)),
            offer(domestic=True),
            "100.00",
            [],
        ),
    ],
)
def test_deductions(
    case: str, given_terms: Terms, given_offer: Offer, evaluation_price: str, because: list[str]
) -> None:
    made = deductions.evaluate(LAW, given_terms, [given_offer, FOREIGN])[0]
    assert made.evaluation_price == D(evaluation_price), case
    assert [each.because for each in made.granted] == because, case
    assert made.price == given_offer.price, "the contract price stays as quoted"


def test_where_only_domestic_products_compete_nothing_is_deducted_for_them() -> None:
    made = deductions.evaluate(LAW, terms(), [offer("a", domestic=True), offer("b", domestic=True)])
    assert [each.evaluation_price for each in made] == [D("100.00"), D("100.00")]
    assert {each.because for each in made[0].withheld} == {"maker_not_small", "only_domestic_compete"}


@pytest.mark.parametrize(
    ("day", "rates", "codes"),
    [
        (NOTICE, {"small": "0.10"}, []),
        (NOTICE, {"small": "0.20"}, []),
        (NOTICE, {"small": "0.21"}, ["deduction_out_of_range"]),
        (NOTICE, {"small": "0.09"}, ["deduction_out_of_range"]),
        (date(2022, 6, 30), {"small": "0.10"}, []),
        (date(2022, 6, 30), {"small": "0.15"}, ["deduction_out_of_range"]),
        (NOTICE, {"consortium": "0.07"}, ["deduction_out_of_range"]),
        (NOTICE, {"domestic": "0.15"}, ["deduction_not_the_laws"]),
        (date(2025, 12, 31), {"domestic": "0.20"}, ["deduction_not_in_force"]),
    ],
)
def test_the_documents_rates_are_held_against_the_law_of_the_notices_day(
    day: date, rates: dict[str, str], codes: list[str]
) -> None:
    given_terms = terms(notice_day=day, rates={name: D(rate) for name, rate in rates.items()})
    assert [each.code for each in deductions.rate_objections(LAW, given_terms)] == codes


@given(
    st.lists(
        st.tuples(st.decimals(1, 10**8, places=2), st.sampled_from(["small", "medium"]), st.booleans()), max_size=8
    )
)
def test_a_price_and_its_deductions_always_make_up_the_quote(bids: list[tuple[D, str, bool]]) -> None:
    offers = [Offer(str(n), price, size, size, domestic) for n, (price, size, domestic) in enumerate(bids)]
    for made in deductions.evaluate(LAW, terms(), offers):
        assert made.evaluation_price + sum((each.amount for each in made.granted), D(0)) == made.price
        assert 0 < made.evaluation_price <= made.price


def low(
    prices: list[str], on: date = NOTICE, ceiling: str | None = None, document: dict[str, D] | None = None
) -> list[tuple[str, str]]:
    bids = [Quoted(str(n), D(price)) for n, price in enumerate(prices)]
    found = abnormally_low.triggers(
        LAW, on, bids, ceiling=D(ceiling) if ceiling else None, budget=D(10**9), document=document
    )
    return [(each.bid_id, each.kind) for each in found if each.kind != "ceiling" or ceiling]


@pytest.mark.parametrize(
    ("case", "prices", "ceiling", "expected"),
    [
        ("exactly half of the mean is not abnormal", ["60", "90", "210"], None, []),
        ("a fen less than half of the mean is", ["59.99", "90", "210"], None, [("0", "mean")]),
        ("exactly half of the next lowest", ["50", "100", "100"], None, []),
        ("below half of the next lowest", ["49.99", "100", "150"], None, [("0", "mean"), ("0", "next")]),
        (
            "two lowest alike hide each other only from the second trigger",
            ["10", "10", "100"],
            None,
            [("0", "mean"), ("1", "mean")],
        ),
        ("exactly 45 % of the ceiling", ["45", "60"], "100", []),
        ("below 45 % of the ceiling", ["44.99", "60"], "100", [("0", "ceiling")]),
    ],
)
def test_abnormally_low_triggers(
    case: str, prices: list[str], ceiling: str | None, expected: list[tuple[str, str]]
) -> None:
    assert low(prices, ceiling=ceiling) == expected, case


def test_before_the_order_of_2026_no_figure_triggers() -> None:
    assert low(["1", "100", "100"], on=date(2026, 1, 31)) == []
    assert low(["1", "100", "100"], on=date(2026, 2, 1)) != []


def test_the_document_may_raise_the_shares_to_65_per_cent_and_no_further() -> None:
    assert low(["60", "100", "100"], document={"next": D("0.65")}) == [("0", "next")]
    assert abnormally_low.document_objections(LAW, NOTICE, {"next": D("0.65")}) == []
    assert abnormally_low.document_objections(LAW, NOTICE, {"next": D("0.66")})[0].code == "low_share_out_of_range"
    assert abnormally_low.document_objections(LAW, NOTICE, {"mean": D("0.49")})[0].code == "low_share_out_of_range"


@pytest.mark.parametrize(("minutes", "lawful"), [(30, True), (29, False)])
def test_a_bidder_gets_at_least_thirty_minutes_to_explain(minutes: int, lawful: bool) -> None:
    now = datetime(2026, 6, 1, 2, tzinfo=UTC)
    found = abnormally_low.answer_objections(LAW, NOTICE, now, now + timedelta(minutes=minutes))
    assert (found == []) is lawful


@pytest.mark.parametrize(
    ("full", "prices", "expected"),
    [
        ("20", ["100", "140"], ["20.00", "14.29"]),
        ("30", ["980000", "1000000", "1050000"], ["30.00", "29.40", "28.00"]),
    ],
)
def test_worked_examples_of_the_price_score(full: str, prices: list[str], expected: list[str]) -> None:
    assert [str(each) for each in price_score.scores([D(price) for price in prices], D(full))] == expected


@given(st.lists(st.decimals("0.01", 10**9, places=2), min_size=1, max_size=12), st.integers(1, 100))
def test_a_lower_price_never_scores_less_and_the_lowest_scores_full(prices: list[D], full: int) -> None:
    scored = price_score.scores(prices, D(full))
    assert scored[prices.index(min(prices))] == full
    for price, score in zip(prices, scored, strict=True):
        assert all(score >= other for other_price, other in zip(prices, scored, strict=True) if price <= other_price)


def test_a_price_of_nothing_cannot_be_scored() -> None:
    with pytest.raises(ValueError, match="more than zero"):
        price_score.scores([D("0.00"), D(10)], D(30))
