"""Which experts may be drawn for these lots, and why is each other one out? (条例39; 198-12)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from services.chassis.objection import Objection
from services.registry.rules import recusal
from services.registry.rules.categories import covers
from services.registry.rules.names import same_name


@dataclass(frozen=True)
class Expert:
    """An expert's file as a draw needs it. `away`: (first day, last day) pairs on which the expert cannot come."""

    person_id: str
    name: str
    region: str
    specialties: tuple[str, ...]
    ties: recusal.Ties
    admitted_on: date | None = None
    left_on: date | None = None
    suspensions: Sequence[tuple[date, date | None]] = ()
    available: bool = True
    away: Sequence[tuple[date, date]] = ()


@dataclass(frozen=True)
class Need:
    """What is drawn for. `categories`: of the lots, any of them will do; `region`: empty for everywhere."""

    categories: tuple[str, ...]
    on: date
    bidders: Sequence[recusal.Unit] = ()
    purchaser: recusal.Unit | None = None
    offices: Sequence[recusal.Unit] = ()
    regions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """`eligible`: (expert, categories covered), by person id; `out`: (expert, reasons), by person id."""

    eligible: tuple[tuple[Expert, tuple[str, ...]], ...]
    out: tuple[tuple[Expert, tuple[Objection, ...]], ...]


def pool(experts: Sequence[Expert], need: Need) -> Answer:
    """Sort the library into who may be drawn and who may not; each expert stands in exactly one of the two."""
    eligible, out = [], []
    for expert in sorted(experts, key=lambda each: each.person_id):
        reasons = objections(expert, need)
        if reasons:
            out.append((expert, tuple(reasons)))
        else:
            eligible.append((expert, _matches(expert, need)))
    return Answer(tuple(eligible), tuple(out))


def objections(expert: Expert, need: Need) -> list[Objection]:
    """Every reason why this expert may not be drawn."""
    found = _membership(expert, need.on)
    if not _matches(expert, need):
        wanted = ", ".join(need.categories)
        found.append(
            Objection(
                "other_specialty",
                f"No specialty of the expert covers {wanted}.",
                "198-12",
                figures={"wanted": wanted, "has": ", ".join(expert.specialties)},
            )
        )
    if need.regions and not any(same_name(expert.region, each) for each in need.regions):
        wanted = ", ".join(need.regions)
        found.append(
            Objection(
                "other_region",
                f"The expert is of {expert.region}, not of {wanted}.",
                "198-12",
                figures={"region": expert.region, "wanted": wanted},
            )
        )
    return found + recusal.objections(expert.ties, need.bidders, need.purchaser, need.offices, need.on)


def _membership(expert: Expert, on: date) -> list[Objection]:
    found = []
    if expert.admitted_on is None or expert.admitted_on > on:
        found.append(Objection("not_admitted", "The expert is not admitted to the library.", "条例39"))
    if expert.left_on is not None and expert.left_on <= on:
        found.append(
            Objection(
                "left_library",
                f"The expert left the library on {expert.left_on}.",
                "条例39",
                figures={"date": f"{expert.left_on}"},
            )
        )
    for since, until in expert.suspensions:
        if since <= on and (until is None or on <= until):
            ends = f"{until}" if until else "further notice"
            found.append(
                Objection(
                    "expert_suspended", f"The expert is suspended until {ends}.", "条例75", figures={"until": ends}
                )
            )
    if not expert.available:
        found.append(Objection("not_available", "The expert has said not to be available.", "198-12"))
    for first, last in expert.away:
        if first <= on <= last:
            found.append(Objection("away", f"The expert is away until {last}.", "198-12", figures={"until": f"{last}"}))
    return found


def _matches(expert: Expert, need: Need) -> tuple[str, ...]:
    return tuple(
        category for category in need.categories if any(covers(subtree, category) for subtree in expert.specialties)
    )
