"""Who may hold a key, who is invited, what a template asks; read aloud."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.working_days import Calendar
from services.tendering import lawbook, templatebook
from services.tendering.rules import (
    blanks,
    duties,
    invitations,
)
from services.tendering.rules.procedures import find

BOOK = lawbook.book()
DAY = date(2026, 5, 11)
DAYS = Calendar.seeded()


def at(day: str, hour: int = 9) -> datetime:
    """A moment of Beijing time."""
    return datetime.fromisoformat(f"{day}T{hour:02}:00:00+08:00").astimezone(UTC)


def codes(found: list[Any]) -> list[str]:
    return [each.code for each in found]


# people


def test_who_prepared_may_not_review() -> None:
    assert codes(duties.review_objections("li", "li")) == ["reviewer_is_preparer"]
    assert duties.review_objections("li", "wang") == []


HOLDERS: list[tuple[dict[str, list[str]], list[str]]] = [
    ({"centre": ["host"], "purchaser": ["rep"], "supervisor": ["sup"]}, []),
    ({"centre": ["host"], "purchaser": ["rep"]}, ["seat_holders_count"]),
    (
        {"centre": ["host"] * 4, "purchaser": ["rep"], "supervisor": ["sup"]},
        ["seat_holders_count", *["holder_on_two_seats"] * 3],
    ),
    ({"centre": ["sup"], "purchaser": ["rep"], "supervisor": ["sup"]}, ["role_missing", "holder_on_two_seats"]),
    ({"centre": ["host"], "purchaser": ["stranger"], "supervisor": ["sup"]}, ["holder_of_other_purchaser"]),
    ({"centre": ["keyless"], "purchaser": ["rep"], "supervisor": ["sup"]}, ["no_encryption_certificate"]),
    ({"centre": ["nobody"], "purchaser": ["rep"], "supervisor": ["sup"]}, ["person_unknown"]),
    ({"centre": ["host"], "purchaser": ["rep"], "supervisor": ["officer"]}, ["supervisor_of_own_work"]),
    ({"centre": ["host"], "purchaser": ["rep"], "supervisor": ["sup"], "public": ["host"]}, ["seat_unknown"]),
]


@pytest.mark.parametrize(("seats", "expected"), HOLDERS)
def test_who_may_hold_a_key(seats: dict[str, list[str]], expected: list[str]) -> None:
    roles = {
        "host": frozenset({"centre.host"}), "keyless": frozenset({"centre.host"}), "sup": frozenset({"supervisor"}),
        "rep": frozenset({"purchaser.representative"}), "stranger": frozenset({"purchaser.representative"}),
        "officer": frozenset({"supervisor"}),
    }  # fmt: skip
    homes = {"host": "c", "keyless": "c", "sup": "f", "rep": "p", "stranger": "q", "officer": "c"}
    keys = dict.fromkeys(("host", "sup", "rep", "stranger", "officer"), 1)
    found = duties.holder_objections(seats, roles, homes, "p", keys, frozenset({"officer"}))
    assert sorted(codes(found)) == sorted(expected)


# invitations


@pytest.mark.parametrize(
    ("procedure", "pool", "wanted", "expected"),
    [
        ("invited_tender", 6, 3, []),
        ("invited_tender", 5, 3, ["pool_too_small"]),
        ("invited_tender", 6, 2, ["too_few_invited"]),
        ("single_source", 1, 1, []),
        ("single_source", 2, 2, ["too_many_invited"]),
        ("open_tender", 6, 3, ["nobody_is_invited"]),
    ],
)
def test_a_pool_must_leave_the_choice_to_chance(procedure: str, pool: int, wanted: int, expected: list[str]) -> None:
    found = find(BOOK, procedure, DAY)
    assert found is not None
    assert codes(invitations.pool_objections(found, [str(each) for each in range(pool)], wanted)) == expected


@given(st.lists(st.uuids().map(str), min_size=2, max_size=20, unique=True), st.binary(min_size=32, max_size=32))
def test_the_draw_of_the_invited_can_be_replayed_in_any_order_of_the_pool(pool: list[str], seed: bytes) -> None:
    first = invitations.chosen(pool, seed, len(pool) // 2)
    assert invitations.chosen(list(reversed(pool)), seed, len(pool) // 2) == first
    assert set(first) <= set(pool)


# templates


@pytest.mark.parametrize("template", templatebook.shipped(), ids=lambda each: each["key"])
def test_a_shipped_template_is_whole(template: dict[str, Any]) -> None:
    procedure = find(BOOK, template["procedure"], DAY)
    assert procedure is not None
    assert template["object"] in procedure.objects
    for clause in template["clauses"]:
        keys = {blank["key"] for blank in clause["blanks"]}
        assert set(blanks.named_blanks(clause["text"])) == keys, clause["key"]
        assert all(blank["type"] in blanks.TYPES for blank in clause["blanks"])
        assert set(clause["title"]) == {"zh", "en"}


BLANK_CASES = [
    ("text", "甲", True), ("text", 1, False), ("money", "1.00", True), ("money", "1", False), ("money", 1, False),
    ("number", 3, True), ("number", "3.5", True), ("number", True, False), ("number", "x", False),
    ("percent", "100", True), ("percent", "100.1", False), ("days", 5, True), ("days", 0, False), ("days", "5", False),
    ("day", "2026-05-11", True), ("day", "2026-13-01", False), ("moment", "2026-05-11T01:00:00Z", True),
    ("moment", "soon", False),
    ("choice", "a", True), ("choice", "c", False), ("yes_no", True, True), ("yes_no", "yes", False),
    ("list", ["a"], True), ("list", [1], False), ("list", "a", False),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "fits"), BLANK_CASES)
def test_a_blank_takes_its_own_kind_and_nothing_else(kind: str, value: object, fits: bool) -> None:
    blank = {"key": "b", "title": {"zh": "空", "en": "b"}, "type": kind, "choices": ["a", "b"]}
    clause = {"key": "c", "title": {"zh": "条", "en": "c"}, "text": "{b}", "blanks": [blank]}
    assert codes(blanks.objections([clause], {"c": {"b": value}})) == ([] if fits else ["blank_wrong_kind"])


def test_a_blank_is_bounded_and_a_value_for_no_blank_is_noticed() -> None:
    blank = {"key": "b", "title": {"zh": "空", "en": "b"}, "type": "number", "least": 1, "most": "2.5"}
    clause = {"key": "c", "title": {"zh": "条", "en": "c"}, "text": "{b}", "blanks": [blank]}
    for value, expected in ((0, "blank_too_small"), (3, "blank_too_large"), (None, "blank_empty"), ("", "blank_empty")):
        assert codes(blanks.objections([clause], {"c": {"b": value}})) == [expected]
    assert codes(blanks.objections([clause], {"c": {"b": 1, "d": 1}, "e": {"f": 1}})) == ["blank_unknown"] * 2
