"""What the registry tells us: who there is, who may act, which certificates count."""

from __future__ import annotations

from typing import Any

from services.chassis.entrypoints import PATIENTLY, hears
from services.contracts.desk.room import Room
from services.contracts.models import Appointment, EnrolledCertificate, Organisation, Person
from services.contracts.schemas import heard

Fact = dict[str, Any]


class RegistryHearing(Room):
    """Own copies of organisations, people, roles and certificates."""

    @hears("registry", "organisation_registered", heard.OrganisationDescribed, retry=PATIENTLY)
    def note_organisation(self, fact: Fact, envelope: Fact) -> None:
        """Keep an organisation's description."""
        self._keep_organisation(fact)

    @hears("registry", "organisation_changed", heard.OrganisationDescribed, retry=PATIENTLY)
    def note_changed_organisation(self, fact: Fact, envelope: Fact) -> None:
        """Keep its newer description."""
        self._keep_organisation(fact)

    @hears("registry", "supplier_standing_changed", heard.StandingChanged, retry=PATIENTLY)
    def note_standing(self, fact: Fact, envelope: Fact) -> None:
        """A supplier that is barred is neither awarded nor signed with."""
        row = self._organisation(fact["organisation_id"])
        row.standing = fact["standing"]
        row.name = fact["name"] or row.name

    @hears("registry", "person_registered", heard.PersonDescribed, retry=PATIENTLY)
    def note_person(self, fact: Fact, envelope: Fact) -> None:
        """Keep a person's name and organisation."""
        self._keep_person(fact)

    @hears("registry", "person_changed", heard.PersonDescribed, retry=PATIENTLY)
    def note_changed_person(self, fact: Fact, envelope: Fact) -> None:
        """Keep the newer ones."""
        self._keep_person(fact)

    @hears("registry", "role_appointed", heard.RoleMoved, retry=PATIENTLY)
    def note_appointment(self, fact: Fact, envelope: Fact) -> None:
        """Somebody holds a role."""
        self._keep_role(fact, ended=False)

    @hears("registry", "role_ended", heard.RoleMoved, retry=PATIENTLY)
    def note_role_ended(self, fact: Fact, envelope: Fact) -> None:
        """Somebody holds it no more."""
        self._keep_role(fact, ended=True)

    @hears("registry", "certificate_enrolled", heard.CertificateEnrolled, retry=PATIENTLY)
    def note_certificate(self, fact: Fact, envelope: Fact) -> None:
        """A certificate is bound to a person."""
        row = self._certificate(fact)
        row.purpose, row.pem, row.not_after = fact["purpose"], fact["pem"], fact["not_after"]
        row.chain = [str(each) for each in fact["chain"] or []]

    @hears("registry", "certificate_revoked", heard.CertificateRevoked, retry=PATIENTLY)
    def note_revocation(self, fact: Fact, envelope: Fact) -> None:
        """It carries no signature from that moment on."""
        row = self._certificate(fact)
        row.revoked_at, row.reason = fact["revoked_at"], fact["reason"]

    def _organisation(self, organisation_id: str) -> Organisation:
        row = self.db.get(Organisation, organisation_id)
        if row is None:
            row = Organisation(id=organisation_id)
            self.db.add(row)
        return row

    def _keep_organisation(self, fact: Fact) -> None:
        row = self._organisation(fact["organisation_id"])
        for name in ("kind", "name", "credit_code", "size", "standing", "address", "contact", "bank_account"):
            if fact[name] is not None:
                setattr(row, name, fact[name])

    def _keep_person(self, fact: Fact) -> None:
        row = self.db.get(Person, fact["person_id"])
        if row is None:
            row = Person(id=fact["person_id"])
            self.db.add(row)
        row.name, row.organisation_id = fact["name"], fact["organisation_id"]

    def _keep_role(self, fact: Fact, *, ended: bool) -> None:
        row = self.db.get(Appointment, (fact["person_id"], fact["role"]))
        if row is None:
            row = Appointment(person_id=fact["person_id"], role=fact["role"])
            self.db.add(row)
        row.organisation_id, row.ended = fact["organisation_id"], ended

    def _certificate(self, fact: Fact) -> EnrolledCertificate:
        row = self.db.get(EnrolledCertificate, fact["fingerprint"])
        if row is None:
            row = EnrolledCertificate(fingerprint=fact["fingerprint"], person_id=fact["person_id"])
            self.db.add(row)
        return row
