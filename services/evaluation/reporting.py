"""The ranking and its report: computed, put together with every figure, withdrawn, signed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from services.chassis import heavy
from services.chassis.refusal import refuse
from services.chassis.store import Store
from services.chassis.wire import moment_text
from services.evaluation import queries, report_body, report_pdf, scoring, sheets
from services.evaluation.models import Evaluation, Lot, Project, Report, ReportSignature, new_id
from services.evaluation.rules.methods import METHODS
from services.evaluation.rules.placing import Contender, Placed, Scheme
from services.evaluation.rules.rounding import hundredths
from services.protocol import canonical

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk


def rank(desk: Desk, found: Evaluation, lot: Lot, seed: str) -> list[Placed]:
    """Everyone still in, placed by the document's method. Refuses a method nobody has written."""
    method = METHODS.get(lot.award_method or "")
    if method is None:
        refuse("method_unknown", f"There is no method {lot.award_method}.")
    read = scoring.read(desk, found, lot)
    appraisals = queries.appraisals(desk.db, found.id)
    keys = [factor.key for factor in read.factors if factor.kind != "price"] if found.scored else []
    contenders = [
        Contender(
            bid.bid_id,
            appraisals[bid.bid_id].price,
            appraisals[bid.bid_id].evaluation_price or Decimal(0),
            {key: [hundredths(read.marks[each.id][bid.bid_id, key]) for each in read.members] for key in keys},
            sheets.brand(bid),
        )
        for bid in queries.left(desk.db, found)
    ]
    return method(contenders, Scheme(read.factors if found.scored else (), len(read.members), seed))


def make(desk: Desk, found: Evaluation, lot: Lot, project: Project, placed: list[Placed]) -> Report:
    """A new version of the report, as data and as the printed form people sign; the one before is withdrawn."""
    withdraw(desk, found, "重新汇总")
    version = (desk.db.scalar(select(func.max(Report.version)).where(Report.evaluation_id == found.id)) or 0) + 1
    body = report_body.build(desk, found, lot, project, placed, version)
    digest = canonical.digest(body)
    store = Store(desk.plumbing.settings.store_url)
    printed = heavy.run(report_pdf.render, body, digest)
    stored = heavy.run(store.put, [printed])
    made = Report(
        id=new_id(),
        evaluation_id=found.id,
        version=version,
        made_at=desk.now(),
        places=body["ranking"],
        rejected=body["rejected"],
        body=body,
        digest=digest,
        pdf_digest=stored.digest,
    )
    desk.db.add(made)
    desk.db.flush()
    found.ranked_at = desk.now()
    desk.tell(
        "report_made",
        f"lot:{lot.id}",
        lot_id=lot.id,
        report_id=made.id,
        version=version,
        digest=digest,
        pdf_digest=stored.digest,
        reason=None,
        at=desk.now(),
    )
    return made


def withdraw(desk: Desk, found: Evaluation, reason: str) -> None:
    """The report that counted no longer does; its signatures stay on record with it."""
    made = queries.report(desk.db, found.id, lock=True)
    found.ranked_at = None
    if made is None:
        return
    made.void_at, made.void_because = desk.now(), reason
    desk.db.flush()
    desk.tell(
        "report_withdrawn",
        f"lot:{found.lot_id}",
        lot_id=found.lot_id,
        report_id=made.id,
        version=made.version,
        digest=made.digest,
        pdf_digest=made.pdf_digest,
        reason=reason,
        at=desk.now(),
    )


def signatures(desk: Desk, report_id: str) -> list[ReportSignature]:
    """Who signed, members first in the order of signing, then supervisors."""
    rows = desk.db.scalars(select(ReportSignature).where(ReportSignature.report_id == report_id)).all()
    return sorted(rows, key=lambda each: (each.capacity != "member", each.at, each.person_id))


def fully_signed(desk: Desk, found: Evaluation) -> bool:
    """Whether every member's word is under the report that counts."""
    made = queries.report(desk.db, found.id)
    if made is None or found.panel_id is None:
        return False
    done = {each.person_id for each in signatures(desk, made.id) if each.capacity == "member"}
    return all(each.person_id in done for each in queries.members(desk.db, found.panel_id))


def signature_rows(desk: Desk, made: Report) -> list[dict[str, Any]]:
    """Signatures as the report's readers get them."""
    return [
        {
            "person_id": each.person_id,
            "name": each.name,
            "capacity": each.capacity,
            "dissent": each.dissent,
            "refused": each.signed is None,
            "signed": each.signed,
            "at": moment_text(each.at),
        }
        for each in signatures(desk, made.id)
    ]


def places(made: Report) -> list[dict[str, Any]]:
    """The ranking as its event's builder takes it: amounts and points as numbers again."""
    numbers = ("price", "evaluation_price", "price_score", "total")
    return [
        each
        | {name: None if each[name] is None else Decimal(each[name]) for name in numbers}
        | {
            "factor_scores": {key: Decimal(mark) for key, mark in each["factor_scores"].items()}
            if each["factor_scores"]
            else None
        }
        for each in made.places
    ]
