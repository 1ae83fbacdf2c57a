"""What the bulletin puts up: a notice from each public fact of its kind."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.chassis.working_days import SHANGHAI
from services.notify.happening import Happening
from services.notify.models import Notice, new_id
from services.notify.rules.search_words import folded, marks_of

KINDS = (
    "intention", "tender", "amendment", "answer", "result", "contract", "failure", "cancellation", "complaint_decision",
    "barring", "general",
)  # fmt: skip


def put_up(
    db: Session, *, event_id: str, kind: str, title: str, text: str, published_at: dt.datetime, **more: Any
) -> Notice:
    """A notice on the bulletin; the same event's notice is put up once."""
    there = db.scalars(select(Notice).where(Notice.event_id == event_id)).first()
    if there is not None:
        return there
    # Numbers are commit order: a reader who has seen one has seen all below it.
    db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("notify.bulletin", 7))))
    number = int(db.scalar(select(func.nextval("notice_number"))) or 0)
    latest = db.scalar(select(Notice.latest_at).order_by(Notice.number.desc()).limit(1))
    values = {"objects": [], "more": {}} | more
    named = " ".join(str(values[name]) for name in ("project_no", "purchaser_name") if values.get(name))
    filters = {"kind": [kind], "object": [each for each in values["objects"] if each]}
    filters |= {name: [values[name]] for name in ("region", "purchaser_id", "procedure") if values.get(name)}
    row = Notice(
        number=number, id=new_id(), event_id=event_id, kind=kind, title=title[:300], text=text,
        published_at=published_at, latest_at=max(published_at, latest or published_at),
        folded=folded(f"{title} {named} {text}"),
        marks=marks_of(number, title, f"{named} {text}", filters), **values,
    )  # fmt: skip
    db.add(row)
    db.flush()
    return row


def of_tendering(what: Happening) -> None:
    """intention, tender, amendment, answer, failure, cancellation, complaint_decision: as tendering wrote them."""
    fact = what.fact
    lots = fact["lots"] or []
    budgets = [each["budget"] for each in lots if each["budget"] is not None]
    objects = sorted({each["object"] for each in lots if each["object"]})
    if not objects and what.project is not None:
        objects = _objects_of(what)
    put_up(
        what.db, event_id=what.id, kind=fact["kind"], title=fact["title"], text=fact["text"],
        published_at=fact["published_at"], closes_at=fact["closes_at"], document_digest=fact["document_digest"],
        objects=objects, amount=sum(budgets, Decimal(0)) if budgets else None,
        procedure=fact["procedure"] or next((each["procedure"] for each in lots if each["procedure"]), None)
        or _procedure_of(what),
        **_of_project(what),
    )  # fmt: skip


def of_award(what: Happening) -> None:
    """The announced result of a lot (条例43)."""
    fact = what.fact
    put_up(
        what.db, event_id=what.id, kind="result", title=f"{_name(what)}中标结果公告", text=fact["text"],
        published_at=fact["announced_at"], document_digest=fact["document_digest"], amount=fact["amount"],
        objects=_objects_of(what), procedure=_procedure_of(what), **_of_project(what),
    )  # fmt: skip


def of_contract(what: Happening) -> None:
    """A published contract (条例50)."""
    fact = what.fact
    put_up(
        what.db, event_id=what.id, kind="contract", title=f"{_name(what)}政府采购合同公告", text=fact["text"] or "",
        published_at=fact["published_at"] or what.time, document_digest=fact["digest"], amount=fact["amount"],
        objects=_objects_of(what), procedure=_procedure_of(what), **_of_project(what),
    )  # fmt: skip


def of_bar(what: Happening) -> None:
    """The public list: barred, or no longer barred."""
    fact = what.fact
    if what.event == "supplier_barred":
        title = f"{fact['name']}列入禁止参加政府采购活动名单"
        grounds = f"依据{fact['article'] or '—'}及决定{fact['decision_no']}"
        text = f"{grounds}，{fact['from_']}至{fact['until']}禁止参加政府采购活动。"
    else:
        title = f"{fact['name']}解除禁止参加政府采购活动"
        text = f"决定{fact['decision_no']}解除：{fact['lifted_because'] or '—'}。"
    more = {"credit_code": fact["credit_code"], "from": str(fact["from_"]), "until": str(fact["until"])}
    put_up(
        what.db, event_id=what.id, kind="barring", title=title, text=text, published_at=what.time, more=more
    )


def day_bounds(first: dt.date | None, last: dt.date | None) -> tuple[dt.datetime | None, dt.datetime | None]:
    """From the first instant of one Beijing day to the first after another; None: open."""
    begin = dt.datetime.combine(first, dt.time(), SHANGHAI) if first else None
    end = dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), SHANGHAI) if last else None
    return begin, end


def _of_project(what: Happening) -> dict[str, Any]:
    project = what.project
    if project is None:
        return {}
    return {
        "project_id": project.id, "project_no": project.no, "purchaser_id": project.purchaser_id,
        "purchaser_name": project.purchaser_name, "region": project.region,
    }  # fmt: skip


def _procedure_of(what: Happening) -> str | None:
    """The procedure of the project's latest notice that named one."""
    if what.project is None:
        return None
    named = select(Notice.procedure).where(Notice.project_id == what.project.id, Notice.procedure.is_not(None))
    return what.db.scalar(named.order_by(Notice.number.desc()).limit(1))


def _objects_of(what: Happening) -> list[str]:
    if what.lot is not None:
        return [what.lot.object] if what.lot.object else []
    return []


def _name(what: Happening) -> str:
    project = what.project.title if what.project else ""
    return f"{project}（{what.lot.title}）" if what.lot else project
