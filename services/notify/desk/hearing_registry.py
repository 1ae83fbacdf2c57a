"""What the registry tells us: who there is, who holds which role, who is barred."""

from __future__ import annotations

from services.chassis.entrypoints import PATIENTLY, hears
from services.notify import copies, notices
from services.notify.desk.room import Fact, Room
from services.notify.schemas import heard


class RegistryHearing(Room):
    """Own copies of people and organisations; standing and bars told on."""

    @hears("registry", "organisation_registered", heard.OrganisationDescribed, retry=PATIENTLY)
    def hear_organisation(self, fact: Fact, envelope: Fact) -> None:
        """Keep its description."""
        self.follow(fact, envelope, copies.keep_organisation)

    @hears("registry", "organisation_changed", heard.OrganisationDescribed, retry=PATIENTLY)
    def hear_organisation_changed(self, fact: Fact, envelope: Fact) -> None:
        """Keep the newer description."""
        self.follow(fact, envelope, copies.keep_organisation)

    @hears("registry", "supplier_standing_changed", heard.StandingChanged, retry=PATIENTLY)
    def hear_standing(self, fact: Fact, envelope: Fact) -> None:
        """Tell the supplier."""
        self.follow(fact, envelope, copies.keep_organisation)

    @hears("registry", "supplier_barred", heard.SupplierBar, retry=PATIENTLY)
    def hear_barred(self, fact: Fact, envelope: Fact) -> None:
        """Put it on the bulletin, tell the supplier."""
        self.follow(fact, envelope, notices.of_bar)

    @hears("registry", "supplier_unbarred", heard.SupplierBar, retry=PATIENTLY)
    def hear_unbarred(self, fact: Fact, envelope: Fact) -> None:
        """The same for its end."""
        self.follow(fact, envelope, notices.of_bar)

    @hears("registry", "person_registered", heard.PersonDescribed, retry=PATIENTLY)
    def hear_person(self, fact: Fact, envelope: Fact) -> None:
        """Keep name and addresses."""
        self.follow(fact, envelope, copies.keep_person)

    @hears("registry", "person_changed", heard.PersonDescribed, retry=PATIENTLY)
    def hear_person_changed(self, fact: Fact, envelope: Fact) -> None:
        """Keep the newer ones."""
        self.follow(fact, envelope, copies.keep_person)

    @hears("registry", "role_appointed", heard.RoleMoved, retry=PATIENTLY)
    def hear_appointed(self, fact: Fact, envelope: Fact) -> None:
        """Somebody holds a role."""
        self.follow(fact, envelope, copies.keep_role)

    @hears("registry", "role_ended", heard.RoleMoved, retry=PATIENTLY)
    def hear_role_ended(self, fact: Fact, envelope: Fact) -> None:
        """Somebody holds it no more."""
        self.follow(fact, envelope, copies.keep_role)

    @hears("registry", "expert_admitted", heard.ExpertDescribed, retry=PATIENTLY)
    def hear_expert(self, fact: Fact, envelope: Fact) -> None:
        """Tell the expert."""
        self.follow(fact, envelope)

    @hears("registry", "expert_changed", heard.ExpertDescribed, retry=PATIENTLY)
    def hear_expert_changed(self, fact: Fact, envelope: Fact) -> None:
        """Nobody is told; heard so that the order of the expert's events holds."""
        self.follow(fact, envelope)

    @hears("registry", "expert_suspended", heard.ExpertDescribed, retry=PATIENTLY)
    def hear_expert_suspended(self, fact: Fact, envelope: Fact) -> None:
        """Tell the expert."""
        self.follow(fact, envelope)

    @hears("registry", "log_alarm", heard.LogAlarm)
    def hear_registry_alarm(self, fact: Fact, envelope: Fact) -> None:
        """Tell the supervisors."""
        self.follow(fact, envelope)
