"""How the pages write money, moments and articles, and what the wall makes of its events: tables, without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from gateway.portal import charts, wall, words


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    """A request in this language."""
    with Flask("words").test_request_context(headers={"Accept-Language": request.param}):
        yield request.param


@pytest.mark.parametrize(
    ("amount", "exact", "spoken"),
    [
        ("8150000.00", "¥8,150,000.00", {"zh": "¥815 万元", "en": "¥8.15 million"}),
        ("9999.99", "¥9,999.99", {"zh": "¥9,999.99", "en": "¥9,999.99"}),
        ("10000.00", "¥10,000.00", {"zh": "¥1 万元", "en": "¥10,000.00"}),
        ("123456789.00", "¥123,456,789.00", {"zh": "¥1.23 亿元", "en": "¥123.46 million"}),
        ("99999999999.00", "¥99,999,999,999.00", {"zh": "¥1,000 亿元", "en": "¥100 billion"}),
        ("-800000.00", "-¥800,000.00", {"zh": "-¥80 万元", "en": "-¥800,000.00"}),
        ("0.00", "¥0.00", {"zh": "¥0.00", "en": "¥0.00"}),
        (None, "—", {"zh": "—", "en": "—"}),
    ],
)
def test_money_is_exact_in_tables_and_rounded_where_it_is_spoken_of(
    language: str, amount: str | None, exact: str, spoken: dict[str, str]
) -> None:
    assert (words.money(amount), words.about(amount)) == (exact, spoken[language])


@pytest.mark.parametrize(
    ("code", "cited"),
    [
        ("法36", {"zh": "政府采购法第36条", "en": "Government Procurement Law, art. 36"}),
        ("法77-2", {"zh": "政府采购法第77条第2项", "en": "Government Procurement Law, art. 77 (2)"}),
        ("招条例40", {"zh": "招标投标法实施条例第40条", "en": "Tendering Regulations, art. 40"}),
        ("87-50", {"zh": "财政部令第87号第50条", "en": "MOF Order 87, art. 50"}),
        ("财库〔2026〕2号", {"zh": "财库〔2026〕2号", "en": "Caiku [2026] 2"}),
        ("2026-05", {"zh": "2026-05", "en": "2026-05"}),
        ("", {"zh": "", "en": ""}),
    ],
)
def test_articles_are_cited_as_people_cite_them(language: str, code: str, cited: dict[str, str]) -> None:
    assert words.article(code) == cited[language]


def test_moments_are_beijings_and_months_are_named(language: str) -> None:
    assert words.moment("2026-12-31T16:30:00Z") == "2027-01-01 00:30"
    assert words.month("2026-06") == {"zh": "2026年6月", "en": "June 2026"}[language]
    assert words.month("none") == "none"


def test_a_code_nobody_named_is_at_least_no_code(language: str) -> None:
    assert words.named("procedure", "open_tender") == {"zh": "公开招标", "en": "Open tender"}[language]
    assert words.named("procedure", "brand_new_way") == "brand new way"


def test_every_word_is_there_in_both_languages_with_the_same_blanks() -> None:
    def blanks(text: str) -> set[str]:
        return set(re.findall(r"\{(\w+)\}", text))

    assert {key for key, each in words.words().items() if blanks(each["zh"]) != blanks(each["en"])} == set()
    assert {key for key, each in words.words().items() if not each["zh"] or not each["en"]} == set()


def test_the_longest_bar_is_whole_and_the_others_in_proportion() -> None:
    drawn = charts.bars([("1", "50.00"), ("2", "200.00"), ("3", "-1.00")])
    assert [each.width for each in drawn] == [250, 1000, 0]
    assert charts.bars([("1", "0.00")]) == []


def event(number: int, kind: str, lot: str = "a", **shows: Any) -> dict[str, Any]:
    return {"number": number, "kind": kind, "lot_id": lot, "at": "2026-06-02T01:10:00Z", "shows": {"lot_no": 1} | shows}


def test_prices_stand_on_the_wall_as_they_are_read_out_and_an_opening_begun_anew_begins_anew() -> None:
    read = [
        event(1, "opening_began"),
        event(2, "price_read_out", order=1, supplier="甲", price="1.00"),
        event(3, "opening_began"),
        event(4, "price_read_out", order=1, supplier="甲", price="2.00"),
        event(5, "opening_began", "b"),
        event(6, "price_read_out", "b", order=1, supplier="乙", price=None),
    ]
    found = wall.readings(read)
    assert [(each["lot_id"], [row["price"] for row in each["rows"]], each["done"]) for each in found] == [
        ("b", [None], False), ("a", ["2.00"], False),
    ]  # fmt: skip
    done = [*read, event(7, "bids_opened", bids=[{"supplier": "甲", "price": "2.00"}])]
    assert [(each["lot_id"], len(each["rows"]), each["done"]) for each in wall.readings(done)] == [
        ("a", 1, True), ("b", 1, False),
    ]  # fmt: skip
    only_the_end = [event(9, "bids_opened", bids=[{"supplier": "甲", "price": "2.00"}])]
    assert wall.readings(only_the_end)[0]["rows"] == [{"order": 1, "supplier": "甲", "price": "2.00"}]


def test_a_wall_that_cannot_ask_says_so_and_what_is_no_news_is_not_told() -> None:
    assert wall.view(None, [])["away"] is True
    now = {"at": "2026-06-02T01:10:00Z", "last": 2, "openings": [], "calls": [], "hidden": []}
    shown = wall.view(now, [event(1, "room_called", name="甲", room="1"), event(2, "call_taken_down")])
    assert [each["number"] for each in shown["latest"]] == [1]
