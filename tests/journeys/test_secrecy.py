"""While the rehearsal was played, people of every kind asked over HTTP for what was not yet theirs to see."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.journeys.conftest import Played
from tests.journeys.onlookers import BEFORE_CLOSING, WRONGLY_EARLY

pytestmark = pytest.mark.timeout(600)  # the suite starts and plays first
REFUSED = (401, 403, 404, 409)


@pytest.mark.parametrize("operation", [*BEFORE_CLOSING, *WRONGLY_EARLY])
def test_nobody_outside_saw_it_before_its_time(played: Played, operation: str) -> None:
    seen = [each for each in played.onlookers.sights if each.operation == operation and each.too_early]
    assert not [each for each in seen if each.shown]
    asked = Counter(each.who for each in seen if each.status in REFUSED)
    assert set(asked) == set((BEFORE_CLOSING | WRONGLY_EARLY)[operation]), played.onlookers.trouble[:5]


def test_a_loser_read_its_own_notice_once_the_result_was_public(played: Played) -> None:
    """Or the onlookers would have proved nothing."""
    notices = [each for each in played.onlookers.sights if each.operation == "evaluation.loser_notice"]
    assert [each for each in notices if each.who == "agent-s3" and each.shown and not each.too_early]
