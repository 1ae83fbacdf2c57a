"""Which events feed the figures, and what each tells of which lot.

One table for what we hear, what we do, and what the rebuild reads back from the journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.contracts.models import FigureFact

OURS = "contracts"
NOTICES_WITH_TERMS = ("tender", "amendment")
OWN_EVENTS = (
    "award_decided",
    "award_refused",
    "lot_returned",
    "contract_signed",
    "agreement_in_force",
    "payment_made",
    "contract_terminated",
)


def facts(event: str, payload: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(lot id, kind, fact) for each lot an event tells the figures about.

    Nothing for other events. Values as on the wire.
    """
    if event == "notice_published":
        yield from _notice(payload)
    elif event in ("lot_failed", "evaluation_failed"):
        yield payload["lot_id"], "failed", _pick(payload, "at", "stage", "reason")
    elif event == "lot_returned":
        yield payload["lot_id"], "failed", {"at": payload["at"], "stage": "award", "reason": payload["reason"]}
    elif event == "award_decided":
        told = _pick(payload, "award_id", "amount", "supplier_id", "supplier_size", "policies")
        yield payload["lot_id"], "awarded", {**told, "at": payload["decided_at"]}
    elif event == "award_refused":
        yield payload["lot_id"], "award_ended", {"award_id": payload["award_id"]}
    elif event == "contract_signed":
        told = _pick(payload, "contract_id", "amount", "supplier_id", "supplier_size", "policies")
        yield payload["lot_id"], "signed", {**told, "at": payload["signed_at"]}
    elif event == "agreement_in_force" and payload["kind"] == "supplement":
        yield payload["lot_id"], "supplemented", _pick(payload, "contract_id", "amount")
    elif event == "payment_made":
        yield payload["lot_id"], "paid", _pick(payload, "contract_id", "amount")
    elif event == "contract_terminated":
        yield payload["lot_id"], "terminated", _pick(payload, "contract_id")


def note(session: Session, event_id: str, source: str, event: str, payload: Mapping[str, Any], at: datetime) -> None:
    """Keep what an event tells the figures, in the transaction that heard or announced it."""
    for place, (lot_id, kind, fact) in enumerate(facts(event, payload)):
        session.add(
            FigureFact(
                id=f"{event_id}:{place}", source=source, lot_id=lot_id, kind=kind, fact=fact, at=at, folded=False
            )
        )


def note_lot(
    session: Session, event_id: str, source: str, lot_id: str, kind: str, fact: dict[str, Any], at: datetime
) -> None:
    """Keep one fact of one lot that the event names only through its project."""
    session.add(
        FigureFact(id=f"{event_id}:{lot_id}", source=source, lot_id=lot_id, kind=kind, fact=fact, at=at, folded=False)
    )


def _notice(payload: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if payload["kind"] not in NOTICES_WITH_TERMS:
        return
    for lot in payload.get("lots") or []:
        fact = {
            "at": payload["published_at"],
            "project_id": payload["project_id"],
            "purchaser_id": payload.get("purchaser_id") or "",
            "fiscal_year": payload.get("fiscal_year"),
            "budget": lot["budget"],
            "ceiling": lot.get("ceiling"),
            "procedure": lot.get("procedure") or "",
            "object": lot["object"],
            "category": lot["category"],
            "reserved_for_small": bool(lot.get("reserved_for_small")),
        }
        yield lot["lot_id"], "notice", fact


def _pick(payload: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: payload.get(name) for name in names}
