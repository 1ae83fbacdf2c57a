"""Releases from the award to the last payment. Shapes as in `ocds/tendering.py`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from services.notify.happening import Happening
from services.notify.models import SettledRanking
from services.notify.ocds.parts import (
    date,
    document,
    known,
    lot_title,
    lots_ended,
    number,
    parties,
    party,
    reference,
    value,
)
from services.notify.ocds.tendering import Compiled, Content


def awarded(what: Happening, compiled: Compiled) -> Content:
    """award_announced: the award, and with it the scores that were secret until now (87-69)."""
    fact = what.fact
    bids = _judged(what)
    related = [each["id"] for each in bids if fact["supplier_id"] in each["_supplier"]]
    for each in bids:
        each.pop("_supplier")
    paper = document(
        f"{fact['award_id']}-notice", "awardNotice", f"{lot_title(what)}中标结果公告", fact["announced_at"],
        f"/projects/{fact['project_id']}", [fact["lot_id"]],
    )  # fmt: skip
    award = known(
        id=fact["award_id"], title=lot_title(what), status="active", date=date(fact["announced_at"]),
        value=value(fact["amount"]), suppliers=[reference(what, fact["supplier_id"], fact["supplier_name"])],
        relatedLots=[fact["lot_id"]], relatedBids=related, documents=[paper],
    )  # fmt: skip
    content = known(
        parties=parties(party(what, fact["supplier_id"], "supplier", "tenderer", name=fact["supplier_name"])),
        tender=lots_ended(what, compiled, [{"id": fact["lot_id"], "status": "complete"}]),
        bids=known(details=bids), awards=[award],
    )  # fmt: skip
    return ["award", "tenderUpdate"], content


def award_fell_away(what: Happening, compiled: Compiled) -> Content:
    """award_refused: an announced award holds no longer; one that was never announced has no release."""
    award_id = what.fact.get("award_id")
    gone = [
        {"id": each["id"], "status": "cancelled"}
        for each in compiled.get("awards", [])
        if each["id"] == award_id or what.fact["lot_id"] in each.get("relatedLots", [])
        if each.get("status") == "active"
    ]
    return (["awardCancellation"], {"awards": gone}) if gone else None


def lot_returned(what: Happening, compiled: Compiled) -> Content:
    """lot_returned: the lot ends unsuccessful, and its award with it if there is one."""
    fallen = award_fell_away(what, compiled)
    ended_lot = {"id": what.fact["lot_id"], "status": "unsuccessful"}
    content = {"tender": lots_ended(what, compiled, [ended_lot]), **(fallen[1] if fallen else {})}
    return ["tenderUpdate", *(fallen[0] if fallen else [])], content


def signed(what: Happening, compiled: Compiled) -> Content:
    """contract_signed."""
    fact = what.fact
    contract = known(
        id=fact["contract_id"], awardID=_award(fact, compiled), title=lot_title(what), status="active",
        value=value(fact["amount"]), dateSigned=date(fact["signed_at"] or what.time),
    )  # fmt: skip
    return (["contract"], {"contracts": [contract]}) if "awardID" in contract else None


def published(what: Happening, compiled: Compiled) -> Content:
    """contract_published: the text is there for all."""
    fact = what.fact
    paper = document(
        f"{fact['contract_id']}-text", "contractSigned", lot_title(what), fact["published_at"] or what.time,
        f"/contracts/{fact['contract_id']}",
    )  # fmt: skip
    return _of_contract(what, compiled, ["contractUpdate"], documents=[paper])


def accepted(what: Happening, compiled: Compiled) -> Content:
    """acceptance_certified: a delivery milestone is met."""
    milestone = {
        "id": what.id, "title": "验收", "type": "delivery", "status": "met", "dateMet": date(what.fact["at"]),
    }  # fmt: skip
    return _of_contract(what, compiled, _implementing(what, compiled), implementation={"milestones": [milestone]})


def paid(what: Happening, compiled: Compiled) -> Content:
    """payment_made: a transaction."""
    fact = what.fact
    transaction = known(
        id=fact["payment_id"] or what.id, date=date(fact["at"]), value=value(fact["amount"]),
        payer=reference(what, fact["purchaser_id"]), payee=reference(what, fact["supplier_id"]),
    )  # fmt: skip
    who = parties(
        party(what, fact["purchaser_id"], "buyer", "payer"), party(what, fact["supplier_id"], "supplier", "payee")
    )
    found = _of_contract(what, compiled, _implementing(what, compiled), implementation={"transactions": [transaction]})
    return found and (found[0], {"parties": who, **found[1]})


def ended(what: Happening, compiled: Compiled) -> Content:
    """contract_completed, contract_terminated: OCDS has one status for both."""
    return _of_contract(what, compiled, ["contractTermination"], status="terminated")


def _of_contract(what: Happening, compiled: Compiled, tags: list[str], **fields: Any) -> Content:
    for each in compiled.get("contracts", []):
        if each["id"] == what.fact["contract_id"]:
            return tags, {"contracts": [{"id": each["id"], "awardID": each["awardID"], **fields}]}
    return None


def _implementing(what: Happening, compiled: Compiled) -> list[str]:
    begun = any("implementation" in each for each in compiled.get("contracts", []))
    return ["implementationUpdate" if begun else "implementation"]


def _award(fact: dict[str, Any], compiled: Compiled) -> str | None:
    if fact["award_id"]:
        return str(fact["award_id"])
    live = (each for each in compiled.get("awards", []) if each.get("status") == "active")
    return next((str(each["id"]) for each in live if fact["lot_id"] in each.get("relatedLots", [])), None)


def _judged(what: Happening) -> list[dict[str, Any]]:
    settled = what.db.get(SettledRanking, what.fact["lot_id"])
    if settled is None:
        return []
    found = [
        {
            "id": each["bid_id"], "status": "valid", "_supplier": [each["supplier_id"]],
            "scores": known(
                total=_score(each["total"]), priceScore=_score(each["price_score"]), rank=each["rank"],
                joint=each["joint"], recommended=each["recommended"],
                evaluationPrice=known(amount=_score(each["evaluation_price"]), currency="CNY"),
                factors=_factors(each["factor_scores"] or {}),
            ),
        }
        for each in settled.ranking["ranking"]
    ]  # fmt: skip
    found += [
        {
            "id": each["bid_id"], "status": "disqualified", "_supplier": [each["supplier_id"]],
            "scores": {"rejection": known(stage=each["stage"], reason=each["reason"], article=each["article"])},
        }
        for each in settled.ranking["rejected"]
    ]  # fmt: skip
    return found


def _factors(scores: dict[str, str]) -> list[dict[str, Any]]:
    return [known(id=key, points=_score(points)) for key, points in sorted(scores.items())]


def _score(text: str | None) -> int | float | None:
    try:
        return None if text is None else number(Decimal(text))
    except InvalidOperation:
        return None
