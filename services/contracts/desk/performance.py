"""Performance: deliveries, acceptance by people who did not run the purchase, the supplier's record."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.chassis import obligations
from services.chassis.caller import Caller
from services.chassis.database import refuse_on
from services.chassis.entrypoints import command
from services.chassis.refusal import refuse_if
from services.chassis.wire import moment_text
from services.contracts import awarding, duties, events, witnessing
from services.contracts.desk.room import Room
from services.contracts.models import Acceptance, Contract, Delivery, DeliveryLine, new_id
from services.contracts.queries import awards, contracts, lots
from services.contracts.refusals import no, refusal
from services.contracts.rules import acceptors, ledger, suspension
from services.contracts.rules.money import FEN, ZERO
from services.contracts.schemas import accepted, said
from services.protocol import canonical

Given = dict[str, Any]
NOTHING = Decimal(0)


class PerformanceDesk(Room):
    """From the first delivery to the last certificate."""

    @command(accepted.RecordDelivery, permission="delivery.record")
    def record_delivery(self, given: Given, by: Caller) -> Any:
        """Record a delivery or a milestone, in part or whole; never more than was ordered."""
        contract = self._performing(given["contract_id"], by, "delivery.record")
        quantities = _by_line(given["lines"])
        book = contracts.ledger(self.db, contract)
        refuse_if(self._suspended(contract) + ledger.delivery_objections(book, quantities))
        late = contract.delivery_due is not None and self.now() > contract.delivery_due
        delivery = Delivery(
            id=new_id(),
            contract_id=contract.id,
            no=len(contracts.deliveries(self.db, contract.id)) + 1,
            milestone=given.get("milestone"),
            note=given.get("note"),
            file_digest=given.get("file_digest"),
            at=self.now(),
            by=by.person_id,
            late=late,
        )
        self.db.add(delivery)
        self.db.flush()
        for no_, quantity in quantities.items():
            self.db.add(DeliveryLine(delivery_id=delivery.id, no=no_, quantity=quantity))
        worth = ZERO
        for line in contracts.lines(self.db, contract.id):
            if line.no in quantities:
                worth += (line.amount * quantities[line.no] / line.ordered).quantize(FEN)
                line.delivered += quantities[line.no]
        self.db.flush()
        complete = all(each.still_to_deliver == 0 for each in contracts.ledger(self.db, contract).lines)
        if complete:
            obligations.meet_all(self.db, self.tell, f"contract:{contract.id}", self.now(), duties.DELIVERY)
        self.tell(events.performed("delivery_made", contract, worth, self.now(), complete, delivery_id=delivery.id))
        if late:
            self._put_on_record(contract, "late_delivery", "fair", f"delivery {delivery.no} came late")
        lines = contracts.delivery_lines(self.db, delivery.id)[delivery.id]
        return said.DeliveryView().dump({**_row(delivery), "lines": lines})

    @command(accepted.OpenAcceptance, permission="acceptance.certify")
    def open_acceptance(self, given: Given, by: Caller) -> Any:
        """Write the certificate for every member to sign (法41, 条例45)."""
        contract = self._performing(given["contract_id"], by, "acceptance.certify")
        delivery = contracts.delivery(self.db, contract.id, given["delivery_id"])
        if contracts.open_acceptance(self.db, delivery.id) is not None:
            no("acceptance_open", "法41", "delivery_id")
        verdicts = {each["no"]: (each["accepted"], each["rejected"]) for each in given["lines"]}
        waiting = contracts.awaiting(contracts.delivery_lines(self.db, delivery.id)[delivery.id])
        members = [self._member(each) for each in given["members"]]
        lot, project = lots.lot(self.db, contract.lot_id), lots.project(self.db, contract.project_id)
        found = self._suspended(contract)
        found += ledger.acceptance_objections(contracts.ledger(self.db, contract), waiting, verdicts)
        found += acceptors.member_objections(
            members,
            purchaser_id=contract.purchaser_id,
            ran_the_purchase=self._ran_the_purchase(contract),
            panel_names=self._panel(contract),
        )
        found += acceptors.finding_objections(
            given["findings"],
            rejects=any(rejected for _, rejected in verdicts.values()),
            public_service=lot.conditions.get("public_service") is True,
            users_opinion=given.get("users_opinion"),
        )
        if by.person_id not in given["members"]:
            no("member_unknown", "法41", "members", name=by.name)
        refuse_if(found)
        data = {
            "form": "sunshine-acceptance/1",
            "contract": {"id": contract.id, "no": contract.no, "digest": contract.digest},
            "project": {"id": project.id, "title": project.title},
            "delivery": {"id": delivery.id, "no": delivery.no, "at": moment_text(delivery.at)},
            "members": [{"person_id": each["person_id"], "name": each["name"]} for each in members],
            "lines": [
                {"no": number, "accepted": format(yes, "f"), "rejected": format(nay, "f")}
                for number, (yes, nay) in sorted(verdicts.items())
            ],
            "findings": given["findings"],
            "conclusion": given["conclusion"],
            "users_opinion": given.get("users_opinion"),
            "opened_at": moment_text(self.now()),
        }
        made = Acceptance(
            id=new_id(),
            contract_id=contract.id,
            delivery_id=delivery.id,
            members=data["members"],
            verdicts=data["lines"],
            data=data,
            digest=canonical.digest(data),
            opened_at=self.now(),
            opened_by=by.person_id,
        )
        with refuse_on("uq_acceptance_open", refusal("acceptance_open", "法41", "delivery_id")):
            self.db.add(made)
            self.db.flush()
        self.tell(events.acceptance_moved("acceptance_opened", contract, made, self.now()))
        return said.AcceptanceView().dump(made)

    @command(accepted.SignAcceptance, permission="acceptance.certify")
    def sign_acceptance(self, given: Given, by: Caller) -> Any:
        """A member signs; with the last signature what was accepted counts."""
        made = contracts.acceptance(self.db, given["acceptance_id"], lock=True)
        contract = self._performing(made.contract_id, by, "acceptance.certify")
        self._still_being_signed(made)
        if by.person_id not in {each["person_id"] for each in made.members}:
            no("member_unknown", "法41", name=by.name)
        side = f"member:{by.person_id}"
        signed = {each.side for each in contracts.signatures(self.db, made.id)}
        found = self._suspended(contract)
        if side in signed:
            no("already_signed", "法41", side=by.name)
        row = witnessing.take(
            self.db, by, "acceptance", made.id, side, made.digest, given["signed"], found, self.now(), given.get("note")
        )
        self.tell(events.signature_given(contract, row))
        if signed | {side} == {f"member:{each['person_id']}" for each in made.members}:
            self._certify(contract, made)
        return said.AcceptanceView().dump(made)

    @command(accepted.WithdrawAcceptance, permission="acceptance.certify")
    def withdraw_acceptance(self, given: Given, by: Caller) -> Any:
        """Drop a certificate that not every member has signed, so that another can be written."""
        made = contracts.acceptance(self.db, given["acceptance_id"], lock=True)
        contract = contracts.contract(self.db, made.contract_id)
        self.reach_contract(by, "acceptance.certify", contract)
        self._still_being_signed(made)
        made.withdrawn_at = self.now()
        self.db.flush()
        self.tell(events.acceptance_moved("acceptance_withdrawn", contract, made, self.now()))
        return said.AcceptanceView().dump(made)

    @command(accepted.GradePerformance, permission="performance.grade")
    def grade_performance(self, given: Given, by: Caller) -> Any:
        """The purchaser's judgement of the supplier, for its record with the registry; once a contract."""
        contract = contracts.contract(self.db, given["contract_id"], lock=True)
        self.reach_contract(by, "performance.grade", contract)
        if not (contract.completed_at or contract.terminated_at):
            no("nothing_to_grade")
        made = awarding.record_performance(
            self.db,
            self.tell,
            about_id=contract.id,
            lot_id=contract.lot_id,
            contract_id=contract.id,
            supplier_id=contract.supplier_id,
            kind="grade",
            grade=given["grade"],
            note=given["note"],
            by=by.person_id,
            now=self.now(),
        )
        if made is None:
            no("graded_already")
        return {"contract_id": contract.id, "supplier_id": contract.supplier_id, "grade": made.grade}

    def _performing(self, contract_id: str, by: Caller, permission: str) -> Contract:
        contract = contracts.contract(self.db, contract_id, lock=True)
        self.reach_contract(by, permission, contract)
        if contract.signed_at is None:
            no("contract_not_signed", "法46")
        if contract.over:
            no("contract_over", "法50")
        return contract

    def _suspended(self, contract: Contract) -> list[Any]:
        disputes = lots.disputes(self.db, contract.project_id, contract.lot_id)
        return suspension.objections(disputes, suspension.PERFORMANCE, self.now())

    def _member(self, person_id: str) -> Given:
        known = lots.person(self.db, person_id)
        return {
            "person_id": person_id,
            "name": known.name if known else person_id,
            "organisation_id": known.organisation_id if known else None,
            "roles": sorted(lots.roles(self.db, person_id)),
        }

    def _ran_the_purchase(self, contract: Contract) -> dict[str, str]:
        project, award = lots.project(self.db, contract.project_id), awards.award(self.db, contract.award_id)
        parts: dict[str | None, str] = dict.fromkeys(lots.lot(self.db, contract.lot_id).present, "opening")
        parts |= {
            project.officer_id: "officer",
            project.reviewer_id: "reviewer",
            award.announced_by: "announcement",
            contract.drafted_by: "draft",
            award.decided_by: "award",
        }
        parts |= {each.person_id: "signature" for each in contracts.signatures(self.db, contract.id)}
        return {person: part for person, part in parts.items() if person}

    def _panel(self, contract: Contract) -> list[str]:
        award = awards.award(self.db, contract.award_id)
        return lots.panel(self.db, award.ranking_id)

    def _still_being_signed(self, made: Acceptance) -> None:
        if made.status != "open":
            no("acceptance_closed", status=made.status)

    def _certify(self, contract: Contract, made: Acceptance) -> None:
        """Every member has signed: what was accepted counts, what was rejected may come again."""
        verdicts = {each["no"]: (Decimal(each["accepted"]), Decimal(each["rejected"])) for each in made.verdicts}
        before = contracts.ledger(self.db, contract)
        for line in contracts.delivery_lines(self.db, made.delivery_id)[made.delivery_id]:
            yes, nay = verdicts.get(line.no, (NOTHING, NOTHING))
            line.accepted, line.rejected = line.accepted + yes, line.rejected + nay
        for ordered in contracts.lines(self.db, contract.id):
            yes, nay = verdicts.get(ordered.no, (NOTHING, NOTHING))
            ordered.accepted, ordered.rejected = ordered.accepted + yes, ordered.rejected + nay
        after = before.judge(verdicts)
        made.amount, made.certified_at = after.accepted - before.accepted, self.now()
        contract.accepted_total = after.accepted
        self.db.flush()
        complete = all(each.accepted == each.ordered for each in after.lines)
        self.tell(
            events.performed(
                "acceptance_certified",
                contract,
                made.amount,
                self.now(),
                complete,
                acceptance_id=made.id,
                delivery_id=made.delivery_id,
            )
        )
        if any(nay for _, nay in verdicts.values()):
            self._put_on_record(contract, "rejected_delivery", "fair", made.data["conclusion"])

    def _put_on_record(self, contract: Contract, kind: str, grade: str, note: str) -> None:
        awarding.record_performance(
            self.db,
            self.tell,
            about_id=contract.id,
            lot_id=contract.lot_id,
            contract_id=contract.id,
            supplier_id=contract.supplier_id,
            kind=kind,
            grade=grade,
            note=note,
            by=None,
            now=self.now(),
        )


def _by_line(lines: list[Given]) -> dict[int, Decimal]:
    """Line → quantity; a line named twice is added up."""
    found: dict[int, Decimal] = {}
    for each in lines:
        found[each["no"]] = found.get(each["no"], NOTHING) + each["quantity"]
    return found


def _row(delivery: Delivery) -> Given:
    return {name: getattr(delivery, name) for name in ("id", "no", "milestone", "note", "at", "late")}
