"""Which price does a bid offer when its papers contradict themselves?

In this order (87-59): the price sheet prevails over the rest of the bid; words over figures; where the point of a
unit price or a percentage is plainly misplaced, the sheet's total stands and the unit price is amended; where the
total is not the sum of the unit prices, that sum stands. Each step starts from what the one before it left. The
bidder confirms the result, or the bid is invalid.

The unit prices of steps three and four are those of the price sheet itself; a detailed list elsewhere in the bid that
sums up differently already gave way to the sheet in step one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from services.chassis.objection import Objection
from services.evaluation.rules import capital_amounts
from services.evaluation.rules.law import Law

FEN = Decimal("0.01")
SHIFTS = tuple(Decimal(10) ** power for power in (-4, -3, -2, -1, 1, 2, 3, 4))
"""How far a point may have slipped to be called plainly misplaced; a percentage is a shift by two."""


@dataclass(frozen=True)
class Line:
    """One item of the price sheet: its unit price in yuan (more than two places are allowed) and the quantity."""

    name: str
    quantity: Decimal
    unit_price: Decimal


@dataclass(frozen=True)
class Papers:
    """What the bid says about its price. `words` in capital characters; `detail_total` is the total found in the
    bid's files."""

    figures: Decimal
    words: str | None = None
    detail_total: Decimal | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Correction:
    """One step: which rule, what it changed from and to (yuan), and the item whose unit price it amends."""

    rule: str
    article: str
    before: Decimal
    after: Decimal
    changes_price: bool
    item: str = ""


@dataclass(frozen=True)
class Corrected:
    """The price that counts, how it came about, and what could not be read."""

    price: Decimal
    steps: tuple[Correction, ...]
    objections: tuple[Objection, ...] = ()

    @property
    def needs_confirmation(self) -> bool:
        """Any correction binds only once the bidder has confirmed it (87-59)."""
        return bool(self.steps)


def correct(law: Law, on: date, papers: Papers) -> Corrected:
    """Apply the four rules in the lawful order. Unreadable words are an objection (ask the bidder), never a guess."""

    def article(rule: str) -> str:
        return law.row(f"price.correction.{rule}", on).article

    steps: list[Correction] = []
    price = papers.figures
    if papers.detail_total is not None and papers.detail_total != price:
        steps.append(Correction("sheet_over_detail", article("sheet_over_detail"), papers.detail_total, price, False))
    if papers.words:
        try:
            said = capital_amounts.read(papers.words)
        except capital_amounts.Unreadable as error:
            return Corrected(price, tuple(steps), (_unreadable(papers.words, error),))
        if said != price:
            steps.append(Correction("words_over_figures", article("words_over_figures"), price, said, True))
            price = said
    total = sum_of(papers.lines)
    if papers.lines and total != price:
        slip = misplaced(papers.lines, price)
        if slip is not None:
            line, right = slip
            steps.append(
                Correction("misplaced_point", article("misplaced_point"), line.unit_price, right, False, line.name)
            )
        else:
            steps.append(Correction("unit_prices_over_total", article("unit_prices_over_total"), price, total, True))
            price = total
    return Corrected(price, tuple(steps))


def _unreadable(words: str, error: capital_amounts.Unreadable) -> Objection:
    return Objection(
        "price_words_unreadable",
        f"The amount in words cannot be read: {error}. Ask the bidder to clarify it.",
        "87-51",
        "words",
        {"words": words},
    )


def sum_of(lines: Sequence[Line]) -> Decimal:
    """Unit price times quantity, summed, in yuan with two places."""
    return sum((line.quantity * line.unit_price for line in lines), Decimal(0)).quantize(FEN, ROUND_HALF_UP)


def misplaced(lines: Sequence[Line], total: Decimal) -> tuple[Line, Decimal] | None:
    """The one item whose unit price, its point moved, makes the sheet add up, and that unit price; None if there is
    not exactly one."""
    whole = sum((line.quantity * line.unit_price for line in lines), Decimal(0))
    found = []
    for line in lines:
        rest = whole - line.quantity * line.unit_price
        found += [
            (line, line.unit_price * shift)
            for shift in SHIFTS
            if line.unit_price
            and (rest + line.quantity * line.unit_price * shift).quantize(FEN, ROUND_HALF_UP) == total
        ]
    return found[0] if len(found) == 1 else None


def ceiling_objections(law: Law, on: date, price: Decimal, ceiling: Decimal | None, budget: Decimal) -> list[Objection]:
    """Why a price is too high to be valid: above the published ceiling, or above the budget where there is none."""
    limit = budget if ceiling is None else ceiling
    if price <= limit:
        return []
    return [
        Objection(
            "price_over_ceiling",
            f"The price {price} is above {limit}, the most the document allows.",
            law.row("review.over_ceiling", on).article,
            "price",
            {"price": str(price), "limit": str(limit)},
        )
    ]
