"""Tender documents between their stored form (JSON) and the rules (Decimal, dates), and their printed text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from services.chassis.objection import Objection
from services.protocol import canonical
from services.tendering.models import Document, Lot, Project
from services.tendering.queries import law, parties, projects
from services.tendering.refusals import no
from services.tendering.rules import blanks
from services.tendering.rules import document as rules
from services.tendering.rules.periods import day_of
from services.tendering.rules.reasons import objection
from services.tendering.schemas.documents import Content
from services.tendering.workdays import load_calendar

Template = Mapping[str, Any]


def stored(content: Mapping[str, Any]) -> dict[str, Any]:
    """Content as it is kept: what its schema dumps."""
    dumped = Content().dump(content)
    assert isinstance(dumped, dict)
    return dumped


def loaded(content: Mapping[str, Any]) -> dict[str, Any]:
    """Stored content as the rules take it: Decimals, dates, moments."""
    found = Content().load(dict(content))
    assert isinstance(found, dict)
    return found


def digest_of(content: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical JSON."""
    return canonical.digest(dict(content))


def template_for(db: Session, project: Project, key: str | None, day: date) -> Template:
    """The template asked for, or the one of the project's main object and procedure; refuses `template_unknown`."""
    if key is not None:
        found = [each for each in law.templates(db, day) if each["key"] == key]
    else:
        found = law.templates(db, day, _main_object(project), project.procedure)
        # A procedure without templates of its own starts from the open tender's.
        found = found or law.templates(db, day, _main_object(project), "open_tender")
    return found[-1] if found else no("template_unknown", key=key or f"{_main_object(project)}.{project.procedure}")


def grown(template: Template, project: Project, content: Mapping[str, Any] | None) -> dict[str, Any]:
    """A document's first content: the template's defaults under what the officer already wrote.

    Without lots of the officer's own, every entrusted item becomes a lot.
    """
    defaults = template.get("content", {})
    made = dict(content) if content else loaded({})
    made["qualifications"] = made["qualifications"] or defaults.get("qualifications", [])
    made["bid_validity_days"] = made["bid_validity_days"] or defaults.get("bid_validity_days")
    lots = made["lots"] or [_lot_from(place, item) for place, item in enumerate(project.items, start=1)]
    made["lots"] = [
        {**lot, "conditions": {**defaults.get("conditions", {}), **_written(lot["conditions"])}} for lot in lots
    ]
    return made


def objections(
    db: Session, project: Project, document: Document, now: datetime, publication: date | None = None
) -> list[Objection]:
    """Everything that stands against the document if it were published now (or on that day)."""
    content = loaded(document.content)
    template = law.template(db, document.template_key, document.template_version)
    plan = rules.Plan(project.procedure, project.budget, _planned(project))
    clauses = template["clauses"] if template else ()
    day = publication or day_of(now)
    return rules.objections(law.book(db), day, content, plan, clauses, load_calendar(db), now)


def keep_lots(db: Session, project: Project, document: Document) -> None:
    """Write the project's lots as the document describes them; a lot keeps its id as long as its number stands."""
    known = {each.no: each for each in projects.lots_of(db, project.id)}
    described = {each["no"]: each for each in document.content["lots"]}
    for number, lot in known.items():
        if number not in described:
            db.delete(lot)
    for number, told in described.items():
        lot = known.get(number) or Lot(project_id=project.id, no=number)
        describe(lot, told)
        db.add(lot)
    db.flush()


def describe(lot: Lot, told: Mapping[str, Any]) -> None:
    """Let the lot be what the document says it is."""
    for name in ("title", "object", "category"):
        setattr(lot, name, told[name])
    lot.budget, lot.terms = Decimal(told["budget"]), dict(told)


def totals(project: Project) -> dict[str, Decimal]:
    """Kind of object → yuan entrusted."""
    found: dict[str, Decimal] = {}
    for each in project.items:
        found[each["object"]] = found.get(each["object"], Decimal()) + Decimal(each["budget"])
    return found


def printed(db: Session, project: Project, document: Document, sheets: Mapping[str, str]) -> dict[str, Any]:
    """What is published, digested and taken: facts, clauses as text, and the sealing sheets' digests (lot → hex)."""
    facts = {
        **document.content,
        "title": project.title,
        "project_no": project.no,
        "purchaser_name": parties.name_of(db, project.purchaser_id),
    }
    template = law.template(db, document.template_key, document.template_version)
    clauses = template["clauses"] if template else []
    filled = document.content.get("clauses") or {}
    return {
        "version": 1,
        "project_id": project.id,
        "project_no": project.no,
        "title": project.title,
        "document_version": document.version,
        "template": {"key": document.template_key, "version": document.template_version},
        "content": document.content,
        "clauses": [
            {
                "key": each["key"],
                "title": each["title"],
                "article": each.get("article", ""),
                "text": each["text"].format_map(blanks.values(each, filled, facts)),
            }
            for each in clauses
        ],
        "sealing_sheets": dict(sheets),
    }


def template_objections(template: Template) -> list[Objection]:
    """Why a template cannot be used: a clause lacks a part, names a blank it has not, or a blank's type is unknown."""
    found = []
    for place, clause in enumerate(template["clauses"]):
        missing = [each for each in ("key", "title", "text", "blanks") if each not in clause]
        if missing:
            found.append(objection("clause_incomplete", field=f"clauses.{place}", missing=", ".join(missing)))
            continue
        keys = {each.get("key") for each in clause["blanks"]}
        unknown = sorted(set(blanks.named_blanks(clause["text"])) - keys)
        wrong = [str(each.get("type")) for each in clause["blanks"] if each.get("type") not in blanks.TYPES]
        if unknown:
            found.append(objection("clause_names_no_blank", field=f"clauses.{place}.text", blanks=", ".join(unknown)))
        if wrong:
            found.append(objection("blank_type_unknown", field=f"clauses.{place}.blanks", types=", ".join(wrong)))
    return found


def _main_object(project: Project) -> str:
    found = totals(project)
    return max(sorted(found), key=lambda each: found[each])


def _planned(project: Project) -> dict[str, Decimal]:
    planned: dict[str, Decimal] = {}
    for each in project.items:
        planned[each["category"]] = planned.get(each["category"], Decimal()) + Decimal(each["budget"])
    return planned


def _written(conditions: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in conditions.items() if value not in (None, [], "")}


def _lot_from(place: int, item: Mapping[str, Any]) -> dict[str, Any]:
    lot = {
        "no": place, "title": item["title"], "object": item["object"], "category": item["category"],
        "budget": item["budget"], "award_method": "comprehensive_scoring",
    }  # fmt: skip
    made = loaded({"lots": [lot]})["lots"][0]
    assert isinstance(made, dict)
    return made
