"""Who must stand aside (条例9), and who may be drawn."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.registry.rules import eligible_pool, recusal
from services.registry.rules.eligible_pool import Expert, Need
from services.registry.rules.recusal import Employment, Holding, Kin, Ties, Unit

DAY = date(2026, 5, 29)
BIDDER = Unit("长春星桥信息技术有限公司(演练)", "b1", "星负责", ("星控股",))
PURCHASER = Unit("省教育厅(演练)", "p1")
CENTRE = Unit("省政府采购中心(演练)", "c1")
OTHER = Unit("演练单位")


def worked(unit: Unit, until: date | None, since: date = date(2015, 1, 1), position: str = "employee") -> Ties:
    return Ties("甲", employments=[Employment(unit, since, until, position)])


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        (Ties("甲"), []),
        (worked(BIDDER, None), ["employed"]),
        (worked(BIDDER, date(2023, 5, 29)), ["employed"]),  # three years to the day count
        (worked(BIDDER, date(2023, 5, 28)), []),
        (worked(BIDDER, date(2021, 6, 30)), []),
        (worked(BIDDER, None, since=date(2026, 6, 1)), []),
        (worked(BIDDER, date(2025, 1, 1), position="director"), ["on_board"]),
        (worked(Unit("长春星桥信息技术有限公司（演练）"), date(2025, 12, 31)), ["employed"]),  # full-width brackets
        (worked(Unit("换了名字", "b1"), date(2025, 12, 31)), ["employed"]),
        (worked(Unit(BIDDER.name, "another-id"), date(2025, 12, 31)), []),
        (worked(PURCHASER, None), ["purchaser_staff"]),
        (worked(PURCHASER, date(2026, 5, 28)), []),
        (worked(CENTRE, None), ["office_staff"]),
        (Ties("甲", holdings=[Holding(BIDDER, Decimal("12.00"))]), ["holds_shares"]),
        (Ties("甲", holdings=[Holding(BIDDER, Decimal("50"))]), ["controls"]),
        (Ties("甲", holdings=[Holding(BIDDER, Decimal("60"), until=date(2023, 1, 1))]), []),
        (Ties("星控股"), ["named_controller"]),
        (Ties("甲", kin=[Kin("星负责", "spouse")]), ["kin_of_responsible"]),
        (Ties("甲", kin=[Kin("星 负责", "near_in_law", Unit(BIDDER.name))]), ["kin_of_responsible"]),
        (Ties("甲", kin=[Kin("星负责", "spouse", OTHER)]), []),  # a namesake who is elsewhere
        (Ties("甲", kin=[Kin("乙", "collateral_three", BIDDER, "responsible_person")]), ["kin_of_responsible"]),
        (Ties("甲", kin=[Kin("乙", "direct_line", BIDDER, "employee")]), ["kin_at_bidder"]),
        (Ties("甲", organisation_id="b1"), ["acts_for_bidder"]),
    ],
)
def test_each_tie_is_a_reason_and_nothing_else_is(ties: Ties, expected: list[str]) -> None:
    found = recusal.objections(ties, [BIDDER, Unit("别家", "b2")], PURCHASER, [CENTRE], DAY)
    assert [each.code for each in found] == expected
    assert all(each.article for each in found)


def expert(**changed: object) -> Expert:
    facts = {"person_id": "e1", "name": "甲", "region": "长春", "specialties": ("A0201",), "ties": Ties("甲"),
             "admitted_on": date(2020, 1, 1)}  # fmt: skip
    return Expert(**{**facts, **changed})  # type: ignore[arg-type]  # a builder with defaults


NEED = Need(("A02010104",), DAY)


@pytest.mark.parametrize(
    ("changed", "need", "expected"),
    [
        ({}, NEED, []),
        ({"specialties": ("A02010104",)}, NEED, []),
        ({"specialties": ("A0202", "C03")}, NEED, ["other_specialty"]),
        ({"specialties": ("A0201010401",)}, NEED, ["other_specialty"]),  # narrower than what is bought
        ({"specialties": ("C0301",)}, Need(("A02010104", "C0301"), DAY), []),
        ({"region": "四平"}, Need(("A0201",), DAY, regions=("长春", "吉林")), ["other_region"]),
        ({"admitted_on": None}, NEED, ["not_admitted"]),
        ({"left_on": DAY}, NEED, ["left_library"]),
        ({"suspensions": [(date(2026, 1, 1), DAY)]}, NEED, ["expert_suspended"]),
        ({"suspensions": [(date(2026, 1, 1), None)]}, NEED, ["expert_suspended"]),
        ({"suspensions": [(date(2026, 1, 1), date(2026, 5, 28))]}, NEED, []),
        ({"available": False}, NEED, ["not_available"]),
        ({"away": [(DAY, DAY)]}, NEED, ["away"]),
        ({"away": [(date(2026, 6, 1), date(2026, 6, 2))]}, NEED, []),
    ],
)
def test_who_may_be_drawn(changed: dict[str, object], need: Need, expected: list[str]) -> None:
    assert [each.code for each in eligible_pool.objections(expert(**changed), need)] == expected


@given(
    some.lists(some.sampled_from("abcdefgh"), unique=True), some.lists(some.sampled_from(["A0201", "C03"]), max_size=8)
)
def test_each_expert_is_either_in_the_pool_or_out_with_a_reason_and_both_are_sorted(
    ids: list[str], specialties: list[str]
) -> None:
    library = [
        expert(person_id=each, specialties=(specialty,)) for each, specialty in zip(ids, specialties, strict=False)
    ]
    answer = eligible_pool.pool(library, NEED)
    inside = [each.person_id for each, _ in answer.eligible]
    outside = [each.person_id for each, _ in answer.out]
    assert sorted(inside + outside) == sorted(each.person_id for each in library)
    assert (inside, outside) == (sorted(inside), sorted(outside))
    assert all(reasons for _, reasons in answer.out)
    assert all(covers == ("A02010104",) for _, covers in answer.eligible)
