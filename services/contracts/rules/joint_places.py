"""Which of several candidates sharing a place is taken?

87-68: as the document says; where it is silent, by lot. The lot can be replayed by anyone: the department commits to
a random nonce when the notice is published, before any bid is opened (`commitment`), the evaluation report is signed
without knowing it, and the nonce is revealed with the award. Neither the department nor the panel alone can steer it.

    seed  = SHA-256("sunshine-joint-place-v1" LF nonce LF report digest LF lot id)
    taken = the bid with the least SHA-256(seed LF bid id), both in hex
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import Decimal

from services.contracts.rules.award_order import Candidate

DRAW = "draw"
PURCHASER = "purchaser_decides"
PANEL = "panel_decides"
RULES = (DRAW, PURCHASER, PANEL)


def rule_of(written: str | None) -> str:
    """The document's rule for joint places; a document that names none we know is silent, so a draw decides."""
    return written if written in RULES else DRAW


def commitment(nonce: str) -> str:
    """What is published beforehand: SHA-256 of the nonce (64 hex digits), in hex."""
    return hashlib.sha256(nonce.encode("ascii")).hexdigest()


def seed(nonce: str, report_digest: str, lot_id: str) -> str:
    """The seed of the lot, hex."""
    parts = "\n".join(("sunshine-joint-place-v1", nonce, report_digest, lot_id))
    return hashlib.sha256(parts.encode("ascii")).hexdigest()


def drawn_order(bids: Sequence[str], seed_hex: str) -> list[str]:
    """The bids in drawn order, the one taken first; whatever order they were given in."""
    return sorted(bids, key=lambda bid: hashlib.sha256(f"{seed_hex}\n{bid}".encode("ascii")).hexdigest())


def taken(joint: Sequence[Candidate], rule: str, seed_hex: str) -> str | None:
    """The bid that the document's rule takes; None where the purchaser chooses among several.

    Where the panel decides, its scores do: the highest total without the price (as 214-25 orders); what is still
    equal is drawn.
    """
    left = list(joint)
    if len(left) > 1 and rule == PURCHASER:
        return None
    if rule == PANEL:
        best = max(_technical(each) for each in left)
        left = [each for each in left if _technical(each) == best]
    return drawn_order([each.bid_id for each in left], seed_hex)[0]


def _technical(candidate: Candidate) -> Decimal:
    """Everything but the price: total less price score; a lot without scores has none."""
    return (candidate.total or Decimal(0)) - (candidate.price_score or Decimal(0))
