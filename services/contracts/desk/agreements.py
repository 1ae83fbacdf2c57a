"""What the parties agree after signing: supplements, amendments, an early end."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from services.chassis import obligations
from services.chassis.caller import Caller
from services.chassis.entrypoints import command
from services.chassis.objection import Objection
from services.chassis.refusal import refuse_if
from services.contracts import concluding, duties, ending, events, witnessing
from services.contracts.desk.room import Room, text
from services.contracts.models import Agreement, Contract, ContractLine, new_id
from services.contracts.queries import contracts, lots
from services.contracts.refusals import no
from services.contracts.rules import agreements as rule
from services.contracts.rules import signing, suspension
from services.contracts.rules.money import ZERO
from services.contracts.rules.reasons import objection
from services.contracts.schemas import accepted, said
from services.protocol import canonical

Given = dict[str, Any]


class AgreementDesk(Room):
    """Each agreement is data with a digest that both sides sign, like the contract itself."""

    @command(accepted.ProposeSupplement, permission="contract.amend")
    def propose_supplement(self, given: Given, by: Caller) -> Any:
        """More of the same at the same price, all supplements within ten per cent (法49)."""
        contract, side = self._mine(given["contract_id"], by)
        more: dict[int, Decimal] = {}
        for each in given["lines"]:
            more[each["no"]] = more.get(each["no"], Decimal(0)) + each["quantity"]
        book, day = contracts.ledger(self.db, contract), self._day(contract)
        pending = sum((each.amount for each in self._proposed(contract, "supplement")), ZERO)
        refuse_if(rule.supplement_objections(book, more, on=day, ended=contract.over, pending=pending))
        added = rule.supplement_lines(book, more)
        by_no = {each.no: each for each in contracts.lines(self.db, contract.id)}
        lines = [
            {
                "of": of,
                "name": by_no[of].name,
                "unit": by_no[of].unit,
                "unit_price": f"{by_no[of].unit_price:.2f}",
                "quantity": format(line.ordered, "f"),
                "amount": f"{line.amount:.2f}",
            }
            for of, line in zip(sorted(more), added, strict=True)
        ]
        worth = sum((each.amount for each in added), ZERO)
        content = {"lines": lines, "amount": f"{worth:.2f}", "explanation": given["explanation"]}
        return self._propose(contract, by, side, "supplement", "more_of_the_same", content, worth)

    @command(accepted.ProposeAmendment, permission="contract.amend")
    def propose_amendment(self, given: Given, by: Caller) -> Any:
        """A change of terms on a coded reason that carries it (法50)."""
        contract, side = self._mine(given["contract_id"], by)
        refuse_if(
            rule.amendment_objections(given["changes"], given["reason"], given["explanation"], ended=contract.over)
        )
        content = {"changes": given["changes"], "explanation": given["explanation"]}
        return self._propose(contract, by, side, "amendment", given["reason"], content)

    @command(accepted.EndContract, permission="contract.amend")
    def propose_termination(self, given: Given, by: Caller) -> Any:
        """An early end on a coded ground (法50): both sign, or the side the other has failed."""
        contract, side = self._mine(given["contract_id"], by)
        refuse_if(rule.termination_objections(given["ground"], given["explanation"], side, ended=contract.over))
        both = rule.TERMINATION_GROUNDS[given["ground"]].both_sign
        content = {"ground": given["ground"], "explanation": given["explanation"]}
        return self._propose(contract, by, side, "termination", given["ground"], content, both_sign=both)

    @command(accepted.EndContract, permission="contract.terminate")
    def terminate_contract(self, given: Given, by: Caller) -> Any:
        """End a contract at once: finance by its decision (条例71), the purchaser over the supplier's breach."""
        contract = contracts.contract(self.db, given["contract_id"], lock=True)
        self.reach_contract(by, "contract.terminate", contract)
        side = "finance" if by.organisation_kind == "finance" else "purchaser"
        found = rule.termination_objections(given["ground"], given["explanation"], side, ended=contract.over)
        if not found and side == "purchaser" and rule.TERMINATION_GROUNDS[given["ground"]].both_sign:
            found = [objection("both_sides_sign", "法50", "ground", ground=given["ground"])]
        refuse_if(found)
        ending.terminate(self.db, self.tell, contract, given["ground"], self.now())
        return said.ContractView().dump(contract)

    @command(accepted.SignAgreement, permission="contract.sign")
    def sign_agreement(self, given: Given, by: Caller) -> Any:
        """A side signs; when everybody who must has, the agreement is in force."""
        contract = contracts.contract(
            self.db, contracts.agreement(self.db, given["agreement_id"]).contract_id, lock=True
        )
        made = contracts.agreement(self.db, given["agreement_id"], lock=True)
        if made.status != "proposed":
            no("agreement_closed", status=made.status)
        if contract.over:
            no("contract_over", "法50")
        signed = [each.side for each in contracts.signatures(self.db, made.id)]
        side = signing.side_of(by.organisation_id, contract.purchaser_id, contract.supplier_id)
        found = signing.signer_objections(side, by.roles, signed)
        if made.kind == "supplement":
            found += self._still_lawful(contract, made)
            disputes = lots.disputes(self.db, contract.project_id, contract.lot_id)
            found += suspension.objections(disputes, suspension.PERFORMANCE, self.now())
        row = witnessing.take(self.db, by, made.kind, made.id, side, made.digest, given["signed"], found, self.now())
        self.tell(events.signature_given(contract, row))
        sides = [*signed, row.side]
        if rule.in_force(sides, made.both_sign) and (made.both_sign or row.side == made.side):
            self._take_effect(contract, made)
        return said.AgreementView().dump(made)

    @command(accepted.WithdrawAgreement, permission="contract.amend")
    def withdraw_agreement(self, given: Given, by: Caller) -> Any:
        """Take back a proposal that is not in force; either side may."""
        contract, _ = self._mine(contracts.agreement(self.db, given["agreement_id"]).contract_id, by, ended_too=True)
        made = contracts.agreement(self.db, given["agreement_id"], lock=True)
        if made.status != "proposed":
            no("agreement_closed", status=made.status)
        made.withdrawn_at = self.now()
        self.db.flush()
        self.tell(events.agreement_moved("agreement_withdrawn", contract, made, self.now()))
        return said.AgreementView().dump(made)

    def _mine(self, contract_id: str, by: Caller, *, ended_too: bool = False) -> tuple[Contract, str]:
        contract = contracts.contract(self.db, contract_id, lock=True)
        self.reach_contract(by, "contract.amend", contract)
        side = signing.side_of(by.organisation_id, contract.purchaser_id, contract.supplier_id)
        if side is None:
            no("not_a_party", "法43")
        if contract.signed_at is None and not ended_too:
            no("contract_not_signed", "法46")
        return contract, side

    def _day(self, contract: Contract) -> Any:
        return lots.rules_day(lots.project(self.db, contract.project_id), lots.lot(self.db, contract.lot_id))

    def _proposed(self, contract: Contract, kind: str) -> list[Agreement]:
        return [
            each
            for each in contracts.agreements(self.db, contract.id)
            if each.kind == kind and each.status == "proposed"
        ]

    def _propose(
        self,
        contract: Contract,
        by: Caller,
        side: str,
        kind: str,
        reason: str,
        content: Given,
        worth: Decimal = ZERO,
        both_sign: bool = True,
    ) -> Any:
        if kind != "supplement" and self._proposed(contract, kind):
            no("agreement_open")
        wanted = select(func.count()).select_from(Agreement).where(Agreement.contract_id == contract.id)
        number = int(self.db.scalar(wanted) or 0) + 1
        data = {
            "form": f"sunshine-{kind}/1",
            "no": f"{contract.no}-{number:02}",
            "contract": {
                "id": contract.id,
                "no": contract.no,
                "digest": contract.digest,
                "amount": f"{contract.amount:.2f}",
            },
            "reason": reason,
            "proposed_by": side,
            "proposed_at": text(self.now()),
            **content,
        }
        made = Agreement(
            id=new_id(),
            contract_id=contract.id,
            no=number,
            kind=kind,
            reason=reason,
            amount=worth,
            both_sign=both_sign,
            data=data,
            digest=canonical.digest(data),
            proposed_at=self.now(),
            proposed_by=by.person_id,
            side=side,
        )
        self.db.add(made)
        self.db.flush()
        self.tell(events.agreement_moved("agreement_proposed", contract, made, self.now()))
        return said.AgreementView().dump(made)

    def _still_lawful(self, contract: Contract, made: Agreement) -> list[Objection]:
        """The limit as it stands now: another supplement may have come into force since this one was proposed."""
        more = {each["of"]: Decimal(each["quantity"]) for each in made.data["lines"]}
        book = contracts.ledger(self.db, contract)
        return rule.supplement_objections(book, more, on=self._day(contract), ended=contract.over)

    def _take_effect(self, contract: Contract, made: Agreement) -> None:
        made.in_force_at = self.now()
        self.db.flush()
        if made.kind == "supplement":
            self._add_lines(contract, made)
        elif made.kind == "amendment" and "delivery_days" in made.data["changes"]:
            self._move_delivery(contract, int(made.data["changes"]["delivery_days"]))
        self.tell(events.agreement_moved("agreement_in_force", contract, made, self.now()))
        if made.kind == "termination":
            ending.terminate(self.db, self.tell, contract, made.reason, self.now())

    def _add_lines(self, contract: Contract, made: Agreement) -> None:
        existing = contracts.lines(self.db, contract.id)
        last = max(each.no for each in existing)
        for offset, each in enumerate(made.data["lines"], start=1):
            self.db.add(
                ContractLine(
                    contract_id=contract.id,
                    no=last + offset,
                    name=each["name"],
                    unit=each["unit"],
                    unit_price=Decimal(each["unit_price"]),
                    ordered=Decimal(each["quantity"]),
                    amount=Decimal(each["amount"]),
                    agreement_id=made.id,
                )
            )
        contract.supplement_total += made.amount
        self.db.flush()

    def _move_delivery(self, contract: Contract, days: int) -> None:
        if contract.signed_at is None:
            return
        contract.delivery_due = concluding.delivery_due(self.db, contract.signed_at, days)
        about = f"contract:{contract.id}"
        open_now = obligations.still_open(self.db, about, duties.DELIVERY)
        obligations.cancel_all(self.db, self.tell, about, self.now(), "amended", duties.DELIVERY)
        if open_now and contract.delivery_due is not None:
            obligations.open_obligation(
                self.db,
                self.tell,
                kind=duties.DELIVERY,
                about=about,
                article="合同",
                since=contract.signed_at,
                due=contract.delivery_due,
                now=self.now(),
                owner_organisation_id=contract.supplier_id,
                waiting_organisation_id=contract.purchaser_id,
                supervisor_watch=False,
            )
