"""A department under test with the rehearsal's people, and the messages the others would send it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from services.chassis.direct import Direct
from services.chassis.objection import Objection
from services.chassis.refusal import Refusal
from services.chassis.wire import moment_text
from services.chassis.working_days import SHANGHAI
from services.contracts.service import ContractsService
from tests.contracts.messages import (
    ADDRESSES,
    PROJECT,
    TERMS,
    bid_id,
    described,
    findings,
    lot_id,
    notice,
    opened,
    settled,
)
from tests.contracts.people import Person, everybody, organisation, person, rehearsal


def at(text: str) -> datetime:
    """A Beijing moment: "2026-06-08 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


class World:
    """The department, the hands of its clock, and what the other departments say."""

    project = PROJECT

    def __init__(self, url: str, now: datetime, heard: Mapping[tuple[str, str], int] | None = None) -> None:
        self.time = now
        self.heard = dict(heard or {})
        self.direct = Direct(ContractsService, url, now=lambda: self.time)

    def hear(self, source: str, event: str, payload: dict[str, Any], subject: str, seq: int | None = None) -> str:
        """Let the department hear an event, numbered within its subject."""
        number = seq or self.heard.get((source, subject), 0) + 1
        self.heard[source, subject] = max(number, self.heard.get((source, subject), 0))
        return self.direct.hear(source, event, payload, subject, seq=number)

    def call(self, method: str, who: str | Person | None = None, request_id: str | None = None, **fields: Any) -> Any:
        """Call as a person of the rehearsal; None: nobody signed in."""
        if who is None:
            return self.direct.call(method, request_id=request_id, **fields)
        by = person(who) if isinstance(who, str) else who
        return self.direct.call(method, by=by.caller, request_id=request_id, **fields)

    def pass_time(self, **span: float) -> None:
        """Move the clock forward."""
        self.time += timedelta(**span)

    @property
    def told(self) -> list[str]:
        """The names of what was announced so far, without the obligations'."""
        return [each.event for each in self.direct.announced if not each.event.startswith("obligation_")]

    def last(self, event: str) -> dict[str, Any]:
        """The payload of the last announcement of this kind."""
        return next(each.payload for each in reversed(self.direct.announced) if each.event == event)

    def duties(self, kind: str) -> list[str]:
        """What became of the duties of a kind, in order: opened, met, extended …"""
        moves = [each for each in self.direct.announced if each.event.startswith("obligation_")]
        return [each.event.removeprefix("obligation_") for each in moves if each.payload["kind"] == kind]

    # --- what the registry says -----------------------------------------------------------------------------------

    def meet_everybody(self) -> None:
        """All organisations, people, roles and certificates of the rehearsal."""
        for raw in rehearsal()["organisations"]:
            firm = organisation(raw["key"])
            self.hear("registry", "organisation_registered", described(firm), f"organisation:{firm['id']}")
        for each in everybody():
            self.introduce(each)

    def introduce(self, who: Person) -> None:
        """One person with roles and certificate."""
        subject = f"person:{who.id}"
        told = {"person_id": who.id, "name": who.name, "organisation_id": who.organisation["id"], "roles": who.roles}
        self.hear("registry", "person_registered", told, subject)
        for role in who.roles:
            held = {"person_id": who.id, "role": role, "organisation_id": who.organisation["id"], "from": "2026-01-01"}
            self.hear("registry", "role_appointed", held, subject)
        enrolled = {
            "person_id": who.id,
            "fingerprint": who.fingerprint,
            "purpose": "signing",
            "pem": who.certificate,
            "not_after": "2044-12-31T00:00:00Z",
        }
        self.hear("registry", "certificate_enrolled", enrolled, subject)

    def revoke(self, who: Person) -> None:
        """The person's certificate is revoked now."""
        told = {
            "person_id": who.id,
            "fingerprint": who.fingerprint,
            "revoked_at": moment_text(self.time),
            "reason": "lost",
        }
        self.hear("registry", "certificate_revoked", told, f"person:{who.id}")

    def standing(self, supplier: str, standing: str) -> None:
        """A supplier's standing changes."""
        firm = organisation(supplier)
        told = {
            "organisation_id": firm["id"],
            "name": firm["name"],
            "standing": standing,
            "categories": [],
            "reasons": [],
        }
        self.hear("registry", "supplier_standing_changed", told, f"organisation:{firm['id']}")

    # --- what tendering and evaluation say ------------------------------------------------------------------------

    def entrust(self) -> None:
        """The entrustment with its officers."""
        project = rehearsal()["project"]
        told = {
            "project_id": PROJECT,
            "title": project["title"],
            "purchaser_id": organisation("education")["id"],
            "plan_no": project["plan_no"],
            "fiscal_year": 2026,
            "procedure": "open_tender",
            "budget": "12200000.00",
            "items": [],
            "officer_id": person("li").id,
            "reviewer_id": person("wang").id,
            "at": "2026-05-06T01:00:00Z",
        }
        self.hear("tendering", "entrustment_accepted", told, f"project:{PROJECT}")

    def publish(self, **conditions: Any) -> None:
        """The tender notice of all three lots."""
        self.hear("tendering", "notice_published", notice(**conditions), f"project:{PROJECT}")

    def open_bids(self, *numbers: int) -> None:
        """The opened bids of these lots."""
        for no in numbers:
            self.hear("tendering", "bids_opened", opened(no), f"lot:{lot_id(no)}")

    def settle(self, no: int, **changed: Any) -> None:
        """The ranking of a lot."""
        self.hear("evaluation", "ranking_settled", settled(no, self.time) | changed, f"lot:{lot_id(no)}")

    def prepare(self, *numbers: int, **conditions: Any) -> None:
        """Everything up to the rankings of these lots (people and entrustment are known from the start)."""
        self.publish(**conditions)
        self.open_bids(*numbers)
        for no in numbers:
            self.settle(no)

    # --- the usual steps --------------------------------------------------------------------------------------------

    def award(self, no: int, supplier: str) -> Any:
        """The purchaser decides."""
        return self.call("decide_award", "sun", lot_id=lot_id(no), bid_id=bid_id(no, supplier))

    def announce(self, award: Any) -> Any:
        """The officer issues the notice and announces."""
        return self.call("announce_award", "li", award_id=award["id"], **ADDRESSES)

    def draft(self, no: int, **more: Any) -> Any:
        """The officer drafts the contract."""
        return self.call("draft_contract", "li", lot_id=lot_id(no), terms=TERMS | more)

    def lodge_bond(self, contract: Any, percent: int = 5) -> Any:
        """The supplier's performance bond is recorded."""
        amount = f"{Decimal(contract['amount']) * percent / 100:.2f}"
        return self.call("record_bond", "sun", contract_id=contract["id"], form="bank_guarantee", amount=amount)

    def sign(self, contract: Any, who: str | Person, side: str, **changed: Any) -> Any:
        """A side signs the contract."""
        signer = person(who) if isinstance(who, str) else who
        signed = signer.sign("contract", contract["id"], side, changed.pop("digest", contract["digest"]))
        return self.call("sign_contract", signer, contract_id=contract["id"], signed=signed, **changed)

    def conclude(self, no: int, supplier: str) -> Any:
        """From the ranking to the contract signed by both."""
        self.announce(self.award(no, supplier))
        contract = self.draft(no)
        self.lodge_bond(contract)
        self.sign(contract, f"agent-{supplier}", "supplier")
        return self.sign(contract, "sun", "purchaser")

    def deliver(self, contract: Any, supplier: str, **quantities: str) -> Any:
        """The supplier delivers: _1="40" is forty of line 1."""
        lines = [{"no": int(no.strip("_")), "quantity": each} for no, each in quantities.items()]
        return self.call("record_delivery", f"agent-{supplier}", contract_id=contract["id"], lines=lines)

    def accept(self, contract: Any, delivery: Any, rejected: dict[int, str] | None = None) -> Any:
        """Wu opens a certificate over the whole delivery and signs it."""
        opened = self.open_acceptance(contract, delivery, rejected)
        return self.sign_acceptance(opened, "wu")

    def open_acceptance(self, contract: Any, delivery: Any, rejected: dict[int, str] | None = None) -> Any:
        """Wu writes the certificate."""
        nay = {no: Decimal(each) for no, each in (rejected or {}).items()}
        lines = [
            {
                "no": each["no"],
                "accepted": format(Decimal(each["quantity"]) - nay.get(each["no"], 0), "f"),
                "rejected": format(nay.get(each["no"], Decimal(0)), "f"),
            }
            for each in delivery["lines"]
        ]
        return self.call(
            "open_acceptance",
            "wu",
            contract_id=contract["id"],
            delivery_id=delivery["id"],
            members=[person("wu").id],
            lines=lines,
            findings=findings(conforms=not nay),
            conclusion="验收完成",
        )

    def sign_acceptance(self, opened: Any, who: str) -> Any:
        """A member signs."""
        signer = person(who)
        signed = signer.sign("acceptance", opened["id"], f"member:{signer.id}", opened["digest"])
        return self.call("sign_acceptance", who, acceptance_id=opened["id"], signed=signed)

    def invoice(self, contract: Any, supplier: str, amount: str, number: str) -> Any:
        """The supplier submits an invoice."""
        return self.call(
            "submit_invoice",
            f"agent-{supplier}",
            contract_id=contract["id"],
            number=number,
            amount=amount,
            issued_on=self.time.date().isoformat(),
        )

    def pay(self, invoice: Any, amount: str, reference: str, request_id: str | None = None) -> Any:
        """The purchaser pays."""
        return self.call(
            "record_payment", "sun", request_id, invoice_id=invoice["id"], amount=amount, bank_reference=reference
        )

    def account(self, contract: Any) -> Any:
        """The contract's account."""
        return self.call("contract_account", "sun", contract_id=contract["id"])


@contextmanager
def refused(*codes: str) -> Iterator[list[Objection]]:
    """The block must be refused with exactly these objections (or, where there are none, with this code)."""
    found: list[Objection] = []
    with pytest.raises(Refusal) as caught:
        yield found
    found.extend(caught.value.objections)
    assert sorted({each.code for each in found} or {caught.value.code}) == sorted(codes), f"{caught.value}: {found}"
