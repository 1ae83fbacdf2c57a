"""What does a lot add to the year's figures, and what do the figures say together?

Money saved is the budget of the lots under contract less their contracts; the rate is saved ÷ budget (the published
year: 1,010 projects, 1.51 bn, 1.43 bn, 80 m, 5.3 %). Failed lots are counted apart and add nothing to the budget.
Supplements are shown beside the contracts and do not touch the saving.

A lot stands in the year and month (Beijing) of its result: contract, else failure, else award, else notice. Each
dimension splits the same total; only `policy` may count a lot under several keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from services.contracts.rules.lot_record import signed_contract, standing_award
from services.contracts.rules.money import ZERO

BEIJING = timezone(timedelta(hours=8))
DIMENSIONS = ("all", "month", "procedure", "object", "category", "purchaser", "supplier_size", "policy", "fiscal_year")
NONE = "none"


@dataclass(frozen=True)
class Measures:
    """Counts of lots and sums in yuan; additive. Projects are counted apart, since one project has several lots."""

    lots: int = 0
    budget: Decimal = ZERO
    ceiling: Decimal = ZERO
    awarded_lots: int = 0
    award_amount: Decimal = ZERO
    contracts: int = 0
    contracted_budget: Decimal = ZERO
    contract_amount: Decimal = ZERO
    supplements: Decimal = ZERO
    paid: Decimal = ZERO
    terminated: int = 0
    failed_lots: int = 0
    failed_budget: Decimal = ZERO

    def __add__(self, other: Measures) -> Measures:
        return Measures(*(getattr(self, each) + getattr(other, each) for each in NAMES))

    def __sub__(self, other: Measures) -> Measures:
        return Measures(*(getattr(self, each) - getattr(other, each) for each in NAMES))

    @property
    def saved(self) -> Decimal:
        """Budget of the lots under contract less their contracts, yuan."""
        return self.contracted_budget - self.contract_amount

    @property
    def saved_percent(self) -> Decimal | None:
        """saved ÷ budget in percent, one place half up; None without a contract."""
        return percent(self.saved, self.contracted_budget)


NAMES = tuple(each.name for each in fields(Measures))
Cell = tuple[int, str, str]
"""(year, dimension, key)"""


def percent(part: Decimal, whole: Decimal) -> Decimal | None:
    """part ÷ whole in percent, one place half up; None where the whole is nothing."""
    return None if not whole else (part * 100 / whole).quantize(Decimal("0.1"), ROUND_HALF_UP)


def contribution(record: Mapping[str, Any]) -> tuple[Measures, list[Cell]]:
    """What one lot adds, and to which cells. A lot whose notice has not been heard adds nothing yet."""
    notice = record["notice"]
    if notice is None:
        return Measures(), []
    award, contract, failed = standing_award(record), signed_contract(record), record["failed"]
    live = contract if contract is not None else (None if failed is not None else award)
    at = (contract or failed or award or notice)["at"]
    budget, ceiling = Decimal(notice["budget"]), Decimal(notice["ceiling"] or notice["budget"])
    if contract is None and failed is not None:
        measures = Measures(failed_lots=1, failed_budget=budget)
    else:
        measures = Measures(lots=1, budget=budget, ceiling=ceiling)
        if live is not None:
            measures += Measures(awarded_lots=1, award_amount=Decimal(live.get("award_amount") or live["amount"]))
        if contract is not None:
            measures += Measures(
                contracts=1,
                contracted_budget=budget,
                contract_amount=Decimal(contract["amount"]),
                supplements=Decimal(contract["supplemented"]),
                paid=Decimal(contract["paid"]),
                terminated=int(contract["terminated"]),
            )
    day = datetime.fromisoformat(at).astimezone(BEIJING).date()
    keys = {
        "all": [""],
        "month": [f"{day:%Y-%m}"],
        "procedure": [notice["procedure"]],
        "object": [notice["object"]],
        "category": [notice["category"]],
        "purchaser": [notice["purchaser_id"]],
        "supplier_size": [(live or {}).get("supplier_size") or NONE],
        "policy": sorted(
            set((live or {}).get("policies") or (["reserved_for_small"] if notice["reserved_for_small"] else [NONE]))
        ),
        "fiscal_year": [str(notice["fiscal_year"] or day.year)],
    }
    return measures, [(day.year, dimension, str(key)) for dimension in DIMENSIONS for key in keys[dimension]]


def plain_sum(records: Iterable[Mapping[str, Any]]) -> dict[Cell, Measures]:
    """The figures as one plain sum over all lots: what the incremental ones must equal."""
    cells: dict[Cell, Measures] = {}
    for record in records:
        measures, where = contribution(record)
        for cell in where:
            cells[cell] = cells.get(cell, Measures()) + measures
    return {cell: each for cell, each in cells.items() if each != Measures()}
