"""Permissions of the contracts department (from the award to the last payment)."""

from typing import Final

_WATCHERS: Final = "finance.officer=any supervisor=any"
_CENTRE: Final = "centre.officer=any centre.reviewer=any"
_PARTIES: Final = "purchaser.officer=own supplier.agent=own"

TABLE: Final = (
    ("award.decide", "Award in ranking order for the purchaser", "purchaser.officer=own"),
    ("award.announce", "Announce the award and tell each loser", "centre.officer=project"),
    ("award.refuse", "Refuse an award as the winner", "supplier.agent=own"),
    ("award.read", "Read awards", f"{_CENTRE} centre.host=any {_WATCHERS} {_PARTIES} purchaser.representative=own"),
    ("lot.return", "Return a lot for a new tender on a coded ground", "purchaser.officer=own centre.officer=project"),
    ("contract.draft", "Generate the contract from document and bid", "centre.officer=project purchaser.officer=own"),
    ("contract.sign", "Sign a contract for the own organisation", _PARTIES),
    ("contract.publish", "Publish a signed contract", "centre.officer=project purchaser.officer=own"),
    ("contract.file", "File a contract with finance", "centre.officer=project purchaser.officer=own"),
    ("contract.read", "Read contracts",
     f"{_CENTRE} centre.host=any {_WATCHERS} {_PARTIES} purchaser.representative=own purchaser.acceptor=own"),
    ("contract.amend", "Propose or agree to an amendment or supplementary agreement", _PARTIES),
    ("contract.terminate", "Terminate a contract on a coded ground", "purchaser.officer=own finance.officer=any"),
    ("bond.record", "Record a bond received", "centre.officer=project purchaser.officer=own"),
    ("bond.return", "Return a bond", "centre.officer=project purchaser.officer=own"),
    ("bond.read", "Read bonds", f"{_CENTRE} {_WATCHERS} {_PARTIES}"),
    ("delivery.record", "Record a delivery or a milestone", "supplier.agent=own"),
    ("acceptance.certify", "Certify acceptance, by people who did not run the purchase", "purchaser.acceptor=own"),
    ("invoice.submit", "Submit an invoice", "supplier.agent=own"),
    ("invoice.check", "Accept an invoice as valid, or return it", "purchaser.officer=own"),
    ("payment.record", "Record a payment", "purchaser.officer=own finance.officer=any"),
    ("payment.read", "Read payments", f"{_CENTRE} {_WATCHERS} {_PARTIES} purchaser.acceptor=own"),
    ("performance.grade", "Grade a supplier's performance", "purchaser.officer=own purchaser.acceptor=own"),
    ("statistics.rebuild", "Make the figures of the statistics anew from the journal",
     "centre.reviewer=any finance.officer=any registry.admin=any"),
)
