"""What a panel is asked before it is formed, before it begins, and when somebody goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.caller import Caller
from services.chassis.refusal import Objection, refuse
from services.chassis.working_days import day_of
from services.evaluation import access, calling, queries
from services.evaluation.models import (
    Draw,
    Evaluation,
    ExpertCall,
    Member,
    Organisation,
    Panel,
    Participant,
    Person,
    Project,
    Reopening,
)
from services.evaluation.rules import panel as rule
from services.evaluation.rules import score_sheet
from services.evaluation.rules.panel import Purchase

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk


def require_organiser(db: Session, by: Caller, project: Project) -> None:
    """The centre's named people form panels; where tendering named no host yet, the first host who does becomes it."""
    hosts = db.scalar(
        select(Participant.person_id)
        .where(Participant.project_id == project.id, Participant.capacity == "host")
        .limit(1)
    )
    if hosts is None and by.person_id and "centre.host" in by.roles and by.organisation_kind == "centre":
        access.name(db, project.id, by.person_id, "host")
    access.require(db, by, "panel.form", project)


def purchase(db: Session, project: Project, wanted: Mapping[str, Any]) -> Purchase:
    """What the panel will judge, at the budget of the whole project (87-47)."""
    if project.notice_day is None:
        refuse("notice_unknown", "The notice of this project has not arrived here yet.")
    lots = queries.lots_of(db, project.id)
    chosen = [each for each in lots if each.id in wanted["lot_ids"]]
    if len(chosen) != len(set(wanted["lot_ids"])):
        refuse("lot_foreign", "Every lot must be one of this project.")
    procedures = {each.procedure for each in chosen}
    if len(procedures) != 1:
        refuse("procedures_differ", "Lots of different procedures need panels of their own.")
    return Purchase(
        procedure=chosen[0].procedure or "",
        budget=sum((each.budget or Decimal(0) for each in lots), Decimal(0)),
        notice_day=project.notice_day,
        complex=wanted["complex"],
        social_impact=wanted["social_impact"],
    )


def forming_objections(
    desk: Desk, project: Project, what: Purchase, wanted: Mapping[str, Any], evaluations: Sequence[Evaluation]
) -> list[Objection]:
    """Every reason why this panel cannot be formed."""
    experts = sum(each["experts"] for each in wanted["wanted"])
    found = rule.objections(desk.law, what, experts, len(wanted["representatives"]))
    found += representative_objections(desk, project, wanted["representatives"])
    specialties = [each["specialty"] for each in wanted["wanted"]]
    if len(set(specialties)) != len(specialties):
        found.append(Objection("specialty_doubled", "A specialty is named twice.", "", "wanted"))
    if any(each.panel_id and not _is_exhausted(desk, each.panel_id) for each in evaluations):
        found.append(
            Objection(
                "panel_formed_already",
                "A panel was formed for one of these lots; no second draw is made while the first can go on.",
                "条例39",
                "lot_ids",
            )
        )
    found += _seat_objections(desk, project, wanted["seats"])
    if wanted["evaluates_at"] < desk.now():
        found.append(Objection("evaluation_in_the_past", "The evaluation begins in the future.", "", "evaluates_at"))
    return found


def representative_objections(desk: Desk, project: Project, person_ids: Sequence[str]) -> list[Objection]:
    """Why one of these persons may not sit for the purchaser."""
    found = []
    at_opening = set(
        desk.db.scalars(
            select(Participant.person_id).where(Participant.project_id == project.id, Participant.at_opening)
        )
    )
    for person_id in person_ids:
        person = desk.db.get(Person, person_id)
        if person is None:
            found.append(
                Objection(
                    "person_unknown",
                    f"Nobody is registered as {person_id}.",
                    "",
                    "representatives",
                    {"person": person_id},
                )
            )
            continue
        organisation = desk.db.get(Organisation, person.organisation_id) if person.organisation_id else None
        found += rule.representative_objections(
            desk.law,
            project.notice_day or day_of(desk.now()),
            person_id=person_id,
            kind=organisation.kind if organisation else "",
            of_purchaser=person.organisation_id == project.purchaser_id,
            at_opening=at_opening,
        )
    return found


SEAT_KINDS = {"centre": ("centre",), "purchaser": ("purchaser",), "supervisor": ("finance", "hall")}
"""seat → kinds of organisation whose people may hold it."""


def _seat_objections(desk: Desk, project: Project, seats: Mapping[str, Sequence[str]]) -> list[Objection]:
    everybody = [person_id for holders in seats.values() for person_id in holders]
    found = []
    if len(set(everybody)) != len(everybody):
        found.append(Objection("seat_holder_doubled", "One person holds a key of one seat only.", "", "seats"))
    for seat, holders in seats.items():
        found += [each for person_id in holders for each in holder_objections(desk.db, project, seat, person_id)]
    return found


def holder_objections(db: Session, project: Project, seat: str, person_id: str) -> list[Objection]:
    """Why this person cannot hold a key of that seat."""
    person = db.get(Person, person_id)
    organisation = db.get(Organisation, person.organisation_id) if person and person.organisation_id else None
    fits = organisation is not None and organisation.kind in SEAT_KINDS[seat]
    if seat == "purchaser":
        fits = fits and organisation is not None and organisation.id == project.purchaser_id
    if fits:
        return []
    return [
        Objection(
            "seat_holder_foreign",
            f"{person_id} does not belong to the {seat}'s side.",
            "",
            f"seats.{seat}",
            {"seat": seat},
        )
    ]


def name_everybody(db: Session, panel: Panel) -> None:
    """Seat holders take part in the project from now on; the supervisor's holders supervise it."""
    access.name(db, panel.project_id, panel.host_id, "host")
    for seat, holders in panel.seats.items():
        for person_id in holders:
            access.name(db, panel.project_id, person_id, f"draw_{seat}")


def excluded(db: Session, evaluations: Sequence[Evaluation]) -> list[str]:
    """Persons a reopening shut out of the new panel (87-67), or who declared a tie to one of these lots (条例9)."""
    lots = [each.lot_id for each in evaluations]
    rows = db.scalars(
        select(Reopening)
        .join(Evaluation, Evaluation.id == Reopening.evaluation_id)
        .where(Evaluation.lot_id.in_(lots), Reopening.scope == "new_panel")
    )
    tied = select(ExpertCall.person_id).join(Draw, Draw.id == ExpertCall.draw_id).where(ExpertCall.outcome == "recused")
    before = select(Evaluation.panel_id).where(Evaluation.lot_id.in_(lots))
    declared = db.scalars(tied.where(Draw.panel_id.in_(before)))
    return sorted({person_id for row in rows for person_id in row.excluded} | set(declared))


def beginning_objections(desk: Desk, panel: Panel, members: Sequence[Member]) -> list[Objection]:
    """Who or what is missing before the evaluation can begin."""
    found = []
    if panel.begun_at is not None:
        found.append(Objection("begun_already", "This evaluation has begun."))
    found += completeness_objections(panel, members)
    absent = [each for each in members if each.checked_in_at is None]
    if absent:
        found.append(
            Objection(
                "members_absent",
                f"{len(absent)} members have not checked in.",
                "87-47",
                "",
                {"absent": str(len(absent))},
            )
        )
    if not queries.supervisors(desk.db, panel.id):
        found.append(Objection("supervisor_absent", "No supervisor has checked in; nothing begins without one.", ""))
    if not any(each.leader for each in members):
        found.append(Objection("leader_missing", "The panel has not elected its leader.", "财库〔2012〕69号"))
    return found


def completeness_objections(panel: Panel, members: Sequence[Member]) -> list[Objection]:
    """Why the panel cannot work: a seat is empty (87-47, 87-49)."""
    experts = sum(each.kind == "expert" for each in members)
    if experts >= panel.experts and len(members) >= panel.size:
        return []
    figures = {"members": str(len(members)), "size": str(panel.size)}
    return [Objection("panel_incomplete", f"{len(members)} of {panel.size} members sit.", "87-47", "", figures)]


def document_objections(desk: Desk, panel: Panel, project: Project) -> list[Objection]:
    """Where a lot's published scheme breaks the law: the panel stops and says so (条例41)."""
    found: list[Objection] = []
    for each in queries.evaluations_of(desk.db, panel.id):
        lot, on = queries.lot(desk.db, each.lot_id), project.notice_day
        if each.scored and each.failed_at is None and on is not None:
            factors = queries.factors(lot)
            found += score_sheet.scheme_objections(factors)
            found += score_sheet.weight_objections(desk.law, on, lot.procedure or "", lot.object or "", factors)
    return found


def in_drawn_order(db: Session, panel: Panel, members: Sequence[Member]) -> list[Member]:
    """Experts by specialty and drawn order, then the purchaser's representatives: the order of the seats."""
    draw = queries.draw_of(db, panel.id)
    place = {call.id: number for number, call in enumerate(queries.calls(db, draw.id))} if draw else {}
    return sorted(members, key=lambda each: (each.kind != "expert", place.get(each.call_id or "", 0), each.joined_at))


def stands_still(desk: Desk, found: Evaluation) -> bool:
    """Whether an evaluation that has begun cannot go on: its panel is no longer whole and nobody is left in the drawn
    order."""
    over = found.failed_at is not None or found.settled_at is not None
    return not over and found.begun_at is not None and _is_exhausted(desk, found.panel_id or "")


def _is_exhausted(desk: Desk, panel_id: str) -> bool:
    draw = queries.draw_of(desk.db, panel_id)
    return draw is not None and bool(calling.exhausted(desk, draw))
