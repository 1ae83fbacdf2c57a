"""What do the figures need to know of one lot, in whatever order it was told?

A `LotRecord` is a plain mapping kept as JSON. `told` adds one fact; facts about different things touch different
places, and where two speak of the same thing the later by its own time counts, so any order of the same facts gives
the same record.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

LotRecord = dict[str, Any]


def blank() -> LotRecord:
    """Nothing is known yet."""
    return {"notice": None, "failed": None, "awards": {}, "contracts": {}}


def told(record: Mapping[str, Any], kind: str, fact: Mapping[str, Any]) -> LotRecord:
    """The record after one more fact.

    kind: notice (at, project_id, purchaser_id, budget, ceiling, procedure, object, category, fiscal_year,
    reserved_for_small), failed (at, stage, reason), awarded (award_id, amount, at, supplier_id, supplier_size,
    policies), award_ended (award_id), signed (contract_id, amount, at, supplier_id, supplier_size, policies),
    supplemented (contract_id, amount), paid (contract_id, amount), terminated (contract_id). Amounts are text in
    yuan. Raises ValueError for another kind.
    """
    grown = copy.deepcopy(dict(record))
    if kind == "notice":
        grown["notice"] = _later(grown["notice"], fact)
    elif kind == "failed":
        grown["failed"] = _later(grown["failed"], fact)
    elif kind in ("awarded", "award_ended"):
        award = grown["awards"].setdefault(fact["award_id"], {"ended": False})
        award.update({"ended": True} if kind == "award_ended" else dict(fact))
    elif kind in ("signed", "supplemented", "paid", "terminated"):
        contract = grown["contracts"].setdefault(fact["contract_id"], _unsigned())
        if kind == "signed":
            contract.update(fact)
        elif kind == "terminated":
            contract["terminated"] = True
        else:
            contract[kind] = f"{Decimal(contract[kind]) + Decimal(fact['amount']):.2f}"
    else:
        raise ValueError(f"{kind} is no fact the figures know")
    return grown


def standing_award(record: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The award that stands: decided and not ended; the latest if several were told."""
    standing = [each for each in record["awards"].values() if not each["ended"] and "amount" in each]
    return max(standing, key=lambda each: (each["at"], each["award_id"]), default=None)


def signed_contract(record: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The contract signed for the lot; the latest if one was revoked and another signed."""
    signed = [each for each in record["contracts"].values() if "at" in each]
    return max(signed, key=lambda each: (not each["terminated"], each["at"], each["contract_id"]), default=None)


def _unsigned() -> dict[str, Any]:
    return {"supplemented": "0.00", "paid": "0.00", "terminated": False}


def _later(known: Mapping[str, Any] | None, fact: Mapping[str, Any]) -> dict[str, Any]:
    if known is None:
        return dict(fact)
    return dict(fact if _when(fact) > _when(known) else known)


def _when(fact: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """By its own time; two of one time by their content, so that no order of hearing decides."""
    return fact["at"], sorted((name, str(value)) for name, value in fact.items())
