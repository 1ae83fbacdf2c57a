"""Who is meant by "the officer", "the bidders", "the supervisors": people, out of our own copies.

Each audience answers people's ids, each with facts that concern this person alone (a loser's own score).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import or_, select

from services.notify.happening import Happening
from services.notify.models import Bidder, Lot, Role

People = dict[str, dict[str, Any]]
SUPPLIERS_PEOPLE = ("supplier.agent", "agency.program")
PURCHASERS_PEOPLE = ("purchaser.officer",)


def people(what: Happening, audience: str) -> People:
    """The people of this audience for this event. Raises KeyError for an audience that does not exist."""
    return AUDIENCES[audience](what)


def holders(what: Happening, roles: Iterable[str], organisations: Iterable[str | None] | None = None) -> People:
    """Who holds one of these roles at the event's time, in these organisations (None: in any)."""
    wanted = select(Role.person_id).where(
        Role.role.in_(list(roles)), Role.since <= what.now, or_(Role.until.is_(None), Role.until > what.now)
    )
    if organisations is not None:
        wanted = wanted.where(Role.organisation_id.in_([each for each in organisations if each]))
    return {person: {} for person in what.db.scalars(wanted.distinct())}


def _field(name: str) -> Callable[[Happening], People]:
    return lambda what: {what.fact[name]: {}} if what.fact.get(name) else {}


def _of_project(name: str) -> Callable[[Happening], People]:
    def found(what: Happening) -> People:
        person = getattr(what.project, name, None) or what.fact.get(name)
        return {person: {}} if person else {}

    return found


def _role(*roles: str) -> Callable[[Happening], People]:
    return lambda what: holders(what, roles)


def _purchaser(*roles: str) -> Callable[[Happening], People]:
    def found(what: Happening) -> People:
        purchaser = what.fact.get("purchaser_id") or getattr(what.project, "purchaser_id", None)
        return holders(what, roles, [purchaser])

    return found


def _organisation(what: Happening) -> People:
    return holders(what, (*SUPPLIERS_PEOPLE, *PURCHASERS_PEOPLE), [what.fact.get("organisation_id")])


def _supplier(what: Happening) -> People:
    return holders(what, SUPPLIERS_PEOPLE, [what.fact.get("supplier_id")])


def _suppliers(what: Happening) -> People:
    return holders(what, SUPPLIERS_PEOPLE, what.fact.get("suppliers") or [])


def _bidders(what: Happening) -> People:
    if what.fact.get("lot_id"):
        lots = [what.fact["lot_id"]]
    elif what.fact.get("lot_ids"):
        lots = list(what.fact["lot_ids"])
    else:
        lots = list(what.db.scalars(select(Lot.id).where(Lot.project_id == what.fact.get("project_id"))))
    return holders(what, SUPPLIERS_PEOPLE, what.db.scalars(select(Bidder.supplier_id).where(Bidder.lot_id.in_(lots))))


def _losers(what: Happening) -> People:
    found: People = {}
    for loser in what.fact.get("losers") or []:
        own = {name: loser.get(name) for name in ("total", "rank", "reason")}
        found |= dict.fromkeys(holders(what, SUPPLIERS_PEOPLE, [loser["supplier_id"]]), own)
    return found


def _owner(what: Happening) -> People:
    if what.fact.get("owner_person_id"):
        return {what.fact["owner_person_id"]: {}}
    organisation = what.fact.get("owner_organisation_id")
    roles = (*SUPPLIERS_PEOPLE, *PURCHASERS_PEOPLE, "centre.officer", "finance.officer")
    return holders(what, roles, [organisation]) if organisation else {}


def _watchers(what: Happening) -> People:
    return holders(what, ["supervisor"]) if what.fact.get("supervisor") else {}


def _waiting(what: Happening) -> People:
    if what.fact.get("waiting_person_id"):
        return {what.fact["waiting_person_id"]: {}}
    organisation = what.fact.get("waiting_organisation_id")
    return holders(what, (*SUPPLIERS_PEOPLE, *PURCHASERS_PEOPLE), [organisation]) if organisation else {}


def _unowned(what: Happening) -> People:
    return {} if what.fact.get("owner_person_id") else holders(what, ["centre.officer"])


AUDIENCES: dict[str, Callable[[Happening], People]] = {
    "person": _field("person_id"),
    "asker": _field("asker_person_id"),
    "host": _field("host_person_id"),
    "visitor": _field("visitor_person_id"),
    "officer": _of_project("officer_id"),
    "reviewer": _of_project("reviewer_id"),
    "purchaser": _purchaser(*PURCHASERS_PEOPLE),
    "acceptors": _purchaser("purchaser.acceptor"),
    "organisation": _organisation,
    "supplier": _supplier,
    "suppliers": _suppliers,
    "bidders": _bidders,
    "losers": _losers,
    "owner": _owner,
    "watchers": _watchers,
    "waiting": _waiting,
    "centre": _unowned,
    "finance": _role("finance.officer"),
    "hosts": _role("centre.host"),
    "supervisors": _role("supervisor"),
    "admins": _role("registry.admin"),
}
