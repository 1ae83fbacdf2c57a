"""What of a lot's evaluation does not stand once a member is gone?

87-49: a member who is replaced leaves nothing behind that counts, and those who remain do the work again. What rested
on a majority stands as long as there is one without the member; every sheet of scores is opened for summing up again.
"""

from __future__ import annotations

from typing import Literal

Step = Literal["conformity", "prices", "sheets"]

NO_VOICE = ("opening", "qualification")
"""Stages of rejections no member has a voice in: they stand whoever leaves."""
PRICE_DECIDED = ("price_unproved", "brand_stood_for")
"""Codes of rejections that closing the prices led to: they go when the prices are examined again."""


def first_step(
    *, conformity_closed: bool, conformity_stands: bool, readmitted: bool, prices_closed: bool, proofs_stand: bool
) -> Step:
    """The first step to be done again; all after it are done again too.

    conformity_stands: every bid's conformity has a majority without the member. readmitted: a bid is in again whose
    rejection has none. proofs_stand: every explanation of a low price that was given has one.
    """
    if conformity_closed and (readmitted or not conformity_stands):
        return "conformity"
    if prices_closed and not proofs_stand:
        return "prices"
    return "sheets"
