"""What the department announces: one builder a kind of fact, and the catalogue that lists every event.

`SECRET`: only the entitled see the content in the log; `INSIDE`: the same, of what only an inside page shows. All
others are public: their content is what the visibility tables let anybody see. `OWN_MATTERS`: journalled, never sent to
the bus. Before the closing nothing that tells of a bid, a bond or a download leaves the department: it is both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.chassis import obligations
from services.chassis.journal import Announcement, EventType
from services.tendering.models import (
    Bid,
    Bond,
    Challenge,
    Complaint,
    Document,
    Lot,
    Project,
    Question,
    RecordSignature,
    Remark,
)
from services.tendering.schemas import announced as told
from services.tendering.schemas import announced_lots as lots

_SCHEMAS = {
    "entrustment_drafted": told.EntrustmentFact,
    "entrustment_submitted": told.EntrustmentFact,
    "entrustment_returned": told.EntrustmentFact,
    "plan_confirmed": told.EntrustmentFact,
    "entrustment_accepted": told.EntrustmentFact,
    "people_assigned": told.PeopleAssigned,
    "document_drafted": told.DocumentMoved,
    "document_submitted": told.DocumentMoved,
    "document_returned": told.DocumentMoved,
    "document_reviewed": told.DocumentMoved,
    "document_confirmed": told.DocumentMoved,
    "holders_named": told.HoldersNamed,
    "key_proven": told.KeyProven,
    "suppliers_invited": told.SuppliersInvited,
    "notice_published": told.NoticePublished,
    "deadline_moved": told.DeadlineMoved,
    "document_taken": told.DocumentTaken,
    "question_asked": told.QuestionMoved,
    "question_answered": told.QuestionMoved,
    "bid_received": told.BidReceived,
    "bid_withdrawn": told.BidReceived,
    "bond_recorded": told.BondMoved,
    "bond_return_opened": told.BondMoved,
    "bond_returned_here": told.BondMoved,
    "lot_closed": lots.LotClosed,
    "opening_began": lots.OpeningBegan,
    "signed_in": lots.SignedIn,
    "seat_turned": lots.SeatTurned,
    "price_read_out": lots.PriceReadOut,
    "prices_read_out": lots.PricesReadOut,
    "remark_made": lots.RemarkMade,
    "remark_answered": lots.RemarkMade,
    "record_signed": lots.RecordSigned,
    "recording_added": lots.RecordingAdded,
    "bids_opened": lots.BidsOpened,
    "lot_failed": lots.LotFailed,
    "lot_moved": lots.LotMoved,
    "project_cancelled": lots.ProjectCancelled,
    "challenge_lodged": told.ChallengeLodged,
    "challenge_answered": told.ChallengeAnswered,
    "complaint_lodged": told.ComplaintLodged,
    "complaint_decided": told.ComplaintDecided,
    "risk_warned": told.RiskWarned,
    "template_published": told.TemplatePublished,
    "archive_sealed": told.ArchiveSealed,
}
SECRET = frozenset(
    {
        "document_drafted", "document_submitted", "document_returned", "document_reviewed", "document_confirmed",
        "suppliers_invited", "document_taken", "question_asked", "question_answered", "bid_received", "bid_withdrawn",
        "bond_recorded", "bond_return_opened", "bond_returned_here", "risk_warned", "entrustment_drafted",
    }
)  # fmt: skip
INSIDE = frozenset(
    {
        # an entrustment is its purchaser's, finance's and the centre's until a notice tells of it
        "entrustment_submitted", "entrustment_returned", "plan_confirmed", "entrustment_accepted", "people_assigned",
        # who holds a key is told by the sealing sheet, who was there by the record those present sign
        "holders_named", "key_proven", "signed_in", "record_signed",
        # whole price sheets with accounts and contacts, signals, people; the prices themselves are read out
        "bids_opened",
        # whose challenge it is: its supplier's, the centre's and finance's
        "challenge_lodged", "challenge_answered", "complaint_lodged",
    }
)  # fmt: skip
OWN_MATTERS = SECRET | frozenset(
    {
        "entrustment_returned", "people_assigned", "holders_named", "key_proven", "signed_in", "prices_read_out",
        "remark_made", "remark_answered", "record_signed", "recording_added", "lot_moved", "template_published",
        "archive_sealed",
    }
)  # fmt: skip
CATALOGUE: dict[str, EventType] = {
    name: EventType(name, 1, schema, name not in SECRET | INSIDE) for name, schema in _SCHEMAS.items()
} | obligations.CATALOGUE


def event(name: str, subject: str, facts: Mapping[str, Any]) -> Announcement:
    """The announcement `name` about `subject`; facts as the event's schema names them."""
    kind = CATALOGUE[name]
    own = name in OWN_MATTERS
    return Announcement(name, kind.version, subject, kind.payload(facts), public=kind.public, relay=not own)


def of_project(name: str, project: Project, at: Any, **more: Any) -> Announcement:
    """A move of an entrustment or project."""
    facts = {
        "project_id": project.id, "title": project.title, "purchaser_id": project.purchaser_id, "at": at,
        "plan_no": project.plan_no, "fiscal_year": project.fiscal_year, "procedure": project.procedure,
        "budget": project.budget, "items": project.items, "officer_id": project.officer_id,
        "reviewer_id": project.reviewer_id, "host_id": project.host_id, "approval_no": project.approval_no, **more,
    }  # fmt: skip
    return event(name, f"project:{project.id}", facts)


def of_document(name: str, document: Document, by: str | None, at: Any, **more: Any) -> Announcement:
    """A move of a tender document."""
    facts = {
        "project_id": document.project_id, "document_id": document.id, "version": document.version, "by": by, "at": at,
        "template_key": document.template_key, "template_version": document.template_version,
        "digest": document.digest, **more,
    }  # fmt: skip
    return event(name, f"project:{document.project_id}", facts)


def of_question(name: str, question: Question, at: Any) -> Announcement:
    """A question was asked or answered."""
    facts = {"project_id": question.project_id, "question_id": question.id, "at": at}
    return event(name, f"question:{question.id}", facts)


def of_bid(name: str, bid: Bid, at: Any, replaces: str | None = None) -> Announcement:
    """A bid was received or withdrawn; its own subject, so that no number tells how many there are."""
    facts = {
        "lot_id": bid.lot_id, "bid_id": bid.id, "supplier_id": bid.supplier_id, "at": at, "replaces": replaces,
        "manifest_digest": bid.manifest_digest, "sheet_digest": bid.sheet_digest,
    }  # fmt: skip
    return event(name, f"bid:{bid.id}", facts)


def of_bond(name: str, bond: Bond, at: Any) -> Announcement:
    """A bid bond was recorded, is due back, or went back."""
    facts = {
        "bond_id": bond.id, "lot_id": bond.lot_id, "supplier_id": bond.supplier_id, "amount": bond.amount,
        "form": bond.form, "due": bond.return_due, "at": at,
    }  # fmt: skip
    return event(name, f"bond:{bond.id}", facts)


def of_lot(name: str, lot: Lot, **facts: Any) -> Announcement:
    """Anything about a lot."""
    known = {"lot_id": lot.id, "project_id": lot.project_id, "no": lot.no, "title": lot.title}
    return event(name, f"lot:{lot.id}", {**known, **facts})


def of_remark(name: str, remark: Remark, at: Any) -> Announcement:
    """A bidder confirmed or objected; the host answered."""
    facts = {"lot_id": remark.lot_id, "remark_id": remark.id, "bid_id": remark.bid_id, "kind": remark.kind, "at": at}
    return event(name, f"lot:{remark.lot_id}", facts)


def record_signed(signature: RecordSignature, record_digest: str) -> Announcement:
    """Somebody present signed the record."""
    facts = {
        "lot_id": signature.lot_id, "person_id": signature.person_id, "place": signature.place, "at": signature.at,
        "record_digest": record_digest,
    }  # fmt: skip
    return event("record_signed", f"lot:{signature.lot_id}", facts)


def of_challenge(name: str, challenge: Challenge, **more: Any) -> Announcement:
    """A challenge was lodged or answered."""
    facts = {
        "challenge_id": challenge.id, "project_id": challenge.project_id, "lot_ids": challenge.lot_ids,
        "about": challenge.about, "supplier_id": challenge.supplier_id, "lodged_at": challenge.lodged_at,
        "reply_due": challenge.reply_due, "suspends": challenge.suspends, "answered_at": challenge.answered_at,
        "upheld": bool(challenge.upheld), "decision": challenge.decision or "", **more,
    }  # fmt: skip
    return event(name, f"challenge:{challenge.id}", facts)


def of_complaint(name: str, complaint: Complaint, about: str, **more: Any) -> Announcement:
    """A complaint was lodged, its suspension changed, or it was decided."""
    facts = {
        "complaint_id": complaint.id, "challenge_id": complaint.challenge_id, "project_id": complaint.project_id,
        "lot_ids": complaint.lot_ids, "about": about, "supplier_id": complaint.supplier_id,
        "lodged_at": complaint.lodged_at, "suspended_until": complaint.suspended_until, "outcome": complaint.outcome,
        "decision_no": complaint.decision_no, "text": complaint.text, "decided_at": complaint.decided_at, **more,
    }  # fmt: skip
    return event(name, f"challenge:{complaint.challenge_id}", facts)
