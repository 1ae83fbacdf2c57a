"""How much of a contract is delivered, accepted, invoiced and paid, and what may still be?

One invariant carries the department:

    0 ≤ paid ≤ invoiced ≤ accepted ≤ contract + supplements,   supplements ≤ 10 % of the contract (法49)

and for each line, in its own unit: accepted + rejected ≤ delivered, delivered − rejected ≤ ordered. A supplement adds
a line of its own at the price of the line it repeats. All functions are pure; `Ledger` is rebuilt from the recorded
facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from services.chassis.objection import Objection
from services.contracts.rules.money import ZERO, is_exact, part_of
from services.contracts.rules.reasons import objection

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Line:
    """One ordered thing. Quantities in its own unit (three places), amount in yuan."""

    no: int
    ordered: Decimal
    amount: Decimal
    delivered: Decimal = NOTHING
    accepted: Decimal = NOTHING
    rejected: Decimal = NOTHING

    @property
    def still_to_deliver(self) -> Decimal:
        """What may still be delivered: a rejected piece may come again."""
        return self.ordered - (self.delivered - self.rejected)

    @property
    def awaiting(self) -> Decimal:
        """Delivered, but neither accepted nor rejected yet."""
        return self.delivered - self.accepted - self.rejected

    @property
    def worth_accepted(self) -> Decimal:
        """What the accepted quantity is worth; all of it is worth exactly `amount`."""
        return part_of(self.amount, self.accepted, self.ordered)


@dataclass(frozen=True)
class Ledger:
    """A contract's account. amount: the contract as signed; supplements: all in force; invoiced: valid invoices."""

    amount: Decimal
    lines: tuple[Line, ...]
    supplements: Decimal = ZERO
    invoiced: Decimal = ZERO
    paid: Decimal = ZERO

    @property
    def ceiling(self) -> Decimal:
        """Contract and supplements together."""
        return self.amount + self.supplements

    @property
    def accepted(self) -> Decimal:
        """What everything accepted so far is worth."""
        return sum((each.worth_accepted for each in self.lines), ZERO)

    @property
    def fulfilled(self) -> bool:
        """Everything ordered is accepted and everything accepted is paid."""
        return all(each.accepted == each.ordered for each in self.lines) and self.paid == self.ceiling

    def line(self, no: int) -> Line | None:
        """The line of that number."""
        return next((each for each in self.lines if each.no == no), None)

    def deliver(self, quantities: Mapping[int, Decimal]) -> Ledger:
        """The ledger after a delivery that had no objections."""
        return self._with(
            {no: replace(self._line(no), delivered=self._line(no).delivered + each) for no, each in quantities.items()}
        )

    def judge(self, verdicts: Mapping[int, tuple[Decimal, Decimal]]) -> Ledger:
        """The ledger after an acceptance: line → (accepted, rejected)."""
        return self._with(
            {
                no: replace(
                    self._line(no),
                    accepted=self._line(no).accepted + accepted,
                    rejected=self._line(no).rejected + rejected,
                )
                for no, (accepted, rejected) in verdicts.items()
            }
        )

    def supplement(self, lines: Sequence[Line]) -> Ledger:
        """The ledger after a supplementary agreement came into force."""
        worth = sum((each.amount for each in lines), ZERO)
        return replace(self, lines=(*self.lines, *lines), supplements=self.supplements + worth)

    def _line(self, no: int) -> Line:
        found = self.line(no)
        if found is None:
            raise ValueError(f"no line {no}")
        return found

    def _with(self, changed: Mapping[int, Line]) -> Ledger:
        return replace(self, lines=tuple(changed.get(each.no, each) for each in self.lines))


def delivery_objections(ledger: Ledger, quantities: Mapping[int, Decimal]) -> list[Objection]:
    """Why these quantities cannot be delivered: unknown line, none, or more than was ordered."""
    found = [] if quantities else [objection("nothing_delivered", "", "lines")]
    for no, quantity in sorted(quantities.items()):
        line, where, named = ledger.line(no), f"lines.{no}", {"no": str(no)}
        if line is None:
            found.append(objection("line_unknown", "", where, **named))
        elif quantity <= 0 or not _fits(quantity):
            found.append(objection("quantity_wrong", "", where, **named))
        elif quantity > line.still_to_deliver:
            found.append(
                objection(
                    "delivers_more_than_ordered", "法50", where, **named, left=line.still_to_deliver, given=quantity
                )
            )
    return found


def acceptance_objections(
    ledger: Ledger, delivered: Mapping[int, Decimal], verdicts: Mapping[int, tuple[Decimal, Decimal]]
) -> list[Objection]:
    """Why this judgement cannot stand.

    delivered: what of this delivery still awaits one; verdicts: line → (accepted, rejected).
    """
    found = [] if verdicts else [objection("nothing_judged", "条例45", "lines")]
    for no, (accepted, rejected) in sorted(verdicts.items()):
        where, named = f"lines.{no}", {"no": str(no)}
        waiting = delivered.get(no, NOTHING)
        if ledger.line(no) is None:
            found.append(objection("line_unknown", "", where, **named))
        elif accepted < 0 or rejected < 0 or accepted + rejected == 0 or not (_fits(accepted) and _fits(rejected)):
            found.append(objection("verdict_wrong", "", where, **named))
        elif accepted + rejected > waiting:
            found.append(
                objection(
                    "accepts_more_than_delivered", "法41", where, **named, waiting=waiting, given=accepted + rejected
                )
            )
    return found


def invoice_objections(ledger: Ledger, amount: Decimal) -> list[Objection]:
    """An invoice is for what was accepted and not invoiced yet."""
    if amount <= 0 or not is_exact(amount):
        return [objection("amount_wrong", "", "amount")]
    left = ledger.accepted - ledger.invoiced
    if amount > left:
        return [objection("invoices_more_than_accepted", "条例51", "amount", left=f"{left:.2f}", given=f"{amount:.2f}")]
    return []


def payment_objections(
    ledger: Ledger, amount: Decimal, *, invoice: Decimal, paid_on_invoice: Decimal
) -> list[Objection]:
    """A payment is at most what its invoice still asks, and all payments at most what is accepted."""
    if amount <= 0 or not is_exact(amount):
        return [objection("amount_wrong", "", "amount")]
    if paid_on_invoice >= invoice:
        return [objection("invoice_already_paid", "条例51", "invoice_id", amount=f"{invoice:.2f}")]
    found = []
    owed = invoice - paid_on_invoice
    if amount > owed:
        found.append(
            objection("pays_more_than_invoiced", "条例51", "amount", left=f"{owed:.2f}", given=f"{amount:.2f}")
        )
    if ledger.paid + amount > ledger.accepted:
        left = ledger.accepted - ledger.paid
        found.append(
            objection("pays_more_than_accepted", "条例51", "amount", left=f"{left:.2f}", given=f"{amount:.2f}")
        )
    return found


def _fits(quantity: Decimal) -> bool:
    """At most three places."""
    return quantity == quantity.quantize(Decimal("0.001"))
