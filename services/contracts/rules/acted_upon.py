"""Has an upheld challenge been acted upon, so that it stops nothing any more?

94-16: an upheld challenge that touches the result is acted upon by annulling the award or by evaluating again; until
then nothing is signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime


def by_a_new_ranking(answered_at: datetime | None, settled_at: Iterable[datetime]) -> bool:
    """Whether a ranking there was when the challenge was upheld has been followed by another (87-64, 87-67).

    answered_at: None while only its lodging is known. settled_at: of every ranking the lot ever had.
    """
    if answered_at is None:
        return False
    return {each > answered_at for each in settled_at} == {True, False}


def nothing_left(answered_at: datetime | None, decided_at: Iterable[datetime]) -> bool:
    """Whether no award is left that the challenge was upheld against. decided_at: of the live awards it is about."""
    return answered_at is not None and all(each > answered_at for each in decided_at)
