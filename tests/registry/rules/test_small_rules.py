"""Codes, categories, days, certificates' use, rows of law, vocabularies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from stdnum.cn import uscc

from services.registry.rules import certificate_use, credit_code, restrictions, rule_rows
from services.registry.rules.categories import above, covered, covers, is_code, tidy, without
from services.registry.rules.certificate_use import CertificateFacts
from services.registry.rules.days import begin_of, day_of, end_of, years_after, years_before
from services.registry.rules.names import same_name
from services.registry.schemas import fields

NOW = datetime(2026, 5, 11, tzinfo=UTC)
seventeen = some.text(credit_code.ALPHABET, min_size=15, max_size=15).map(lambda text: "91" + text)


@given(seventeen, some.sampled_from(credit_code.ALPHABET))
def test_the_check_character_is_the_one_an_independent_library_computes(stem: str, last: str) -> None:
    assert credit_code.check_character(stem) == uscc.calc_check_digit(stem)
    right = stem + credit_code.check_character(stem)
    assert credit_code.objections(right, "credit_code") == []
    if stem + last != right:
        assert [each.field for each in credit_code.objections(stem + last, "credit_code")] == ["credit_code"]


@given(some.text(credit_code.ALPHABET, min_size=1, max_size=18))
def test_width_case_and_blanks_never_make_two_codes_of_one(code: str) -> None:
    full = "".join(chr(ord(each) + 0xFEE0) for each in code.lower())
    assert fields.narrowed(f" {full} ") == fields.narrowed(code) == code


CODES = ["A", "A01", "A02", "A0201", "A020101", "A0202", "B", "C", "C03", "C0301"]
CHILDREN = {"A": ["A01", "A02"], "A02": ["A0201", "A0202"], "A0201": ["A020101"], "C": ["C03"], "C03": ["C0301"]}
some_codes = some.lists(some.sampled_from(CODES), max_size=5)


@given(some_codes, some_codes)
def test_taking_subtrees_out_leaves_exactly_the_rest_of_the_leaves(held: list[str], removed: list[str]) -> None:
    left = without(held, removed, CHILDREN)
    assert left == tidy(left)
    for leaf in ("A01", "A020101", "A0202", "B", "C0301"):
        assert covered(left, leaf) == (covered(held, leaf) and not covered(removed, leaf))


@given(some.sampled_from(CODES), some.sampled_from(CODES))
def test_what_is_above_a_category_is_what_covers_it(code: str, other: str) -> None:
    assert is_code(code)
    assert (other in above(code)) == covers(other, code)


@given(some.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_day_ends_where_the_next_begins_and_years_come_back(day: date) -> None:
    assert day_of(begin_of(day)) == day
    assert end_of(day) == begin_of(day + timedelta(days=1))
    assert day_of(end_of(day) - timedelta(microseconds=1)) == day
    there = years_after(years_before(day, 3), 3)
    assert there == day or (day.month, day.day) == (2, 29)


def test_names_are_the_same_whatever_their_width_and_blanks() -> None:
    assert same_name("星桥公司（演练） ABC", "星桥公司(演练)ａｂｃ")
    assert not same_name("", " ")


def facts(**changed: object) -> CertificateFacts:
    given = {"key_kind": "P-256", "key_bits": 256, "usages": frozenset({"digital_signature"}),
             "not_before": NOW - timedelta(days=1), "not_after": NOW + timedelta(days=1)}  # fmt: skip
    return CertificateFacts(**{**given, **changed})  # type: ignore[arg-type]  # a builder with defaults


RSA = {"key_kind": "RSA", "key_bits": 2048, "usages": frozenset({"key_encipherment"})}


@pytest.mark.parametrize(
    ("changed", "purpose", "expected"),
    [
        ({}, "signing", []),
        ({"key_kind": "P-384"}, "signing", []),
        ({"key_kind": "Ed25519"}, "signing", []),
        ({"key_kind": "RSA", "key_bits": 2048}, "signing", []),
        ({"key_kind": "RSA", "key_bits": 2047}, "signing", ["key_too_small"]),
        ({"key_kind": "secp256k1"}, "signing", ["key_kind_unfit"]),
        ({"key_kind": "SM2"}, "signing", ["key_kind_unavailable"]),
        (RSA, "encryption", []),
        ({**RSA, "key_bits": 1024}, "encryption", ["key_too_small"]),
        ({**RSA, "key_kind": "P-256"}, "encryption", ["key_kind_unfit"]),
        (RSA, "signing", ["certificate_wrong_purpose"]),
        ({"usages": frozenset()}, "signing", ["certificate_wrong_purpose"]),
        ({"is_authority": True}, "signing", ["certificate_wrong_purpose"]),
        ({"not_before": NOW + timedelta(seconds=1)}, "signing", ["certificate_not_yet_valid"]),
        ({"not_before": NOW}, "signing", []),
        ({"not_after": NOW}, "signing", ["certificate_expired"]),
        ({"revoked_at": NOW}, "signing", ["certificate_revoked"]),
        ({"revoked_at": NOW + timedelta(seconds=1)}, "signing", []),
    ],
)
def test_what_a_certificate_may_serve(changed: dict[str, object], purpose: str, expected: list[str]) -> None:
    assert [each.code for each in certificate_use.objections(facts(**changed), purpose, NOW)] == expected


@pytest.mark.parametrize(
    ("until", "codes"),
    [
        (date(2027, 5, 10), ["bar_length"]),
        (date(2027, 5, 11), []),
        (date(2029, 5, 11), []),
        (date(2029, 5, 12), ["bar_length"]),
    ],
)
def test_an_exclusion_lasts_one_to_three_years(until: date, codes: list[str]) -> None:
    found = restrictions.bar_objections(since=date(2026, 5, 11), until=until, ground="bribery", others=[])
    assert [each.code for each in found] == codes


def line(key: str, value: object) -> dict[str, object]:
    return {"key": key, "value": value}


@pytest.mark.parametrize(
    ("kind", "rows", "codes"),
    [
        ("threshold", [line("open_tender_threshold", "4000000.00")], []),
        ("threshold", [line("open_tender_threshold", "0")], ["row_value"]),
        ("threshold", [line("open_tender_threshold", 4000000)], ["row_value"]),
        ("threshold", [line("open_tender_threshold", "many")], ["row_value"]),
        ("category", [line("A", {}), line("A02", {"parent": "A"})], []),
        ("category", [line("A02", {"parent": "A"})], ["category_parent"]),
        ("category", [line("B01", {"parent": "C"})], ["category_parent"]),
        ("category", [line("C01", {"parent": "C"})], []),
        ("category", [line("Z", {})], ["category_unknown"]),
        ("centralised_catalogue", [line("A02", {})], []),
        ("centralised_catalogue", [line("A02", "yes")], ["row_value"]),
    ],
)
def test_which_rows_of_law_may_be_published(kind: str, rows: list[dict[str, object]], codes: list[str]) -> None:
    assert [each.code for each in rule_rows.objections(kind, rows, {"C"})] == codes
