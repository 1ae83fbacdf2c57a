"""Who may do this step, after who did the one before? (法61: handling, reviewing and accepting are separated)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.chassis.objection import Objection
from services.tendering.rules.reasons import objection

SEATS = ("centre", "purchaser", "supervisor")
# Which role a person needs to hold the key of a seat.
SEAT_ROLES: Mapping[str, str] = {
    "centre": "centre.host",
    "purchaser": "purchaser.representative",
    "supervisor": "supervisor",
}
MOST_HOLDERS = 3


def review_objections(prepared_by: str, reviewer: str) -> list[Objection]:
    """Who prepared may not review."""
    if prepared_by == reviewer:
        return [objection("reviewer_is_preparer", "法61", "reviewer_id")]
    return []


def naming_objections(
    officer_id: str, reviewer_id: str, roles: Mapping[str, frozenset[str]], host_id: str | None = None
) -> list[Objection]:
    """May these be officer and reviewer (and host) of a project? roles: person → roles held."""
    found = review_objections(officer_id, reviewer_id)
    wanted = [("officer_id", officer_id, "centre.officer"), ("reviewer_id", reviewer_id, "centre.reviewer")]
    if host_id:
        wanted.append(("host_id", host_id, "centre.host"))
    found += [
        objection("role_missing", "法62", field, role=role)
        for field, person, role in wanted
        if role not in roles.get(person, frozenset())
    ]
    return found


def holder_objections(
    seats: Mapping[str, Sequence[str]],
    roles: Mapping[str, frozenset[str]],
    homes: Mapping[str, str],
    purchaser_id: str,
    keys: Mapping[str, int],
    project_people: frozenset[str],
) -> list[Objection]:
    """May these people hold the keys of these seats?

    seats: seat → person ids, first and deputies. roles: person → roles. homes: person → organisation id.
    keys: person → number of encryption certificates in force. project_people: officer and reviewer of the project.
    """
    found = [
        objection("seat_unknown", "87-40", f"seats.{seat}", seat=seat, seats=", ".join(SEATS))
        for seat in sorted(set(seats) - set(SEATS))
    ]
    taken: dict[str, str] = {}
    for seat in SEATS:
        people = list(seats.get(seat, ()))
        if not 1 <= len(people) <= MOST_HOLDERS:
            found.append(
                objection(
                    "seat_holders_count", "87-40", f"seats.{seat}", seat=seat, count=len(people), most=MOST_HOLDERS
                )
            )
        for place, person in enumerate(people):
            found += _one_holder(seat, f"seats.{seat}.{place}", person, roles, homes, purchaser_id, keys)
            if person in taken:
                found.append(
                    objection("holder_on_two_seats", "法61", f"seats.{seat}.{place}", seat=seat, other=taken[person])
                )
            if person in project_people and seat == "supervisor":
                found.append(objection("supervisor_of_own_work", "法61", f"seats.{seat}.{place}"))
            taken.setdefault(person, seat)
    return found


def _one_holder(
    seat: str,
    field: str,
    person: str,
    roles: Mapping[str, frozenset[str]],
    homes: Mapping[str, str],
    purchaser_id: str,
    keys: Mapping[str, int],
) -> list[Objection]:
    found = []
    if person not in homes:
        return [objection("person_unknown", field=field)]
    if SEAT_ROLES[seat] not in roles.get(person, frozenset()):
        found.append(objection("role_missing", "87-40", field, role=SEAT_ROLES[seat]))
    if seat == "purchaser" and homes[person] != purchaser_id:
        found.append(objection("holder_of_other_purchaser", "87-40", field))
    if not keys.get(person):
        found.append(objection("no_encryption_certificate", "签名法13", field))
    return found
