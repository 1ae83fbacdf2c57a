"""Own copies of what the other departments announce: each function is the effect of one kind of fact."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from services.notify.happening import Happening
from services.notify.models import Bidder, ForeignDuty, Lot, Organisation, Person, Project, Role

_NO_APPOINTMENT = uuid.UUID("5b6a0f46-6f0e-5c1e-9f2f-3b0b7f0d6a11")


def keep_organisation(what: Happening) -> None:
    """registry's description of an organisation."""
    fact = what.fact
    row = what.db.get(Organisation, fact["organisation_id"])
    if row is None:
        row = Organisation(id=fact["organisation_id"], kind=fact.get("kind") or "supplier", name=fact["name"])
        what.db.add(row)
    for name in ("kind", "name", "credit_code", "size", "standing"):
        if fact.get(name) is not None:
            setattr(row, name, fact[name])


def keep_person(what: Happening) -> None:
    """A person's name, organisation and addresses."""
    fact = what.fact
    row = what.db.get(Person, fact["person_id"])
    if row is None:
        row = Person(id=fact["person_id"], name=fact["name"], language="zh", left=False)
        what.db.add(row)
    row.name, row.organisation_id = fact["name"], fact["organisation_id"]
    row.email, row.phone, row.left = fact["email"], fact["phone"], fact["left"]
    row.language = fact["language"] or "zh"


def keep_role(what: Happening) -> None:
    """An appointment; its end comes with `role_ended`."""
    fact = what.fact
    role_of_person = uuid.uuid5(_NO_APPOINTMENT, f"{fact['person_id']}/{fact['role']}")
    key = fact["appointment_id"] or str(role_of_person)
    row = what.db.get(Role, key)
    if row is None:
        row = Role(appointment_id=key, person_id=fact["person_id"], role=fact["role"], since=fact["from_"])
        what.db.add(row)
    row.organisation_id, row.until = fact["organisation_id"], fact["until"]
    if what.event == "role_ended" and row.until is None:
        row.until = what.time


def keep_project(what: Happening) -> None:
    """A project, as far as an event tells of it; what it does not tell stays."""
    _keep_project(what, **_told(what.fact, "title", "purchaser_id", "officer_id", "reviewer_id"))


def keep_notice(what: Happening) -> None:
    """The project and lots a notice names. A tender notice sets each lot's closing."""
    fact = what.fact
    told = _told(fact, "title", "purchaser_id", "purchaser_name", "region", "officer_id", "reviewer_id")
    if fact["kind"] != "tender":
        told.pop("title", None)  # an amendment's title is not the project's
    _keep_project(what, no=fact["project_no"], **told)
    for each in fact["lots"] or []:
        lot = what.db.get(Lot, each["lot_id"])
        if lot is None:
            lot = Lot(id=each["lot_id"], project_id=fact["project_id"], title=each["title"])
            what.db.add(lot)
        lot.title, lot.no = each["title"], each["no"] if each["no"] is not None else lot.no
        lot.object, lot.budget = each["object"] or lot.object, each["budget"] or lot.budget
        lot.closes_at = fact["closes_at"] or lot.closes_at
    what.db.flush()


def move_deadline(what: Happening) -> None:
    """The closing of these lots is another."""
    for lot_id in what.fact["lot_ids"] or []:
        lot = what.db.get(Lot, lot_id)
        if lot is not None:
            lot.closes_at = what.fact["closes_at"]


def close_lot(what: Happening) -> None:
    """No bid comes any more."""
    lot = _lot(what)
    lot.closed_at = what.fact["closed_at"] or what.time


def begin_opening(what: Happening) -> None:
    """The opening has begun, in a room."""
    lot = _lot(what)
    lot.opening_began_at, lot.room = what.fact["at"] or what.time, what.fact["room"]


def open_bids(what: Happening) -> None:
    """Who took part is public from now on."""
    _lot(what).opened_at = what.fact["opened_at"]
    what.db.flush()
    for bid in what.fact["bids"]:
        row = {
            "lot_id": what.fact["lot_id"], "supplier_id": bid["supplier_id"], "bid_id": bid["bid_id"],
            "name": bid["supplier_name"], "price": bid["price"],
        }  # fmt: skip
        what.db.execute(insert(Bidder).values(row).on_conflict_do_nothing())


def end_lot(what: Happening) -> None:
    """The lot has a result, or will have none."""
    _lot(what).ended_at = what.time


def end_project(what: Happening) -> None:
    """All lots of the project end."""
    for lot in what.db.query(Lot).filter_by(project_id=what.fact["project_id"]):
        lot.ended_at = lot.ended_at or what.time


def keep_duty(what: Happening) -> None:
    """Another department's obligation, as it stands after this move."""
    fact = what.fact
    row = what.db.get(ForeignDuty, fact["obligation_id"])
    if row is None:
        row = ForeignDuty(
            id=fact["obligation_id"], department=what.department, kind=fact["kind"], about=fact["about"],
            article=fact["article"], since=fact["since"], paused=False,
        )  # fmt: skip
        what.db.add(row)
    row.due, row.supervisor = fact["due"], fact["supervisor"]
    row.owner_person_id, row.owner_organisation_id = fact.get("owner_person_id"), fact.get("owner_organisation_id")
    row.paused = what.event == "obligation_paused"
    if what.event in ("obligation_met", "obligation_cancelled"):
        row.closed_at = fact["at"]
    if what.event == "obligation_overdue":
        row.overdue_at = fact["at"]


def _told(fact: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: fact[name] for name in names if fact.get(name) is not None}


def _keep_project(what: Happening, **told: Any) -> Project:
    row = what.db.get(Project, what.fact["project_id"])
    if row is None:
        row = Project(id=what.fact["project_id"], title=str(told.get("title") or what.fact.get("title") or "—"))
        what.db.add(row)
    for name, value in told.items():
        if value is not None:
            setattr(row, name, value)
    what.db.flush()
    return row


def _lot(what: Happening) -> Lot:
    row = what.lot
    if row is None:
        _keep_project(what)
        row = Lot(id=what.fact["lot_id"], project_id=what.fact["project_id"], title=what.fact.get("title") or "—")
        what.db.add(row)
        what.db.flush()
    return row
