"""What do the document and the bid fix for the contract, and does a draft depart from it?

法46: signed as the document fixed it. 招标投标法46 and 87-71: no departure in substance from document and bid. Where
the bid offers more than the document asks, the offer binds: a delivery is as quick, a warranty as long, as the better
of the two.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.chassis.objection import Objection
from services.contracts.rules.reasons import objection

LAWFUL_DEPARTURES = {
    "clerical_correction": "a slip of the pen that changes no right and no duty",
    "party_details_changed": "a party's address, contact or account has changed since",
    "place_detailed": "the place named in the document is given in more detail",
}


@dataclass(frozen=True)
class Term:
    """One thing a contract fixes.

    substance: whether every departure is unlawful. better: which way the bid may improve on it.
    """

    key: str
    kind: str
    substance: bool
    better: str = ""


TERMS: Sequence[Term] = (
    Term("amount", "money", True),
    Term("items", "items", True),
    Term("delivery_days", "count", True, "less"),
    Term("warranty_months", "count", True, "more"),
    Term("payment_terms", "list", True),
    Term("performance_bond_percent", "percent", True),
    Term("payment_days", "count", True),
    Term("delivery_place", "text", False),
    Term("acceptance_standard", "text", True),
)
BY_KEY = {each.key: each for each in TERMS}


@dataclass(frozen=True)
class Departure:
    """A draft's difference from what is fixed; reason None where none was given."""

    term: str
    fixed: str
    drafted: str
    reason: str | None
    lawful: bool

    def as_dict(self) -> dict[str, str | bool | None]:
        """The departure as the contract shows it."""
        return {
            "term": self.term,
            "fixed": self.fixed,
            "drafted": self.drafted,
            "reason": self.reason,
            "lawful": self.lawful,
        }


def fixed_terms(conditions: Mapping[str, Any], sheet: Mapping[str, Any], payment_days: int) -> dict[str, Any]:
    """The terms document and bid fix: texts, lists and numbers as text; a term nobody fixed is absent.

    conditions: the notice's contract terms; sheet: the winner's price sheet, whose only offers that count are the
    counted terms it may improve; payment_days: what the law allows at most.
    """
    fixed: dict[str, Any] = {}
    for term in TERMS:
        if term.key in ("amount", "items"):
            continue
        asked = conditions.get(term.key)
        offered = _offer(sheet.get(term.key)) if term.better else None
        if term.key == "payment_days":
            asked = payment_days if asked is None else min(int(asked), payment_days)
        if asked is None and offered is None:
            continue
        fixed[term.key] = _text(term, _better(term, asked, offered))
    return fixed


def departures(fixed: Mapping[str, Any], drafted: Mapping[str, Any], reasons: Mapping[str, str]) -> list[Departure]:
    """Every difference between what is fixed and what the draft says, lawful or not.

    A term that nobody fixed is the parties' to agree. A fixed term that the draft leaves out is a departure.
    """
    found = []
    for key in sorted(set(fixed) | (set(drafted) & set(BY_KEY))):
        if key not in fixed:
            continue
        wanted, given = fixed[key], drafted.get(key)
        if _text(BY_KEY[key], given) == wanted:
            continue
        reason = reasons.get(key)
        lawful = not BY_KEY[key].substance and reason in LAWFUL_DEPARTURES
        found.append(Departure(key, _shown(wanted), _shown(given), reason, lawful))
    return found


def objections(found: Sequence[Departure]) -> list[Objection]:
    """One objection for each departure that is not lawful."""
    refused = []
    for each in found:
        if each.lawful:
            continue
        if BY_KEY[each.term].substance:
            refused.append(
                objection(
                    "departs_from_document",
                    "法46",
                    f"terms.{each.term}",
                    term=each.term,
                    fixed=each.fixed,
                    drafted=each.drafted,
                )
            )
        else:
            known = ", ".join(sorted(LAWFUL_DEPARTURES))
            refused.append(
                objection(
                    "departure_without_reason",
                    "法46",
                    f"terms.{each.term}",
                    term=each.term,
                    fixed=each.fixed,
                    drafted=each.drafted,
                    known=known,
                )
            )
    return refused


def _offer(value: Any) -> int | None:
    """What a bid offers for a counted term.

    A sheet is the supplier's, so anything but a sensible number is no offer.
    """
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).isdecimal():
        return None
    return int(value) if 0 < len(str(value)) <= 5 and int(value) > 0 else None


def _better(term: Term, asked: Any, offered: Any) -> Any:
    if asked is None or offered is None or not term.better:
        return offered if asked is None else asked
    choose = min if term.better == "less" else max
    return choose(int(asked), int(offered))


def _text(term: Term, value: Any) -> Any:
    if value is None:
        return None
    if term.kind == "list":
        return [each if isinstance(each, (str, dict)) else str(each) for each in value]
    if term.kind == "percent":
        return format(Decimal(str(value)).normalize(), "f")
    if term.kind == "money":
        return f"{Decimal(str(value)):.2f}"
    return value if term.kind == "items" else str(value)


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "; ".join(_shown(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {each}" for key, each in value.items())
    return "—" if value is None else str(value)
