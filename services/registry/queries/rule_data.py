"""Dated rows of law: which are in force on a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.registry.models import RuleRow


def in_force(db: Session, kind: str, on: date, keys: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """The rows of one kind in force on a day, by key and scope: of each, the latest that had begun."""
    wanted = select(RuleRow).where(RuleRow.kind == kind, RuleRow.in_force_from <= on)
    if keys is not None:
        wanted = wanted.where(RuleRow.key.in_(list(keys)))
    wanted = wanted.ext(distinct_on(RuleRow.key, RuleRow.scope)).order_by(
        RuleRow.key, RuleRow.scope, RuleRow.in_force_from.desc()
    )
    rows = [each.row for each in db.scalars(wanted)]
    return [each for each in rows if not each["in_force_until"] or on <= date.fromisoformat(each["in_force_until"])]


def known_categories(db: Session, codes: Sequence[str], on: date) -> list[str]:
    """Those of the codes that are categories in force."""
    return [each["key"] for each in in_force(db, "category", on, codes)] if codes else []


def category_children(db: Session, on: date) -> dict[str, list[str]]:
    """The tree in force: code → the codes directly below; the tops stand under the empty code."""
    children: dict[str, list[str]] = {}
    for each in in_force(db, "category", on):
        children.setdefault(each["value"].get("parent") or "", []).append(each["key"])
    return children


def has_any(db: Session, kind: str) -> bool:
    """Whether any row of this kind was ever published."""
    return db.scalar(select(RuleRow.id).where(RuleRow.kind == kind).limit(1)) is not None
