"""What may the parties still agree after signing, and when may the contract end early?

法49: more of the same at the same price, all supplements together at most 10 % of the contract, nothing else changed.
法50: no change, suspension or end of the parties' own accord; where going on would harm the state or the public, they
must. 民法典533 and 563: change of circumstances, force majeure, breach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from services.chassis.objection import Objection
from services.contracts.rules import law
from services.contracts.rules.blanks import fits
from services.contracts.rules.ledger import Ledger, Line
from services.contracts.rules.money import ZERO, most_share, yuan
from services.contracts.rules.reasons import objection

AMENDMENT_REASONS: Mapping[str, str] = {
    "public_interest": "法50",
    "statute_changed": "法50",
    "force_majeure": "民法典590",
    "circumstances_changed": "民法典533",
    "clerical_correction": "法50",
    "party_details_changed": "法50",
}

AMENDABLE = {
    "delivery_days": ("public_interest", "statute_changed", "force_majeure", "circumstances_changed"),
    "delivery_place": ("public_interest", "force_majeure", "circumstances_changed", "clerical_correction"),
    "warranty_months": ("public_interest", "statute_changed"),
    "payment_account": ("party_details_changed",),
    "contact": ("party_details_changed", "clerical_correction"),
}
COUNTS = ("delivery_days", "warranty_months")


@dataclass(frozen=True)
class TerminationGround:
    """fault: whose it is ("supplier", "purchaser", None). both_sign: whether both sides must sign the termination."""

    article: str
    fault: str | None
    both_sign: bool


TERMINATION_GROUNDS: Mapping[str, TerminationGround] = {
    "public_interest": TerminationGround("法50", None, True),
    "force_majeure": TerminationGround("民法典563", None, True),
    "supplier_breach": TerminationGround("民法典563", "supplier", False),
    "purchaser_breach": TerminationGround("民法典563", "purchaser", False),
    "complaint_decision": TerminationGround("条例71", None, False),
    "unlawful_award": TerminationGround("条例71", None, False),
}


def supplement_lines(ledger: Ledger, more: Mapping[int, Decimal]) -> list[Line]:
    """The lines a supplement adds: line number → additional quantity, at exactly the price of that line."""
    lines, no = [], max(each.no for each in ledger.lines)
    for of, quantity in sorted(more.items()):
        repeated = ledger.line(of)
        if repeated is None:
            raise ValueError(f"no line {of}")
        no += 1
        worth = yuan(Fraction(repeated.amount) * Fraction(quantity) / Fraction(repeated.ordered))
        lines.append(Line(no, quantity, worth))
    return lines


def supplement_objections(
    ledger: Ledger, more: Mapping[int, Decimal], *, on: date, ended: bool, pending: Decimal = ZERO
) -> list[Objection]:
    """Why this supplement is not lawful. pending: what other supplements, not yet signed by both, would add."""
    row = law.row("supplements_most", on)
    found = []
    if ended:
        found.append(objection("contract_over", "法49"))
    if not more:
        found.append(objection("nothing_added", "法49", "lines"))
    for no, quantity in sorted(more.items()):
        if ledger.line(no) is None:
            found.append(objection("not_the_same_object", row.article, f"lines.{no}", no=no))
        elif quantity <= 0 or quantity != quantity.quantize(Decimal("0.001")):
            found.append(objection("quantity_wrong", "", f"lines.{no}", no=no))
    if found:
        return found
    worth = sum((each.amount for each in supplement_lines(ledger, more)), ZERO)
    most = most_share(ledger.amount, row.ratio)
    if ledger.supplements + pending + worth > most:
        left = max(most - ledger.supplements - pending, ZERO)
        found.append(
            objection(
                "supplements_too_high",
                row.article,
                "lines",
                most=f"{most:.2f}",
                left=f"{left:.2f}",
                asked=f"{worth:.2f}",
            )
        )
    return found


def amendment_objections(changes: Mapping[str, Any], reason: str, explanation: str, *, ended: bool) -> list[Objection]:
    """Why this amendment is not lawful: each changed term needs a reason that carries it.

    Price and items never change.
    """
    found = []
    if ended:
        found.append(objection("contract_over", "法50"))
    if reason not in AMENDMENT_REASONS:
        known = ", ".join(sorted(AMENDMENT_REASONS))
        found.append(objection("amendment_reason_unknown", "法50", "reason", reason=reason, known=known))
    if len(explanation.strip()) < 10:
        found.append(objection("explanation_missing", "法50", "explanation"))
    if not changes:
        found.append(objection("nothing_changed", "法50", "changes"))
    for term in sorted(changes):
        if term not in AMENDABLE:
            found.append(
                objection(
                    "term_not_amendable",
                    "招标投标法46",
                    f"changes.{term}",
                    term=term,
                    known=", ".join(sorted(AMENDABLE)),
                )
            )
        elif term in COUNTS and not fits("count", changes[term]):
            found.append(objection("blank_wrong_kind", "", f"changes.{term}", blank=term, kind="count"))
        elif reason in AMENDMENT_REASONS and reason not in AMENDABLE[term]:
            known = ", ".join(AMENDABLE[term])
            found.append(
                objection("reason_does_not_carry", "法50", f"changes.{term}", term=term, reason=reason, known=known)
            )
    return found


def termination_objections(ground: str, explanation: str, side: str, *, ended: bool) -> list[Objection]:
    """Why the contract cannot be ended early on this ground by this side ("purchaser", "supplier", "finance")."""
    found = []
    if ended:
        found.append(objection("contract_over", "法50"))
    known = TERMINATION_GROUNDS.get(ground)
    if known is None:
        names = ", ".join(sorted(TERMINATION_GROUNDS))
        found.append(objection("termination_ground_unknown", "法50", "ground", ground=ground, known=names))
    elif known.fault == side:
        found.append(objection("own_breach", known.article, "ground"))
    elif ground in ("complaint_decision", "unlawful_award") and side != "finance":
        found.append(objection("finance_decides", known.article, "ground"))
    if len(explanation.strip()) < 10:
        found.append(objection("explanation_missing", "法50", "explanation"))
    return found


def in_force(signed_sides: Sequence[str], both_sign: bool) -> bool:
    """Whether an agreement has taken effect: signed by both, or by the side that may end it alone."""
    return set(signed_sides) == {"purchaser", "supplier"} if both_sign else bool(signed_sides)
