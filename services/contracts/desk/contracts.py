"""Contracts: generate, sign, publish, file, bond."""

from __future__ import annotations

from typing import Any

from services.chassis import obligations
from services.chassis.caller import Caller
from services.chassis.database import refuse_on
from services.chassis.entrypoints import command
from services.chassis.refusal import refuse_if
from services.chassis.working_days import day_of
from services.contracts import bonds, concluding, duties, events, witnessing
from services.contracts.desk.reading import whole
from services.contracts.desk.room import Room
from services.contracts.models import Award, Bond, Contract, ContractText, Lot, new_id
from services.contracts.papers import drafting, keeping, publishing
from services.contracts.queries import awards, contracts, lots
from services.contracts.refusals import no, refusal
from services.contracts.rules import bonds as bond_rules
from services.contracts.rules import publication, signing, suspension
from services.contracts.rules.reasons import objection
from services.contracts.schemas import accepted, said

Given = dict[str, Any]


class ContractDesk(Room):
    """From the award notice to the filed contract."""

    @command(accepted.DraftContract, permission="contract.draft")
    def draft_contract(self, given: Given, by: Caller) -> Any:
        """Generate the contract from document and bid; every departure is shown, unlawful ones are refused."""
        lot = lots.lot(self.db, given["lot_id"], lock=True)
        project, award = lots.project(self.db, lot.project_id), self._announced(lot)
        if lots.is_over(self.db, lot):
            no("lot_over", field="lot_id")
        self.reach(by, "contract.draft", project, project.purchaser_id)
        contract = contracts.live_contract(self.db, lot.id, lock=True)
        if contract is not None and contracts.signatures(self.db, contract.id):
            no("contract_signed_already", "法46")
        number = contracts.contracts_of_lot(self.db, lot.id) + (contract is None)
        name = contract.no if contract else f"{award.notice_no}-H{number:02}"
        made = drafting.draft(self.db, award, lot, project, name, given)
        refuse_if(made.objections)
        envelope, digest = keeping.envelope(self.store(), made.data)
        contract = self._keep_text(contract, award, lot, envelope, digest, by)
        text = contracts.text_of(self.db, contract)
        self.tell(events.contract_drafted(contract, text.files, made.data["departures"]))
        return whole(self.db, contract)

    @command(accepted.SignContract, permission="contract.sign")
    def sign_contract(self, given: Given, by: Caller) -> Any:
        """A side signs the present digest; when both have, the contract is in force (法43, 46)."""
        contract = contracts.contract(self.db, given["contract_id"], lock=True)
        lot, project = lots.lot(self.db, contract.lot_id), lots.project(self.db, contract.project_id)
        award = awards.award(self.db, contract.award_id)
        if contract.over:
            no("contract_over", "法50")
        if lots.is_over(self.db, lot):
            no("lot_over")
        signed = {each.side for each in contracts.signatures(self.db, contract.id)}
        side = signing.side_of(by.organisation_id, contract.purchaser_id, contract.supplier_id)
        found = signing.signer_objections(side, by.roles, signed)
        found += suspension.objections(lots.disputes(self.db, lot.project_id, lot.id), suspension.SIGNING, self.now())
        found += self._still_missing(contract, side, signed)
        row = witnessing.take(
            self.db, by, "contract", contract.id, side, contract.digest, given["signed"], found, self.now()
        )
        self.tell(events.signature_given(contract, row))
        if signed | {row.side} == set(signing.SIGNING_ROLES):
            concluding.conclude(self.db, self.tell, contract, award, lot, project, self.now())
        return whole(self.db, contract)

    @command(accepted.PublishContract, permission="contract.publish")
    def publish_contract(self, given: Given, by: Caller) -> Any:
        """Publish a signed contract, except state and business secrets (条例50)."""
        contract = self._in_force(given["contract_id"])
        self.reach_contract(by, "contract.publish", contract)
        if contract.published_at is not None:
            no("published_already", "条例50")
        refuse_if(publication.objections(given["secrets"]))
        contract.published_at = self.now()
        contract.published_text = publishing.text(contract, given["secrets"])
        self.db.flush()
        self.tell(events.contract_published(contract, [each["term"] for each in given["secrets"]]))
        obligations.meet_all(self.db, self.tell, f"contract:{contract.id}", self.now(), duties.PUBLICATION)
        return said.ContractView().dump(contract)

    @command(accepted.FileContract, permission="contract.file")
    def file_contract(self, given: Given, by: Caller) -> Any:
        """Record that a copy went to the finance department (法47)."""
        contract = self._in_force(given["contract_id"])
        self.reach_contract(by, "contract.file", contract)
        if contract.filed_at is not None:
            no("filed_already", "法47")
        contract.filed_at, contract.filing_no = self.now(), given["filing_no"]
        self.db.flush()
        self.tell(events.contract_filed(contract))
        obligations.meet_all(self.db, self.tell, f"contract:{contract.id}", self.now(), duties.FILING)
        return said.ContractView().dump(contract)

    @command(accepted.RecordBond, permission="bond.record")
    def record_bond(self, given: Given, by: Caller) -> Any:
        """Record the performance bond that was lodged (条例48)."""
        contract = contracts.contract(self.db, given["contract_id"], lock=True)
        project = self.reach_contract(by, "bond.record", contract)
        if contract.over:
            no("contract_over", "法50")
        day = lots.rules_day(project, lots.lot(self.db, contract.lot_id))
        required = drafting.required_bond(contract.data["contract"])
        refuse_if(
            bond_rules.lodged_objections(
                bond_rules.PERFORMANCE, given["form"], given["amount"], base=contract.amount, required=required, on=day
            )
        )
        bond = Bond(
            id=new_id(),
            kind=bond_rules.PERFORMANCE,
            contract_id=contract.id,
            lot_id=contract.lot_id,
            project_id=contract.project_id,
            purchaser_id=contract.purchaser_id,
            supplier_id=contract.supplier_id,
            supplier_name=contract.supplier_name,
            amount=given["amount"],
            form=given["form"],
            document_digest=given.get("document_digest"),
            lodged_at=self.now(),
            history=[],
        )
        with refuse_on("uq_bond_performance", refusal("bond_lodged_already", "条例48")):
            self.db.add(bond)
            self.db.flush()
        self.tell(events.bond_moved("bond_lodged", bond, at=self.now()))
        return said.BondView().dump(bond)

    @command(accepted.EndBond, permission="bond.return")
    def return_bond(self, given: Given, by: Caller) -> Any:
        """Return a bond that is due back; late, it bears interest (条例33, 87-38)."""
        bond = awards.bond(self.db, given["bond_id"], lock=True)
        project = lots.project(self.db, bond.project_id)
        self.reach(by, "bond.return", project, bond.purchaser_id)
        if bond.status == "held":
            no("bond_not_due", "条例33")
        if bond.status != "due":
            no("bond_closed", status=bond.status)
        bond.returned_at = self.now()
        late = (day_of(bond.returned_at) - day_of(bond.due)).days if bond.due else 0
        day = lots.rules_day(project, lots.lot(self.db, bond.lot_id))
        bond.late_fee = bond_rules.late_fee(bond.amount, late, day)
        self.db.flush()
        self.tell(events.bond_moved("bond_returned", bond, at=bond.returned_at, late_fee=bond.late_fee))
        obligations.meet_all(self.db, self.tell, f"bond:{bond.id}", self.now())
        return said.BondView().dump(bond)

    @command(accepted.EndBond, permission="bond.return")
    def keep_bond(self, given: Given, by: Caller) -> Any:
        """Keep the performance bond of a contract that ended by the supplier's breach (招标投标法60)."""
        bond = awards.bond(self.db, given["bond_id"], lock=True)
        self.reach(by, "bond.return", lots.project(self.db, bond.project_id), bond.purchaser_id)
        if bond.kept_at or bond.returned_at:
            no("bond_closed", status=bond.status)
        contract = contracts.contract(self.db, bond.contract_id) if bond.contract_id else None
        if contract is None or contract.termination_ground != "supplier_breach":
            no("bond_not_forfeit", "招标投标法60")
        bonds.keep(self.db, self.tell, bond, "breach", self.now())
        return said.BondView().dump(bond)

    def _announced(self, lot: Lot) -> Award:
        award = awards.live_award(self.db, lot.id)
        if award is None:
            no("award_unknown", "法46", "lot_id")
        if award.announced_at is None:
            no("award_not_announced", "条例43", "lot_id")
        return award

    def _in_force(self, contract_id: str) -> Contract:
        contract = contracts.contract(self.db, contract_id, lock=True)
        if contract.signed_at is None:
            no("contract_not_signed", "法46")
        return contract

    def _keep_text(
        self, contract: Contract | None, award: Award, lot: Lot, envelope: Given, digest: str, by: Caller
    ) -> Contract:
        if contract is None:
            contract = Contract(
                id=new_id(),
                no=envelope["contract"]["no"],
                award_id=award.id,
                lot_id=lot.id,
                project_id=lot.project_id,
                purchaser_id=award.purchaser_id,
                supplier_id=award.supplier_id,
                supplier_name=award.supplier_name,
                amount=award.amount,
                version=0,
            )
            self.db.add(contract)
        contract.version += 1
        contract.digest, contract.data = digest, envelope
        contract.drafted_at, contract.drafted_by = self.now(), by.person_id or ""
        files = {each["name"]: each["digest"] for each in envelope["files"]}
        with refuse_on("uq_contract_live", refusal("contract_exists", "法46")):
            self.db.flush()
        self.db.add(
            ContractText(
                contract_id=contract.id,
                version=contract.version,
                digest=digest,
                data=envelope,
                files=files,
                at=self.now(),
                by=by.person_id,
            )
        )
        self.db.flush()
        return contract

    def _still_missing(self, contract: Contract, side: str | None, signed: set[str]) -> list[Any]:
        """What must be there before the last signature: the performance bond, and a supplier that is not excluded."""
        found = []
        if lots.barred(self.db, [contract.supplier_id]):
            found.append(objection("supplier_barred", "法77", supplier=contract.supplier_name))
        required = drafting.required_bond(contract.data["contract"])
        completes = side is not None and signed | {side} == set(signing.SIGNING_ROLES)
        if completes and required and awards.performance_bond(self.db, contract.id) is None:
            found.append(objection("bond_missing", "条例48", required=f"{required:.2f}"))
        return found
