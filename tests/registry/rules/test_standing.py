"""What is a supplier's standing? Over any history: never admitted while barred, expired or suspended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from services.registry.rules.categories import covered
from services.registry.rules.standing import (
    ADMITTED,
    BARRED,
    SUSPENDED,
    Document,
    Facts,
    Restriction,
    Version,
    next_look,
    standing,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
TREE = {
    "": ["A", "B", "C"],
    "A": ["A01", "A02"],
    "A02": ["A0201", "A0202"],
    "A0201": ["A020101"],
    "B": [],
    "C": ["C03"],
    "C03": ["C0301", "C0302"],
}
LEAVES = ["A01", "A020101", "A0202", "B", "C0301", "C0302"]
CODES = sorted({code for below in TREE.values() for code in below})

moments = some.integers(0, 400).map(lambda hours: START + timedelta(hours=hours))
codes = some.lists(some.sampled_from(CODES), max_size=4).map(tuple)


@some.composite
def restrictions(draw: some.DrawFn) -> Restriction:
    since = draw(moments)
    until = since + timedelta(hours=draw(some.integers(1, 200))) if draw(some.booleans()) else None
    lifted = since + timedelta(hours=draw(some.integers(0, 200))) if draw(some.booleans()) else None
    return Restriction(since, until, "ground", "1", lifted)


@some.composite
def versions(draw: some.DrawFn) -> list[Version]:
    made: list[Version] = []
    at = START
    for number in range(1, draw(some.integers(0, 4)) + 1):
        drafted = at + timedelta(hours=draw(some.integers(0, 40)))
        submitted = drafted + timedelta(hours=draw(some.integers(0, 40)))
        decided = submitted + timedelta(hours=draw(some.integers(0, 40)))
        made.append(Version(number, drafted, submitted, decided, draw(some.booleans())))
        at = decided
    if draw(some.booleans()) and made:
        made[-1] = Version(made[-1].number, made[-1].drafted_at, made[-1].submitted_at)
    return made


documents = some.lists(
    some.builds(
        Document,
        kind=some.sampled_from(["licence", "tax", "qualification"]),
        expires_at=some.none() | moments,
        categories=codes,
        required=some.booleans(),
    ),
    max_size=5,
)
histories = some.builds(
    Facts,
    registered_at=some.just(START),
    versions=versions(),
    documents=documents,
    categories=codes,
    suspensions=some.lists(restrictions(), max_size=3),
    bars=some.lists(restrictions(), max_size=3),
    children=some.just(TREE),
)


@given(histories, moments)
def test_never_admitted_while_barred_suspended_or_without_a_required_document(facts: Facts, now: datetime) -> None:
    found = standing(facts, now)
    barred = any(each.holds(now) for each in facts.bars)
    suspended = any(each.holds(now) for each in facts.suspensions)
    missing = {each.kind for each in facts.documents if each.required and not each.valid(now)} - {
        each.kind for each in facts.documents if each.valid(now)
    }
    never = not any(each.admitted and each.decided_at and each.decided_at <= now for each in facts.versions)
    if barred:
        assert found.standing == BARRED
    elif suspended:
        assert found.standing == SUSPENDED
    if barred or suspended or missing or never:
        assert found.standing != ADMITTED
        assert not found.may_bid
        assert found.categories == ()


@given(histories, moments)
def test_no_category_is_left_that_an_expired_qualification_covered_alone(facts: Facts, now: datetime) -> None:
    found = standing(facts, now)
    if found.standing != ADMITTED:
        return
    valid = [code for each in facts.documents if each.valid(now) for code in each.categories]
    expired = [code for each in facts.documents if not each.valid(now) for code in each.categories]
    for leaf in LEAVES:
        may_bid = covered(found.categories, leaf) if found.categories else True
        if covered(expired, leaf) and not covered(valid, leaf):
            assert not may_bid, leaf
        elif covered(facts.categories or ("A", "B", "C"), leaf):
            assert may_bid, leaf


@given(histories, moments)
def test_between_now_and_the_next_look_nothing_changes_by_itself(facts: Facts, now: datetime) -> None:
    settled = Facts(**{**facts.__dict__, "versions": [each for each in facts.versions if _past(each, now)]})
    look = next_look(settled, now)
    later = (look or now + timedelta(hours=500)) - timedelta(seconds=1)
    if later > now:
        assert standing(settled, later).standing == standing(settled, now).standing
        assert standing(settled, later).categories == standing(settled, now).categories


@given(histories, moments)
def test_a_standing_began_before_now_and_ends_after(facts: Facts, now: datetime) -> None:
    found = standing(facts, now)
    assert found.since <= max(now, *(each.drafted_at for each in facts.versions), START)
    assert found.until is None or found.until > now


def test_the_longest_of_two_bars_is_told() -> None:
    short = Restriction(START, START + timedelta(days=10), "bribery", "1")
    long = Restriction(START + timedelta(days=1), START + timedelta(days=90), "collusion", "2")
    found = standing(Facts(START, bars=[short, long]), START + timedelta(days=5))
    assert (found.standing, found.until, found.ground, found.decision_no) == (BARRED, long.until, "collusion", "2")
    assert len(found.reasons) == 2


def test_a_renewed_document_of_the_same_kind_counts_for_the_expired_one() -> None:
    admitted = Version(1, START, START, START, True)
    licences = [Document("licence", START + timedelta(days=1)), Document("licence", START + timedelta(days=900))]
    found = standing(Facts(START, [admitted], licences), START + timedelta(days=30))
    assert found.standing == ADMITTED


def _past(version: Version, now: datetime) -> bool:
    return all(each is None or each <= now for each in (version.drafted_at, version.submitted_at, version.decided_at))
