"""How the department says no outside the rules: one code, worded in `words.json` like every other."""

from __future__ import annotations

from typing import NoReturn

from services.chassis.refusal import Refusal, refuse
from services.tendering.rules.reasons import objection


def no(code: str, article: str = "", field: str = "", **figures: object) -> NoReturn:
    """Raise the refusal of this code, with its one objection."""
    made = objection(code, article, field, **figures)
    refuse(code, made.message, made)


def refusal(code: str, article: str = "", field: str = "", **figures: object) -> Refusal:
    """The same refusal, not raised yet: what a constraint's violation is translated into."""
    try:
        no(code, article, field, **figures)
    except Refusal as made:
        return made
