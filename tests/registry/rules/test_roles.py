"""Who may appoint whom, and which functions may not meet: a test per row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.registry.permissions import PERMISSIONS, ROLES, grants, row
from services.registry.rules.appointments import APPOINTERS, Wish, objections
from services.registry.rules.incompatible_roles import FUNCTIONS, PAIRS, conflicts

NOW = datetime(2026, 5, 11, tzinfo=UTC)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair[0]}/{pair[1]}")
def test_the_two_functions_may_not_meet_in_one_person(pair: tuple[str, str, str, str]) -> None:
    one, other, article, because = pair
    assert {one, other} <= set(FUNCTIONS)
    found = conflicts([("p", other), ("q", one), ("p", one)])
    assert [(each.person_id, each.one, each.other) for each in found] == [("p", one, other)]
    assert found[0].objection().article == article
    assert because in found[0].objection().message
    assert conflicts([("p", one), ("q", other)]) == []


COMPATIBLE = [
    ("purchaser_representative", "key_holder"),
    ("opening_host", "evaluation_host"),
    ("opening_host", "key_holder"),
    ("supervisor", "key_holder"),
    ("document_preparer", "opening_host"),
    ("entrusting_officer", "purchaser_representative"),
]


@pytest.mark.parametrize("pair", COMPATIBLE, ids="/".join)
def test_these_functions_may_meet(pair: tuple[str, str]) -> None:
    assert conflicts([("p", pair[0]), ("p", pair[1])]) == []


def wish(role: str, **changed: object) -> Wish:
    kind = (ROLES[role] or (None,))[0]
    facts = {"role": role, "person_id": "p", "person_organisation": "o", "person_organisation_kind": kind,
             "kinds": ROLES[role], "held": (), "since": NOW, "until": None}  # fmt: skip
    return Wish(**{**facts, **changed})  # type: ignore[arg-type]  # a builder with defaults


def appointed_by(made: Wish, *roles: str, organisation: str = "o", person: str = "boss") -> list[str]:
    return [each.code for each in objections(made, by_person=person, by_organisation=organisation, by_roles=roles)]


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("appointer", sorted(ROLES))
def test_each_role_is_appointed_by_those_the_table_names_and_by_no_other(role: str, appointer: str) -> None:
    whose = APPOINTERS[role].get(appointer)
    at_home = appointed_by(wish(role), appointer)
    abroad = appointed_by(wish(role), appointer, organisation="elsewhere")
    assert ("not_entitled_to_appoint" in at_home) == (whose is None)
    assert ("not_entitled_to_appoint" in abroad) == (whose != "any")


def test_the_centre_never_appoints_its_supervisors() -> None:
    assert not [role for role in APPOINTERS["supervisor"] if role.startswith(("centre.", "registry."))]


@pytest.mark.parametrize(
    ("made", "person", "code"),
    [
        (wish("centre.officer"), "p", "self_appointment"),
        (wish("centre.officer", person_organisation_kind="supplier"), "boss", "role_of_other_organisation"),
        (wish("centre.officer", until=NOW), "boss", "period_backwards"),
        (wish("centre.officer", held=("centre.officer",)), "boss", "role_held_already"),
        (wish("centre.officer", held=("registry.admin",)), "boss", "role_stands_alone"),
        (wish("registry.admin", held=("centre.host",)), "boss", "role_stands_alone"),
    ],
)
def test_an_appointment_that_may_not_be_made(made: Wish, person: str, code: str) -> None:
    assert appointed_by(made, "registry.admin", person=person) == [code]


def test_one_person_may_be_officer_and_host_until_a_day() -> None:
    made = wish("centre.host", held=("centre.officer",), until=NOW + timedelta(days=1))
    assert appointed_by(made, "registry.admin") == []


def test_own_and_project_never_meet_in_people_who_could_lose_by_it() -> None:
    """`grants` takes own over project: right only where own things include the projects one is named on."""
    for one in ROLES:
        for other in ROLES:
            if not set(ROLES[one]) & set(ROLES[other]) or one == other:
                continue
            for permission in PERMISSIONS.values():
                if {permission.holders.get(one), permission.holders.get(other)} == {"own", "project"}:
                    assert ROLES[one] == ROLES[other] == ("purchaser",), (permission.name, one, other)


def test_the_widest_of_two_roles_grants_counts() -> None:
    assert grants(["purchaser.representative"])["report.read"] == "project"
    assert grants(["purchaser.representative", "purchaser.officer"])["report.read"] == "own"
    assert grants([]) == {}


@pytest.mark.parametrize("holders", ["nobody=any", "expert=some", "expert=own expert=any", "expert"])
def test_a_slip_in_the_table_stops_the_start(holders: str) -> None:
    with pytest.raises(ValueError, match="role=whose"):
        row("x.y", "…", holders)
