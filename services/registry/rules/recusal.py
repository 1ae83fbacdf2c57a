"""Must this expert stand aside from these bidders and this purchaser? (条例9; 法12; 87-47; 198)

Computed from what is on file. What the file cannot know the expert declares when invited, in evaluation.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from services.chassis.objection import Objection
from services.registry.rules.days import years_before
from services.registry.rules.names import same_name

YEARS: Final = 3
CONTROLLING: Final = Decimal(50)
"""Percent from which a holding controls by itself; a smaller one still touches fairness (条例9-5)."""

RELATIONS: Final = ("spouse", "direct_line", "collateral_three", "near_in_law")
POSITIONS: Final = ("employee", "director", "supervisor", "responsible_person")
_RESPONSIBLE: Final = "responsible_person"


@dataclass(frozen=True)
class Unit:
    """A bidder, a purchaser or an office. `controllers`: names or ids of who controls it."""

    name: str
    organisation_id: str | None = None
    responsible_person: str | None = None
    controllers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Employment:
    """Where an expert works or worked; `until` None: still."""

    unit: Unit
    since: date
    until: date | None = None
    position: str = "employee"


@dataclass(frozen=True)
class Holding:
    """A share of a firm, in percent; `until` None: still held; `since` None: unknown, long."""

    unit: Unit
    percent: Decimal
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Kin:
    """A relative declared, with the unit and position if they have one."""

    name: str
    relation: str
    unit: Unit | None = None
    position: str = ""


@dataclass(frozen=True)
class Ties:
    """What an expert's file says about ties."""

    name: str
    employments: Sequence[Employment] = ()
    holdings: Sequence[Holding] = ()
    kin: Sequence[Kin] = ()
    organisation_id: str | None = None


def same_unit(one: Unit, other: Unit) -> bool:
    """Whether both mean one organisation: by id where both have one, else by name."""
    if one.organisation_id and other.organisation_id:
        return one.organisation_id == other.organisation_id
    return same_name(one.name, other.name)


def objections(
    ties: Ties, bidders: Iterable[Unit], purchaser: Unit | None, offices: Iterable[Unit], on: date
) -> list[Objection]:
    """Every reason for this expert to stand aside on the day `on`; empty: none is on file.

    `offices`: the centre's and finance's own units, whose present staff are never experts.
    """
    found: list[Objection] = []
    for bidder in bidders:
        found += _worked_for(ties, bidder, on)
        found += _owns(ties, bidder, on)
        found += _kin_of(ties, bidder)
    if purchaser is not None and _present_staff(ties, purchaser, on):
        found.append(_out("purchaser_staff", f"is on the staff of the purchaser {purchaser.name}", "87-47", purchaser))
    for office in offices:
        if _present_staff(ties, office, on):
            found.append(_out("office_staff", f"is on the staff of {office.name}", "198", office))
    return found


def _worked_for(ties: Ties, bidder: Unit, on: date) -> list[Objection]:
    earliest = years_before(on, YEARS)
    found = []
    for each in ties.employments:
        recent = each.since <= on and (each.until is None or each.until >= earliest)
        if recent and same_unit(each.unit, bidder):
            board = each.position in ("director", "supervisor")
            until = each.until.isoformat() if each.until else "now"
            code, article = ("on_board", "条例9-2") if board else ("employed", "条例9-1")
            what = f"was {each.position} of the bidder {bidder.name} until {until}, within three years of {on}"
            found.append(_out(code, what, article, bidder, position=each.position, until=until))
    if ties.organisation_id and ties.organisation_id == bidder.organisation_id:
        found.append(_out("acts_for_bidder", f"acts for the bidder {bidder.name}", "条例9-1", bidder))
    return found


def _owns(ties: Ties, bidder: Unit, on: date) -> list[Objection]:
    earliest = years_before(on, YEARS)
    found = []
    for each in ties.holdings:
        recent = (each.since is None or each.since <= on) and (each.until is None or each.until >= earliest)
        if recent and each.percent > 0 and same_unit(each.unit, bidder):
            controls = each.percent >= CONTROLLING
            code, article = ("controls", "条例9-3") if controls else ("holds_shares", "条例9-5")
            what = f"holds {each.percent} % of the bidder {bidder.name}"
            found.append(_out(code, what, article, bidder, percent=str(each.percent)))
    if any(same_name(ties.name, name) for name in bidder.controllers):
        what = f"bears the name of a controller of the bidder {bidder.name}"
        found.append(_out("named_controller", what, "条例9-3", bidder))
    return found


def _kin_of(ties: Ties, bidder: Unit) -> list[Objection]:
    found = []
    for each in ties.kin:
        at_bidder = each.unit is not None and same_unit(each.unit, bidder)
        elsewhere = each.unit is not None and not at_bidder
        named = bool(bidder.responsible_person) and same_name(each.name, bidder.responsible_person or "")
        if (named and not elsewhere) or (at_bidder and each.position == _RESPONSIBLE):
            what = f"is {each.relation} of the responsible person of the bidder {bidder.name}"
            found.append(_out("kin_of_responsible", what, "条例9-4", bidder, relation=each.relation))
        elif at_bidder:
            what = f"has a relative ({each.relation}) at the bidder {bidder.name}"
            found.append(_out("kin_at_bidder", what, "条例9-5", bidder, relation=each.relation))
    return found


def _present_staff(ties: Ties, unit: Unit, on: date) -> bool:
    return any(
        each.since <= on and (each.until is None or each.until >= on) and same_unit(each.unit, unit)
        for each in ties.employments
    )


def _out(code: str, what: str, article: str, unit: Unit, **figures: str) -> Objection:
    return Objection(code, f"The expert {what}.", article, figures={"unit": unit.name, **figures})
