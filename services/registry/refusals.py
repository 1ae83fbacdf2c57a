"""The registry's own ways of saying no that are not a rule's objections; each code has its words in `words.json`."""

from services.chassis.objection import Objection
from services.chassis.refusal import Refusal, refuse
from services.protocol.reasons import ProtocolError


def no(code: str, message: str, /, *, field: str = "", article: str = "", **figures: str) -> Refusal:
    """A refusal with one objection that says the same, beside its field."""
    try:
        refuse(code, message, Objection(code, message, article, field, figures))
    except Refusal as refusal:
        return refusal


def unknown(what: str, field: str) -> Refusal:
    """There is no such thing, or it is not the caller's to see."""
    return no(f"{what}_unknown", f"There is no such {what.replace('_', ' ')}.", field=field)


def unreadable(error: ProtocolError, field: str) -> Refusal:
    """A certificate, key or signature that cannot be used."""
    return no(error.code, f"{error.message}.", field=field, **dict(error.figures))


def credit_code_taken(code: str) -> Refusal:
    """One live organisation per code."""
    return no(
        "credit_code_taken",
        f"An organisation with the code {code} is on the register already.",
        field="credit_code",
        code=code,
    )


def too_many(what: str, pace: int) -> Refusal:
    """The public may ask so much a minute."""
    return no(
        "too_many_requests",
        f"More than {pace} {what} were asked for within a minute; try again in a minute.",
        what=what,
        pace=str(pace),
    )
