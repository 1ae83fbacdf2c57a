"""The expert library: enrolled, declared, admitted, suspended, and the eligible pool of a draw."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from services.chassis.objection import Objection
from services.chassis.refusal import refuse, refuse_if
from services.registry import enrolment, events, queries, sessions
from services.registry.act import Act
from services.registry.models import Expert, ExpertSuspension, ExpertVersion, Organisation, Person
from services.registry.refusals import no
from services.registry.rules import eligible_pool, recusal
from services.registry.rules.days import day_of
from services.registry.rules.supplier_file import category_objections
from services.registry.schemas.experts import ExpertFacts

FINANCE_ONLY = ("specialties", "region")
FACTS = ("region", "specialties", "employers", "shareholdings", "kin", "available", "away")
Card = Row[Expert, ExpertVersion, Person]


def enrol(act: Act, given: Mapping[str, Any]) -> Card:
    """A new file in the library, not admitted yet. Raises `Refusal("rules_object")`."""
    _check(act, given)
    person = enrolment.enrol_person(act, None, given)
    expert = Expert(person_id=person.id, version=1, enrolled_by=act.person, enrolled_at=act.now)
    act.db.add(expert)
    act.db.flush()
    _declare(act, person.id, 1, {each: given[each] for each in FACTS})
    return queries.experts.expert(act.db, person.id)


def change(act: Act, card: Card, changes: Mapping[str, Any], *, finance: bool) -> Card:
    """Declare new facts as a new version. Raises `Refusal`: `finance_only` for an expert's own specialties and region,
    `rules_object`.
    """
    if not finance:
        kept = [each for each in FINANCE_ONLY if each in changes]
        if kept:
            message = "Specialties and region are changed by finance; ask them."
            refuse("finance_only", message, *(Objection("finance_only", message, "198", each) for each in kept))
    _check(act, changes)
    expert, version, _ = card
    before = ExpertFacts().load(version.facts)
    expert.version = version.number + 1
    _declare(act, expert.person_id, expert.version, {**before, **changes})
    after = queries.experts.expert(act.db, expert.person_id)
    if expert.admitted_at is not None and any(each in changes for each in ("specialties", "region", "available")):
        act.announce(events.expert_changed(fact(act, after)))
    return after


def admit(act: Act, card: Card) -> Card:
    """Admit an expert to the library: the role `expert` from now. Raises `Refusal("admitted_already")`."""
    expert, _, person = card
    if expert.admitted_at is not None and expert.left_at is None:
        raise no("admitted_already", "This expert is in the library already.")
    expert.admitted_by, expert.admitted_at = act.person, act.now
    expert.left_at = expert.left_because = None
    act.db.flush()
    enrolment.appoint(act, person, "expert", None, None, by_itself=True)
    act.announce(events.expert_admitted(fact(act, card)))
    return card


def suspend(act: Act, card: Card, decision: Mapping[str, Any]) -> Card:
    """Finance suspends an expert; sessions end, the role sleeps meanwhile. Raises `Refusal("period_backwards")`."""
    since = decision["from_"] or act.today
    if decision["until"] is not None and decision["until"] < since:
        raise no(
            "period_backwards",
            "It ends before it begins.",
            field="until",
            since=f"{since}",
            until=f"{decision['until']}",
        )
    expert = card[0]
    act.db.add(
        ExpertSuspension(
            person_id=expert.person_id,
            ground=decision["ground"],
            decision_no=decision["decision_no"],
            from_day=since,
            until_day=decision["until"],
            decided_by=act.person,
        )
    )
    act.db.flush()
    act.announce(events.expert_suspended(fact(act, card)))
    sessions.end_all_of(act, expert.person_id, "expert suspended")
    return card


def lift_suspension(act: Act, card: Card, reason: str) -> Card:
    """Lift every suspension of an expert. Raises `Refusal("not_suspended")`."""
    found = queries.experts.suspensions(act.db, [card[0].person_id]).get(card[0].person_id, [])
    if not found:
        raise no("not_suspended", "This expert is not suspended.")
    for each in found:
        each.lifted_at, each.lifted_because = act.now, reason
    act.db.flush()
    act.announce(events.expert_changed(fact(act, card)))
    return card


def release(act: Act, card: Card, reason: str) -> Card:
    """Take an expert out of the library. Raises `Refusal("not_in_library")`."""
    expert, _, person = card
    if expert.admitted_at is None or expert.left_at is not None:
        raise no("not_in_library", "This expert is not in the library.")
    expert.left_at, expert.left_because = act.now, reason
    for each in queries.identity.standing_appointments(act.db, person.id):
        if each.role == "expert":
            enrolment.end_role(act, each, reason)
    act.db.flush()
    act.announce(events.expert_suspended(fact(act, card)))
    return card


def pool(db: Session, asked: Mapping[str, Any]) -> eligible_pool.Answer:
    """The eligible pool of a draw, and why each other admitted expert is out."""
    on = day_of(asked["when"])
    known = queries.identity.organisations_by_id(
        db, [each["organisation_id"] for each in asked["bidders"] if each["organisation_id"]]
    )
    purchaser = _purchaser(db, asked)
    need = eligible_pool.Need(
        categories=tuple(asked["categories"]),
        on=on,
        bidders=[_bidder(each, known) for each in asked["bidders"]],
        purchaser=purchaser,
        offices=[_unit(each) for each in queries.identity.offices(db)],
        regions=tuple(asked["regions"]),
    )
    suspensions = queries.experts.suspensions(db)
    experts = [_expert(card, suspensions.get(card[0].person_id, [])) for card in queries.experts.library(db)]
    return eligible_pool.pool(experts, need)


def fact(act: Act, card: Card) -> dict[str, Any]:
    """What is announced of an expert."""
    expert, version, person = card
    held = [
        each
        for each in queries.experts.suspensions(act.db, [expert.person_id]).get(expert.person_id, [])
        if each.until_day is None or act.today <= each.until_day
    ]
    known = [each.until_day for each in held if each.until_day is not None]
    return {
        "person_id": expert.person_id,
        "name": person.name,
        "specialties": version.facts["specialties"],
        "region": version.facts["region"],
        "available": version.facts["available"] and expert.left_at is None and not held,
        "suspended_until": max(known) if known else None,
        "at": act.now,
    }


def state(card: Card, suspended: Sequence[ExpertSuspension], today: Any) -> str:
    """enrolled, admitted, suspended or left."""
    expert = card[0]
    if expert.left_at is not None:
        return "left"
    if expert.admitted_at is None:
        return "enrolled"
    held = [
        each for each in suspended if each.from_day <= today and (each.until_day is None or today <= each.until_day)
    ]
    return "suspended" if held else "admitted"


def _check(act: Act, given: Mapping[str, Any]) -> None:
    codes = given.get("specialties", [])
    known = queries.rule_data.known_categories(act.db, codes, act.today)
    found = category_objections(codes, known, "specialties")
    for name in ("employers", "shareholdings", "away"):
        for place, each in enumerate(given.get(name, [])):
            if each["from_"] and each["until"] and each["until"] < each["from_"]:
                figures = {"since": f"{each['from_']}", "until": f"{each['until']}"}
                found.append(
                    Objection("period_backwards", "It ends before it begins.", "", f"{name}.{place}.until", figures)
                )
    refuse_if(found)


def _declare(act: Act, person_id: str, number: int, facts: Mapping[str, Any]) -> None:
    act.db.add(
        ExpertVersion(
            person_id=person_id,
            number=number,
            facts=ExpertFacts().dump(facts),
            declared_by=act.person,
            declared_at=act.now,
        )
    )
    act.db.flush()


def _purchaser(db: Session, asked: Mapping[str, Any]) -> recusal.Unit | None:
    if asked["purchaser_id"]:
        found = queries.identity.organisations_by_id(db, [asked["purchaser_id"]]).get(asked["purchaser_id"])
        if found is not None:
            return _unit(found)
    if asked["purchaser_name"]:
        return recusal.Unit(asked["purchaser_name"], asked["purchaser_id"])
    return None


def _bidder(told: Mapping[str, Any], known: Mapping[str, Organisation]) -> recusal.Unit:
    on_file = known.get(told["organisation_id"] or "")
    responsible = told["responsible_person"] or (on_file.responsible_person if on_file else None)
    controllers = (*told["controllers"], *(on_file.controllers if on_file else ()))
    return recusal.Unit(told["name"], told["organisation_id"], responsible, controllers)


def _unit(organisation: Organisation) -> recusal.Unit:
    return recusal.Unit(
        organisation.name, organisation.id, organisation.responsible_person, tuple(organisation.controllers)
    )


def _expert(card: Card, suspended: Sequence[ExpertSuspension]) -> eligible_pool.Expert:
    expert, version, person = card
    facts = ExpertFacts().load(version.facts)
    return eligible_pool.Expert(
        person_id=expert.person_id,
        name=person.name,
        region=facts["region"],
        specialties=tuple(facts["specialties"]),
        ties=ties(person, facts),
        admitted_on=day_of(expert.admitted_at) if expert.admitted_at else None,
        left_on=day_of(expert.left_at) if expert.left_at else None,
        suspensions=[(each.from_day, each.until_day) for each in suspended],
        available=facts["available"],
        away=[(each["from_"], each["until"]) for each in facts["away"]],
    )


def ties(person: Person, facts: Mapping[str, Any]) -> recusal.Ties:
    """What an expert's declared facts say about ties."""
    return recusal.Ties(
        name=person.name,
        employments=[
            recusal.Employment(_declared(each), each["from_"], each["until"], each["position"])
            for each in facts["employers"]
        ],
        holdings=[
            recusal.Holding(_declared(each), Decimal(each["percent"]), each["from_"], each["until"])
            for each in facts["shareholdings"]
        ],
        kin=[
            recusal.Kin(each["name"], each["relation"], _declared(each) if each["org_name"] else None, each["position"])
            for each in facts["kin"]
        ],
        organisation_id=person.organisation_id,
    )


def _declared(told: Mapping[str, Any]) -> recusal.Unit:
    return recusal.Unit(told["org_name"], told["organisation_id"])
