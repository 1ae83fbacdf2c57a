"""What registry announces: one function per event, and the catalogue.

Events about people, certificates, sessions and experts are not public in the log (position and leaf hash only).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.chassis.journal import Announcement, EventType
from services.registry.models import Appointment, Certificate, Organisation, Person, SupplierRestriction
from services.registry.rules.standing import Standing
from services.registry.schemas import announced

CATALOGUE: dict[str, EventType] = {
    each.name: each
    for each in (
        EventType("organisation_registered", 1, announced.OrganisationFact),
        EventType("organisation_changed", 1, announced.OrganisationFact),
        EventType("supplier_standing_changed", 1, announced.SupplierStanding),
        EventType("supplier_barred", 1, announced.SupplierBar),
        EventType("supplier_unbarred", 1, announced.SupplierBar),
        EventType("person_registered", 1, announced.PersonFact, public=False),
        EventType("person_changed", 1, announced.PersonFact, public=False),
        EventType("role_appointed", 1, announced.RoleFact, public=False),
        EventType("role_ended", 1, announced.RoleFact, public=False),
        EventType("certificate_enrolled", 1, announced.CertificateEnrolled, public=False),
        EventType("certificate_revoked", 1, announced.CertificateRevoked, public=False),
        EventType("session_ended", 1, announced.SessionEnded, public=False),
        EventType("expert_admitted", 1, announced.ExpertFact, public=False),
        EventType("expert_changed", 1, announced.ExpertFact, public=False),
        EventType("expert_suspended", 1, announced.ExpertFact, public=False),
        EventType("rule_data_published", 1, announced.RuleDataPublished),
    )
}


def organisation_registered(organisation: Organisation, standing: str, at: datetime) -> Announcement:
    """An organisation is on the register."""
    return _about_organisation("organisation_registered", organisation, standing, at)


def organisation_changed(organisation: Organisation, standing: str, at: datetime) -> Announcement:
    """An organisation's name, size, responsible person, controllers or standing is another."""
    return _about_organisation("organisation_changed", organisation, standing, at)


def supplier_standing_changed(organisation: Organisation, standing: Standing, at: datetime) -> Announcement:
    """What a supplier may do is different from what was last said."""
    fact = {
        "organisation_id": organisation.id,
        "name": organisation.name,
        "standing": standing.standing,
        "since": standing.since,
        "until": standing.until,
        "ground": standing.ground or None,
        "categories": list(standing.categories),
        "reasons": [dict(each) for each in standing.reasons],
        "at": at,
    }
    return _announce("supplier_standing_changed", f"organisation:{organisation.id}", fact)


def supplier_barred(organisation: Organisation, bar: SupplierRestriction, at: datetime) -> Announcement:
    """Finance put a supplier on the exclusion list."""
    return _about_bar("supplier_barred", organisation, bar, at)


def supplier_unbarred(organisation: Organisation, bar: SupplierRestriction, at: datetime) -> Announcement:
    """Finance lifted an exclusion before its time."""
    return _about_bar("supplier_unbarred", organisation, bar, at)


def person_registered(person: Person, roles: Sequence[str], at: datetime) -> Announcement:
    """A person is on the register."""
    return _about_person("person_registered", person, roles, at)


def person_changed(person: Person, roles: Sequence[str], at: datetime) -> Announcement:
    """A person's name, address or membership is another."""
    return _about_person("person_changed", person, roles, at)


def role_appointed(appointment: Appointment) -> Announcement:
    """A person was appointed to a role."""
    return _about_role("role_appointed", appointment)


def role_ended(appointment: Appointment) -> Announcement:
    """An appointment ended."""
    return _about_role("role_ended", appointment)


def certificate_enrolled(certificate: Certificate, organisation_id: str | None) -> Announcement:
    """A certificate was bound to a person."""
    fact = {
        "person_id": certificate.person_id,
        "organisation_id": organisation_id,
        "fingerprint": certificate.fingerprint,
        "purpose": certificate.purpose,
        "pem": certificate.pem,
        "chain": certificate.chain,
        "not_after": certificate.not_after,
    }
    return _announce("certificate_enrolled", f"person:{certificate.person_id}", fact)


def certificate_revoked(certificate: Certificate) -> Announcement:
    """A certificate is no longer good."""
    fact = {
        "person_id": certificate.person_id,
        "fingerprint": certificate.fingerprint,
        "purpose": certificate.purpose,
        "revoked_at": certificate.revoked_at,
        "reason": certificate.revoked_because,
    }
    return _announce("certificate_revoked", f"person:{certificate.person_id}", fact)


def session_ended(session_id: str, until: int) -> Announcement:
    """No token of this session is good any more."""
    return _announce("session_ended", f"session:{session_id}", {"session_id": session_id, "until": until})


def expert_admitted(fact: Mapping[str, Any]) -> Announcement:
    """An expert is in the library."""
    return _announce("expert_admitted", f"expert:{fact['person_id']}", fact)


def expert_changed(fact: Mapping[str, Any]) -> Announcement:
    """An admitted expert's specialties, region or availability are others, or a suspension was lifted."""
    return _announce("expert_changed", f"expert:{fact['person_id']}", fact)


def expert_suspended(fact: Mapping[str, Any]) -> Announcement:
    """An expert may not be drawn until the last day named, or has left the library."""
    return _announce("expert_suspended", f"expert:{fact['person_id']}", fact)


def rule_data_published(kind: str, rows: Sequence[Mapping[str, Any]], in_force_from: date) -> Announcement:
    """Rows of law are in force from a day."""
    fact = {"kind": kind, "entries": [dict(each) for each in rows], "in_force_from": in_force_from}
    return _announce("rule_data_published", f"ruledata:{kind}", fact)


def _about_organisation(event: str, organisation: Organisation, standing: str, at: datetime) -> Announcement:
    fact = {
        "organisation_id": organisation.id,
        "kind": organisation.kind,
        "name": organisation.name,
        "credit_code": organisation.credit_code,
        "budget_level": organisation.budget_level,
        "size": organisation.size,
        "responsible_person": organisation.responsible_person,
        "controllers": organisation.controllers,
        "standing": standing,
        "at": at,
    }
    return _announce(event, f"organisation:{organisation.id}", fact)


def _about_bar(event: str, organisation: Organisation, bar: SupplierRestriction, at: datetime) -> Announcement:
    fact = {
        "organisation_id": organisation.id,
        "name": organisation.name,
        "credit_code": organisation.credit_code,
        "ground": bar.ground,
        "article": bar.article,
        "decision_no": bar.decision_no,
        "from_": bar.from_day,
        "until": bar.until_day,
        "lifted_because": bar.lifted_because,
        "at": at,
    }
    return _announce(event, f"organisation:{organisation.id}", fact)


def _about_person(event: str, person: Person, roles: Sequence[str], at: datetime) -> Announcement:
    fact = {
        "person_id": person.id,
        "name": person.name,
        "organisation_id": person.organisation_id,
        "email": person.email,
        "phone": person.phone,
        "language": person.language,
        "roles": sorted(roles),
        "left": person.left_at is not None,
        "at": at,
    }
    return _announce(event, f"person:{person.id}", fact)


def _about_role(event: str, appointment: Appointment) -> Announcement:
    fact = {
        "appointment_id": appointment.id,
        "person_id": appointment.person_id,
        "role": appointment.role,
        "organisation_id": appointment.organisation_id,
        "from_": appointment.since,
        "until": appointment.ended_at or appointment.until,
        "reason": appointment.ended_because,
    }
    return _announce(event, f"person:{appointment.person_id}", fact)


def _announce(event: str, subject: str, fact: Mapping[str, Any]) -> Announcement:
    kind = CATALOGUE[event]
    return Announcement(event, kind.version, subject, kind.payload(fact), public=kind.public)
