"""What do the figures need to know of one lot, in whatever order it was told?

A `LotRecord` is a plain mapping kept as JSON. `told` adds one fact; facts about different things touch different
places, and where two speak of the same thing the later by its own time counts, so any order of the same facts gives
the same record.
"""

from __future__ import annotations

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
    grown = dict(record)
    if kind in ("notice", "failed"):
        grown[kind] = _later(record[kind], fact)
    elif kind in ("awarded", "award_ended"):
        award = record["awards"].get(fact["award_id"], {"ended": False})
        changed = {**award, "ended": True} if kind == "award_ended" else {**award, **fact}
        grown["awards"] = {**record["awards"], fact["award_id"]: changed}
    elif kind in ("signed", "supplemented", "paid", "terminated"):
        contract = record["contracts"].get(fact["contract_id"], _UNSIGNED)
        grown["contracts"] = {**record["contracts"], fact["contract_id"]: _contract_told(contract, kind, fact)}
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


_UNSIGNED: Mapping[str, Any] = {"supplemented": "0.00", "paid": "0.00", "terminated": False}


def _contract_told(contract: Mapping[str, Any], kind: str, fact: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "signed":
        return {**contract, **fact}
    if kind == "terminated":
        return {**contract, "terminated": True}
    return {**contract, kind: f"{Decimal(contract[kind]) + Decimal(fact['amount']):.2f}"}


def _later(known: Mapping[str, Any] | None, fact: Mapping[str, Any]) -> dict[str, Any]:
    if known is None:
        return dict(fact)
    return dict(fact if _when(fact) > _when(known) else known)


def _when(fact: Mapping[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """By its own time; two of one time by their content, so that no order of hearing decides."""
    return fact["at"], sorted((name, str(value)) for name, value in fact.items())
