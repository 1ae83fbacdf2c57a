"""May this round of a negotiation be held, and which offers count?

All members negotiate with each supplier alone and give everyone the same chance; what changes in the document is
told to all in writing; the last offers are sealed and made within the same time (法38, 74-32, 74-33, 214-19,
214-21).

An offer is sealed by a commitment: SHA-256 of its canonical text with a random nonce. It is opened after the round
has closed by the one who made it, so that nobody, the centre included, knows an offer while another can still be
made.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from decimal import Decimal

from services.chassis.objection import Objection

KINDS = ("negotiation", "final_offer")
NEGOTIATED = ("negotiation", "consultation", "inquiry", "single_source")
ENDING_IN_OFFERS = ("negotiation", "consultation")
"""Procedures that are decided on final offers (74-33, 214-21)."""


def commitment(round_id: str, bid_id: str, price: Decimal, nonce: str) -> str:
    """What a supplier hands in while the round is open, hex. `nonce`: at least 32 random characters."""
    return hashlib.sha256("\n".join((round_id, bid_id, f"{price:.2f}", nonce)).encode()).hexdigest()


def opening_objections(kind: str, procedure: str, *, open_rounds: int, final_done: bool) -> list[Objection]:
    """Why a round cannot begin: not a negotiating procedure, one still open, or the final offers are already in."""
    found = []
    if procedure not in NEGOTIATED:
        found.append(Objection("round_not_negotiated", "Only a negotiating procedure has rounds.", "法38", "kind"))
    if kind not in KINDS:
        found.append(Objection("round_unknown", f"A round is one of {', '.join(KINDS)}.", "法38", "kind"))
    if open_rounds:
        found.append(Objection("round_open", "Close the open round first.", "法38"))
    if final_done or (procedure == "inquiry" and kind == "negotiation"):
        found.append(
            Objection(
                "round_after_final", "The price was named once and for all; nothing is negotiated after it.", "法40"
            )
        )
    return found


def offer_objections(*, now: datetime, closes_at: datetime, still_in: bool, made_before: bool) -> list[Objection]:
    """Why an offer cannot be taken: late (equal to the closing time is late), not invited any more, or already
    made."""
    found = []
    if now >= closes_at:
        found.append(Objection("offer_late", "The round has closed.", "74-33"))
    if not still_in:
        found.append(Objection("offer_not_invited", "This supplier no longer takes part.", "74-33"))
    if made_before:
        found.append(Objection("offer_made", "An offer of this round is made once.", "74-33"))
    return found


def reveal_objections(
    committed: str, round_id: str, bid_id: str, price: Decimal, nonce: str, *, closed: bool
) -> list[Objection]:
    """Why an opened offer does not count: too early, or not what was sealed."""
    found = []
    if not closed:
        found.append(Objection("offer_reveal_early", "Offers are opened only after the round has closed.", "74-33"))
    if len(nonce) < 32 or commitment(round_id, bid_id, price, nonce) != committed:
        found.append(Objection("offer_differs", "This is not the offer that was sealed.", "74-33"))
    return found


def pricing_objections(
    procedure: str, *, final_closes_at: datetime | None, unopened: int, now: datetime, minutes: int
) -> list[Objection]:
    """Why prices cannot be looked at yet: no final offers were asked for, they are still being made, or somebody may
    still open theirs.

    final_closes_at: when the final offers close, None where none were asked for. unopened: offers still sealed.
    minutes: how long after the closing an offer may be opened.
    """
    if final_closes_at is None:
        if procedure not in ENDING_IN_OFFERS:
            return []
        return [Objection("final_offers_missing", "Ask everybody still in for a final offer first.", "74-33")]
    if now < final_closes_at:
        return [Objection("final_offers_open", "The final offers are still being made.", "74-33")]
    if unopened and now < final_closes_at + timedelta(minutes=minutes):
        figures = {"offers": str(unopened), "minutes": str(minutes)}
        text = f"{unopened} offers are still sealed; they may be opened for {minutes} minutes after the closing."
        return [Objection("offers_unopened", text, "74-33", "", figures)]
    return []
