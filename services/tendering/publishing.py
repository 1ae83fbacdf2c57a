"""Publishing: sealing sheets, notices and what is announced with them, and closings that move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from services.chassis import heavy
from services.chassis.journal import Announcement
from services.chassis.objection import Objection
from services.chassis.store import Store
from services.chassis.wire import moment_text
from services.protocol import canonical
from services.protocol.reasons import Reason
from services.protocol.sealing import sheet as sealing_sheet
from services.tendering import documents, events
from services.tendering.models import (
    Document,
    EnrolledCertificate,
    Lot,
    Notice,
    Project,
    SealingSheet,
    SeatHolder,
    new_id,
)
from services.tendering.queries import law, parties, projects
from services.tendering.rules import amendments, periods
from services.tendering.rules.periods import BEIJING, day_of
from services.tendering.rules.reasons import objection
from services.tendering.workdays import load_calendar

Tell = Callable[[Announcement], Any]


def of_protocol(reasons: Sequence[Reason], article: str = "签名法13", field: str = "") -> list[Objection]:
    """What a protocol found, as objections; the sentences are in the protocol's own `words.json`."""
    return [Objection(each.code, str(each), article, field, dict(each.figures)) for each in reasons]


def sheet_content(db: Session, lot_id: str, closes_at: datetime, named: Sequence[SeatHolder]) -> dict[str, Any]:
    """The sealing sheet of a lot from the holders named."""
    seats = {
        seat: [sealing_sheet.holder(each.person_id, _pem(db, each.fingerprint)) for each in holders]
        for seat, holders in projects.seats_of(named).items()
    }
    return sealing_sheet.compose(lot_id, moment_text(closes_at), seats)


def issue_sheet(db: Session, lot: Lot, content: dict[str, Any], now: datetime) -> SealingSheet:
    """Put a sheet on record as the lot's newest version."""
    made = SealingSheet(
        digest=sealing_sheet.digest(content), lot_id=lot.id, version=len(projects.sheets(db, lot.id)) + 1,
        content=content, published_at=now,
    )  # fmt: skip
    db.add(made)
    db.flush()
    return made


def proof_objections(named: Sequence[SeatHolder]) -> list[Objection]:
    """Every seat is held, and every holder has shown that the key is at hand."""
    if not named:
        return [objection("no_holders_named", "87-40", "seats")]
    return [
        objection("key_not_proven", "87-40", f"seats.{each.seat}.{each.place}", seat=each.seat)
        for each in named
        if each.proven_at is None
    ]


def holders_by_seat(named: Sequence[SeatHolder]) -> dict[str, list[str]]:
    """Seat → person ids, principal first."""
    return {seat: [each.person_id for each in held] for seat, held in projects.seats_of(named).items()}


def noticed_lot(lot: Lot, project: Project, sheet_digest: str | None) -> dict[str, Any]:
    """A lot as a notice announces it."""
    terms = lot.terms
    return {
        "lot_id": lot.id, "no": lot.no, "title": lot.title, "object": lot.object, "category": lot.category,
        "budget": lot.budget, "ceiling": terms.get("ceiling"), "procedure": project.procedure,
        "award_method": terms["award_method"], "reserved_for_small": terms["reserved_for_small"],
        "consortium_allowed": terms["consortium_allowed"], "deductions": terms["deductions"],
        "factors": terms["factors"], "bid_bond": terms.get("bid_bond"), "conditions": terms["conditions"],
        "abnormally_low": terms["abnormally_low"], "minimum_exception": terms.get("minimum_exception"),
        "sealing_sheet_digest": sheet_digest,
    }  # fmt: skip


def publish(
    db: Session, tell: Tell, project: Project, kind: str, text: str, now: datetime, by: str | None, *,
    document: Document | None = None, lots: Sequence[Lot] = (), closes_at: datetime | None = None,
    period_ends: date | None = None, available_until: date | None = None, title: str = "",
) -> Notice:  # fmt: skip
    """Put a notice on record and announce it; from here on nothing of it changes."""
    sheets = {lot.id: found[-1].digest for lot in lots if (found := projects.sheets(db, lot.id))}
    notice = Notice(
        id=new_id(), project_id=project.id, kind=kind, title=title or project.title, text=text, published_at=now,
        published_by=by,
        document_digest=document.digest if document else None, period_ends=period_ends, payload={},
    )  # fmt: skip
    content = document.content if document else {}
    told = events.event(
        "notice_published",
        f"project:{project.id}",
        {
            "notice_id": notice.id, "kind": kind, "project_id": project.id, "project_no": project.no,
            "title": notice.title, "purchaser_id": project.purchaser_id,
            "purchaser_name": parties.name_of(db, project.purchaser_id), "region": project.region, "text": text,
            "document_digest": notice.document_digest, "published_at": now, "closes_at": closes_at,
            "available_until": available_until,
            "notice_ends": period_ends, "room": content.get("room"),
            "lots": [_as_loaded(noticed_lot(lot, project, sheets.get(lot.id))) for lot in lots],
            "seats": holders_by_seat(projects.holders(db, project.id)) if lots else {},
            "policy_rules_date": project.notice_day, "law_version": (project.rules or {}).get("law_version"),
            "budget_level": project.budget_level, "fiscal_year": project.fiscal_year, "funding": project.funding,
            "officer_id": project.officer_id, "host_id": project.host_id,
        },
    )  # fmt: skip
    notice.payload = told.payload
    db.add(notice)
    db.flush()
    tell(told)
    return notice


def move_closing(
    db: Session, tell: Tell, project: Project, lots: Sequence[Lot], now: datetime, because: str, *,
    wanted: datetime | None, affects_bids: bool, named: Sequence[SeatHolder] | None = None,
) -> dict[str, str]:  # fmt: skip
    """Move the open lots' closing as an amendment asks or the law demands; new sheets where something changed.

    named: other key holders than before. Answers lot id → new closing, for those that moved.
    """
    objects, moved = {lot.object for lot in lots}, {}
    article = ""
    for lot in lots:
        assert lot.closes_at is not None
        closing, why = amendments.moved_closing(
            law.book(db), project.procedure, objects, now, lot.closes_at, load_calendar(db),
            wanted=wanted, affects_bids=affects_bids,
        )  # fmt: skip
        article = why or article
        if closing != lot.closes_at:
            lot.closes_at, moved[lot.id] = closing, moment_text(closing)
        elif named is None:
            continue
        issue_sheet(db, lot, sheet_content(db, lot.id, closing, named or projects.holders(db, project.id)), now)
    db.flush()
    for closing_text in sorted(set(moved.values())):
        ids = sorted(lot for lot, text in moved.items() if text == closing_text)
        facts = {
            "project_id": project.id, "lot_ids": ids, "closes_at": datetime.fromisoformat(closing_text),
            "because": because, "article": article or None,
        }  # fmt: skip
        tell(events.event("deadline_moved", f"project:{project.id}", facts))
    return moved


def sheet_change_objections(db: Session, lots: Sequence[Lot], named: Sequence[SeatHolder]) -> list[Objection]:
    """May the holders change? Against every sheet a bid may lie sealed under."""
    after = {seat: [each.fingerprint for each in held] for seat, held in projects.seats_of(named).items()}
    found = []
    for lot in lots:
        for sheet in projects.sheets(db, lot.id):
            before = {
                seat["seat"]: [each["fingerprint"] for each in seat["holders"]] for seat in sheet.content["seats"]
            }
            found += amendments.holder_change_objections(before, after)
    return list({(each.code, each.field): each for each in found}.values())


def tender_text(db: Session, project: Project, lots: Sequence[Lot], closes_at: datetime, ends: date) -> str:
    """The notice as people read it; it names whom to ask (87-13)."""
    local = closes_at.astimezone(BEIJING)
    head = [
        f"项目名称：{project.title}", f"项目编号：{project.no}", f"采购人：{parties.name_of(db, project.purchaser_id)}",
        f"采购方式：{_procedure_name(db, project)}", f"资金来源：{project.funding}",
        f"预算金额：{project.budget:.2f}元",
    ]  # fmt: skip
    body = [
        f"采购包{lot.no}：{lot.title}，预算{lot.budget:.2f}元"
        + (f"，最高限价{lot.terms['ceiling']}元" if lot.terms.get("ceiling") else "")
        + ("，专门面向中小企业" if lot.terms["reserved_for_small"] else "")
        for lot in lots
    ]
    contact = parties.person_name(db, project.officer_id)
    tail = [
        *([f"项目联系人：{contact}"] if contact else []),
        f"投标截止及开标时间：{local:%Y-%m-%d %H:%M:%S}（北京时间）",
        f"公告期限：至{ends.isoformat()}",
        "采购文件免费获取；投标文件在供应商处密封，各席位到齐方可开启。",
    ]
    return "\n".join([*head, *body, *tail])


def publicity_ends(db: Session, project: Project, row: Any) -> date | None:
    """The last day of the publicity of a single supplier; None when it was not published."""
    notices = projects.notices(db, kind="intention", project_id=project.id, after=None, limit=1)
    return periods.last_day(row, day_of(notices[-1].published_at), load_calendar(db)) if notices else None


def application_objections(db: Session, project: Project, now: datetime) -> list[Objection]:
    """Nothing is decided while suppliers may still apply for prequalification (条例21)."""
    until = periods.still_applying(projects.intentions_end(db, project.id), day_of(now))
    return [] if until is None else [objection("prequalification_open", "条例21", "intention", until=until)]


def _as_loaded(lot: Mapping[str, Any]) -> dict[str, Any]:
    """Money that is text in the stored terms, as the event's schema dumps it."""
    made = dict(lot)
    for name in ("ceiling", "bid_bond"):
        made[name] = Decimal(lot[name]) if lot[name] is not None else None
    return made


def _procedure_name(db: Session, project: Project) -> str:
    row = law.book(db).coded("procedure", project.procedure, project.notice_day or day_of(project.created_at))
    return row.value["name"]["zh"] if row else project.procedure


def _pem(db: Session, fingerprint: str) -> str:
    found = db.get(EnrolledCertificate, fingerprint)
    return found.pem or "" if found else ""


def notice(db: Session, notice_id: str) -> Notice | None:
    """A published notice."""
    return db.get(Notice, notice_id)


def store_document(
    db: Session, store: Store, project: Project, document: Document, sheets: Mapping[str, str], now: datetime
) -> None:
    """Put the printed document into the store; its digest is what bidders take and the notice names."""
    content = canonical.canonical(documents.printed(db, project, document, sheets))
    stored = heavy.run(store.put, [content])
    document.digest, document.size, document.published_at = stored.digest, stored.size, now
    db.flush()
