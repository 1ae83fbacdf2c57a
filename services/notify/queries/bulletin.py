"""The bulletin, newest first: listed, narrowed, searched; as quick at a million notices as at ten thousand.

A search looks in three places, each only if the one before did not fill the page:

1. the newest thousand, read one by one: fills the page with whatever every fiftieth notice has;
2. the segment of 16,384 notices they lie in, by its marks: at most a few hundred finds, else place 1 had sufficed;
3. the whole, by its marks: a word that rare has at most about a thousand finds in a million.

So the rows touched are bounded by how far apart the places are, not by how many notices there are. The weak case is a
word frequent long ago and absent since: place 3 then reads all its finds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, cast, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session, load_only

from services.notify.models import Notice
from services.notify.rules.search_words import SEGMENT_BITS, segment_of, wanted_marks

NEWEST = 1000
_SHOWN = (
    Notice.number, Notice.id, Notice.kind, Notice.title, Notice.project_id, Notice.project_no, Notice.purchaser_id,
    Notice.purchaser_name, Notice.region, Notice.procedure, Notice.objects, Notice.amount, Notice.published_at,
    Notice.closes_at,
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. filters: kind, region, object, procedure, purchaser_id. begin, end: of publication."""

    words: list[str] = field(default_factory=list)
    filters: Mapping[str, str] = field(default_factory=dict)
    begin: datetime | None = None
    end: datetime | None = None


def search(db: Session, wanted: Wanted, before: int | None, most: int) -> list[Notice]:
    """The newest `most` notices below number `before`, newest first; without their texts."""
    top = _top(db, wanted, before)
    if top is None:
        return []
    if not wanted.words and not wanted.filters:
        return _run(db, _ordered(_found(wanted, top, []), most))
    # `NEWEST` numbers, not rows: numbers that were handed out and rolled back only make the place smaller.
    near = _run(db, _ordered(_near(wanted, top), most))
    if len(near) == most or top <= NEWEST:
        return near
    segment = segment_of(top - 1)
    first_of_segment = segment << SEGMENT_BITS
    marks = wanted_marks(wanted.words, wanted.filters, segment)
    close = _run(db, _by_marks(wanted, top, marks, most))
    if len(close) == most or first_of_segment == 0:
        return close
    marks = wanted_marks(wanted.words, wanted.filters)
    return close + _run(db, _by_marks(wanted, first_of_segment, marks, most - len(close)))


def notice(db: Session, notice_id: str) -> Notice | None:
    """One notice, whole."""
    return db.scalars(select(Notice).where(Notice.id == notice_id)).first()


def of_project(db: Session, project_id: str) -> list[Notice]:
    """All notices of a project, oldest first, without their texts."""
    return _run(db, select(Notice).where(Notice.project_id == project_id).order_by(Notice.number).limit(500))


def _top(db: Session, wanted: Wanted, before: int | None) -> int | None:
    """The number below which to look: the cursor, or the end of the time asked for; None where there is nothing."""
    newest = select(Notice.number).order_by(Notice.number.desc()).limit(1)
    if wanted.end is not None:
        newest = (
            select(Notice.number)
            .where(Notice.published_at < wanted.end)
            .order_by(Notice.published_at.desc(), Notice.number.desc())
            .limit(1)
        )
    found = db.scalar(newest)
    if found is None:
        return None
    return found + 1 if before is None else min(before, found + 1)


def _found(wanted: Wanted, top: int, marks: list[int]) -> Select[Any]:
    conditions = [Notice.number < top]
    if marks:
        conditions.append(Notice.marks.contains(cast(literal(marks, ARRAY(Integer)), ARRAY(Integer))))
    if wanted.begin is not None:
        conditions.append(Notice.published_at >= wanted.begin)
    if wanted.end is not None:
        conditions.append(Notice.published_at < wanted.end)
    conditions += [func.strpos(Notice.folded, word) > 0 for word in wanted.words]
    return select(Notice).where(and_(*conditions))


def _near(wanted: Wanted, top: int) -> Select[Any]:
    conditions = [Notice.number >= top - NEWEST]
    for name, value in wanted.filters.items():
        if name == "object":
            conditions.append(Notice.objects.contains([value]))
        else:
            conditions.append(getattr(Notice, name) == value)
    return _found(wanted, top, []).where(and_(*conditions))


def _by_marks(wanted: Wanted, top: int, marks: list[int], most: int) -> Select[Any]:
    # Materialised, so that the marks' index is used and not a walk down the numbers hoping for finds.
    inner = _found(wanted, top, marks).with_only_columns(Notice.number).cte("found").prefix_with("MATERIALIZED")
    newest = select(inner.c.number).order_by(inner.c.number.desc()).limit(most).subquery()
    return _ordered(select(Notice).where(Notice.number.in_(select(newest.c.number))), most)


def _ordered(found: Select[Any], most: int) -> Select[Any]:
    return found.order_by(Notice.number.desc()).limit(most)


def _run(db: Session, found: Select[Any]) -> list[Notice]:
    return list(db.scalars(found.options(load_only(*_SHOWN))))
