"""Putting organisations, people and roles on the register, and taking them off."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from services.chassis.database import refuse_on
from services.chassis.refusal import refuse_if
from services.registry import certification, events, queries, sessions, trust
from services.registry.act import Act
from services.registry.models import Appointment, Organisation, Person, SupervisorDuty
from services.registry.permissions import ROLES
from services.registry.refusals import credit_code_taken, no
from services.registry.rules import appointments, credit_code
from services.registry.rules.incompatible_roles import FUNCTIONS

ADMINISTRATOR = "registry.admin"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""Since when the first administrator is one: before whatever day a rehearsal is then moved to."""

REGISTERED, CLOSED = "registered", "closed"


def standing_word(db: Any, organisation: Organisation) -> str:
    """registered, closed, or a supplier's standing as last said."""
    if organisation.closed_at is not None:
        return CLOSED
    if organisation.kind == "supplier":
        return str(queries.suppliers.supplier(db, organisation.id).said.get("standing", REGISTERED))
    return REGISTERED


def enrol_organisation(act: Act, kind: str, facts: Mapping[str, Any], where: str = "credit_code") -> Organisation:
    """A new organisation; the caller announces it. Raises `Refusal`: `rules_object`, `credit_code_taken`."""
    refuse_if(credit_code.objections(facts["credit_code"], where))
    made = Organisation(kind=kind, registered_at=act.now, **{"controllers": [], **facts})
    with refuse_on("uq_organisation_live_code", credit_code_taken(facts["credit_code"])):
        act.db.add(made)
        act.db.flush()
    return made


def change_organisation(act: Act, organisation: Organisation, changes: Mapping[str, Any]) -> bool:
    """Set new facts; announced if anything is another than before. Whether it was."""
    changed = {name: value for name, value in changes.items() if getattr(organisation, name) != value}
    for name, value in changed.items():
        setattr(organisation, name, value)
    if changed:
        standing = standing_word(act.db, organisation)
        act.announce(events.organisation_changed(organisation, standing, act.now))
    return bool(changed)


def close_organisation(act: Act, organisation: Organisation, reason: str) -> None:
    """The organisation ceases: its code is free, its people's sessions end."""
    if organisation.closed_at is not None:
        return
    organisation.closed_at, organisation.closed_because = act.now, reason
    act.announce(events.organisation_changed(organisation, CLOSED, act.now))
    everybody = queries.identity.people(
        act.db, organisation_id=organisation.id, role=None, now=act.now, after=None, limit=100_000
    )
    for person in everybody:
        sessions.end_all_of(act, person.id, "organisation closed")


def enrol_person(act: Act, organisation_id: str | None, named: Mapping[str, Any]) -> Person:
    """A new person, announced, without any role."""
    made = Person(
        organisation_id=organisation_id,
        registered_at=act.now,
        **{each: named[each] for each in ("name", "email", "phone", "language")},
    )
    act.db.add(made)
    act.db.flush()
    act.announce(events.person_registered(made, [], act.now))
    return made


def change_person(act: Act, person: Person, changes: Mapping[str, Any]) -> None:
    """Set new facts; one who has left loses roles and sessions."""
    leaves = changes.get("left")
    for name, value in changes.items():
        if name != "left":
            setattr(person, name, value)
    if leaves and person.left_at is None:
        person.left_at = act.now
        for each in queries.identity.standing_appointments(act.db, person.id):
            end_role(act, each, "left")
        sessions.end_all_of(act, person.id, "left the organisation")
    act.announce(events.person_changed(person, sessions.roles_now(act, person.id), act.now))


def appoint(
    act: Act, person: Person, role: str, since: datetime | None, until: datetime | None, *, by_itself: bool = False
) -> Appointment:
    """Appoint a person to a role, announced. Raises `Refusal`: `role_unknown`, `appointment_refused` with every reason.

    by_itself: the appointment follows from a step of its own (self-registration, admission to the library, the first
    administration), where the question who may appoint does not arise.
    """
    if role not in ROLES:
        listed = ", ".join(ROLES)
        raise no(
            "role_unknown", f"{role} is not a role; the roles are {listed}.", field="role", role=role, known=listed
        )
    begins = since or act.now
    if not by_itself:
        _refuse_appointment(act, person, role, begins, until)
    made = Appointment(
        person_id=person.id,
        role=role,
        organisation_id=person.organisation_id,
        since=begins,
        until=until,
        appointed_by="registry" if by_itself and act.by.person_id in (None, person.id) else act.person,
    )
    with refuse_on("uq_appointment_held", no("role_held_already", f"This person holds {role} already.", role=role)):
        act.db.add(made)
        act.db.flush()
    act.announce(events.role_appointed(made))
    return made


def end_role(act: Act, appointment: Appointment, reason: str) -> None:
    """End an appointment now; the person's sessions end, so that no token carries the role on."""
    if appointment.ended_at is not None:
        return
    appointment.ended_at, appointment.ended_because = act.now, reason
    act.announce(events.role_ended(appointment))
    sessions.end_all_of(act, appointment.person_id, f"role ended: {appointment.role}")


def may_end(act: Act, appointment: Appointment, person: Person) -> bool:
    """Whether the caller is one who may appoint to this role, or holds it themselves."""
    wish = _wish(person, None, appointment.role, (), appointment.since, appointment.until)
    objections = appointments.objections(
        wish, by_person="", by_organisation=act.by.organisation_id, by_roles=sorted(act.by.roles)
    )
    entitled = all(each.code != "not_entitled_to_appoint" for each in objections)
    return entitled or appointment.person_id == act.by.person_id


def claim_administration(act: Act, claim: Mapping[str, Any], trusted: trust.Anchors) -> tuple[Organisation, Person]:
    """The first administrator, by a certificate the settings name. Raises `Refusal`: `administration_taken`,
    `administration_not_offered`, and those of the organisation and the certificate.
    """
    if queries.identity.role_was_ever_held(act.db, ADMINISTRATOR):
        raise no("administration_taken", "This registry has an administrator; ask them.")
    organisation = enrol_organisation(act, "centre", claim["organisation"], "organisation.credit_code")
    act.announce(events.organisation_registered(organisation, REGISTERED, act.now))
    person = enrol_person(act, organisation.id, claim["person"])
    certificate = certification.enrol(act, person, claim["certificate"], trusted)
    if certificate.fingerprint not in certification.first_administrators():
        raise no("administration_not_offered", "The settings do not name this certificate.", field="certificate")
    appoint(act, person, ADMINISTRATOR, BEGINNING, None, by_itself=True)
    return organisation, person


def unknown_functions(assignments: Sequence[Mapping[str, str]]) -> list[str]:
    """Functions that the table of incompatible pairs does not know."""
    return sorted({each["function"] for each in assignments} - set(FUNCTIONS))


def schedule(act: Act, person: Person, since: datetime, until: datetime, note: str) -> SupervisorDuty:
    """A turn on the supervisors' roster. Raises `Refusal`: `not_a_supervisor`, `period_backwards`."""
    if "supervisor" not in sessions.roles_now(act, person.id):
        raise no("not_a_supervisor", "Only a supervisor can be put on the roster.", field="person_id")
    if until <= since:
        raise no("period_backwards", "It ends before it begins.", field="until", since=str(since), until=str(until))
    made = SupervisorDuty(person_id=person.id, since=since, until=until, note=note, scheduled_by=act.person)
    act.db.add(made)
    act.db.flush()
    return made


def _refuse_appointment(act: Act, person: Person, role: str, since: datetime, until: datetime | None) -> None:
    organisation = queries.identity.organisation(act.db, person.organisation_id) if person.organisation_id else None
    held = tuple(each.role for each in queries.identity.standing_appointments(act.db, person.id))
    wish = _wish(person, organisation, role, held, since, until)
    refuse_if(
        appointments.objections(
            wish,
            by_person=act.person,
            by_organisation=act.by.organisation_id,
            by_roles=sorted(act.by.roles),
        ),
        "appointment_refused",
    )


def _wish(
    person: Person,
    organisation: Organisation | None,
    role: str,
    held: tuple[str, ...],
    since: datetime,
    until: datetime | None,
) -> appointments.Wish:
    return appointments.Wish(
        role=role,
        person_id=person.id,
        person_organisation=person.organisation_id,
        person_organisation_kind=organisation.kind if organisation else None,
        kinds=ROLES[role],
        held=held,
        since=since,
        until=until,
    )
