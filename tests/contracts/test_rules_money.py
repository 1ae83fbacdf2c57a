"""Money is exact to the fen: parts add up, limits are never rounded up, capitals read as cheques do."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.rules import items
from services.contracts.rules.amount_in_words import in_words
from services.contracts.rules.money import ZERO, allocate, most_share, part_of, share, yuan

AMOUNTS = st.decimals(min_value=0, max_value=Decimal("99999999.99"), places=2)
QUANTITIES = st.decimals(min_value=Decimal("0.001"), max_value=Decimal("99999.999"), places=3)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("0.50", "伍角整"),
        ("1.05", "壹元零伍分"),
        ("10.50", "壹拾元零伍角整"),
        ("16.40", "壹拾陆元肆角整"),
        ("2050000.00", "贰佰零伍万元整"),
        ("2210000.00", "贰佰贰拾壹万元整"),
        ("8150000.00", "捌佰壹拾伍万元整"),
        ("1409.50", "壹仟肆佰零玖元伍角整"),
        ("6007.14", "陆仟零柒元壹角肆分"),
        ("1680.32", "壹仟陆佰捌拾元零叁角贰分"),
        ("107000.53", "壹拾万柒仟元零伍角叁分"),
        ("100000000.00", "壹亿元整"),
        ("1010000000000.01", "壹万亿零壹佰亿元零壹分"),
    ],
)
def test_amounts_are_written_in_capitals_as_cheques_are(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words


@pytest.mark.parametrize("wrong", ["-0.01", "0.001", "10000000000000000"])
def test_what_is_no_amount_has_no_words(wrong: str) -> None:
    with pytest.raises(ValueError, match="two places"):
        in_words(Decimal(wrong))


def test_a_float_is_no_money() -> None:
    with pytest.raises(TypeError):
        yuan(0.1)  # type: ignore[arg-type]  # that is the point


@given(total=AMOUNTS, weights=st.lists(AMOUNTS, min_size=1, max_size=20).filter(any))
def test_an_amount_divided_among_items_sums_to_itself(total: Decimal, weights: list[Decimal]) -> None:
    parts = allocate(total, weights)
    assert sum(parts) == total
    whole = sum(map(Fraction, weights), Fraction(0))
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - Fraction(total) * Fraction(weight) / whole) < Fraction(1, 100)


@given(amount=AMOUNTS, pieces=st.lists(QUANTITIES, min_size=1, max_size=12))
def test_accepting_piece_by_piece_comes_to_the_whole_amount(amount: Decimal, pieces: list[Decimal]) -> None:
    whole, done, worth = sum(pieces, Decimal(0)), Decimal(0), ZERO
    for piece in pieces:
        before = part_of(amount, done, whole)
        done += piece
        step = part_of(amount, done, whole) - before
        assert step >= 0
        worth += step
    assert worth == amount


@given(amount=AMOUNTS)
def test_a_statutory_limit_is_never_rounded_up(amount: Decimal) -> None:
    most = most_share(amount, Decimal("0.10"))
    assert most * 10 <= amount < (most + Decimal("0.01")) * 10


def test_shares_are_rounded_half_up_to_the_fen() -> None:
    assert share(Decimal("0.10"), Decimal("0.05")) == Decimal("0.01")
    assert share(Decimal("0.09"), Decimal("0.05")) == Decimal("0.00")


def test_a_corrected_total_is_divided_among_the_items_in_proportion() -> None:
    sheet = {
        "items": [
            {"name": "核心交换机", "quantity": "4", "unit_price": "260000.00"},
            {"name": "接入交换机", "quantity": "130", "unit_price": "8000.00"},
        ]
    }
    found, divided = items.from_sheet(sheet, "交换设备", Decimal("2050000.00"))
    assert divided, "the sheet says 2,080,000 in figures; the words said 2,050,000"
    assert [each.amount for each in found] == [Decimal("1025000.00"), Decimal("1025000.00")]


def test_a_sheet_without_items_gives_one_item_for_the_lot() -> None:
    (only,), divided = items.from_sheet({}, "运维服务", Decimal("1080000.00"))
    assert (only.name, only.quantity, only.amount, divided) == ("运维服务", Decimal(1), Decimal("1080000.00"), False)


@given(raw=st.lists(st.tuples(QUANTITIES, AMOUNTS.filter(bool)), min_size=1, max_size=8), amount=AMOUNTS.filter(bool))
def test_whatever_the_sheet_the_contracts_items_sum_to_the_award(
    raw: list[tuple[Decimal, Decimal]], amount: Decimal
) -> None:
    sheet = {"items": [{"name": "x", "quantity": str(one), "unit_price": str(price + 10)} for one, price in raw]}
    found, _ = items.from_sheet(sheet, "x", amount)
    assert sum(each.amount for each in found) == amount
    assert items.read(found[0].as_dict()) == found[0]


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.sampled_from(["NaN", "1e9", "-1", "0.001", "10.00"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
ITEMS = st.dictionaries(st.sampled_from(["name", "quantity", "unit_price", "unit", "domestic"]), JUNK, max_size=5)


@given(sheet=st.fixed_dictionaries({"items": st.lists(ITEMS | JUNK, max_size=4) | JUNK}), amount=AMOUNTS.filter(bool))
def test_a_suppliers_nonsense_never_stops_a_contract(sheet: dict[str, object], amount: Decimal) -> None:
    found, _ = items.from_sheet(sheet, "教学用服务器", amount)
    assert sum(each.amount for each in found) == amount
    assert items.objections(found) == []
    assert items.is_domestic(sheet) in (True, False)


@pytest.mark.parametrize(
    ("sheet", "domestic"),
    [
        ({"domestic": True}, True),
        ({"items": [{"domestic": True}, {"domestic": True}]}, True),
        ({"items": [{"domestic": True}, {}]}, False),
        ({}, False),
    ],
)
def test_an_offer_is_domestic_when_all_of_it_is(sheet: dict[str, object], domestic: bool) -> None:
    assert items.is_domestic(sheet) is domestic
