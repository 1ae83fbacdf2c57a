"""The law as dated data: one article, one test; every row whole, every figure the one the statute gives."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.tendering import lawbook
from services.tendering.rules.law import Scope, row_from
from services.tendering.rules.periods import end_of
from services.tendering.rules.procedures import every, find

BOOK = lawbook.book()
DAY = date(2026, 5, 11)
TENDER_GOODS = Scope(procedure="open_tender", object="goods")
TENDER_WORKS = Scope(procedure="open_tender", object="works")

FIGURES = [
    ("document_to_closing", TENDER_GOODS, 20, "days", "法35", True),
    ("document_to_closing", TENDER_WORKS, 20, "days", "招法24", True),
    ("document_to_closing", Scope("negotiation", "goods"), 3, "working_days", "74-29", False),
    ("document_to_closing", Scope("inquiry", "goods"), 3, "working_days", "74-45", False),
    ("document_to_closing", Scope("consultation", "services"), 10, "days", "214-10", False),
    ("document_available", TENDER_GOODS, 5, "working_days", "条例31", True),
    ("document_available", TENDER_WORKS, 5, "days", "招条例16", True),
    ("amendment_before_closing", TENDER_GOODS, 15, "days", "条例31", True),
    ("amendment_before_closing", TENDER_WORKS, 15, "days", "招条例21", True),
    ("amendment_before_closing", Scope("inquiry", "goods"), 3, "working_days", "74-29", False),
    ("amendment_before_closing", Scope("consultation", "goods"), 5, "days", "214-10", False),
    ("prequalification", TENDER_GOODS, 5, "working_days", "条例21", True),
    ("notice_period", TENDER_GOODS, 5, "working_days", "87-16", False),
    ("result_notice", Scope(), 1, "working_days", "87-69", False),
    ("award_notice", Scope(), 2, "working_days", "条例43", True),
    ("deliver_evaluation_report", Scope(), 2, "working_days", "条例43", True),
    ("contract_signing", Scope(), 30, "days", "法46", True),
    ("bid_bond_back_losers", Scope(), 5, "working_days", "条例33", True),
    ("bid_bond_back_winner", Scope(), 5, "working_days", "条例33", True),
    ("bid_bond_back_withdrawn", Scope(object="goods"), 5, "working_days", "87-23", False),
    ("answer_to_inquiry", Scope(), 3, "working_days", "条例52", True),
    ("challenge_within", Scope(), 7, "working_days", "法52", True),
    ("challenge_reply", Scope(), 7, "working_days", "法53", True),
    ("complaint_within", Scope(), 15, "working_days", "法55", True),
    ("complaint_decision", Scope(), 30, "working_days", "法56", True),
    ("complaint_suspension", Scope(), 30, "days", "法57", True),
    ("record_kept", Scope(), 15, "years", "法42", True),
    ("payment", Scope(), 30, "days", "38-6", False),
    ("publicity_before_single_source", Scope("single_source"), 5, "working_days", "条例38", True),
    ("bid_bond_share", Scope(object="goods"), "0.02", "share_of_budget", "条例33", True),
    ("bid_bond_share", Scope(object="works"), "0.02", "share_of_budget", "招条例26", True),
    ("performance_bond_share", Scope(object="services"), "0.10", "share_of_contract", "条例48", True),
    ("supplementary_share", Scope(), "0.10", "share_of_contract", "法49", True),
    ("single_source_addition_share", Scope("single_source"), "0.10", "share_of_contract", "法31", True),
    ("open_tender_threshold", Scope(object="goods"), "4000000.00", "yuan", "69-3", False),
    ("procurement_threshold", Scope(object="goods"), "500000.00", "yuan", "69-2", False),
    ("scheme_total", Scope(method="comprehensive_scoring"), "100", "points", "条例34", True),
]


@pytest.mark.parametrize(("key", "scope", "value", "unit", "article", "checked"), FIGURES)
def test_each_figure_is_the_one_its_article_gives(
    key: str, scope: Scope, value: object, unit: str, article: str, checked: bool
) -> None:
    row = BOOK.need(key, DAY, scope)
    assert (row.value, row.unit, row.article, row.checked) == (value, unit, article, checked)


def test_every_row_is_whole_and_cites_a_known_source() -> None:
    sources = lawbook.sources()
    for row in BOOK.rows:
        short = max((each for each in sources if row.article.startswith(each)), key=len, default="")
        assert short, row.id
        assert row.in_force_from.isoformat() >= sources[short]["in_force_from"], row.id
        assert row.checked <= sources[short]["text_at_hand"], f"{row.id} is checked against a text that is not at hand"
        assert row.zh, row.id
        assert row.en, row.id
        assert row.in_force_until is None or row.in_force_until >= row.in_force_from, row.id


def test_no_two_versions_of_a_rule_have_one_name() -> None:
    names = [row.id for row in BOOK.rows]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize(
    ("key", "object_", "day", "expected"),
    [
        ("deduction_small", "goods", date(2022, 6, 30), ["0.06", "0.10"]),
        ("deduction_small", "goods", date(2022, 7, 1), ["0.10", "0.20"]),
        ("deduction_small", "works", date(2026, 5, 11), ["0.03", "0.05"]),
        ("deduction_consortium", "services", date(2026, 5, 11), ["0.04", "0.06"]),
        ("deduction_domestic", "goods", date(2025, 12, 31), None),
        ("deduction_domestic", "goods", date(2026, 1, 1), ["0.20", "0.20"]),
        ("low_price_share", None, date(2026, 1, 31), None),
        ("deduction_small", "goods", date(2020, 12, 31), None),
    ],
)
def test_law_has_dates(key: str, object_: str | None, day: date, expected: list[str] | None) -> None:
    row = BOOK.find(key, day, Scope(object=object_))
    assert (row.value if row else None) == expected


def test_a_published_threshold_goes_before_the_guidance_from_its_day_on() -> None:
    published = {
        "key": "open_tender_threshold", "value": "2000000.00", "article": "省级标准-1", "checked": False, "zh": "省",
        "en": "province", "in_force_from": "2026-03-01", "objects": ["goods"], "budget_levels": ["province"],
    }  # fmt: skip
    book = BOOK.with_rows([row_from(published)])
    scope = Scope(object="goods", budget_level="province")
    assert str(book.need("open_tender_threshold", date(2026, 2, 28), scope).number) == "4000000.00"
    assert str(book.need("open_tender_threshold", date(2026, 3, 1), scope).number) == "2000000.00"
    other = Scope(object="goods", budget_level="city")
    assert str(book.need("open_tender_threshold", date(2026, 3, 1), other).number) == "4000000.00"


PROCEDURES = {
    "open_tender": ("public", True, 3, 0, {"goods", "services", "works"}),
    "invited_tender": ("invited", True, 3, 2, {"goods", "services", "works"}),
    "inquiry": ("public", False, 3, 0, {"goods"}),
    "single_source": ("named", False, 1, 0, {"goods", "services", "works"}),
    "negotiation": ("public", False, 3, 0, {"goods", "services", "works"}),
    "consultation": ("public", False, 3, 0, {"goods", "services", "works"}),
    "framework": ("public", True, 3, 0, {"goods", "services"}),
}


@pytest.mark.parametrize("code", PROCEDURES)
def test_a_procedure_is_a_row_of_flags(code: str) -> None:
    found = find(BOOK, code, DAY)
    assert found is not None
    assert (found.publicity, found.public_opening, found.minimum_bidders, found.pool_factor, set(found.objects)) == (
        PROCEDURES[code]
    )
    assert found.grounds <= {row.value["code"] for row in BOOK.all("procedure_ground", DAY)}


def test_procedures_are_dated_like_every_rule() -> None:
    assert "framework" not in {each.code for each in every(BOOK, date(2022, 2, 28))}
    assert set(PROCEDURES) == {each.code for each in every(BOOK, DAY)}


def test_no_rule_asks_for_a_procedure_by_its_name() -> None:
    """Procedures are configuration: outside the table only the open tender, the main procedure (法26), is named."""
    folder = Path(lawbook.__file__).parent
    for path in [*folder.rglob("rules/*.py"), *folder.rglob("desk/*.py"), *folder.glob("*.py")]:
        text = path.read_text("utf-8")
        named = [code for code in PROCEDURES if f'"{code}"' in text and code != "open_tender"]
        allowed = ["single_source"] if path.name == "submission.py" else []  # 条例18 itself excepts it
        assert named == allowed, path.name


def test_a_day_ends_at_its_last_instant_in_beijing() -> None:
    assert end_of(date(2026, 6, 2)).isoformat() == "2026-06-02T15:59:59.999999+00:00"
