"""What becomes of a lot when its time has come?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.tendering.rules import procedures
from services.tendering.rules.law import Book, Scope


@dataclass(frozen=True)
class Failure:
    """A lot that cannot go on. figures: what was there and what was needed; ways_on: the lawful ones."""

    reason: str
    stage: str
    figures: dict[str, str]
    articles: tuple[str, ...]
    ways_on: tuple[str, ...]


def at_closing(book: Book, day: date, procedure: str, object_: str, bids: int) -> Failure | None:
    """None when the lot may be opened; else why it fails (法36, 87-41). day: the notice's."""
    lawful = procedures.find(book, procedure, day)
    if lawful is None or bids >= lawful.minimum_bidders:
        return None
    return failure(
        book,
        day,
        procedure,
        object_,
        "too_few_bids",
        "closing",
        {"bids": str(bids), "minimum": str(lawful.minimum_bidders)},
    )


def failure(
    book: Book, day: date, procedure: str, object_: str, reason: str, stage: str, figures: dict[str, str]
) -> Failure:
    """A failure with its articles and the ways on; none but the end where the task itself is cancelled (法37)."""
    ground = book.coded("failure", reason, day)
    articles = [ground.article] if ground else []
    if stage == "closing" and (row := book.coded("not_opened", reason, day, Scope(object=object_))):
        articles.append(row.article)
    lawful = procedures.find(book, procedure, day)
    ways = () if reason == "task_cancelled" or lawful is None else lawful.ways_on
    return Failure(reason, stage, figures, tuple(articles), ways)


def grounds(book: Book, day: date) -> list[str]:
    """The coded grounds on which people (not the clock) may declare a lot failed."""
    return [row.value["code"] for row in book.all("failure", day) if not row.value["by_itself"]]
