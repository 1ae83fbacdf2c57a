"""One article, one test: every rule of the law's data has a test that shows it, or another department applies it.

Periods are shown here to the last day, the figure just met and just missed; the others by the test that is named.
"""

from __future__ import annotations

import ast
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from services.chassis import obligations
from services.chassis.working_days import Calendar
from services.tendering import lawbook
from services.tendering.rules import periods
from services.tendering.rules.law import ANYTHING, Scope

BOOK = lawbook.book()
DAYS = Calendar.seeded()
MONDAY = datetime(2026, 5, 11, 1, tzinfo=UTC)
TESTS = Path(__file__).resolve().parents[1]
HERE = "test_a_period_ends_with_its_last_day_and_not_before"
GOODS, WORKS = Scope("open_tender", "goods"), Scope("open_tender", "works")

# key, scope, article, the last day of what begins on Monday 11 May 2026 (31 May is a Sunday, 19 June a holiday)
PERIODS = [
    ("document_to_closing", GOODS, "法35", "2026-06-01"),
    ("document_to_closing", WORKS, "招法24", "2026-06-01"),
    ("document_to_closing", Scope("negotiation", "goods"), "74-29", "2026-05-14"),
    ("document_to_closing", Scope("inquiry", "goods"), "74-45", "2026-05-14"),
    ("document_to_closing", Scope("consultation", "goods"), "214-10", "2026-05-21"),
    ("document_to_closing", Scope("framework", "goods"), "110-11", "2026-06-01"),
    ("document_available", GOODS, "条例31", "2026-05-18"),
    ("document_available", WORKS, "招条例16", "2026-05-18"),
    ("amendment_before_closing", GOODS, "条例31", "2026-05-26"),
    ("amendment_before_closing", WORKS, "招条例21", "2026-05-26"),
    ("amendment_before_closing", Scope("negotiation", "goods"), "74-29", "2026-05-14"),
    ("amendment_before_closing", Scope("consultation", "goods"), "214-10", "2026-05-18"),
    ("notice_period", GOODS, "87-16", "2026-05-18"),
    ("publicity_before_single_source", Scope("single_source"), "条例38", "2026-05-18"),
    ("prequalification", GOODS, "条例21", "2026-05-18"),
    ("bid_bond_back_losers", ANYTHING, "条例33", "2026-05-18"),
    ("bid_bond_back_winner", ANYTHING, "条例33", "2026-05-18"),
    ("bid_bond_back_withdrawn", GOODS, "87-23", "2026-05-18"),
    ("bid_bond_back_withdrawn", WORKS, "招条例35", "2026-05-18"),
    ("answer_to_inquiry", ANYTHING, "条例52", "2026-05-14"),
    ("challenge_within", ANYTHING, "法52", "2026-05-20"),
    ("challenge_reply", ANYTHING, "法53", "2026-05-20"),
    ("complaint_within", ANYTHING, "法55", "2026-06-01"),
    ("complaint_decision", ANYTHING, "法56", "2026-06-23"),
    ("complaint_suspension", ANYTHING, "法57", "2026-06-10"),
    ("record_kept", ANYTHING, "法42", "2041-05-11"),
    ("accept_entrustment", ANYTHING, "中心-1", "2026-05-14"),
    ("confirm_plan", ANYTHING, "中心-2", "2026-05-18"),
    ("review_document", ANYTHING, "中心-3", "2026-05-14"),
    ("confirm_document", ANYTHING, "中心-4", "2026-05-14"),
]

SHOWN = {
    # amounts
    "bid_bond_share": "test_are_budget_ceiling_and_bonds_within_the_law",
    "performance_bond_share": "test_are_budget_ceiling_and_bonds_within_the_law",
    "price_floor": "test_are_budget_ceiling_and_bonds_within_the_law",
    "bond_forms": "test_bonds_are_never_cash",
    "open_tender_threshold": "test_which_procedure_is_lawful",
    "low_price_share": "test_a_document_may_raise_the_triggers_of_low_prices_so_far",
    # evaluation
    "scheme_total": "test_a_scheme_passes_exactly_when_it_sums_to_100_and_price_weighs_enough",
    "price_weight": "test_is_the_evaluation_scheme_lawful",
    "price_weight_fixed_price": "test_is_the_evaluation_scheme_lawful",
    "standard_goods_method": "test_is_the_evaluation_scheme_lawful",
    "deduction_small": "test_are_the_policy_deductions_within_the_law",
    "deduction_consortium": "test_are_the_policy_deductions_within_the_law",
    "deduction_domestic": "test_are_the_policy_deductions_within_the_law",
    # factors
    "forbidden_factor": "test_words_that_shut_suppliers_out_are_found",
    "discrimination": "test_the_eight_forms_of_discrimination_are_put_before_the_reviewer",
    # grounds
    "procedure_ground": "test_which_procedure_is_lawful",
    "failure": "test_people_declare_only_what_the_clock_does_not_find",
    "not_opened": "test_a_lot_with_too_few_bids_fails_by_itself",
    "way_on": "test_what_may_follow_a_failed_lot",
    "splitting": "test_splitting_is_warned_when_the_years_purchases_pass_the_threshold",
    "related_firms": "test_related_firms_and_double_participation_are_found",
    "consortium": "test_related_firms_and_double_participation_are_found",
    "prepared_the_project": "test_who_may_bid",
    "late_bid": "test_late_by_a_microsecond_is_late_and_so_is_the_instant_itself",
    "separation": "test_who_prepared_may_not_review",
    "seats": "test_who_may_hold_a_key",
    "budget_disclosed": "test_are_budget_ceiling_and_bonds_within_the_law",
    "document_contents": "test_are_the_contract_terms_whole_and_lawful",
    "published_criteria_only": "test_an_amended_document_is_checked_again_and_the_old_text_stays",
    "contract_suspended": "test_a_challenge_is_answered_in_time_and_may_be_complained_about",
    "complaint_scope": "test_who_may_complain_until_when",
    "challenge_contents": "test_a_challenge_is_structured",
    "challenge_once": "test_who_may_challenge_what_until_when",
    "challenge_standing": "test_who_may_challenge_what_until_when",
    "counting": "test_a_period_over_a_holiday_counts_as_the_state_council_published_it",
    "downloads_secret": "test_before_the_closing_only_the_supplier_sees_its_own",
    # signals, procedures
    "signal": "test_what_two_bids_share",
    "procedure": "test_a_procedure_is_a_row_of_flags",
    # periods beside those above
    "payment": "test_are_the_contract_terms_whole_and_lawful",
}
ELSEWHERE = {
    # kept here because the notice's law is told to the others; applied by
    "award_notice": "contracts", "contract_signing": "contracts", "supplementary_share": "contracts",
    "single_source_addition_share": "contracts", "deliver_evaluation_report": "evaluation", "panel": "evaluation",
    # given to whoever reads the law, applied by no code: a result's notice and the guidance of what counts as a
    # procurement at all are people's
    "result_notice": "", "procurement_threshold": "",
}  # fmt: skip


@pytest.mark.parametrize(("key", "scope", "article", "last"), PERIODS)
def test_a_period_ends_with_its_last_day_and_not_before(key: str, scope: Scope, article: str, last: str) -> None:
    due, row = periods.due(BOOK, key, MONDAY, DAYS, scope)
    assert row.article == article
    assert periods.day_of(due) == date.fromisoformat(last)
    duty = _owed(due)
    assert duty.status(due) == "open"
    assert duty.status(due + timedelta(microseconds=1)) == "overdue"


def test_every_rule_has_its_test_or_the_department_that_applies_it() -> None:
    keys = {row.key for row in BOOK.rows}
    periods_shown = {key for key, *_ in PERIODS}
    assert keys == periods_shown | set(SHOWN) | set(ELSEWHERE)
    assert not periods_shown & set(SHOWN)
    assert not (periods_shown | set(SHOWN)) & set(ELSEWHERE)
    assert set(SHOWN.values()) - _tests() == set()


def test_every_article_of_a_period_is_counted_to_its_last_day() -> None:
    shown = {(key, article) for key, _, article, _ in PERIODS}
    keys = {key for key, *_ in PERIODS}
    lawful = {(row.key, row.article) for row in BOOK.rows if row.key in keys}
    assert lawful - shown == UNCOUNTED


UNCOUNTED = {("document_available", "74-29"), ("notice_period", "74-29")}
"""How long a negotiation's document is to be had: as long as the three working days above it."""


def _tests() -> set[str]:
    found = set()
    for path in (TESTS / "tendering").glob("test_*.py"):
        found |= {each.name for each in ast.parse(path.read_text("utf-8")).body if isinstance(each, ast.FunctionDef)}
    return found


def _owed(due: datetime) -> obligations.Obligation:
    return obligations.Obligation(
        id="1", kind="x", about="x", article="x", since=MONDAY, due=due, owner_person_id=None,
        owner_organisation_id=None, waiting_person_id=None, waiting_organisation_id=None, supervisor_watch=False,
        extendable=False, public=True, extensions=[],
    )  # fmt: skip
