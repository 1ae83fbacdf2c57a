"""Is this score sheet complete and within the scheme; do members agree where they must?

Every factor but the price, for every bid still in, from zero to the factor's maximum, at most two places. Objective
factors must be marked equally by all members (87-64).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.chassis.objection import Objection
from services.evaluation.rules.law import Law

Marks = Mapping[tuple[str, str], Decimal]
"""(bid id, factor key) → points."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of the scheme. kind: `price`, `objective` or `subjective`; `technical` counts for 214-25."""

    key: str
    title: str
    points: Decimal
    kind: str
    technical: bool = True


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An objective factor that members marked unequally, with each member's mark."""

    bid_id: str
    factor: str
    marks: Mapping[str, Decimal]


def scheme_objections(factors: Sequence[Factor]) -> list[Objection]:
    """Why nobody can score by this scheme: its maxima do not sum to 100, or keys are doubled."""
    found = []
    total = sum((factor.points for factor in factors), Decimal(0))
    if total != 100:
        found.append(
            Objection(
                "scheme_not_100",
                f"The factors' maxima sum to {total}; they must sum to 100.",
                "87-55",
                "factors",
                {"total": str(total)},
            )
        )
    if len({factor.key for factor in factors}) != len(factors):
        found.append(Objection("scheme_doubled_factor", "Two factors share one key.", "87-55", "factors"))
    if sum(factor.kind == "price" for factor in factors) > 1:
        found.append(Objection("scheme_two_prices", "Only one factor can be the price.", "87-55", "factors"))
    return found


def weight_objections(law: Law, on: date, procedure: str, what: str, factors: Sequence[Factor]) -> list[Objection]:
    """Why the price weighs too little or too much for this procedure and object (87-55, 214-24).

    A scheme without a price factor is for services under one fixed price, where the price is no factor.
    """
    row = law.find("scoring.price_weight", on, procedure=procedure, object=what)
    weights = [factor.points for factor in factors if factor.kind == "price"]
    if row is None or not weights:
        return []
    low, high = Decimal(row.value[0]), Decimal(row.value[1] or 100)
    if low <= weights[0] <= high:
        return []
    message = f"The price weighs {weights[0]} points; {low} to {high} are lawful for {what} in this procedure."
    figures = {"weight": str(weights[0]), "low": str(low), "high": str(high)}
    return [Objection("price_weight_unlawful", message, row.article, "factors", figures)]


def mark_objections(marks: Marks, factors: Sequence[Factor], bids: Sequence[str]) -> list[Objection]:
    """What is wrong with the marks given so far; a draft may miss some, so completeness is asked apart."""
    by_key = {factor.key: factor for factor in factors if factor.kind != "price"}
    known = set(bids)
    found = []
    for (bid, key), mark in marks.items():
        place = f"marks.{bid}.{key}"
        factor = by_key.get(key)
        if bid not in known or factor is None:
            found.append(
                Objection(
                    "mark_unknown", "This bid or factor is not scored by members.", "87-55", place, {"factor": key}
                )
            )
        elif not 0 <= mark <= factor.points:
            found.append(
                Objection(
                    "mark_out_of_range",
                    f"{mark} is outside 0 to {factor.points} for {factor.title}.",
                    "87-64",
                    place,
                    {"mark": str(mark), "most": str(factor.points), "factor": factor.title},
                )
            )
        elif mark != mark.quantize(Decimal("0.01")):
            found.append(
                Objection("mark_too_fine", f"{mark} has more than two places.", "87-55", place, {"mark": str(mark)})
            )
    return found


def missing(marks: Marks, factors: Sequence[Factor], bids: Sequence[str]) -> list[Objection]:
    """One objection for every mark a complete sheet still lacks."""
    return [
        Objection(
            "mark_missing",
            f"{factor.title} is not marked for one bid.",
            "87-55",
            f"marks.{bid}.{factor.key}",
            {"factor": factor.title},
        )
        for bid in bids
        for factor in factors
        if factor.kind != "price" and (bid, factor.key) not in marks
    ]


def disagreements(sheets: Mapping[str, Marks], factors: Sequence[Factor], bids: Sequence[str]) -> list[Disagreement]:
    """Every objective factor of every bid that the members marked unequally. `sheets`: member → marks, all
    complete."""
    found = []
    for factor in factors:
        if factor.kind != "objective":
            continue
        for bid in bids:
            given = {member: marks[bid, factor.key] for member, marks in sheets.items()}
            if len(set(given.values())) > 1:
                found.append(Disagreement(bid, factor.key, given))
    return found
