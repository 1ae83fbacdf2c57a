"""The department's own ways of saying no; each code has its sentence in both languages in `words.json`."""

from __future__ import annotations

from typing import NoReturn

from services.chassis.refusal import Refusal, refuse
from services.notify.rules.reasons import objection


def no(code: str, *, field: str = "", article: str = "", **figures: object) -> NoReturn:
    """Refuse with one objection, worded from `words.json`."""
    said = objection(code, article, field, **figures)
    refuse(code, said.message, said)


def refusal(code: str, *, field: str = "", article: str = "", **figures: object) -> Refusal:
    """The same, to be raised by somebody else (`refuse_on`)."""
    try:
        no(code, field=field, article=article, **figures)
    except Refusal as found:
        return found
