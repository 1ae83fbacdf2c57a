"""The law as dated data: every row whole, every figure the one the statute gives."""

from __future__ import annotations

from datetime import date

import pytest

from services.contracts.rules import law

TODAY = date(2026, 5, 11)


@pytest.mark.parametrize(
    ("key", "value", "unit", "article", "checked"),
    [
        ("report_to_purchaser", "2", "working_days", "条例43", True),
        ("award_decision", "5", "working_days", "条例43", True),
        ("award_notice", "2", "working_days", "条例43", True),
        ("result_notice_period", "1", "working_days", "87-69", False),
        ("contract_signing", "30", "days", "法46", True),
        ("contract_publication", "2", "working_days", "条例50", True),
        ("contract_filing", "7", "working_days", "法47", True),
        ("bid_bond_back_losers", "5", "working_days", "条例33", True),
        ("bid_bond_back_winner", "5", "working_days", "条例33", True),
        ("challenge_window", "7", "working_days", "法52", True),
        ("complaint_suspension", "30", "days", "法57", True),
        ("record_kept", "15", "years", "法42", True),
        ("payment", "30", "days", "财库〔2019〕38号", False),
        ("bid_bond_most", "0.02", "of_budget", "条例33", True),
        ("performance_bond_most", "0.10", "of_contract", "条例48", True),
        ("supplements_most", "0.10", "of_contract", "法49", True),
    ],
)
def test_each_figure_is_the_one_its_article_gives(key: str, value: str, unit: str, article: str, checked: bool) -> None:
    row = law.row(key, TODAY)
    assert (row.value, row.unit, row.article, row.checked) == (value, unit, article, checked)


def test_a_day_before_a_rule_was_in_force_has_no_figure() -> None:
    with pytest.raises(law.LawUnknown):
        law.row("award_decision", date(2015, 2, 28))
    assert law.row("award_decision", date(2015, 3, 1)).number == 5


def test_a_row_limited_to_a_procedure_is_not_found_for_another() -> None:
    assert law.row("single_source_addition_most", TODAY, procedure="single_source").article == "法31"
    with pytest.raises(law.LawUnknown):
        law.row("single_source_addition_most", TODAY, procedure="open_tender")


def test_every_row_is_whole_and_no_two_of_one_key_overlap() -> None:
    seen: dict[str, list[law.Row]] = {}
    for row in law.rows():
        assert row.zh
        assert row.en
        assert row.article
        assert row.unit in ("working_days", "days", "years", "of_budget", "of_contract", "a_year", "rule")
        for other in seen.setdefault(row.key, []):
            ended = other.in_force_until or row.in_force_until
            assert ended is not None, f"{row.key} has two rows in force at once"
        seen[row.key].append(row)


def test_what_was_not_read_in_a_statute_here_says_so() -> None:
    statutes = ("法", "条例", "电子签名法")
    for row in law.rows():
        if row.checked:
            assert row.article.startswith(statutes), f"{row.key}: {row.article} is not among the statutes at hand"
