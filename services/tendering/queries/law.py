"""The law in force: the shipped rows and those the registry published on top; templates the same way."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from services.tendering import lawbook, templatebook
from services.tendering.models import Project, RuleDatum, TemplateVersion
from services.tendering.rules import procedures
from services.tendering.rules.law import Book, row_from
from services.tendering.rules.periods import day_of

KINDS = ("threshold",)
"""The published kinds that are rules of this department; the catalogue and the category tree are not dated figures."""
PUBLISHED = select(func.jsonb_agg(RuleDatum.row)).where(RuleDatum.kind.in_(KINDS)).scalar_subquery()
"""The published rows, NULL for none: a column for a statement that asks for the law beside other things."""
_PUBLISHED = select(PUBLISHED)
_READ = "the law, as this session read it"


def book(db: Session) -> Book:
    """Every row: shipped, and published. A published row stands before the shipped one of its key and scope.

    Read once a session: a call is judged by one state of the law, however often it asks.
    """
    found: Book | None = db.info.get(_READ)
    return found if found is not None else keep(db, db.scalar(_PUBLISHED))


def keep(db: Session, published: list[dict[str, Any]] | None) -> Book:
    """The law for the rest of this session. published: what `PUBLISHED` gave."""
    book = lawbook.book().with_rows(row_from(each) for each in published) if published else lawbook.book()
    db.info[_READ] = book
    return book


def public_opening(db: Session, project: Project) -> bool:
    """Whether the project's procedure reads the prices out before the bidders, and so to everybody."""
    found = procedures.find(book(db), project.procedure, project.notice_day or day_of(project.created_at))
    return found is None or found.public_opening


def catalogue(db: Session, day: date) -> list[dict[str, Any]]:
    """The centralised catalogue in force that day, as the registry published it."""
    newest = (
        select(RuleDatum.in_force_from)
        .where(RuleDatum.kind == "centralised_catalogue", RuleDatum.in_force_from <= day)
        .order_by(RuleDatum.in_force_from.desc())
        .limit(1)
    )
    rows = select(RuleDatum).where(
        RuleDatum.kind == "centralised_catalogue", RuleDatum.in_force_from == newest.scalar_subquery()
    )
    return [each.row for each in db.scalars(rows.order_by(RuleDatum.place))]


def templates(db: Session, day: date, object_: str | None = None, procedure: str | None = None) -> list[dict[str, Any]]:
    """The newest version in force of every template, those of the centre's own before the shipped ones."""
    own = [each.content for each in db.scalars(select(TemplateVersion).where(TemplateVersion.in_force_from <= day))]
    newest: dict[str, dict[str, Any]] = {}
    for each in (*templatebook.shipped(), *sorted(own, key=lambda row: (row["in_force_from"], row["version"]))):
        if date.fromisoformat(each["in_force_from"]) <= day:
            newest[each["key"]] = each
    return [
        each
        for each in newest.values()
        if (object_ is None or each["object"] == object_) and (procedure is None or each["procedure"] == procedure)
    ]


def template(db: Session, key: str, version: str) -> dict[str, Any] | None:
    """One version of a template."""
    row = db.get(TemplateVersion, (key, version))
    if row is not None:
        return row.content
    return next((each for each in templatebook.shipped() if (each["key"], each["version"]) == (key, version)), None)
