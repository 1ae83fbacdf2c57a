"""How high may a bond be, in what form, and what does lateness cost?

条例33: a bid bond is at most 2 % of the budget, 条例48: a performance bond at most 10 % of the contract; neither in
cash. 87-38: who returns a bond late pays for the time at a fifth above the benchmark rate.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from services.chassis.objection import Objection
from services.contracts.rules import law
from services.contracts.rules.money import most_share, share, yuan
from services.contracts.rules.reasons import objection

BID = "bid"
PERFORMANCE = "performance"
FORMS = ("cheque", "draft", "promissory_note", "transfer", "bank_guarantee", "surety_guarantee", "insurance")
KEPT_GROUNDS = ("award_refused", "breach")


def required_performance_bond(amount: Decimal, percent: Decimal | None) -> Decimal:
    """What the document asks: `percent` of the contract, half up to the fen; 0.00 where it asks none."""
    return yuan(0) if percent is None else share(amount, percent / 100)


def percent_objections(percent: Decimal | None, on: date) -> list[Objection]:
    """The document may not ask more than the law allows."""
    row = law.row("performance_bond_most", on)
    if percent is None or percent / 100 <= row.ratio:
        return []
    most = format((row.ratio * 100).normalize(), "f")
    return [
        objection("performance_bond_high", row.article, "terms.performance_bond_percent", most=most, percent=percent)
    ]


def lodged_objections(
    kind: str, form: str, amount: Decimal, *, base: Decimal, required: Decimal, on: date
) -> list[Objection]:
    """Why a bond is not taken. base: budget of the lot, or amount of the contract; required: what the document asks."""
    row = law.row("bid_bond_most" if kind == BID else "performance_bond_most", on)
    found = []
    if form not in FORMS:
        known = ", ".join(FORMS)
        found.append(objection("bond_form", row.article, "form", form=form, known=known))
    most = most_share(base, row.ratio)
    if amount > most:
        found.append(objection("bond_too_high", row.article, "amount", amount=f"{amount:.2f}", most=f"{most:.2f}"))
    if amount < required:
        found.append(
            objection("bond_too_low", row.article, "amount", amount=f"{amount:.2f}", required=f"{required:.2f}")
        )
    return found


def late_fee(amount: Decimal, days_late: int, on: date) -> Decimal:
    """What a late return costs: amount × rate × days ÷ 360, half up to the fen; nothing when it is in time (87-38)."""
    if days_late <= 0:
        return yuan(0)
    return share(amount, law.row("bond_late_rate", on).ratio * days_late / 360)
