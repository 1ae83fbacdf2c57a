"""Duties of the other departments, for reminders and for those who watch."""

from __future__ import annotations

from services.chassis.entrypoints import PATIENTLY, hears
from services.notify import copies
from services.notify.desk.room import Fact, Room
from services.notify.schemas import heard


class DutyHearing(Room):
    """What is owed, by whom, until when."""

    @hears("tendering", "obligation_opened", heard.DutyMoved, retry=PATIENTLY)
    def hear_tendering_obligation_opened(self, fact: Fact, envelope: Fact) -> None:
        """A duty runs."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("tendering", "obligation_met", heard.DutyMoved, retry=PATIENTLY)
    def hear_tendering_obligation_met(self, fact: Fact, envelope: Fact) -> None:
        """It was done."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("tendering", "obligation_extended", heard.DutyMoved, retry=PATIENTLY)
    def hear_tendering_obligation_extended(self, fact: Fact, envelope: Fact) -> None:
        """It has more time; who waits is told."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("tendering", "obligation_overdue", heard.DutyMoved, retry=PATIENTLY)
    def hear_tendering_obligation_overdue(self, fact: Fact, envelope: Fact) -> None:
        """Tell its owner, and the supervisors where they watch."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("tendering", "obligation_paused", heard.DutyMoved, retry=PATIENTLY)
    def hear_tendering_obligation_paused(self, fact: Fact, envelope: Fact) -> None:
        """Its time stands still."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("tendering", "obligation_cancelled", heard.DutyMoved, retry=PATIENTLY)
    def hear_tendering_obligation_cancelled(self, fact: Fact, envelope: Fact) -> None:
        """Nothing is owed any more."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("evaluation", "obligation_opened", heard.DutyMoved, retry=PATIENTLY)
    def hear_evaluation_obligation_opened(self, fact: Fact, envelope: Fact) -> None:
        """A duty runs."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("evaluation", "obligation_met", heard.DutyMoved, retry=PATIENTLY)
    def hear_evaluation_obligation_met(self, fact: Fact, envelope: Fact) -> None:
        """It was done."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("evaluation", "obligation_extended", heard.DutyMoved, retry=PATIENTLY)
    def hear_evaluation_obligation_extended(self, fact: Fact, envelope: Fact) -> None:
        """It has more time; who waits is told."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("evaluation", "obligation_overdue", heard.DutyMoved, retry=PATIENTLY)
    def hear_evaluation_obligation_overdue(self, fact: Fact, envelope: Fact) -> None:
        """Tell its owner, and the supervisors where they watch."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("evaluation", "obligation_paused", heard.DutyMoved, retry=PATIENTLY)
    def hear_evaluation_obligation_paused(self, fact: Fact, envelope: Fact) -> None:
        """Its time stands still."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("evaluation", "obligation_cancelled", heard.DutyMoved, retry=PATIENTLY)
    def hear_evaluation_obligation_cancelled(self, fact: Fact, envelope: Fact) -> None:
        """Nothing is owed any more."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("contracts", "obligation_opened", heard.DutyMoved, retry=PATIENTLY)
    def hear_contracts_obligation_opened(self, fact: Fact, envelope: Fact) -> None:
        """A duty runs."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("contracts", "obligation_met", heard.DutyMoved, retry=PATIENTLY)
    def hear_contracts_obligation_met(self, fact: Fact, envelope: Fact) -> None:
        """It was done."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("contracts", "obligation_extended", heard.DutyMoved, retry=PATIENTLY)
    def hear_contracts_obligation_extended(self, fact: Fact, envelope: Fact) -> None:
        """It has more time; who waits is told."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("contracts", "obligation_overdue", heard.DutyMoved, retry=PATIENTLY)
    def hear_contracts_obligation_overdue(self, fact: Fact, envelope: Fact) -> None:
        """Tell its owner, and the supervisors where they watch."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("contracts", "obligation_paused", heard.DutyMoved, retry=PATIENTLY)
    def hear_contracts_obligation_paused(self, fact: Fact, envelope: Fact) -> None:
        """Its time stands still."""
        self.follow(fact, envelope, copies.keep_duty)

    @hears("contracts", "obligation_cancelled", heard.DutyMoved, retry=PATIENTLY)
    def hear_contracts_obligation_cancelled(self, fact: Fact, envelope: Fact) -> None:
        """Nothing is owed any more."""
        self.follow(fact, envelope, copies.keep_duty)
