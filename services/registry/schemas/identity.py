"""Organisations, people, roles: what is accepted and what is said."""

from marshmallow import fields

from services.chassis.wire import Id, Moment, Schema, Text
from services.registry.schemas.certificates import CertificateOffered
from services.registry.schemas.fields import (
    BUDGET_LEVELS,
    KINDS,
    LANGUAGES,
    CreditCode,
    Email,
    Page,
    Phone,
    many,
    one_of,
    word,
)


class OrganisationNamed(Schema):
    """The two things that name an organisation."""

    name = Text(required=True)
    credit_code = CreditCode(required=True)


class PersonNamed(Schema):
    """A person, as entered by somebody entitled or at self-registration."""

    name = Text(most=60, required=True)
    email = Email(load_default=None, allow_none=True)
    phone = Phone(load_default=None, allow_none=True)
    language = one_of(LANGUAGES, load_default="zh")


class ClaimAdministration(Schema):
    """The first administrator of an empty registry, by a certificate the settings name."""

    organisation = fields.Nested(OrganisationNamed, required=True)
    person = fields.Nested(PersonNamed, required=True)
    certificate = fields.Nested(CertificateOffered, required=True)


class EnrolOrganisation(OrganisationNamed):
    """An organisation that does not register itself."""

    kind = one_of(tuple(each for each in KINDS if each != "supplier"), required=True)
    budget_level = one_of(BUDGET_LEVELS, load_default=None, allow_none=True)
    responsible_person = Text(most=60, load_default=None, allow_none=True)
    controllers = many(Text(), 50, load_default=list)


class ChangeOrganisation(Schema):
    """New facts of an organisation; what is not named stays."""

    organisation_id = Id(required=True)
    name = Text()
    budget_level = one_of(BUDGET_LEVELS, allow_none=True)
    responsible_person = Text(most=60, allow_none=True)
    controllers = many(Text(), 50)


class CloseOrganisation(Schema):
    """An organisation ceases; its credit code may be registered anew."""

    organisation_id = Id(required=True)
    reason = Text(most=500, required=True)


class ReadOrganisation(Schema):
    """One organisation, by id or by its live credit code."""

    organisation_id = Id(load_default=None, allow_none=True)
    credit_code = CreditCode(load_default=None, allow_none=True)


class ListOrganisations(Page):
    """Organisations by kind and part of the name, in the order of their ids."""

    kind = one_of(KINDS, load_default=None, allow_none=True)
    name = Text(load_default=None, allow_none=True)


class Organisation(Schema):
    """An organisation as it is shown. `standing`: registered, closed, or a supplier's standing."""

    organisation_id = Id(attribute="id")
    kind = fields.String()
    name = fields.String()
    credit_code = fields.String()
    budget_level = fields.String(allow_none=True)
    size = fields.String(allow_none=True)
    responsible_person = fields.String(allow_none=True)
    controllers = fields.List(fields.String())
    standing = fields.String()
    registered_at = Moment()
    closed_at = Moment(allow_none=True)


class EnrolPerson(PersonNamed):
    """A person of an organisation."""

    organisation_id = Id(required=True)


class ChangePerson(Schema):
    """New facts of a person; what is not named stays. `left`: the person has left the organisation."""

    person_id = Id(required=True)
    name = Text(most=60)
    email = Email(allow_none=True)
    phone = Phone(allow_none=True)
    language = one_of(LANGUAGES)
    left = fields.Boolean(truthy={True}, falsy={False})


class ReadPerson(Schema):
    """One person."""

    person_id = Id(required=True)


class ListPeople(Page):
    """People of an organisation, or who hold a role now, or both."""

    organisation_id = Id(load_default=None, allow_none=True)
    role = word(load_default=None, allow_none=True)


class Appointment(Schema):
    """A role held: `until` is the first instant it no longer holds."""

    appointment_id = Id(attribute="id")
    person_id = Id()
    role = fields.String()
    organisation_id = Id(allow_none=True)
    from_ = Moment(attribute="since", data_key="from")
    until = Moment(allow_none=True)
    appointed_by = fields.String()
    ended_at = Moment(allow_none=True)
    ended_because = fields.String(allow_none=True)


class Person(Schema):
    """A person with roles and certificates (without PEM)."""

    person_id = Id(attribute="id")
    name = fields.String()
    organisation_id = Id(allow_none=True)
    email = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    language = fields.String()
    left_at = Moment(allow_none=True)
    roles = fields.List(fields.String())
    appointments = fields.List(fields.Nested(Appointment))
    certificates = fields.List(
        fields.Nested("services.registry.schemas.certificates.Certificate", exclude=("pem", "chain"))
    )


class Appoint(Schema):
    """Appoint a person to a role, from now unless told, until further notice unless told."""

    person_id = Id(required=True)
    role = word(required=True)
    from_ = Moment(data_key="from", load_default=None, allow_none=True)
    until = Moment(load_default=None, allow_none=True)


class EndRole(Schema):
    """End an appointment now."""

    appointment_id = Id(required=True)
    reason = Text(most=500, required=True)


class Assignment(Schema):
    """Who does what on a project; the functions stand in `rules.incompatible_roles.FUNCTIONS`."""

    person_id = Id(required=True)
    function = word(required=True)


class AskRoleConflicts(Schema):
    """All assignments of one project."""

    assignments = many(fields.Nested(Assignment), 500, required=True)


class RoleConflict(Schema):
    """Two functions that may not meet in this person."""

    person_id = Id()
    one = fields.String()
    other = fields.String()
    article = fields.String()
    because = fields.String()


class ScheduleSupervisor(Schema):
    """Put a supervisor on the roster from one moment until another."""

    person_id = Id(required=True)
    from_ = Moment(data_key="from", required=True)
    until = Moment(required=True)
    note = Text(load_default="", least=0)


class AskSupervisors(Schema):
    """Who is on the supervisors' roster; with a moment, who is on duty then."""

    at = Moment(load_default=None, allow_none=True)


class Duty(Schema):
    """A turn on the roster."""

    duty_id = Id(attribute="id")
    person_id = Id()
    from_ = Moment(attribute="since", data_key="from")
    until = Moment()
    note = fields.String()


class Nothing(Schema):
    """A question without fields."""
