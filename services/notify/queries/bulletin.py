"""The bulletin, newest first: listed, narrowed, searched; as quick at a million notices as at ten thousand.

A search looks in one place after another, each reaching further back, and stops as soon as the page is full:

1. the newest 512, read one by one: fills the page with whatever every twenty-fifth notice has;
2. the newest 4,096 to 8,192, by the words' marks and the segments' (`search_words.LADDER`); then eight times as many,
   and again, until the bulletin ends.

What a place is asked for was rarer in the one before it than a page in so many, so a place has at most some hundred
finds to be read, however many notices there are; the index leaps over what has one mark and not the other. The number
of places grows with the logarithm of the bulletin. The weak case is a word frequent in one year and absent since: the
place that reaches that year reads all its finds there.

All places are one statement: PostgreSQL runs the parts of a UNION ALL under a LIMIT only as far as they are needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, TextClause, func, literal, select
from sqlalchemy import text as sql
from sqlalchemy.orm import Session, load_only

from services.notify.models import Notice
from services.notify.rules.search_words import LADDER, place, wanted_marks

NEWEST = 512
Place = tuple[int, int, list[int]]
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
    bottom, top = _bounds(db, wanted, before)
    if top <= bottom:
        return []
    if not wanted.words and not wanted.filters:
        listed = select(Notice).where(Notice.number >= bottom, Notice.number < top, *_in_time(wanted))
        return _run(db, listed.order_by(Notice.number.desc()).limit(most))
    values: dict[str, Any] = {"most": most}
    values |= {f"word{number}": word for number, word in enumerate(wanted.words)}
    values |= {"begin": wanted.begin} if wanted.begin is not None else {}
    values |= {"end": wanted.end} if wanted.end is not None else {}
    narrowed = {f"filter_{name}": value for name, value in wanted.filters.items()}
    numbers = list(db.scalars(_statement(wanted, list(_places(bottom, top))), values | narrowed))
    return _run(db, select(Notice).where(Notice.number.in_(numbers)).order_by(Notice.number.desc()))


def notice(db: Session, notice_id: str) -> Notice | None:
    """One notice, whole."""
    return db.scalars(select(Notice).where(Notice.id == notice_id)).first()


def of_project(db: Session, project_id: str) -> list[Notice]:
    """All notices of a project, oldest first, without their texts."""
    return _run(db, select(Notice).where(Notice.project_id == project_id).order_by(Notice.number).limit(500))


def _bounds(db: Session, wanted: Wanted, before: int | None) -> tuple[int, int]:
    """All that is wanted has numbers from the first to below the second.

    Numbers are in the order of hearing; `latest_at` never falls along them, so it can be cut anywhere. What was heard
    late (published before something with a lower number) is looked up beside it.
    """
    last = select(Notice.number).order_by(Notice.number.desc()).limit(1)
    late = select(literal(0))
    if wanted.end is not None:
        before_end = select(Notice.number).where(Notice.latest_at < wanted.end)
        last = before_end.order_by(Notice.latest_at.desc(), Notice.number.desc()).limit(1)
        # "+ 0": by the small index of what came late, not down all numbers until one is found.
        late = select(func.max(Notice.number + 0)).where(
            Notice.published_at < Notice.latest_at, Notice.published_at < wanted.end
        )
    first = select(literal(0))
    if wanted.begin is not None:
        from_begin = select(Notice.number).where(Notice.latest_at >= wanted.begin)
        first = from_begin.order_by(Notice.latest_at, Notice.number).limit(1)
    bottom, newest = db.execute(
        select(first.scalar_subquery(), func.greatest(last.scalar_subquery(), late.scalar_subquery()))
    ).one()
    if bottom is None or newest is None:
        return 0, 0
    return bottom, newest + 1 if before is None else min(before, newest + 1)


def _places(bottom: int, top: int) -> Iterator[Place]:
    """(first number, the number behind the last, marks of its segments) of each place, newest first, without overlap.

    The first place has no marks: it is read one by one.
    """
    # `NEWEST` numbers, not rows: numbers that were handed out and rolled back only make the place smaller.
    end = max(top - NEWEST, bottom)
    yield end, top, []
    for bits in LADDER:
        if end <= bottom:
            return
        begin, segments = place(end, bits)
        yield max(begin, bottom), end, segments
        end = begin


def _statement(wanted: Wanted, places: Sequence[Place]) -> TextClause:
    """Numbers of what is found, newest first.

    Numbers and marks are written into it, not handed over: PostgreSQL chooses the plan by how rare these marks are, and
    a plan kept for all words would be a bad one for most.
    """
    read = [f"strpos(folded, :word{number}) > 0" for number in range(len(wanted.words))]
    read += ["published_at >= :begin"] if wanted.begin is not None else []
    read += ["published_at < :end"] if wanted.end is not None else []
    narrowed = [
        "objects @> jsonb_build_array(CAST(:filter_object AS text))" if name == "object" else f"{name} = :filter_{name}"
        for name in wanted.filters
    ]
    marks = _array(wanted_marks(wanted.words, wanted.filters))
    parts = []
    for first, end, segments in places:
        within = [f"number >= {first}", f"number < {end}"]
        # Two conditions on the marks, not one list: the index then takes turns between them and leaps over the rest.
        marked = [f"marks @> {marks}", f"marks && {_array(segments)}"]
        conditions = " AND ".join([*within, *(marked if segments else narrowed), *read])
        part = f"SELECT number FROM notice WHERE {conditions}"
        if segments:  # materialised, so that the marks' index is used and not a walk down the numbers hoping for finds
            part = f"WITH found AS MATERIALIZED ({part}) SELECT number FROM found"
        parts.append(f"(SELECT number FROM ({part} ORDER BY number DESC LIMIT :most) AS place)")
    return sql(" UNION ALL ".join(parts) + " LIMIT :most")


def _in_time(wanted: Wanted) -> list[Any]:
    conditions = []
    if wanted.begin is not None:
        conditions.append(Notice.published_at >= wanted.begin)
    if wanted.end is not None:
        conditions.append(Notice.published_at < wanted.end)
    return conditions


def _array(marks: list[int]) -> str:
    return "'{" + ",".join(str(int(each)) for each in marks) + "}'::integer[]"


def _run(db: Session, found: Select[Any]) -> list[Notice]:
    return list(db.scalars(found.options(load_only(*_SHOWN))))
