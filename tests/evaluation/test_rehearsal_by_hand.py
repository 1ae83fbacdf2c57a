"""What the rehearsal's lots 1 and 2 must come to, worked out by hand and spelled out, then asked of the rules.

Notice of 2026-05-11, so: the abnormally-low order of 2026-02-01, 20 % for domestic products from 2026-01-01, the
document's rates for small firms with the maker's size (goods).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from services.evaluation import law
from services.evaluation.rules import (
    abnormally_low,
    brands,
    capital_amounts,
    corrections,
    deductions,
    rounding,
    survivors,
)
from services.evaluation.rules.abnormally_low import Quoted
from services.evaluation.rules.corrections import Papers
from services.evaluation.rules.deductions import Offer, Terms
from services.evaluation.rules.methods import METHODS
from services.evaluation.rules.placing import Contender, Scheme
from services.evaluation.rules.score_sheet import Factor, disagreements, scheme_objections
from tests.evaluation import rehearsal

D = Decimal
LAW = law.in_force()
NOTICE = date(2026, 5, 11)


def terms(number: int) -> Terms:
    lot = rehearsal.lot(number)
    return Terms(
        lot["object"], NOTICE, lot["reserved_for_small"], {name: D(rate) for name, rate in lot["deductions"].items()}
    )


def offers(number: int, prices: dict[str, D]) -> list[Offer]:
    return [
        Offer(
            bid["supplier"],
            prices[bid["supplier"]],
            rehearsal.size(bid["supplier"]),
            bid["maker_size"],
            bid["domestic"],
        )
        for bid in rehearsal.bids(number)
        if bid["supplier"] in prices
    ]


def quotes(number: int, without: str = "") -> dict[str, D]:
    return {bid["supplier"]: D(bid["price"]) for bid in rehearsal.bids(number) if bid["supplier"] != without}


# Lot 1. s6 does not answer a starred clause: out at conformity. Left: s1, s2, s3, s4, s5.


def test_lot_1_s4_and_s5_offer_one_brand_so_five_bids_are_four_bidders_and_the_lot_goes_on() -> None:
    offered = {bid["supplier"]: bid["brand"] for bid in rehearsal.bids(1) if bid["supplier"] != "s6"}
    assert brands.groups(offered) == {"丁牌": ["s4", "s5"]}
    assert brands.bidders_counted(offered) == 4
    assert survivors.objections(LAW, NOTICE, "open_tender", 4) == []


def test_lot_1_no_price_is_abnormally_low() -> None:
    # Mean of the five that passed conformity:
    # (7,980,000 + 8,150,000 + 8,390,000 + 7,760,000 + 8,010,000) / 5 = 8,058,000; half of it 4,029,000.
    # Half of the next lowest, 7,980,000: 3,990,000. 45 % of the ceiling 8,400,000: 3,780,000. The lowest is 7,760,000.
    found = abnormally_low.triggers(
        LAW,
        NOTICE,
        [Quoted(key, price) for key, price in quotes(1, "s6").items()],
        ceiling=D(8400000),
        budget=D(8600000),
    )
    assert found == []


def test_lot_1_evaluation_prices() -> None:
    # s3's product is not domestic, so domestic and other products compete (s6, out, would have been another).
    # s1  7,980,000 − 20 % (1,596,000)                          = 6,384,000   maker medium
    # s2  8,150,000 − 20 % (1,630,000) − 15 % (1,222,500)       = 5,297,500   maker small
    # s3  8,390,000 − 15 % (1,258,500)                          = 7,131,500   maker micro, not domestic
    # s4  7,760,000 − 20 % (1,552,000)                          = 6,208,000   maker medium
    # s5  8,010,000 − 20 % (1,602,000)                          = 6,408,000   registered small, but its maker is medium
    made = deductions.evaluate(LAW, terms(1), offers(1, quotes(1, "s6")))
    assert {each.bid_id: str(each.evaluation_price) for each in made} == {
        "s1": "6384000.00",
        "s2": "5297500.00",
        "s3": "7131500.00",
        "s4": "6208000.00",
        "s5": "6408000.00",
    }
    withheld = {each.bid_id: [reason.because for reason in each.withheld] for each in made}
    assert withheld["s5"] == ["maker_not_small"]
    assert deductions.rate_objections(LAW, terms(1)) == []


def test_lot_1_scores_totals_and_order() -> None:
    # Price score = 5,297,500 (s2, the lowest) ÷ evaluation price × 35, to two places, half up:
    #   s1 29.0433… → 29.04   s2 35.00   s3 25.9990… → 26.00   s4 29.8667… → 29.87   s5 28.9345… → 28.93
    # Means of the seven members (sum ÷ 7), each to two places, half up:
    #        tech                    plan                   cert   after                total with the price
    #   s1   183.5 → 26.2142… 26.21  85.5 → 12.2142… 12.21  8.00   56.5 → 8.0714… 8.07  83.53
    #   s2   175   → 25.00           90.5 → 12.9285… 12.93  10.00  62   → 8.8571… 8.86  91.79
    #   s3   191   → 27.2857… 27.29  94.5 → 13.50           6.00   50   → 7.1428… 7.14  79.93
    #   s4   168   → 24.00           77.5 → 11.0714… 11.07  8.00   56   → 8.00          80.94
    #   s5   171.5 → 24.50           84.5 → 12.0714… 12.07  8.00   58   → 8.2857… 8.29  81.79
    lot = rehearsal.lot(1)
    factors = [Factor(each["key"], each["title"], D(each["points"]), each["kind"]) for each in lot["factors"]]
    assert scheme_objections(factors) == []
    evaluated = deductions.evaluate(LAW, terms(1), offers(1, quotes(1, "s6")))
    brand = {bid["supplier"]: bid["brand"] for bid in rehearsal.bids(1)}
    contenders = [
        Contender(
            each.bid_id,
            each.price,
            each.evaluation_price,
            {
                key: [rounding.hundredths(mark) for mark in given]
                for key, given in rehearsal.marks(1, each.bid_id).items()
            },
            brand[each.bid_id],
        )
        for each in evaluated
    ]
    placed = METHODS["comprehensive_scoring"](contenders, Scheme(factors, 7, "seed"))
    rows = [
        (
            each.bid_id,
            str(each.price_score),
            *map(str, (each.factor_scores or {}).values()),
            str(each.total),
            each.rank,
            each.recommended,
            each.candidate,
        )
        for each in placed
    ]
    assert rows == [
        ("s2", "35.00", "25.00", "12.93", "10.00", "8.86", "91.79", 1, True, 1),
        ("s1", "29.04", "26.21", "12.21", "8.00", "8.07", "83.53", 2, True, 2),
        ("s5", "28.93", "24.50", "12.07", "8.00", "8.29", "81.79", 3, True, 3),
        ("s4", "29.87", "24.00", "11.07", "8.00", "8.00", "80.94", 4, False, None),  # s5 stands for 丁牌
        ("s3", "26.00", "27.29", "13.50", "6.00", "7.14", "79.93", 5, True, 4),
    ]
    assert not any(each.joint for each in placed)


def test_lot_1_all_members_agree_on_the_objective_factor() -> None:
    factors = [
        Factor(each["key"], each["title"], D(each["points"]), each["kind"]) for each in rehearsal.lot(1)["factors"]
    ]
    bids = ["s1", "s2", "s3", "s4", "s5"]
    sheets = {
        str(member): {(bid, key): given[member] for bid in bids for key, given in rehearsal.marks(1, bid).items()}
        for member in range(7)
    }
    assert disagreements(sheets, factors, bids) == []


# Lot 2. All five pass conformity.


def test_lot_2_s1s_words_agree_and_s5s_words_prevail_over_its_figures() -> None:
    s1, s5 = (next(bid for bid in rehearsal.bids(2) if bid["supplier"] == key) for key in ("s1", "s5"))
    assert (
        corrections.correct(
            LAW, NOTICE, Papers(D(s1["figures_total"] if "figures_total" in s1 else s1["price"]), s1["sheet_words"])
        ).steps
        == ()
    )
    words = capital_amounts.write(D(s5["words_total"]))
    assert words == "贰佰零伍万元整"
    made = corrections.correct(LAW, NOTICE, Papers(D(s5["figures_total"]), words))
    assert [(step.rule, str(step.before), str(step.after)) for step in made.steps] == [
        ("words_over_figures", "2080000.00", "2050000.00")
    ]
    assert made.needs_confirmation


def test_lot_2_s4_must_explain_its_price_by_the_second_and_third_trigger_and_not_by_the_first() -> None:
    # With s5 at 2,050,000 the mean of the five is 9,210,000 / 5 = 1,842,000, half of it 921,000: 960,000 is above.
    # Half of the next lowest (s6, 1,930,000) is 965,000, and 45 % of the ceiling 2,300,000 is 1,035,000: it is
    # below both. All five count in the mean: the order says all that passed conformity, the low one included.
    prices = quotes(2) | {"s5": D("2050000.00")}
    found = abnormally_low.triggers(
        LAW, NOTICE, [Quoted(key, price) for key, price in prices.items()], ceiling=D(2300000), budget=D(2400000)
    )
    assert [(each.bid_id, each.kind, int(each.measure), int(each.limit)) for each in found] == [
        ("s4", "next", 1930000, 965000),
        ("s4", "ceiling", 2300000, 1035000),
    ]


def test_lot_2_evaluation_prices_and_order_without_s4() -> None:
    # s4 gives no proof: invalid. Four are left, of four brands; s6's product is not domestic: domestic ones are
    # deducted.
    # s5  2,050,000 − 20 % (410,000) − 10 % (205,000) = 1,435,000   maker micro     first
    # s2  2,060,000 − 20 % (412,000) − 10 % (206,000) = 1,442,000   maker small
    # s1  2,210,000 − 20 % (442,000)                  = 1,768,000   maker medium
    # s6  1,930,000                                   = 1,930,000   maker large, not domestic
    # (At its figures of 2,080,000 s5 would have come to 1,456,000, behind s2: the correction decides the lot.)
    prices = quotes(2, "s4") | {"s5": D("2050000.00")}
    made = deductions.evaluate(LAW, terms(2), offers(2, prices))
    placed = METHODS["lowest_evaluated_price"](
        [Contender(each.bid_id, each.price, each.evaluation_price, {}) for each in made], Scheme()
    )
    assert [(each.bid_id, str(each.price), str(each.evaluation_price), each.rank, each.joint) for each in placed] == [
        ("s5", "2050000.00", "1435000.00", 1, False),
        ("s2", "2060000.00", "1442000.00", 2, False),
        ("s1", "2210000.00", "1768000.00", 3, False),
        ("s6", "1930000.00", "1930000.00", 4, False),
    ]
    assert survivors.objections(LAW, NOTICE, "open_tender", 4) == []
    at_its_figures = deductions.evaluate(LAW, terms(2), offers(2, prices | {"s5": D("2080000.00")}))
    assert {each.bid_id: each.evaluation_price for each in at_its_figures}["s5"] == D("1456000.00")
