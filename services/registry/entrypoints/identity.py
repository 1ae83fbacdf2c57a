"""Organisations, people, roles, roster."""

from typing import Any

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, every, query
from services.chassis.refusal import refuse_if
from services.registry import enrolment, events, queries, sessions
from services.registry.entrypoints.room import Room, in_own_care, of_own_organisation, of_own_people
from services.registry.models import Organisation, Person
from services.registry.permissions import PERMISSIONS, ROLES
from services.registry.refusals import no
from services.registry.rules import appointments, incompatible_roles
from services.registry.schemas import identity as wire

Answer = dict[str, Any]


class Identity(Room):
    """Who is on the register, and in which role."""

    @command(wire.ClaimAdministration, permission=PUBLIC)
    def claim_administration(self, claim: Answer, by: Caller) -> Answer:
        """Take the first administration of an empty registry, with a certificate the settings name."""
        organisation, person = enrolment.claim_administration(self.act(by), claim, self.trusted())
        return {"organisation_id": organisation.id, "person_id": person.id}

    @command(wire.EnrolOrganisation, permission="organisation.enrol")
    def enrol_organisation(self, given: Answer, by: Caller) -> Answer:
        """Enrol an organisation that does not register itself."""
        act = self.act(by)
        organisation = enrolment.enrol_organisation(act, given.pop("kind"), given)
        self.announce(events.organisation_registered(organisation, enrolment.REGISTERED, act.now))
        return self._organisation(organisation)

    @command(wire.ChangeOrganisation, permission="organisation.change")
    def change_organisation(self, given: Answer, by: Caller) -> Answer:
        """Change an organisation's facts; a supplier's change through its reviewed file."""
        organisation = queries.identity.organisation_for_update(self.db, given.pop("organisation_id"))
        by.require("organisation.change", own=of_own_organisation(by, organisation))
        if organisation.kind == "supplier":
            raise no("change_through_file", "A supplier's facts change through its reviewed file.")
        enrolment.change_organisation(self.act(by), organisation, given)
        return self._organisation(organisation)

    @command(wire.CloseOrganisation, permission="organisation.close")
    def close_organisation(self, given: Answer, by: Caller) -> Answer:
        """An organisation ceases: its code is free, its people lose their sessions."""
        organisation = queries.identity.organisation_for_update(self.db, given["organisation_id"])
        enrolment.close_organisation(self.act(by), organisation, given["reason"])
        return self._organisation(organisation)

    @query(
        wire.ReadOrganisation,
        permission="organisation.read",
        departments=("tendering", "evaluation", "contracts", "notify"),
    )
    def organisation(self, wanted: Answer, by: Caller) -> Answer:
        """One organisation, by id or live credit code."""
        if wanted["organisation_id"]:
            organisation = queries.identity.organisation(self.db, wanted["organisation_id"])
        else:
            organisation = queries.identity.live_organisation(self.db, wanted["credit_code"] or "")
        by.require("organisation.read", own=of_own_organisation(by, organisation))
        return self._organisation(organisation)

    @query(wire.ListOrganisations, permission="organisation.read", departments=("tendering", "evaluation", "contracts"))
    def organisations(self, wanted: Answer, by: Caller) -> Answer:
        """Organisations by kind and part of the name; who may read only the own sees only that."""
        only = None if by.reaches("organisation.read") else by.organisation_id or "-"
        found = queries.identity.organisations(self.db, only=only, **wanted)
        items = [self._organisation(each) for each in found]
        return {"items": items, "next": found[-1].id if len(found) == wanted["limit"] else None}

    @command(wire.EnrolPerson, permission="person.enrol")
    def enrol_person(self, given: Answer, by: Caller) -> Answer:
        """Enrol a person of an organisation, without any role yet."""
        organisation = queries.identity.organisation(self.db, given["organisation_id"])
        by.require("person.enrol", own=of_own_organisation(by, organisation))
        if organisation.closed_at is not None:
            raise no("organisation_closed", "This organisation is closed.", field="organisation_id")
        return self._person(enrolment.enrol_person(self.act(by), organisation.id, given))

    @command(wire.ChangePerson, permission="person.change")
    def change_person(self, given: Answer, by: Caller) -> Answer:
        """Change a person's address, name or language, or record that they left."""
        person = queries.identity.person_for_update(self.db, given.pop("person_id"))
        by.require("person.change", own=in_own_care(by, person))
        if "name" in given or "left" in given:
            by.require("person.enrol", own=in_own_care(by, person))
        enrolment.change_person(self.act(by), person, given)
        return self._person(person)

    @query(wire.ReadPerson, permission="person.read", departments=("tendering", "evaluation", "contracts", "notify"))
    def person(self, wanted: Answer, by: Caller) -> Answer:
        """One person with roles and certificates."""
        person = queries.identity.person(self.db, wanted["person_id"])
        by.require("person.read", own=of_own_people(by, person))
        return self._person(person)

    @query(wire.ListPeople, permission="person.read", departments=("tendering", "evaluation", "contracts", "notify"))
    def people(self, wanted: Answer, by: Caller) -> Answer:
        """People of an organisation, or who hold a role now."""
        if not by.reaches("person.read"):
            wanted["organisation_id"] = by.organisation_id or "-"
        found = queries.identity.people(self.db, now=self.now(), **wanted)
        return {
            "items": [self._person(each) for each in found],
            "next": found[-1].id if len(found) == wanted["limit"] else None,
        }

    @command(wire.Appoint, permission="role.appoint")
    def appoint(self, given: Answer, by: Caller) -> Answer:
        """Appoint a person to a role, from and until."""
        person = queries.identity.person_for_update(self.db, given["person_id"])
        by.require("role.appoint", own=of_own_people(by, person))
        made = enrolment.appoint(self.act(by), person, given["role"], given["from_"], given["until"])
        return wire.Appointment().dump(made)

    @command(wire.EndRole, permission="role.end")
    def end_role(self, given: Answer, by: Caller) -> Answer:
        """End an appointment now; the person's sessions end with it."""
        appointment = queries.identity.appointment_for_update(self.db, given["appointment_id"])
        person = queries.identity.person(self.db, appointment.person_id)
        by.require("role.end", own=of_own_people(by, person))
        act = self.act(by)
        refuse_if(appointments.ending_objections(entitled=enrolment.may_end(act, appointment, person)))
        enrolment.end_role(act, appointment, given["reason"])
        return wire.Appointment().dump(appointment)

    @query(wire.AskRoleConflicts, permission="role.read", departments=("tendering", "evaluation", "contracts"))
    def role_conflicts(self, wanted: Answer, by: Caller) -> Answer:
        """Which assignments of one project may not meet in one person."""
        unknown = enrolment.unknown_functions(wanted["assignments"])
        if unknown:
            listed = ", ".join(incompatible_roles.FUNCTIONS)
            raise no(
                "function_unknown", f"{unknown[0]} is not a function; the functions are {listed}.",
                field="assignments", function=unknown[0], known=listed,
            )
        pairs = [(each["person_id"], each["function"]) for each in wanted["assignments"]]
        return {"conflicts": [wire.RoleConflict().dump(each) for each in incompatible_roles.conflicts(pairs)]}

    @query(wire.Nothing, permission=PUBLIC)
    def permission_table(self, wanted: Answer, by: Caller) -> Answer:
        """The whole table: role × permission × whose, and the roles with the kinds of organisation they belong to."""
        return {
            "roles": {role: list(kinds) for role, kinds in ROLES.items()},
            "permissions": [
                {"permission": each.name, "allows": each.allows, "holders": dict(each.holders)}
                for each in PERMISSIONS.values()
            ],
        }

    @command(wire.ScheduleSupervisor, permission="supervisor.schedule")
    def schedule_supervisor(self, given: Answer, by: Caller) -> Answer:
        """Put a supervisor on the roster."""
        person = queries.identity.person(self.db, given["person_id"])
        made = enrolment.schedule(self.act(by), person, given["from_"], given["until"], given["note"])
        return wire.Duty().dump(made)

    @query(wire.AskSupervisors, permission="supervisor.schedule", departments=("tendering", "evaluation", "notify"))
    def supervisors(self, wanted: Answer, by: Caller) -> Answer:
        """The supervisors now in office, and the turns of the roster."""
        held = queries.identity.people(
            self.db, organisation_id=None, role="supervisor", now=self.now(), after=None, limit=200
        )
        turns = queries.identity.duties(self.db, wanted["at"], self.now())
        return {
            "supervisors": [{"person_id": each.id, "name": each.name} for each in held],
            "duties": [wire.Duty().dump(each) for each in turns],
        }

    @every(seconds=20)
    def end_roles_run_out(self) -> bool:
        """Appointments whose time is over end by themselves."""
        act = self.act(Caller())
        found = queries.identity.appointments_run_out(self.db, act.now, at_most=200)
        for each in found:
            enrolment.end_role(act, each, "the time is over")
        return len(found) == 200

    def _organisation(self, organisation: Organisation) -> Answer:
        standing = enrolment.standing_word(self.db, organisation)
        return {**wire.Organisation().dump(organisation), "standing": standing}

    def _person(self, person: Person) -> Answer:
        told = {
            **{name: getattr(person, name) for name in ("id", "name", "organisation_id", "email", "phone", "language")},
            "left_at": person.left_at,
            "roles": sessions.roles_now(self.act(Caller()), person.id),
            "appointments": queries.identity.appointments_of(self.db, person.id),
            "certificates": queries.identity.certificates_of(self.db, person.id),
        }
        return wire.Person().dump(told)
