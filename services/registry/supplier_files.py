"""A supplier's file: drafted, submitted, examined, decided; and the standing that follows from it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.database import refuse_on
from services.chassis.refusal import refuse_if
from services.registry import certification, enrolment, events, queries, trust
from services.registry.act import Act
from services.registry.models import Organisation, Supplier, SupplierRestriction, SupplierVersion
from services.registry.refusals import no, too_many
from services.registry.rules import restrictions as restriction_rules
from services.registry.rules import review, standing, supplier_file
from services.registry.rules.days import begin_of, day_of, end_of
from services.registry.schemas.suppliers import Standing, SupplierContent
from services.registry.settings import current

BAR, SUSPENSION = "bar", "suspension"


def register(act: Act, asked: Mapping[str, Any], trusted: trust.Anchors) -> tuple[Organisation, str, str]:
    """A supplier registers itself with its first agent. Answers organisation, person id, certificate fingerprint.

    Raises `Refusal`: `credit_code_taken`, `rules_object`, `too_many_requests`, those of the certificate.
    """
    pace = current().public_commands_a_minute
    if queries.certificates.enrolled_within_a_minute(act.db, act.machine) >= pace:
        raise too_many("registrations", pace)
    organisation = enrolment.enrol_organisation(act, "supplier", asked["organisation"], "organisation.credit_code")
    act.db.add(Supplier(organisation_id=organisation.id, said={}))
    act.db.flush()
    act.announce(events.organisation_registered(organisation, standing.DRAFT, act.now))
    person = enrolment.enrol_person(act, organisation.id, asked["person"])
    certificate = certification.enrol(act, person, asked["certificate"], trusted)
    enrolment.appoint(act, person, "supplier.agent", None, None, by_itself=True)
    restate(act, organisation)
    return organisation, person.id, certificate.fingerprint


def draft(act: Act, organisation: Organisation, changes: Mapping[str, Any]) -> SupplierVersion:
    """Set fields of the draft, begun from the last version where there is none. Raises `Refusal("under_review")`."""
    queries.suppliers.supplier_for_update(act.db, organisation.id)
    written = SupplierContent().dump(changes)
    former = queries.suppliers.versions(act.db, organisation.id)
    last = former[-1] if former else None
    if last is not None and last.decided_at is None:
        if last.submitted_at is not None:
            raise no("under_review", "This version is under review; it can be changed once it is decided.")
        last.content = {**last.content, **written}
        last.touched_by = sorted({*last.touched_by, act.person})
        return last
    base = last.content if last is not None else {"name": organisation.name}
    made = SupplierVersion(
        organisation_id=organisation.id,
        number=last.number + 1 if last is not None else 1,
        content={**base, **written},
        touched_by=[act.person],
        drafted_by=act.person,
        drafted_at=act.now,
        reasons=[],
    )
    act.db.add(made)
    act.db.flush()
    return made


def submit(act: Act, organisation: Organisation) -> SupplierVersion:
    """Submit the draft. Raises `Refusal`: `no_draft`, `under_review`, `rules_object` with every reason."""
    queries.suppliers.supplier_for_update(act.db, organisation.id)
    former = queries.suppliers.versions(act.db, organisation.id)
    if not former or former[-1].decided_at is not None:
        raise no("no_draft", "There is no draft to submit.")
    version = former[-1]
    if version.submitted_at is not None:
        raise no("under_review", "This version is under review already.")
    content = SupplierContent().load(version.content)
    asked = [
        *content.get("categories", []),
        *(code for each in content.get("documents", []) for code in each["categories"]),
    ]
    known = queries.rule_data.known_categories(act.db, asked, act.today)
    refuse_if(supplier_file.objections(content, act.today, known))
    version.submitted_by, version.submitted_at = act.person, act.now
    restate(act, organisation)
    return version


def examine(act: Act, organisation_id: str, number: int, remarks: str) -> SupplierVersion:
    """An officer's examination, before another decides. Raises `Refusal("rules_object")`."""
    queries.suppliers.supplier_for_update(act.db, organisation_id)
    version = queries.suppliers.version(act.db, organisation_id, number)
    refuse_if(
        review.examination_objections(
            submitted=version.submitted_at is not None,
            decided=version.decided_at is not None,
            touched_by=_hands(version),
            person=act.person,
        )
    )
    version.examined_by, version.examined_at, version.remarks = act.person, act.now, remarks
    return version


def decide(act: Act, organisation: Organisation, decision: Mapping[str, Any]) -> SupplierVersion:
    """Admit a version, which is then the one in force, or return it with reasons. Raises `Refusal("rules_object")`."""
    queries.suppliers.supplier_for_update(act.db, organisation.id)
    version = queries.suppliers.version(act.db, organisation.id, decision["version"])
    refuse_if(
        review.decision_objections(
            submitted=version.submitted_at is not None,
            decided=version.decided_at is not None,
            examined_by=version.examined_by,
            touched_by=_hands(version),
            person=act.person,
            admit=decision["admit"],
            reasons=[(each["field"], each["reason"]) for each in decision["reasons"]],
        )
    )
    version.decided_by, version.decided_at, version.admitted = act.person, act.now, decision["admit"]
    version.reasons = [dict(each) for each in decision["reasons"]]
    act.db.flush()
    if version.admitted:
        content = SupplierContent().load(version.content)
        facts = {name: content.get(name) for name in ("name", "size", "responsible_person")}
        enrolment.change_organisation(act, organisation, {**facts, "controllers": content.get("controllers", [])})
    restate(act, organisation)
    return version


def suspend(act: Act, organisation: Organisation, decision: Mapping[str, Any]) -> SupplierRestriction:
    """Finance suspends a supplier. Raises `Refusal`: `rules_object`, `decision_number_taken`."""
    since = decision["from_"] or act.today
    refuse_if(restriction_rules.suspension_objections(since=since, until=decision["until"], ground=decision["ground"]))
    return _restrict(act, organisation, SUSPENSION, "", since, decision)


def bar(act: Act, organisation: Organisation, decision: Mapping[str, Any]) -> SupplierRestriction:
    """Finance excludes a supplier, on the public list. Raises `Refusal`: `rules_object`, `decision_number_taken`."""
    queries.suppliers.supplier_for_update(act.db, organisation.id)
    since = decision["from_"] or act.today
    others = [
        (each.from_day, each.until_day)
        for each in queries.suppliers.restrictions(act.db, organisation.id)
        if each.kind == BAR and each.lifted_at is None and each.until_day is not None
    ]
    refuse_if(
        restriction_rules.bar_objections(since=since, until=decision["until"], ground=decision["ground"], others=others)
    )
    article = restriction_rules.BAR_GROUNDS[decision["ground"]]
    made = _restrict(act, organisation, BAR, article, since, decision)
    act.announce(events.supplier_barred(organisation, made, act.now))
    return made


def lift(act: Act, restriction: SupplierRestriction, reason: str) -> None:
    """Lift a suspension or exclusion now. Raises `Refusal("lifted_already")`."""
    if restriction.lifted_at is not None:
        raise no("lifted_already", "This restriction was lifted already.")
    restriction.lifted_at, restriction.lifted_by, restriction.lifted_because = act.now, act.person, reason
    act.db.flush()
    organisation = queries.identity.organisation(act.db, restriction.organisation_id)
    if restriction.kind == BAR:
        act.announce(events.supplier_unbarred(organisation, restriction, act.now))
    restate(act, organisation)


def restate(act: Act, organisation: Organisation) -> standing.Standing:
    """Derive the standing anew, tell it if it is another than last said, and note when to look again."""
    row = queries.suppliers.supplier_for_update(act.db, organisation.id)
    facts = facts_of(act.db, organisation, act.today)
    derived = standing.standing(facts, act.now)
    saying = Standing().dump(derived)
    if saying != row.said:
        row.said = saying
        act.announce(events.supplier_standing_changed(organisation, derived, act.now))
    row.look_again_at = standing.next_look(facts, act.now)
    return derived


def facts_of(db: Session, organisation: Organisation, today: date) -> standing.Facts:
    """All that a supplier's standing follows from."""
    versions = queries.suppliers.versions(db, organisation.id)
    admitted = [each for each in versions if each.admitted]
    content = SupplierContent().load(admitted[-1].content) if admitted else {}
    documents = [_document(each) for each in content.get("documents", [])]
    needs_tree = any(each.expires_at and each.categories for each in documents)
    children = queries.rule_data.category_children(db, today) if needs_tree else {}
    held = queries.suppliers.restrictions(db, organisation.id)
    return standing.Facts(
        registered_at=organisation.registered_at,
        versions=[_version(each) for each in versions],
        documents=documents,
        categories=tuple(content.get("categories", [])),
        suspensions=[_restriction(each) for each in held if each.kind == SUSPENSION],
        bars=[_restriction(each) for each in held if each.kind == BAR],
        roots=tuple(children.get("", ("A", "B", "C"))),
        children=children,
    )


def _hands(version: SupplierVersion) -> Sequence[str]:
    return [*version.touched_by, version.drafted_by, *([version.submitted_by] if version.submitted_by else [])]


def _document(told: Mapping[str, Any]) -> standing.Document:
    until = told["valid_until"]
    return standing.Document(
        kind=told["kind"],
        expires_at=end_of(until) if until else None,
        categories=tuple(told["categories"]),
        required=told["kind"] in supplier_file.REQUIRED_DOCUMENTS,
    )


def _version(row: SupplierVersion) -> standing.Version:
    return standing.Version(row.number, row.drafted_at, row.submitted_at, row.decided_at, row.admitted)


def _restriction(row: SupplierRestriction) -> standing.Restriction:
    return standing.Restriction(
        since=begin_of(row.from_day) if row.from_day > day_of(row.recorded_at) else row.recorded_at,
        until=end_of(row.until_day) if row.until_day else None,
        ground=row.ground,
        decision_no=row.decision_no,
        lifted_at=row.lifted_at,
    )


def _restrict(
    act: Act, organisation: Organisation, kind: str, article: str, since: date, decision: Mapping[str, Any]
) -> SupplierRestriction:
    made = SupplierRestriction(
        organisation_id=organisation.id,
        kind=kind,
        ground=decision["ground"],
        article=article,
        decision_no=decision["decision_no"],
        from_day=since,
        until_day=decision["until"],
        decided_by=act.person,
        recorded_at=act.now,
    )
    taken = no("decision_number_taken", "A decision with this number is recorded already.", field="decision_no")
    with refuse_on("uq_supplier_restriction_kind_decision_no", taken):
        act.db.add(made)
        act.db.flush()
    restate(act, organisation)
    return made
