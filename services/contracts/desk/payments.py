"""Invoices and payments: never more than accepted, each within thirty days of its invoice."""

from __future__ import annotations

from typing import Any

from services.chassis import obligations
from services.chassis.caller import Caller
from services.chassis.database import refuse_on
from services.chassis.entrypoints import command
from services.chassis.refusal import refuse_if
from services.contracts import awarding, duties, ending, events
from services.contracts.desk.room import Room
from services.contracts.models import Contract, Invoice, Payment, new_id
from services.contracts.queries import contracts, lots
from services.contracts.refusals import no, refusal
from services.contracts.rules import ledger, suspension
from services.contracts.schemas import accepted, said

Given = dict[str, Any]


class PaymentDesk(Room):
    """From the invoice to the last payment."""

    @command(accepted.SubmitInvoice, permission="invoice.submit")
    def submit_invoice(self, given: Given, by: Caller) -> Any:
        """An invoice for what was accepted; the purchaser's thirty days begin (财库〔2019〕38号)."""
        contract = self._payable(given["contract_id"])
        project = self.reach_contract(by, "invoice.submit", contract)
        book = contracts.ledger(self.db, contract)
        refuse_if(ledger.invoice_objections(book, given["amount"]))
        lot = lots.lot(self.db, contract.lot_id)
        day = lots.rules_day(project, lot)
        invoice = Invoice(
            id=new_id(),
            supplier_id=contract.supplier_id,
            received_at=self.now(),
            due=duties.due_of(self.db, duties.PAYMENT, self.now(), day),
            **given,
        )
        used = refusal("invoice_number_used", field="number", number=given["number"])
        with refuse_on("uq_invoice_number", used):
            self.db.add(invoice)
            contract.invoiced_total += invoice.amount
            self.db.flush()
        complete = contract.invoiced_total == book.ceiling
        self.tell(
            events.performed(
                "invoice_received",
                contract,
                invoice.amount,
                self.now(),
                complete,
                invoice_id=invoice.id,
                due=invoice.due,
            )
        )
        duties.open_duty(
            self.db,
            self.tell,
            duties.PAYMENT,
            f"invoice:{invoice.id}",
            since=self.now(),
            now=self.now(),
            rules_day=day,
            owner_organisation_id=contract.purchaser_id,
            waiting_organisation_id=contract.supplier_id,
        )
        awarding.follow_suspension(self.db, self.tell, lot, self.now())
        return said.InvoiceView().dump(invoice)

    @command(accepted.ReturnInvoice, permission="invoice.check")
    def return_invoice(self, given: Given, by: Caller) -> Any:
        """Send back an invoice that is not valid; its time stops counting, another may be submitted."""
        invoice, contract = self._invoice(given["invoice_id"])
        self.reach_contract(by, "invoice.check", contract)
        if invoice.status != "open" or invoice.paid:
            no("invoice_closed", status="partly paid" if invoice.status == "open" else invoice.status)
        invoice.returned_at, invoice.returned_because = self.now(), given["reason"]
        contract.invoiced_total -= invoice.amount
        self.db.flush()
        self.tell(events.invoice_returned(contract, invoice))
        obligations.cancel_all(self.db, self.tell, f"invoice:{invoice.id}", self.now(), given["reason"])
        return said.InvoiceView().dump(invoice)

    @command(accepted.RecordPayment, permission="payment.record")
    def record_payment(self, given: Given, by: Caller) -> Any:
        """Record money that left for the supplier; never more than its invoice, never more than was accepted."""
        invoice, contract = self._invoice(given["invoice_id"])
        self.reach_contract(by, "payment.record", contract)
        if invoice.returned_at is not None:
            no("invoice_closed", status=invoice.status)
        disputes = lots.disputes(self.db, contract.project_id, contract.lot_id)
        found = suspension.objections(disputes, suspension.PERFORMANCE, self.now())
        found += ledger.payment_objections(
            contracts.ledger(self.db, contract), given["amount"], invoice=invoice.amount, paid_on_invoice=invoice.paid
        )
        refuse_if(found)
        payment = Payment(
            id=new_id(),
            contract_id=contract.id,
            purchaser_id=contract.purchaser_id,
            at=self.now(),
            by=by.person_id,
            **given,
        )
        used = refusal("bank_reference_used", field="bank_reference", reference=given["bank_reference"])
        with refuse_on("uq_payment_bank_reference", used):
            self.db.add(payment)
            self.db.flush()
        invoice.paid += payment.amount
        contract.paid_total += payment.amount
        self.db.flush()
        complete = contract.paid_total == contract.amount + contract.supplement_total
        self.tell(
            events.performed(
                "payment_made",
                contract,
                payment.amount,
                self.now(),
                complete,
                invoice_id=invoice.id,
                payment_id=payment.id,
            )
        )
        if invoice.status == "paid":
            obligations.meet_all(self.db, self.tell, f"invoice:{invoice.id}", self.now(), duties.PAYMENT)
        ending.complete_if_fulfilled(self.db, self.tell, contract, self.now())
        return said.PaymentView().dump(payment)

    def _payable(self, contract_id: str) -> Contract:
        contract = contracts.contract(self.db, contract_id, lock=True)
        if contract.signed_at is None:
            no("contract_not_signed", "法46")
        return contract

    def _invoice(self, invoice_id: str) -> tuple[Invoice, Contract]:
        """The invoice, read after its contract is locked, so that two payments see each other."""
        contract = contracts.contract(self.db, contracts.invoice(self.db, invoice_id).contract_id, lock=True)
        return contracts.invoice(self.db, invoice_id), contract
