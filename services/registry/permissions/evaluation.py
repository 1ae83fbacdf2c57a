"""Permissions of the evaluation department (from opened bids to a ranking)."""

from typing import Final

_WATCHERS: Final = "finance.officer=any supervisor=any"
_SEATS: Final = "centre.host=project purchaser.representative=project supervisor=project"
_MEMBERS: Final = "expert=project purchaser.representative=project"

TABLE: Final = (
    ("panel.form", "Settle a panel's size and make-up, name the purchaser's representative",
     "centre.host=project centre.officer=project"),
    ("panel.read", "Read a panel (names stay secret until the result)",
     f"centre.host=project {_WATCHERS} {_MEMBERS}"),
    ("draw.freeze", "Freeze the pool of a draw", "centre.host=project"),
    ("draw.commit", "Commit to a nonce for a seat", _SEATS),
    ("draw.reveal", "Reveal a nonce for a seat", _SEATS),
    ("draw.call", "Call the next in the drawn order; record an absence", "centre.host=project"),
    ("draw.read", "Read a draw and its transcript",
     f"centre.host=project purchaser.representative=project {_WATCHERS}"),
    ("invitation.read", "Read one's own invitations", "expert=own"),
    ("invitation.answer", "Accept or decline one's own invitation, declare conflicts", "expert=own"),
    ("panel.check_in", "Check in at the evaluation", _MEMBERS),
    ("panel.elect_leader", "Elect the panel's leader", "expert=project"),
    ("recusal.decide", "Replace a member who must stand aside", "centre.host=project supervisor=project"),
    ("evaluation.host", "Begin, pause and end an evaluation", "centre.host=project"),
    ("evaluation.result", "Read what one's own bid was told of the result: score, rank, reason", "supplier.agent=own"),
    ("evaluation.attend", "Be present at an evaluation as supervisor", "supervisor=any"),
    ("evaluation.read", "Follow an evaluation from inside",
     f"centre.host=project centre.officer=project {_WATCHERS} {_MEMBERS} hall.observer=any purchaser.officer=own"),
    ("qualification.check", "Check qualification for the centre or the purchaser",
     "centre.officer=project purchaser.representative=project purchaser.officer=own"),
    ("conformity.review", "Vote on conformity, write a dissent", _MEMBERS),
    ("clarification.ask", "Ask a bidder to clarify or to explain a price", f"{_MEMBERS} centre.host=project"),
    ("clarification.read", "Read questions put to bidders", (f"centre.host=project {_WATCHERS} {_MEMBERS}"
     " supplier.agent=own")),
    ("clarification.answer", "Answer a question put to one's own bid", "supplier.agent=own"),
    ("price.correct", "Settle a price correction in the lawful order", f"{_MEMBERS} centre.host=project"),
    ("price.confirm", "Confirm a price correction to one's own bid", "supplier.agent=own"),
    ("price.find_low", "Find a price abnormally low, accept or refuse its explanation", _MEMBERS),
    ("bid.reject", "Reject a bid on a lawful ground, by the panel", _MEMBERS),
    ("score.write", "Write and submit one's own score sheet", _MEMBERS),
    ("score.read", "Read score sheets (own: always; all: once closed)",
     f"centre.host=project {_WATCHERS} {_MEMBERS}"),
    ("score.change", "Change a closed sheet on a lawful ground", _MEMBERS),
    ("score.close", "Close the sheets", "expert=project centre.host=project"),
    ("ranking.settle", "Settle the ranking", "centre.host=project"),
    ("ranking.read", "Read a ranking with its figures",
     f"centre.host=project centre.officer=project {_WATCHERS} {_MEMBERS} purchaser.officer=own"),
    ("report.sign", "Sign the report as a member, with dissent where there is any", _MEMBERS),
    ("report.countersign", "Countersign the report as supervisor", "supervisor=project"),
    ("report.read", "Read the evaluation report",
     f"centre.host=project centre.officer=project {_WATCHERS} {_MEMBERS} purchaser.officer=own"),
    ("finding.read", "Read integrity findings", f"centre.host=project {_WATCHERS} {_MEMBERS}"),
    ("performance.record", "Record an expert's performance", "centre.host=project supervisor=project"),
    ("round.open", "Open or close a round of a negotiating procedure, tell changes to all",
     f"{_MEMBERS} centre.host=project"),
    ("round.offer", "Make an offer in a round, or the final sealed one", "supplier.agent=own"),
)
