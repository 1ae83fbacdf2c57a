"""Who may appoint whom to which role, from and until? (法60, 法61)

Roles are appointed, not chosen. The centre never appoints those who watch it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.chassis.objection import Objection

APPOINTERS: Final[Mapping[str, Mapping[str, str]]] = {
    # role: who may appoint it, and in whose organisation (own: the appointer's; any)
    "registry.admin": {"registry.admin": "own"},
    "centre.officer": {"registry.admin": "own"},
    "centre.reviewer": {"registry.admin": "own"},
    "centre.host": {"registry.admin": "own"},
    "purchaser.officer": {"registry.admin": "any"},
    "purchaser.representative": {"purchaser.officer": "own"},
    "purchaser.acceptor": {"purchaser.officer": "own"},
    "finance.officer": {"registry.admin": "any", "finance.officer": "own"},
    "supervisor": {"finance.officer": "any"},
    "hall.observer": {"registry.admin": "any", "finance.officer": "any"},
    "supplier.agent": {"supplier.agent": "own"},
    "agency.program": {"registry.admin": "any"},
    "expert": {},  # through admission to the library only
}

ALONE: Final[Mapping[str, str]] = {
    # a role that stands alone in one person, whatever the project: article
    "registry.admin": "法61",
    "supervisor": "法61",
}


@dataclass(frozen=True)
class Wish:
    """An appointment asked for. `held`: the roles the person holds already; `kinds`: organisation kinds of the role."""

    role: str
    person_id: str
    person_organisation: str | None
    person_organisation_kind: str | None
    kinds: tuple[str, ...]
    held: tuple[str, ...]
    since: datetime
    until: datetime | None


def objections(wish: Wish, *, by_person: str, by_organisation: str | None, by_roles: Sequence[str]) -> list[Objection]:
    """Why this person may not make this appointment; empty means it may be made."""
    found: list[Objection] = []
    if wish.person_id == by_person:
        found.append(
            Objection(
                "self_appointment", "Nobody appoints themselves; another entitled person must.", "法61", "person_id"
            )
        )
    if not _entitled(wish, by_organisation, by_roles):
        listed = ", ".join(APPOINTERS.get(wish.role, {})) or "nobody by hand"
        found.append(
            Objection(
                "not_entitled_to_appoint",
                f"{wish.role} is appointed by: {listed}.",
                "法61",
                "role",
                {"role": wish.role, "appointers": listed},
            )
        )
    if wish.person_organisation_kind not in wish.kinds:
        listed = ", ".join(wish.kinds) or "none"
        message = f"{wish.role} is held in an organisation of kind: {listed}."
        found.append(Objection("role_of_other_organisation", message, "", "role", {"role": wish.role, "kinds": listed}))
    if wish.until is not None and wish.until <= wish.since:
        found.append(
            Objection(
                "period_backwards",
                "The appointment ends before it begins.",
                "",
                "until",
                {"since": wish.since.isoformat(), "until": wish.until.isoformat()},
            )
        )
    if wish.role in wish.held:
        found.append(
            Objection("role_held_already", f"This person holds {wish.role} already.", "", "role", {"role": wish.role})
        )
    return found + _alone(wish)


def ending_objections(*, entitled: bool) -> list[Objection]:
    """Why an appointment may not be ended by the caller: only by those who may make it, or by its holder."""
    if entitled:
        return []
    return [Objection("not_entitled_to_end", "It is ended by those who may make it, or by its holder.", "法61")]


def _entitled(wish: Wish, by_organisation: str | None, by_roles: Sequence[str]) -> bool:
    for appointer, whose in APPOINTERS.get(wish.role, {}).items():
        if appointer in by_roles and (whose == "any" or wish.person_organisation == by_organisation):
            return True
    return False


def _alone(wish: Wish) -> list[Objection]:
    others = [role for role in wish.held if role != wish.role]
    lonely = [role for role in (wish.role, *others) if role in ALONE]
    if not others or not lonely:
        return []
    figures = {"role": lonely[0], "others": ", ".join(others if wish.role == lonely[0] else [wish.role])}
    return [
        Objection(
            "role_stands_alone",
            f"{lonely[0]} is held by a person with no other role.",
            ALONE[lonely[0]],
            "role",
            figures,
        )
    ]
