"""What every file of entrypoints stands on."""

from collections.abc import Callable
from datetime import datetime

from services.chassis.caller import Caller
from services.chassis.journal import Announcement, Entry
from services.chassis.providers import Announce, Clock, Database, Plumbing
from services.registry import certification
from services.registry.act import Act, machine_time
from services.registry.models import Organisation, Person
from services.registry.trust import Anchors


class Room:
    """The parts of a call, and the call at work."""

    db = Database()
    now: Callable[[], datetime] = Clock()
    announce: Callable[[Announcement], Entry] = Announce()
    plumbing = Plumbing()

    def act(self, by: Caller) -> Act:
        """This call, as the functions that record need it."""
        return Act(
            db=self.db,
            announce=self.announce,
            now=self.now(),
            by=by,
            machine=machine_time(),
            key=self.plumbing.key,
            former_keys=tuple(self.plumbing.verifier.trust.of("registry")),
        )

    def trusted(self) -> Anchors:
        """The trust anchors of this moment."""
        return certification.anchors(self.plumbing.settings.profile)


def of_own_organisation(by: Caller, organisation: Organisation) -> bool:
    """Whether the organisation is the caller's."""
    return by.organisation_id is not None and by.organisation_id == organisation.id


def is_self(by: Caller, person: Person) -> bool:
    """Whether the person is the caller."""
    return by.person_id is not None and by.person_id == person.id


def of_own_people(by: Caller, person: Person) -> bool:
    """Whether the person is the caller, or of the caller's organisation."""
    colleague = by.organisation_id is not None and by.organisation_id == person.organisation_id
    return is_self(by, person) or colleague


def in_own_care(by: Caller, person: Person) -> bool:
    """Whether the person is the caller, or a colleague of one who keeps the organisation's people (`person.enrol`)."""
    return is_self(by, person) or (of_own_people(by, person) and by.may("person.enrol"))
