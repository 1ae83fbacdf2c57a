"""Random lives of contracts: whatever is tried in whatever order, the account holds.

0 ≤ paid ≤ invoiced ≤ accepted ≤ contract + supplements, supplements ≤ a tenth, to the fen
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.contracts.rules import agreements, ledger
from services.contracts.rules.ledger import Ledger, Line
from services.contracts.rules.money import ZERO, most_share

TODAY = date(2026, 6, 18)
YUAN = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("5000000.00"), places=2)
SOME = st.decimals(min_value=Decimal("0.001"), max_value=Decimal("500.000"), places=3)
ORDERED = st.tuples(SOME, YUAN)
LINE = st.integers(min_value=1, max_value=6)


def codes(objections: list[Any]) -> list[str]:
    return [each.code for each in objections]


class LifeOfAContract(RuleBasedStateMachine):
    """Deliver, accept, reject, supplement, invoice and pay at random; what has no objection happens."""

    @initialize(ordered=st.lists(ORDERED, min_size=1, max_size=3))
    def sign(self, ordered: list[tuple[Decimal, Decimal]]) -> None:
        """A contract of one to three lines."""
        lines = tuple(Line(no, quantity, amount) for no, (quantity, amount) in enumerate(ordered, start=1))
        self.book = Ledger(sum((each.amount for each in lines), ZERO), lines)
        self.deliveries: list[dict[int, Decimal]] = []
        self.invoices: list[list[Decimal]] = []
        self.certified = ZERO

    @rule(no=LINE, quantity=SOME)
    def deliver(self, no: int, quantity: Decimal) -> None:
        """Any quantity of any line."""
        if not ledger.delivery_objections(self.book, {no: quantity}):
            self.book = self.book.deliver({no: quantity})
            self.deliveries.append({no: quantity})

    @rule(no=LINE)
    def deliver_the_rest(self, no: int) -> None:
        """All that is still to come of a line."""
        line = self.book.line(no)
        if line is not None and line.still_to_deliver:
            self.deliver_exactly(no, line.still_to_deliver)

    def deliver_exactly(self, no: int, quantity: Decimal) -> None:
        assert ledger.delivery_objections(self.book, {no: quantity}) == []
        self.book = self.book.deliver({no: quantity})
        self.deliveries.append({no: quantity})

    @precondition(lambda self: self.deliveries)
    @rule(data=st.data(), yes=SOME, nay=st.one_of(st.just(Decimal(0)), SOME), whole=st.booleans())
    def judge(self, data: Any, yes: Decimal, nay: Decimal, whole: bool) -> None:
        """Accept or reject a part of a delivery, or all that is left of it."""
        waiting = data.draw(st.sampled_from(self.deliveries))
        no = next(iter(waiting))
        verdict = (waiting[no], Decimal(0)) if whole else (yes, nay)
        if not ledger.acceptance_objections(self.book, waiting, {no: verdict}):
            before = self.book.accepted
            self.book = self.book.judge({no: verdict})
            self.certified += self.book.accepted - before
            waiting[no] -= sum(verdict)

    @rule(no=LINE, quantity=SOME)
    def supplement(self, no: int, quantity: Decimal) -> None:
        """More of one line."""
        if not agreements.supplement_objections(self.book, {no: quantity}, on=TODAY, ended=False):
            self.book = self.book.supplement(agreements.supplement_lines(self.book, {no: quantity}))

    @rule(amount=YUAN, all_of_it=st.booleans())
    def invoice(self, amount: Decimal, all_of_it: bool) -> None:
        """Any amount, or all that was accepted and not invoiced."""
        asked = self.book.accepted - self.book.invoiced if all_of_it else amount
        if not ledger.invoice_objections(self.book, asked):
            self.book = replace(self.book, invoiced=self.book.invoiced + asked)
            self.invoices.append([asked, ZERO])

    @precondition(lambda self: self.invoices)
    @rule(data=st.data(), amount=YUAN, all_of_it=st.booleans())
    def pay(self, data: Any, amount: Decimal, all_of_it: bool) -> None:
        """Any amount on any invoice, or all it still asks."""
        invoice = data.draw(st.sampled_from(self.invoices))
        given = invoice[0] - invoice[1] if all_of_it else amount
        if not ledger.payment_objections(self.book, given, invoice=invoice[0], paid_on_invoice=invoice[1]):
            self.book = replace(self.book, paid=self.book.paid + given)
            invoice[1] += given

    @invariant()
    def the_account_holds(self) -> None:
        """The department's one invariant, and that the certificates add up to what is accepted."""
        book = self.book
        assert ZERO <= book.paid <= book.invoiced <= book.accepted <= book.ceiling
        assert book.supplements <= most_share(book.amount, Decimal("0.10"))
        assert self.certified == book.accepted
        assert sum((paid for _, paid in self.invoices), ZERO) == book.paid
        for line in book.lines:
            assert line.accepted + line.rejected <= line.delivered
            assert line.delivered - line.rejected <= line.ordered

    @invariant()
    def everything_accepted_is_worth_the_whole_contract(self) -> None:
        """To the fen, however many parts it came in."""
        if all(each.accepted == each.ordered for each in self.book.lines):
            assert self.book.accepted == self.book.ceiling


TestLifeOfAContract = pytest.mark.filterwarnings("ignore")(LifeOfAContract.TestCase)
TestLifeOfAContract.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)

BOOK = Ledger(
    Decimal("1000.00"), (Line(1, Decimal(10), Decimal("900.00")), Line(2, Decimal(1), Decimal("100.00"))), ZERO
)


@pytest.mark.parametrize(
    ("quantities", "expected"),
    [
        ({1: Decimal(10)}, []),
        ({1: Decimal(11)}, ["delivers_more_than_ordered"]),
        ({3: Decimal(1)}, ["line_unknown"]),
        ({1: Decimal(0)}, ["quantity_wrong"]),
        ({1: Decimal("0.0001")}, ["quantity_wrong"]),
        ({}, ["nothing_delivered"]),
        ({1: Decimal(11), 2: Decimal(2)}, ["delivers_more_than_ordered", "delivers_more_than_ordered"]),
    ],
)
def test_a_delivery_brings_what_was_ordered_and_no_more(quantities: dict[int, Decimal], expected: list[str]) -> None:
    assert codes(ledger.delivery_objections(BOOK, quantities)) == expected


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ({1: (Decimal(4), Decimal(0))}, []),
        ({1: (Decimal(3), Decimal(1))}, []),
        ({1: (Decimal(4), Decimal("0.001"))}, ["accepts_more_than_delivered"]),
        ({2: (Decimal(1), Decimal(0))}, ["accepts_more_than_delivered"]),
        ({1: (Decimal(0), Decimal(0))}, ["verdict_wrong"]),
        ({1: (Decimal(-1), Decimal(2))}, ["verdict_wrong"]),
        ({}, ["nothing_judged"]),
    ],
)
def test_no_more_is_accepted_than_was_delivered(verdicts: dict[int, Any], expected: list[str]) -> None:
    book = BOOK.deliver({1: Decimal(4)})
    assert codes(ledger.acceptance_objections(book, {1: Decimal(4)}, verdicts)) == expected


def test_what_was_rejected_may_come_again() -> None:
    book = BOOK.deliver({1: Decimal(10)}).judge({1: (Decimal(8), Decimal(2))})
    assert codes(ledger.delivery_objections(book, {1: Decimal(3)})) == ["delivers_more_than_ordered"]
    assert ledger.delivery_objections(book, {1: Decimal(2)}) == []


@pytest.mark.parametrize(
    ("more", "pending", "expected"),
    [
        ({1: Decimal(1)}, "0.00", []),
        ({2: Decimal(1)}, "0.00", []),
        ({1: Decimal("1.112")}, "0.00", ["supplements_too_high"]),
        ({1: Decimal(1)}, "10.01", ["supplements_too_high"]),
        ({9: Decimal(1)}, "0.00", ["not_the_same_object"]),
        ({}, "0.00", ["nothing_added"]),
    ],
)
def test_all_supplements_together_are_at_most_a_tenth(
    more: dict[int, Decimal], pending: str, expected: list[str]
) -> None:
    found = agreements.supplement_objections(BOOK, more, on=TODAY, ended=False, pending=Decimal(pending))
    assert codes(found) == expected


@pytest.mark.parametrize(
    ("changes", "reason", "expected"),
    [
        ({"delivery_days": "60"}, "force_majeure", []),
        ({"delivery_days": "60"}, "clerical_correction", ["reason_does_not_carry"]),
        ({"delivery_days": "soon"}, "force_majeure", ["blank_wrong_kind"]),
        ({"amount": "1.00"}, "force_majeure", ["term_not_amendable"]),
        ({"delivery_days": "60"}, "because", ["amendment_reason_unknown"]),
        ({}, "force_majeure", ["nothing_changed"]),
    ],
)
def test_a_term_is_amended_only_for_a_reason_that_carries_it(
    changes: dict[str, str], reason: str, expected: list[str]
) -> None:
    assert (
        codes(agreements.amendment_objections(changes, reason, "洪水冲毁了运输道路，无法按期到货", ended=False))
        == expected
    )


@pytest.mark.parametrize(
    ("ground", "side", "expected"),
    [
        ("public_interest", "purchaser", []),
        ("supplier_breach", "purchaser", []),
        ("supplier_breach", "supplier", ["own_breach"]),
        ("complaint_decision", "purchaser", ["finance_decides"]),
        ("complaint_decision", "finance", []),
        ("we changed our mind", "purchaser", ["termination_ground_unknown"]),
    ],
)
def test_a_contract_ends_early_only_on_a_lawful_ground(ground: str, side: str, expected: list[str]) -> None:
    assert codes(agreements.termination_objections(ground, "详见所附书面说明材料", side, ended=False)) == expected


@given(amount=YUAN, quantity=SOME, more=SOME)
def test_a_supplement_is_at_the_price_of_the_line_it_repeats(amount: Decimal, quantity: Decimal, more: Decimal) -> None:
    (line,) = agreements.supplement_lines(Ledger(amount, (Line(1, quantity, amount),)), {1: more})
    assert abs(line.amount - amount * more / quantity) <= Decimal("0.005")
