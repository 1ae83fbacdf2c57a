"""What is a supplier's standing now, since when, until when, and in which categories may it bid?

Standing is never stored as a decision: it follows from the versions of the file, the validity of its documents and
finance's restrictions. In order of weight: barred (法77, 条例73), suspended, then what the review made of the file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from services.registry.rules.categories import tidy, without

DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
RETURNED: Final = "returned"
ADMITTED: Final = "admitted"
SUSPENDED: Final = "suspended"
BARRED: Final = "barred"
EXPIRED: Final = "document_expired"
STANDINGS: Final = (DRAFT, SUBMITTED, RETURNED, ADMITTED, SUSPENDED, BARRED)


@dataclass(frozen=True)
class Version:
    """One version of a supplier's file. `admitted`: True, False (returned) or None (not decided)."""

    number: int
    drafted_at: datetime
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    admitted: bool | None = None


@dataclass(frozen=True)
class Document:
    """A document of the admitted version. `expires_at`: the first instant it is no longer valid; None: never.

    required: whatever is bid for, one valid document of this kind must be there. categories: what it is needed for.
    """

    kind: str
    expires_at: datetime | None = None
    categories: tuple[str, ...] = ()
    required: bool = True

    def valid(self, now: datetime) -> bool:
        """Whether it is still valid at `now`."""
        return self.expires_at is None or now < self.expires_at


@dataclass(frozen=True)
class Restriction:
    """A suspension or an exclusion, in force in [since, until) unless lifted before."""

    since: datetime
    until: datetime | None
    ground: str
    decision_no: str
    lifted_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether it is in force at `now`."""
        begun = self.since <= now and (self.until is None or now < self.until)
        return begun and (self.lifted_at is None or now < self.lifted_at)

    def ends(self) -> datetime | None:
        """When it ends; None when nothing is known to end it."""
        ends = [each for each in (self.until, self.lifted_at) if each is not None]
        return min(ends) if ends else None


@dataclass(frozen=True)
class Standing:
    """The answer. `categories`: subtrees it may bid in, meaningful while admitted; empty means all.

    `reasons`: what takes something away, each `{"code", "article", …figures}`; strings only.
    """

    standing: str
    since: datetime
    until: datetime | None = None
    ground: str = ""
    decision_no: str = ""
    categories: tuple[str, ...] = ()
    reasons: tuple[Mapping[str, str], ...] = field(default=())

    @property
    def may_bid(self) -> bool:
        """Whether it may bid in anything at all."""
        return self.standing == ADMITTED


@dataclass(frozen=True)
class Facts:
    """All that standing follows from. `categories`, `documents`: the admitted version's; `roots`: the tree's tops."""

    registered_at: datetime
    versions: Sequence[Version] = ()
    documents: Sequence[Document] = ()
    categories: tuple[str, ...] = ()
    suspensions: Sequence[Restriction] = ()
    bars: Sequence[Restriction] = ()
    roots: tuple[str, ...] = ("A", "B", "C")
    children: Mapping[str, Sequence[str]] = field(default_factory=dict)


def standing(facts: Facts, now: datetime) -> Standing:
    """The standing at `now`."""
    for name, restrictions, article in ((BARRED, facts.bars, "法77"), (SUSPENDED, facts.suspensions, "")):
        held = [each for each in restrictions if each.holds(now)]
        if held:
            return _restricted(name, held, article)
    admitted_at = _admitted_at(facts, now)
    if admitted_at is None:
        return _under_review(facts, now)
    return _admitted(facts, admitted_at, now)


def next_look(facts: Facts, now: datetime) -> datetime | None:
    """The next moment at which time alone may change the standing; None: never."""
    moments: list[datetime | None] = [each.expires_at for each in facts.documents]
    for each in (*facts.suspensions, *facts.bars):
        moments += [each.since, each.until, each.lifted_at]
    later = [each for each in moments if each is not None and each > now]
    return min(later) if later else None


def _restricted(name: str, held: Sequence[Restriction], article: str) -> Standing:
    open_ended = [each for each in held if each.ends() is None]
    longest = open_ended[0] if open_ended else max(held, key=lambda each: each.ends() or each.since)
    reasons = tuple(
        {"code": name, "article": article, "ground": each.ground, "decision_no": each.decision_no} for each in held
    )
    since = min(each.since for each in held)
    return Standing(name, since, longest.ends(), longest.ground, longest.decision_no, (), reasons)


def _admitted_at(facts: Facts, now: datetime) -> datetime | None:
    """Since when the file counts: its last admission, or the end of a restriction after it."""
    admitted = [each.decided_at for each in facts.versions if each.admitted]
    decided = [each for each in admitted if each is not None and each <= now]
    if not decided:
        return None
    freed = [each.ends() for each in (*facts.suspensions, *facts.bars) if each.since <= now]
    return max([max(decided), *(each for each in freed if each is not None and each <= now)])


def _under_review(facts: Facts, now: datetime) -> Standing:
    if not facts.versions:
        return Standing(DRAFT, facts.registered_at)
    last = max(facts.versions, key=lambda each: each.number)
    if last.decided_at and last.decided_at <= now:
        return Standing(RETURNED, last.decided_at)
    if last.submitted_at and last.submitted_at <= now:
        return Standing(SUBMITTED, last.submitted_at)
    return Standing(DRAFT, last.drafted_at)


def _admitted(facts: Facts, admitted_at: datetime, now: datetime) -> Standing:
    expired = [each for each in facts.documents if not each.valid(now)]
    valid = [each for each in facts.documents if each.valid(now)]
    missing = [each for each in expired if each.required and all(other.kind != each.kind for other in valid)]
    if missing:
        since = max(min(_expiries(missing)), admitted_at)
        return Standing(SUSPENDED, since, None, EXPIRED, "", (), _expiry_reasons(missing))
    still = [code for each in valid for code in each.categories]
    lost = without((code for each in expired for code in each.categories), still, facts.children)
    if not lost:
        return Standing(ADMITTED, admitted_at, categories=tidy(facts.categories))
    gone = [each for each in expired if each.categories]
    since = max(*_expiries(gone), admitted_at)
    left = without(facts.categories or facts.roots, lost, facts.children)
    if not left:  # an empty list would mean "all": nothing left is a suspension
        return Standing(SUSPENDED, since, None, EXPIRED, "", (), _expiry_reasons(gone))
    return Standing(ADMITTED, since, categories=left, reasons=_expiry_reasons(gone))


def _expiries(documents: Sequence[Document]) -> list[datetime]:
    return [each.expires_at for each in documents if each.expires_at is not None]


def _expiry_reasons(documents: Sequence[Document]) -> tuple[Mapping[str, str], ...]:
    return tuple(
        {"code": EXPIRED, "article": "条例17", "kind": each.kind, "categories": ",".join(each.categories)}
        for each in documents
    )
