"""The end of an opening: signed by all present, files decrypted, signals computed, `bids_opened` announced."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.journal import Announcement
from services.tendering import events
from services.tendering.models import Bid, Lot, OpenedBid, Project, Signal
from services.tendering.queries import law, openings, projects
from services.tendering.rules import price_sheet, signals, takers
from services.tendering.rules.periods import day_of

Tell = Callable[[Announcement], Any]


def missing_signatures(db: Session, lot_id: str) -> list[str]:
    """Who signed in at a seat or as host and has not signed the record yet; bidders may sign, but hold nobody up."""
    signed = {each.person_id for each in openings.signatures(db, lot_id)}
    present = openings.present(db, lot_id)
    return [each.person_id for each in present if each.place != "supplier" and each.person_id not in signed]


def files_are_open(db: Session, lot_id: str) -> bool:
    """Whether every bid that opened has its files out (or their fault on record)."""
    return all(each.files_at is not None for each in openings.opened(db, lot_id) if each.status == "opened")


def finish_if_ready(db: Session, tell: Tell, lot: Lot, project: Project, now: datetime) -> bool:
    """Close the opening once nothing is missing; the lot's row is locked."""
    opening = openings.opening(db, lot.id, lock=True)
    if opening.finished_at is not None or opening.read_out_at is None:
        return False
    if missing_signatures(db, lot.id) or not files_are_open(db, lot.id):
        return False
    opening.signed_at = opening.signed_at or now
    opening.finished_at = lot.opened_at = now
    rows = openings.opened(db, lot.id)
    live = {each.bid_id: db.get(Bid, each.bid_id) for each in rows}
    found = _signals(db, lot, project, rows, live, now)
    db.add_all(Signal(lot_id=lot.id, source="opening", at=now, **each) for each in found)
    db.flush()
    tell(
        events.of_lot(
            "bids_opened", lot, opened_at=now, public_opening=law.public_opening(db, project),
            integrity_signals=found, record_digest=opening.record_digest,
            bids=[_as_opened(each, live[each.bid_id]) for each in rows],
            present=[each.person_id for each in openings.present(db, lot.id)],
            recordings=[each.digest for each in openings.recordings(db, lot.id)],
        )
    )  # fmt: skip
    return True


def names_of(db: Session, lot_id: str) -> dict[str, str]:
    """Credit code or name → supplier id, of every bidder of the lot."""
    found = {}
    for each in openings.opened(db, lot_id):
        bid = db.get(Bid, each.bid_id)
        assert bid is not None
        for name in (bid.supplier.get("credit_code"), bid.supplier.get("name")):
            if name and len(name) >= 6:
                found[name] = each.supplier_id
    return found


def _signals(
    db: Session, lot: Lot, project: Project, rows: list[OpenedBid], live: Mapping[str, Bid | None], now: datetime
) -> list[takers.Signal]:
    book, day = law.book(db), project.notice_day or day_of(now)
    traces, bidders = [], []
    for row in rows:
        bid, told = live[row.bid_id], row.traces or {}
        assert bid is not None
        traces.append(
            signals.Traces(
                row.bid_id, row.supplier_id, row.sheet or {}, bid.agent_id, told.get("about") or {},
                frozenset(told.get("sketch") or ()), frozenset(told.get("named") or ()),
            )
        )  # fmt: skip
        bidders.append(
            takers.Taker(
                row.bid_id, row.supplier_id, row.supplier_name, bid.supplier.get("responsible_person"),
                tuple(bid.supplier.get("controllers") or ()), tuple(price_sheet.members(row.sheet or {})),
            )
        )  # fmt: skip
    return [
        *signals.found(book, day, traces),
        *takers.related(book, day, lot.object, bidders),
        *takers.doubled(book, day, bidders),
    ]


def _as_opened(row: OpenedBid, bid: Bid | None) -> dict[str, Any]:
    assert bid is not None
    store_fault = (row.files_fault or "").startswith(("ciphertext_differs", "file_unknown"))
    return {
        "bid_id": row.bid_id, "supplier_id": row.supplier_id, "supplier_name": row.supplier_name,
        "credit_code": bid.supplier.get("credit_code"), "received_at": bid.received_at, "price": row.price,
        "sheet": row.sheet or {}, "manifest_digest": bid.manifest_digest, "files_digest": row.files_digest,
        "consortium": (row.sheet or {}).get("consortium") or [],
        "status": "faulty" if row.files_fault else row.status,
        "fault": row.fault or row.files_fault,
        "whose": row.whose or (("store" if store_fault else "supplier") if row.files_fault else None),
    }  # fmt: skip


def lot_and_project(db: Session, lot_id: str) -> tuple[Lot, Project]:
    """The lot, locked, and its project."""
    lot = projects.lot(db, lot_id, lock=True)
    return lot, projects.project(db, lot.project_id)
