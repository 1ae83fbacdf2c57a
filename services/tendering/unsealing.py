"""From posted shares to prices read out, and from keys to files: the opening's work between tables and protocol."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from services.chassis.journal import Announcement
from services.chassis.refusal import Refusal
from services.chassis.store import Store
from services.chassis.wire import moment_text
from services.protocol import canonical
from services.protocol.encoding import b64url, from_b64url
from services.protocol.reasons import ProtocolError
from services.protocol.sealing import envelope, unseal
from services.protocol.sealing.sheet import SealingSheet
from services.tendering import events, patience
from services.tendering.models import Bid, Lot, OpenedBid, Opening, Project
from services.tendering.queries import bids, law, openings, parties
from services.tendering.rules import price_sheet
from services.tendering.rules.pieces import Pieces

Tell = Callable[[Announcement], Any]


def short(db: Session, lot: Lot) -> dict[str, list[str]]:
    """Bid → seats from which no share that matches its commitment has come yet."""
    posted = openings.shares(db, lot.id)
    found = {}
    for bid in bids.live(db, lot.id):
        key = unseal.combine(bid.manifest or {}, _posted(posted.get(bid.id, {})))
        if isinstance(key, unseal.Faulty):
            found[bid.id] = list(key.seats)
    return found


def seats_without_a_turn(db: Session, lot: Lot, sheet: Mapping[str, Any]) -> list[str]:
    """The seats that have not said anything yet of some bid, be it that its share cannot be read."""
    posted = openings.shares(db, lot.id)
    seats = SealingSheet(dict(sheet)).seat_names
    return sorted({seat for bid in bids.live(db, lot.id) for seat in seats if seat not in posted.get(bid.id, {})})


def read_out(db: Session, tell: Tell, store: Store, lot: Lot, project: Project, now: datetime) -> None:
    """Unseal every price sheet, tell faulty bids apart, read the prices out in order of receipt, freeze the record."""
    live, posted = bids.live(db, lot.id), openings.shares(db, lot.id)
    sealed = [(bid.manifest or {}, _posted(posted.get(bid.id, {}))) for bid in live]
    results = patience.run(db, _unseal, store, sealed)
    rows = [
        _opened(lot, place, bid, result) for place, (bid, result) in enumerate(zip(live, results, strict=True), start=1)
    ]
    db.add_all(rows)
    opening = openings.opening(db, lot.id, lock=True)
    opening.read_out_at = lot.read_out_at = now
    opening.record = record_of(db, lot, project, opening, live, rows)
    opening.record_digest = canonical.digest(opening.record)
    db.flush()
    for row in rows if law.public_opening(db, project) else ():
        tell(
            events.of_lot(
                "price_read_out", lot, order=row.place, bid_id=row.bid_id, supplier_id=row.supplier_id,
                supplier_name=row.supplier_name, price=row.price, at=now,
            )
        )  # fmt: skip
    tell(events.of_lot("prices_read_out", lot, bids=len(rows), record_digest=opening.record_digest, at=now))


def record_of(
    db: Session, lot: Lot, project: Project, opening: Opening, live: Sequence[Bid], rows: Sequence[OpenedBid]
) -> dict[str, Any]:
    """The record of the opening, as canonical JSON allows it: what those present sign."""
    arrived = {bid.id: bid for bid in live}
    return {
        "version": 1,
        "what": "opening_record",
        "project": {"id": project.id, "no": project.no, "title": project.title},
        "lot": {"id": lot.id, "no": lot.no, "title": lot.title},
        "closes_at": moment_text(lot.closes_at) if lot.closes_at else None,
        "room": opening.room,
        "began_at": moment_text(opening.began_at),
        "read_out_at": moment_text(opening.read_out_at) if opening.read_out_at else None,
        "host": {"id": opening.host_id, "name": parties.person_name(db, opening.host_id)},
        "present": [
            {"person": each.person_id, "name": each.person_name, "place": each.place, "at": moment_text(each.at)}
            for each in openings.present(db, lot.id)
        ],
        "turned": [
            {"seat": each.seat, "person": each.person_id, "digest": each.digest, "at": moment_text(each.at)}
            for each in openings.turned(db, lot.id)
        ],
        "bids": [
            {
                "place": row.place, "bid": row.bid_id, "supplier": row.supplier_id, "name": row.supplier_name,
                "received_at": moment_text(arrived[row.bid_id].received_at),
                "manifest": arrived[row.bid_id].manifest_digest, "status": row.status,
                "price": f"{row.price:.2f}" if row.price is not None else None, "whose": row.whose, "fault": row.fault,
            }
            for row in rows
        ],
    }  # fmt: skip


@dataclass(frozen=True)
class Decrypted:
    """What came out of a files envelope, or why nothing did. index: digest of the list of files in the store."""

    files: list[dict[str, Any]]
    index: str | None
    about: Mapping[str, Any]
    sketch: list[str]
    named: list[str]
    fault: str | None = None


def open_files(db: Session, store: Store, opened: OpenedBid, needles: Mapping[str, str]) -> None:
    """Decrypt one bid's files into the store, streaming. needles: credit code or name → supplier it names."""
    bid = db.get(Bid, opened.bid_id)
    assert bid is not None
    assert bid.manifest is not None
    assert opened.key is not None
    made = patience.run(db, _decrypt, store, bid.manifest, from_b64url(opened.key), dict(needles))
    opened.files, opened.files_digest, opened.files_fault = made.files, made.index, made.fault
    opened.traces = {"sketch": made.sketch, "named": made.named, "about": dict(made.about)}
    db.flush()


def _unseal(store: Store, sealed: Sequence[tuple[Mapping[str, Any], unseal.Posted]]) -> list[Any]:
    return unseal.unseal_many(
        unseal.SealedPrice(made, _ciphertext(store, made["price"]["digest"]), posted) for made, posted in sealed
    )


def _ciphertext(store: Store, digest: str) -> bytes:
    try:
        return b"".join(store.open(digest))
    except Refusal:
        return b""  # found to differ from the manifest's digest: the store's fault, and told as such


def _opened(lot: Lot, place: int, bid: Bid, result: unseal.Opened | unseal.Faulty) -> OpenedBid:
    row = OpenedBid(
        bid_id=bid.id, lot_id=lot.id, place=place, supplier_id=bid.supplier_id,
        supplier_name=bid.supplier.get("name") or "", status="opened",
    )  # fmt: skip
    if isinstance(result, unseal.Faulty):
        row.status, row.whose = "faulty", result.whose
        row.fault = "; ".join(f"{each.code}: {each}" for each in result.reasons)
        return row
    row.sheet, row.key = result.price_sheet, b64url(result.key)
    found = price_sheet.objections(result.price_sheet, lot.id, bid.supplier_id)
    if found:
        row.status, row.whose = "faulty", "supplier"
        row.fault = "; ".join(f"{each.code}: {each.message}" for each in found)
    else:
        row.price = Decimal(result.price_sheet["price"])
    return row


def _posted(posted: Mapping[str, Sequence[str | None]]) -> unseal.Posted:
    return {seat: [None if each is None else from_b64url(each) for each in shares] for seat, shares in posted.items()}


def _decrypt(store: Store, made: Mapping[str, Any], key: bytes, needles: dict[str, str]) -> Decrypted:
    pieces = Pieces(needles)
    with tempfile.TemporaryDirectory(prefix="unsealed-") as folder:
        held: list[Path] = []

        def into(name: str, size: int) -> BinaryIO:
            held.append(Path(folder) / str(len(held)))
            return held[-1].open("wb")

        try:
            opened, about = unseal.unseal_files(made, key, store.open(made["files"]["digest"]), into)
        except (ProtocolError, Refusal) as error:
            return Decrypted([], None, {}, [], [], f"{error.code}: {error.message}")
        files = []
        for one, path in zip(opened, held, strict=True):
            with path.open("rb") as source:
                stored = store.put(pieces.through(envelope.pieces_of(source)), expected=one.digest)
            files.append({"name": one.name, "size": one.size, "digest": stored.digest})
    index = store.put(_index(files, about))
    named = sorted({needles[each] for each in pieces.found})
    return Decrypted(files, index.digest, about, pieces.sketch, named)


def _index(files: list[dict[str, Any]], about: Mapping[str, Any]) -> Iterator[bytes]:
    yield canonical.canonical({"version": 1, "files": files, "about": dict(about)})
