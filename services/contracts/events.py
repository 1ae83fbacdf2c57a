"""What the department announces: one builder an event, and the catalogue that lists them.

Events that only the journal needs (`relay=False`) are logged like the others and never sent to the bus. Who is to win
is public with the announcement, not with the decision before it (`secrecy`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import inspect

from services.chassis import obligations
from services.chassis.journal import Announcement, EventType
from services.contracts.models import (
    Acceptance,
    Agreement,
    Award,
    AwardHold,
    Bond,
    Contract,
    Invoice,
    LotReturn,
    PerformanceRecord,
    Signature,
)
from services.contracts.schemas import announced as said

_TYPES = (
    EventType("draw_nonce_committed", 1, said.DrawNonceCommitted, True),
    EventType("award_decided", 1, said.AwardDecided, False),
    EventType("award_held", 1, said.AwardHeld, True),
    EventType("award_announced", 1, said.AwardAnnounced, True),
    EventType("award_refused", 1, said.AwardRefused, True),
    EventType("lot_returned", 1, said.LotReturned, True),
    EventType("contract_drafted", 1, said.ContractDrafted, False),
    EventType("signature_given", 1, said.SignatureGiven, False),
    EventType("contract_signed", 1, said.ContractSigned, True),
    EventType("contract_published", 1, said.ContractPublished, True),
    EventType("contract_filed", 1, said.ContractFiled, True),
    EventType("agreement_proposed", 1, said.AgreementMoved, False),
    EventType("agreement_in_force", 1, said.AgreementMoved, True),
    EventType("agreement_withdrawn", 1, said.AgreementMoved, False),
    EventType("delivery_made", 1, said.Performed, True),
    EventType("acceptance_opened", 1, said.AcceptanceOpened, False),
    EventType("acceptance_withdrawn", 1, said.AcceptanceOpened, False),
    EventType("acceptance_certified", 1, said.Performed, True),
    EventType("invoice_received", 1, said.Performed, True),
    EventType("invoice_returned", 1, said.InvoiceReturned, False),
    EventType("payment_made", 1, said.Performed, True),
    EventType("contract_completed", 1, said.ContractEnded, True),
    EventType("contract_terminated", 1, said.ContractEnded, True),
    EventType("supplier_performance_recorded", 1, said.PerformanceRecorded, True),
    EventType("bond_lodged", 1, said.BondMoved, True),
    EventType("bond_return_due", 1, said.BondMoved, True),
    EventType("bond_returned", 1, said.BondMoved, True),
    EventType("bond_kept", 1, said.BondMoved, True),
    EventType("figures_rebuilt", 1, said.FiguresRebuilt, True),
)
CATALOGUE: dict[str, EventType] = {each.name: each for each in _TYPES} | obligations.CATALOGUE

OWN_MATTERS = frozenset(
    {
        "draw_nonce_committed",
        "award_held",
        "contract_drafted",
        "signature_given",
        "contract_filed",
        "agreement_proposed",
        "agreement_in_force",
        "agreement_withdrawn",
        "acceptance_opened",
        "acceptance_withdrawn",
        "invoice_returned",
        "bond_lodged",
        "bond_kept",
        "figures_rebuilt",
    }
)
"""Nobody listens to these; they are journalled and not relayed."""


_ABOUT = ("delivery_id", "acceptance_id", "invoice_id", "payment_id", "due")


def _event(name: str, subject: str, facts: Mapping[str, Any] | object, **more: Any) -> Announcement:
    kind = CATALOGUE[name]
    payload = kind.payload({**_facts(facts), **more})
    return Announcement(name, kind.version, subject, payload, public=kind.public, relay=name not in OWN_MATTERS)


def _facts(source: Mapping[str, Any] | object) -> dict[str, Any]:
    if isinstance(source, Mapping):
        return dict(source)
    return {each.key: getattr(source, each.key) for each in inspect(source).mapper.column_attrs}


def draw_nonce_committed(lot_id: str, project_id: str, commitment: str) -> Announcement:
    """Before any bid is opened: our part in a draw for joint places."""
    facts = {"lot_id": lot_id, "project_id": project_id, "commitment": commitment}
    return _event("draw_nonce_committed", f"lot:{lot_id}", facts)


def award_decided(award: Award) -> Announcement:
    """Somebody, or silence, has decided."""
    return _event(
        "award_decided",
        f"lot:{award.lot_id}",
        award,
        award_id=award.id,
        supplier_size=award.grounds["supplier_size"],
        policies=award.grounds["policies"],
        law=award.grounds["law"],
        draw=award.grounds["draw"],
    )


def award_held(hold: AwardHold, project_id: str) -> Announcement:
    """The purchaser has stated why it does not decide."""
    return _event("award_held", f"lot:{hold.lot_id}", hold, project_id=project_id)


def award_announced(
    award: Award, panel: Sequence[str], losers: Sequence[Mapping[str, Any]], text: str, document_digest: str | None
) -> Announcement:
    """The award notice and the announcement went out."""
    return _event(
        "award_announced",
        f"lot:{award.lot_id}",
        award,
        award_id=award.id,
        panel=list(panel),
        losers=list(losers),
        text=text,
        document_digest=document_digest,
    )


def award_refused(award: Award) -> Announcement:
    """The award fell away."""
    return _event(
        "award_refused",
        f"lot:{award.lot_id}",
        award,
        award_id=award.id,
        reason=award.ended_ground,
        note=award.ended_note,
        annulled=award.ended_as == "annulled",
        at=award.ended_at,
    )


def lot_returned(returned: LotReturn, supplier_id: str | None) -> Announcement:
    """The lot goes back for a new tender."""
    return _event("lot_returned", f"lot:{returned.lot_id}", returned, supplier_id=supplier_id, reason=returned.ground)


def contract_drafted(
    contract: Contract, files: Mapping[str, str], departures: Sequence[Mapping[str, Any]]
) -> Announcement:
    """A text was generated."""
    return _event(
        "contract_drafted",
        f"contract:{contract.id}",
        contract,
        contract_id=contract.id,
        files=dict(files),
        departures=list(departures),
        at=contract.drafted_at,
    )


def signature_given(contract: Contract, signature: Signature) -> Announcement:
    """Somebody signed something of this contract."""
    facts = _facts(contract) | _facts(signature)
    return _event("signature_given", f"contract:{contract.id}", facts, contract_id=contract.id)


def contract_signed(contract: Contract, supplier_size: str | None, policies: Sequence[str], late: bool) -> Announcement:
    """Both have signed. Its subject is the lot, whose story it goes on."""
    return _event(
        "contract_signed",
        f"lot:{contract.lot_id}",
        contract,
        contract_id=contract.id,
        supplier_size=supplier_size,
        policies=list(policies),
        late=late,
    )


def contract_published(contract: Contract, withheld: Sequence[str]) -> Announcement:
    """The public may read the contract."""
    return _event(
        "contract_published",
        f"lot:{contract.lot_id}",
        contract,
        contract_id=contract.id,
        text=contract.published_text,
        withheld=list(withheld),
    )


def contract_filed(contract: Contract) -> Announcement:
    """A copy is with finance."""
    return _event("contract_filed", f"contract:{contract.id}", contract, contract_id=contract.id, at=contract.filed_at)


def agreement_moved(name: str, contract: Contract, agreement: Agreement, at: datetime) -> Announcement:
    """name: agreement_proposed, agreement_in_force or agreement_withdrawn."""
    facts = _facts(contract) | _facts(agreement)
    return _event(name, f"contract:{contract.id}", facts, contract_id=contract.id, agreement_id=agreement.id, at=at)


def performed(
    name: str, contract: Contract, amount: Decimal, at: datetime, complete: bool, **ids: str | datetime | None
) -> Announcement:
    """name: delivery_made, acceptance_certified, invoice_received or payment_made; ids: what it is about."""
    return _event(
        name,
        f"contract:{contract.id}",
        _facts(contract) | dict.fromkeys(_ABOUT),
        contract_id=contract.id,
        **{
            "amount": amount,
            "total_accepted": contract.accepted_total,
            "total_paid": contract.paid_total,
            "at": at,
            "complete": complete,
            **ids,
        },
    )


def acceptance_moved(name: str, contract: Contract, acceptance: Acceptance, at: datetime) -> Announcement:
    """name: acceptance_opened or acceptance_withdrawn."""
    members = [each["person_id"] for each in acceptance.members]
    return _event(
        name,
        f"contract:{contract.id}",
        contract,
        contract_id=contract.id,
        acceptance_id=acceptance.id,
        digest=acceptance.digest,
        members=members,
        at=at,
    )


def invoice_returned(contract: Contract, invoice: Invoice) -> Announcement:
    """An invoice was not valid."""
    return _event(
        "invoice_returned",
        f"contract:{contract.id}",
        contract,
        contract_id=contract.id,
        invoice_id=invoice.id,
        reason=invoice.returned_because,
        at=invoice.returned_at,
    )


def contract_ended(name: str, contract: Contract, at: datetime) -> Announcement:
    """name: contract_completed or contract_terminated."""
    return _event(
        name,
        f"contract:{contract.id}",
        contract,
        contract_id=contract.id,
        supplements=contract.supplement_total,
        paid=contract.paid_total,
        ground=contract.termination_ground,
        at=at,
    )


def supplier_performance_recorded(record: PerformanceRecord, lot_id: str) -> Announcement:
    """What the registry should remember of a supplier."""
    return _event("supplier_performance_recorded", f"organisation:{record.supplier_id}", record, lot_id=lot_id)


def bond_moved(name: str, bond: Bond, **more: Any) -> Announcement:
    """name: bond_lodged, bond_return_due, bond_returned or bond_kept."""
    subject = f"contract:{bond.contract_id}" if bond.contract_id else f"lot:{bond.lot_id}"
    facts = {"at": None, "ground": None, **_facts(bond), "late_fee": None}
    return _event(name, subject, facts, **{"bond_id": bond.id, **more})


def figures_rebuilt(facts: int, lots: int, cells: int, changed: int, on: date) -> Announcement:
    """The statistics were made anew from the journals."""
    told = {"facts": facts, "lots": lots, "cells": cells, "changed": changed, "on": on}
    return _event("figures_rebuilt", "figures:all", told)
