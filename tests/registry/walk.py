"""How the walk over the table is done in a department: every entrypoint × every role × own and foreign object.

The gate: a role without the permission is `forbidden`, nobody is `unauthenticated`, whatever is asked. Behind it the
same object is asked for twice, by somebody of the role it belongs to (of its organisation, or named on the project)
and by a stranger of the same role (another organisation, named on nothing). Passing the gate is what counts: whatever
a call then answers or objects to, it may only be `not_yours` where the table says so.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import fields as kinds
from marshmallow import validate

from services.chassis import wire
from services.chassis.caller import NOBODY, Caller
from services.chassis.definitions import COMMAND, PUBLIC, QUERY, Definition, definitions, service_class
from services.chassis.direct import Direct
from services.chassis.equipment import equip
from services.chassis.refusal import Refusal
from services.registry.permissions import ANY, PERMISSIONS, ROLES, grants

DEPARTMENTS = ("registry", "tendering", "evaluation", "contracts", "notify")
BADLY = "badly asked"
STRANGER, ELSEWHERE = str(uuid.UUID(int=7)), str(uuid.UUID(int=8))
PLAIN: dict[type[kinds.Field[Any]], Any] = {
    wire.Id: str(uuid.UUID(int=9)), wire.Digest: "0" * 64, wire.Moment: "2026-06-20T01:00:00Z", wire.Day: "2026-06-20",
    wire.Money: "1.00", wire.Ratio: "1", kinds.Integer: 1, kinds.Float: 1, kinds.Boolean: True, kinds.Dict: {},
}  # fmt: skip


def guarded(department: str) -> dict[str, Definition]:
    """Every entrypoint of the department that asks for a permission."""
    found = definitions(equip(service_class(department)))
    called = {name: each for name, _, each in found if each.kind in (QUERY, COMMAND)}
    return {name: each for name, each in called.items() if each.permission and each.permission != PUBLIC}


@dataclass
class Ground:
    """A department with something in it that belongs to somebody.

    known: field → the object's value. asked: entrypoint → further fields. people: role → to whom the object belongs.
    lists: entrypoints that answer what the caller may see; a stranger's answer holds none of `marks`. own_only:
    entrypoints that act for the caller alone, so that nothing can be foreign. outsiders: (entrypoint, role) whose own
    is another thing than the one the walk has. strangers_told: (entrypoint, code) that says in
    the trade's words that the caller has no part in it. last: what would take the object from its owner.
    """

    department: str
    direct: Direct
    people: Mapping[str, Caller]
    known: Mapping[str, Any]
    asked: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    lists: Collection[str] = ()
    own_only: Collection[str] = ()
    marks: Collection[str] = ()
    outsiders: Collection[tuple[str, str]] = ()
    strangers_told: Collection[tuple[str, str]] = ()
    last: Collection[str] = ()

    def fields(self, method: str) -> dict[str, Any]:
        """What the entrypoint is asked: the object where a field names it, else something the schema takes."""
        schema = guarded(self.department)[method].schema
        told = dict(self.asked.get(method, {}))
        for name, each in (schema().fields if schema else {}).items():
            key = each.data_key or name
            if key in told:
                continue
            if key in self.known:
                told[key] = self.known[key]
            elif each.required:
                told[key] = self._value(each)
        return told

    def _value(self, field: Any) -> Any:
        """Something this field of a schema takes."""
        if isinstance(field, kinds.List):
            return [self._value(field.inner)]
        if isinstance(field, kinds.Nested):
            named = {each.data_key or name: each for name, each in field.schema.fields.items() if each.required}
            one = {name: self.known.get(name, self._value(each)) for name, each in named.items()}
            return [one] if field.many else one
        choices = [each.choices for each in field.validators if isinstance(each, validate.OneOf)]
        if choices:
            return next(iter(choices[0]))
        return next((PLAIN[kind] for kind in type(field).__mro__ if kind in PLAIN), "xyz")

    def owner(self, role: str) -> Caller:
        """The one of this role to whom the object belongs, with no other role beside."""
        by = self.people.get(role) or Caller(str(uuid.UUID(int=6)), "无关", ELSEWHERE, (*ROLES[role], "")[0])
        return replace(by, roles=frozenset([role]), grants=grants([role]))

    def stranger(self, role: str) -> Caller:
        """Somebody else of this role."""
        by = self.owner(role)
        home = ELSEWHERE if by.organisation_id is not None else None
        return replace(by, person_id=STRANGER, organisation_id=home, session_id="stranger")

    def outcome(self, method: str, by: Caller) -> tuple[str, str]:
        """(refusal code or `passed`, the answer as text); `BADLY` where the walk itself asked what no schema takes."""
        try:
            answer = self.direct.call(method, by=by, **self.fields(method))
        except Refusal as refusal:
            if refusal.code == "invalid_input":
                return f"{BADLY}: {[(each.field, each.message) for each in refusal.objections]}", ""
            return refusal.code, ""
        return "passed", json.dumps(answer, ensure_ascii=False)


def gate_faults(ground: Ground) -> list[str]:
    """Where a role without the permission, nobody, or another department is let in."""
    faults = []
    for method, each in sorted(guarded(ground.department).items()):
        holders = PERMISSIONS[each.permission].holders
        wanted = [(ground.owner(role), "forbidden", role) for role in sorted(ROLES) if role not in holders]
        wanted += [
            (Caller(department=name), "forbidden", name) for name in DEPARTMENTS if name not in each.departments
        ]
        for by, code, who in [*wanted, (NOBODY, "unauthenticated", "nobody")]:
            found = _refused(ground.direct, method, by)
            if found != code:
                faults.append(f"{method} as {who}: {found}, not {code}")
    return faults


def _refused(direct: Direct, method: str, by: Caller) -> str:
    try:
        direct.call(method, by=by)
    except Refusal as refusal:
        return refusal.code
    return "passed"


def reach_faults(ground: Ground, methods: Callable[[str], bool] = lambda _: True) -> list[str]:
    """Where a holder of the permission reaches less of an own object, or more of a foreign one, than the table says."""
    faults = []
    found = sorted(guarded(ground.department).items(), key=lambda one: (one[0] in ground.last, one[0]))
    every = [(name, each) for name, each in found if methods(name)]
    turns = [(name, role, whose) for name, each in every for role, whose in
             sorted(PERMISSIONS[each.permission].holders.items())]  # fmt: skip
    foreign = {}
    for method, role, whose in turns:  # strangers first: most are refused and change nothing
        if whose != ANY and method not in ground.own_only:
            foreign[method, role] = ground.outcome(method, ground.stranger(role))
    for method, role, whose in turns:
        code, _ = ground.outcome(method, ground.owner(role))
        outside = code == "not_yours" or code.endswith("_unknown")
        if code in ("forbidden", "unauthenticated") or code.startswith(BADLY) or outside != (
            (method, role) in ground.outsiders
        ):
            faults.append(f"{method} as {role}={whose} on the own: {code}")
        faults += _foreign_faults(ground, method, role, whose, code, foreign.get((method, role)))
    return faults


def _foreign_faults(
    ground: Ground, method: str, role: str, whose: str, own: str, found: tuple[str, str] | None
) -> list[str]:
    if found is None or (method, role) in ground.outsiders:
        return []
    code, answer = found
    if method in ground.lists:
        shown = [each for each in ground.marks if each in answer]
        good = code == "not_yours" or (code == "passed" and not shown)
    else:
        shown, told = [], {("", "not_yours"), *ground.strangers_told}
        good = bool({("", code), (method, code)} & told) or (code.endswith("_unknown") and own != code)
    return [] if good else [f"{method} as {role}={whose} on a foreign one: {code} {shown}"]
