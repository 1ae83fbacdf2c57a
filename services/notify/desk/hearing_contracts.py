"""What contracts tells us."""

from __future__ import annotations

from services.chassis.entrypoints import PATIENTLY, hears
from services.notify import copies, notices, surveying, wall
from services.notify.desk.room import Fact, Room
from services.notify.ocds import contracting
from services.notify.ocds.releasing import releases
from services.notify.schemas import heard, heard_later


class ContractsHearing(Room):
    """Results, contracts, performance."""

    @hears("contracts", "award_decided", heard_later.AwardDecided, retry=PATIENTLY)
    def hear_award_decided(self, fact: Fact, envelope: Fact) -> None:
        """Officer and supervisors are told; the public with the announcement."""
        self.follow(fact, envelope)

    @hears("contracts", "award_announced", heard_later.AwardAnnounced, retry=PATIENTLY)
    def hear_award_announced(self, fact: Fact, envelope: Fact) -> None:
        """The result, everywhere; each loser its own figures (87-69)."""
        self.follow(fact, envelope, copies.end_lot, notices.of_award, wall.result, releases(contracting.awarded))

    @hears("contracts", "award_refused", heard_later.AwardFellAway, retry=PATIENTLY)
    def hear_award_refused(self, fact: Fact, envelope: Fact) -> None:
        """The award holds no longer."""
        self.follow(fact, envelope, releases(contracting.award_fell_away))

    @hears("contracts", "lot_returned", heard_later.AwardFellAway, retry=PATIENTLY)
    def hear_lot_returned(self, fact: Fact, envelope: Fact) -> None:
        """The lot goes back."""
        self.follow(
            fact, envelope, copies.end_lot, releases(contracting.lot_returned),
        )  # fmt: skip

    @hears("contracts", "contract_signed", heard_later.ContractMoved, retry=PATIENTLY)
    def hear_contract_signed(self, fact: Fact, envelope: Fact) -> None:
        """Both sides are told."""
        self.follow(fact, envelope, releases(contracting.signed))

    @hears("contracts", "contract_published", heard_later.ContractMoved, retry=PATIENTLY)
    def hear_contract_published(self, fact: Fact, envelope: Fact) -> None:
        """On the bulletin (条例50)."""
        self.follow(fact, envelope, notices.of_contract, releases(contracting.published))

    @hears("contracts", "delivery_made", heard_later.Performed, retry=PATIENTLY)
    def hear_delivery_made(self, fact: Fact, envelope: Fact) -> None:
        """The purchaser arranges the acceptance."""
        self.follow(fact, envelope)

    @hears("contracts", "acceptance_certified", heard_later.Performed, retry=PATIENTLY)
    def hear_acceptance_certified(self, fact: Fact, envelope: Fact) -> None:
        """Both sides are asked how it went once all is accepted."""
        self.follow(fact, envelope, releases(contracting.accepted), surveying.ask_both_sides)

    @hears("contracts", "invoice_received", heard_later.Performed, retry=PATIENTLY)
    def hear_invoice_received(self, fact: Fact, envelope: Fact) -> None:
        """The purchaser pays within thirty days."""
        self.follow(fact, envelope)

    @hears("contracts", "payment_made", heard_later.Performed, retry=PATIENTLY)
    def hear_payment_made(self, fact: Fact, envelope: Fact) -> None:
        """The supplier is told."""
        self.follow(fact, envelope, releases(contracting.paid))

    @hears("contracts", "contract_completed", heard_later.ContractMoved, retry=PATIENTLY)
    def hear_contract_completed(self, fact: Fact, envelope: Fact) -> None:
        """Done."""
        self.follow(fact, envelope, releases(contracting.ended), surveying.ask_both_sides)

    @hears("contracts", "contract_terminated", heard_later.ContractMoved, retry=PATIENTLY)
    def hear_contract_terminated(self, fact: Fact, envelope: Fact) -> None:
        """Ended before its time."""
        self.follow(fact, envelope, releases(contracting.ended))

    @hears("contracts", "bond_return_due", heard_later.BondMoved, retry=PATIENTLY)
    def hear_bond_return_due(self, fact: Fact, envelope: Fact) -> None:
        """The officer is told."""
        self.follow(fact, envelope)

    @hears("contracts", "bond_returned", heard_later.BondMoved, retry=PATIENTLY)
    def hear_bond_returned(self, fact: Fact, envelope: Fact) -> None:
        """The supplier is told."""
        self.follow(fact, envelope)

    @hears("contracts", "log_alarm", heard.LogAlarm)
    def hear_contracts_alarm(self, fact: Fact, envelope: Fact) -> None:
        """Tell the supervisors."""
        self.follow(fact, envelope)
