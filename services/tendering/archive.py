"""The record of a project: everything of it by digest, listed, sealed, kept at least fifteen years (法42)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.wire import moment_text
from services.protocol import canonical
from services.tendering.models import Archive, Bid, Document, Notice, Project
from services.tendering.queries import bids, disputes, law, openings, projects
from services.tendering.refusals import no
from services.tendering.rules import periods
from services.tendering.rules.periods import day_of
from services.tendering.workdays import load_calendar


def entries(db: Session, project: Project, now: datetime) -> list[dict[str, Any]]:
    """What the archive lists: {kind, id, digest?, at}. Bids of a lot that is still open are no part of it yet."""
    listed: list[dict[str, Any]] = []
    for document in db.scalars(select(Document).where(Document.project_id == project.id).order_by(Document.version)):
        listed.append(_entry("document", document.id, document.digest, document.published_at or document.drafted_at))
    for notice in db.scalars(select(Notice).where(Notice.project_id == project.id).order_by(Notice.published_at)):
        listed.append(_entry(f"notice.{notice.kind}", notice.id, canonical.digest(notice.payload), notice.published_at))
    for lot in projects.lots_of(db, project.id):
        for sheet in projects.sheets(db, lot.id):
            listed.append(_entry("sealing_sheet", lot.id, sheet.digest, sheet.published_at))
        if lot.closed_at is not None:
            listed += _of_lot(db, lot.id)
    for challenge in disputes.challenges(db, project.id):
        listed.append(_entry("challenge", challenge.id, canonical.digest(challenge.matters), challenge.lodged_at))
    for complaint in disputes.complaints(db, project.id):
        listed.append(_entry("complaint", complaint.id, canonical.digest(complaint.matters), complaint.lodged_at))
    return listed


def listed(db: Session, project: Project, now: datetime) -> dict[str, Any]:
    """The list as it is now, and the sealed one."""
    sealed = db.get(Archive, project.id)
    return {
        "project_id": project.id,
        "entries": entries(db, project, now),
        "sealed": None
        if sealed is None
        else {
            "digest": sealed.digest,
            "at": moment_text(sealed.sealed_at),
            "kept_until": sealed.kept_until.isoformat(),
        },
    }


def seal(db: Session, project: Project, by: str, now: datetime) -> dict[str, Any]:
    """Freeze the list; answers what is announced. Refuses `sealed_already`."""
    if db.get(Archive, project.id) is not None:
        no("sealed_already", "法42")
    held = entries(db, project, now)
    kept_until = periods.last_day(law.book(db).need("record_kept", day_of(now)), day_of(now), load_calendar(db))
    digest = canonical.digest(held)
    db.add(
        Archive(project_id=project.id, entries=held, digest=digest, sealed_by=by, sealed_at=now, kept_until=kept_until)
    )
    db.flush()
    return {"project_id": project.id, "digest": digest, "entries": len(held), "kept_until": kept_until, "at": now}


def _of_lot(db: Session, lot_id: str) -> list[dict[str, Any]]:
    listed = [
        _entry("bid", each.id, each.manifest_digest, each.received_at)
        for each in db.scalars(select(Bid).where(Bid.lot_id == lot_id).order_by(Bid.arrival))
    ]
    for bid in bids.live(db, lot_id):
        for part in ("price", "files"):
            listed.append(_entry(f"sealed.{part}", bid.id, (bid.manifest or {})[part]["digest"], bid.received_at))
    for opened in openings.opened(db, lot_id):
        if opened.files_digest:
            listed.append(_entry("opened.files", opened.bid_id, opened.files_digest, opened.files_at))
    for recording in openings.recordings(db, lot_id):
        listed.append(_entry(f"recording.{recording.kind}", recording.id, recording.digest, recording.added_at))
    opening = openings.found(db, lot_id)
    if opening is not None and opening.record_digest is not None:
        listed.append(_entry("opening_record", lot_id, opening.record_digest, opening.read_out_at))
    return listed


def _entry(kind: str, thing: str, digest: str | None, at: datetime | None) -> dict[str, Any]:
    return {"kind": kind, "id": thing, "digest": digest, "at": moment_text(at) if at else None}
