"""The walk: every entrypoint × every role × own and foreign object, against the table.

Passing the gate is what counts here: whatever a call then answers or objects to, it may only be `forbidden` or
`not_yours` where the table says so.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from services.chassis.caller import NOBODY, Caller
from services.chassis.definitions import COMMAND, PUBLIC, QUERY, Definition, definitions
from services.chassis.refusal import Refusal
from services.registry.permissions import PERMISSIONS, ROLES
from services.registry.service import RegistryService
from tests.registry.town import Citizen, Town, caller, document

CALLED: dict[str, Definition] = {
    name: definition for name, _, definition in definitions(RegistryService) if definition.kind in (QUERY, COMMAND)
}
GUARDED = {name: each for name, each in CALLED.items() if each.permission != PUBLIC}
FILTERED = {"organisations", "people", "experts"}  # lists show what may be seen; their own tests follow


class Things:
    """Two of everything: of one organisation, and of another."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._restrictions = itertools.count()
        self.organisations = [town.admitted_supplier(), town.admitted_supplier()]
        self.people = [self._person(each.organisation_id or "") for each in self.organisations]
        self.experts = [town.expert(), town.expert()]
        self.numbers = itertools.count()

    def _person(self, organisation_id: str) -> Citizen:
        person = self.town.person(organisation_id, "supplier")
        self.town.enrol(person)
        return person

    def fields(self, method: str, which: int) -> dict[str, Any]:
        """What the method is asked about the first or the second of things."""
        organisation, person, expert = self.organisations[which], self.people[which], self.experts[which]
        organisation_id, person_id = organisation.organisation_id, person.person_id
        a_person, an_expert = {"person_id": person_id}, {"person_id": expert.person_id}
        decided = {"ground": "under_investigation", "decision_no": f"{method}{next(self.numbers)}"}
        barred = {**decided, "ground": "bribery", "until": "2028-05-11"}
        key = person.keys
        assert key is not None
        nothing = "00000000-0000-4000-8000-000000000000"
        asked: dict[str, Callable[[], dict[str, Any]]] = {
            "enrol_organisation": lambda: {"kind": "hall", "name": "甲", "credit_code": self.town.code()},
            "change_organisation": lambda: {"organisation_id": organisation_id, "name": "改名"},
            "close_organisation": lambda: {"organisation_id": self.town.organisation("hall"), "reason": "撤并"},
            "organisation": lambda: {"organisation_id": organisation_id},
            "enrol_person": lambda: {"organisation_id": organisation_id, "name": "新人"},
            "change_person": lambda: {**a_person, "language": "en"},
            "person": lambda: a_person,
            "appoint": lambda: {**a_person, "role": "supplier.agent"},
            "end_role": lambda: {"appointment_id": self.appointment(organisation), "reason": "期满"},
            "role_conflicts": lambda: {"assignments": []},
            "schedule_supervisor": lambda: {**a_person, "from": "2026-06-01T00:00:00Z", "until": "2026-06-02T00:00Z"},
            "supervisors": dict,
            "enrol_certificate": lambda: {**a_person, "pem": key.pem, "proof": {"challenge": "x"}},
            "revoke_certificate": lambda: {"fingerprint": key.fingerprint, "reason": "lost"},
            "certificate": lambda: {"fingerprint": key.fingerprint},
            "end_sessions": lambda: {**a_person, "reason": "可疑"},
            "draft_supplier": lambda: {"address": "新址", "documents": [document("other")]},
            "submit_supplier": dict,
            "suppliers_waiting": dict,
            "examine_supplier": lambda: {"organisation_id": organisation_id, "version": 1},
            "decide_supplier": lambda: {"organisation_id": organisation_id, "version": 1, "admit": True},
            "supplier": lambda: {"organisation_id": organisation_id},
            "supplier_history": lambda: {"organisation_id": organisation_id},
            "suspend_supplier": lambda: {"organisation_id": organisation_id, **decided},
            "bar_supplier": lambda: {"organisation_id": organisation_id, **barred},
            "lift_suspension": lambda: {"restriction_id": nothing, "reason": "…"},
            "lift_bar": lambda: {"restriction_id": nothing, "reason": "…"},
            "enrol_expert": lambda: {"name": "甲", "region": "长春", "specialties": ["A02"]},
            "change_expert": lambda: {**an_expert, "available": True},
            "admit_expert": lambda: an_expert,
            "suspend_expert": lambda: {**an_expert, **decided},
            "lift_expert_suspension": lambda: {**an_expert, "reason": "期满"},
            "release_expert": lambda: {**an_expert, "reason": "申请"},
            "expert": lambda: an_expert,
            "expert_pool": lambda: {"categories": ["A02"], "when": "2026-06-01T00:00:00Z"},
            "publish_rule_data": lambda: {"kind": "threshold", "in_force_from": "2030-01-01", "entries": []},
        }
        return asked[method]()

    def appointment(self, organisation: Citizen) -> str:
        asked = {"person_id": organisation.person_id}
        held = self.town.registry.call("person", by=self.town.administrator(), **asked)["appointments"]
        return str(held[0]["appointment_id"])

    def by(self, method: str, role: str) -> Caller:
        """Somebody with this role to whom the first of things belongs."""
        kind = (*ROLES[role], "")[0]
        if method in ("expert", "change_expert"):
            return caller(self.experts[0].person_id, None, kind, role)
        return caller(self.people[0].person_id, self.organisations[0].organisation_id, kind, role)


@pytest.fixture(scope="module")
def things(module_town: Town) -> Things:
    return Things(module_town)


def outcome(town: Town, method: str, by: Caller, fields: dict[str, Any]) -> str:
    """forbidden, not_yours, unauthenticated, or passed."""
    try:
        town.registry.call(method, by=by, **fields)
    except Refusal as refusal:
        if refusal.code in ("forbidden", "not_yours", "unauthenticated"):
            return refusal.code
        if refusal.code == "invalid_input":
            raise  # the walk asked badly
    return "passed"


@pytest.mark.parametrize("method", sorted(set(GUARDED) - FILTERED))
def test_each_role_passes_where_the_table_says_and_nowhere_else(things: Things, method: str) -> None:
    holders = PERMISSIONS[GUARDED[method].permission].holders
    foreign_differs = method not in ("draft_supplier", "submit_supplier", "role_conflicts")  # these name no object
    for role in sorted(ROLES):
        by, whose = things.by(method, role), holders.get(role)
        own = outcome(things.town, method, by, things.fields(method, 0))
        foreign = outcome(things.town, method, by, things.fields(method, 1))
        if whose is None:
            assert (own, foreign) == ("forbidden", "forbidden"), role
        else:
            assert own == "passed", role
            if foreign_differs:
                assert foreign == ("passed" if whose == "any" else "not_yours"), role
    assert outcome(things.town, method, NOBODY, things.fields(method, 0)) == "unauthenticated"


@pytest.mark.parametrize("method", sorted(GUARDED))
def test_a_department_passes_only_where_it_is_named(things: Things, method: str) -> None:
    asked = {} if method in FILTERED else things.fields(method, 1)
    for department in ("tendering", "evaluation", "contracts", "notify", "registry"):
        found = outcome(things.town, method, Caller(department=department), asked)
        assert found == ("passed" if department in GUARDED[method].departments else "forbidden"), department


def test_lists_show_the_own_only_to_those_who_may_read_the_own_only(things: Things) -> None:
    agent = things.by("organisations", "supplier.agent")
    seen = things.town.registry.call("organisations", by=agent)["items"]
    assert [each["organisation_id"] for each in seen] == [agent.organisation_id]
    asked = {"organisation_id": things.organisations[1].organisation_id}
    people = things.town.registry.call("people", by=agent, **asked)["items"]
    assert {each["organisation_id"] for each in people} == {agent.organisation_id}
    assert things.town.refusal("experts", by=caller("p", None, "", "expert")).code == "not_yours"
