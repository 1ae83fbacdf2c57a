"""Releases from planning to the opened bids. Each function: a fact → (tags, content), or None: nothing to release."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from services.notify.happening import Happening
from services.notify.ocds.parts import (
    CATEGORY_SCHEME,
    METHODS,
    centre,
    date,
    document,
    known,
    lots_ended,
    parties,
    party,
    reference,
    tender_id,
    value,
)

Content = tuple[list[str], dict[str, Any]] | None
Compiled = dict[str, Any]


def planned(what: Happening, compiled: Compiled) -> Content:
    """plan_confirmed: the budget, who buys."""
    fact = what.fact
    buyer = fact["purchaser_id"] or (what.project.purchaser_id if what.project else None)
    budget = known(id=fact["plan_no"], description=fact["title"], amount=value(fact["budget"]))
    content = known(
        parties=parties(party(what, buyer, "buyer")), buyer=reference(what, buyer) if buyer else None,
        planning=known(budget=budget),
    )  # fmt: skip
    if not content.get("planning"):
        return None
    return ["planningUpdate" if compiled.get("planning") else "planning"], content


def noticed(what: Happening, compiled: Compiled) -> Content:
    """notice_published: what its kind says."""
    kind = what.fact["kind"]
    if kind == "intention":
        paper = _paper(what, "procurementPlan")
        return (["planningUpdate" if compiled.get("planning") else "planning"], {"planning": {"documents": [paper]}})
    if kind == "tender":
        return _tender(what, compiled)
    kinds = {"amendment": "tenderNotice", "answer": "clarifications", "failure": "tenderNotice"}
    tender: dict[str, Any] = {"id": tender_id(what), "documents": [_paper(what, kinds.get(kind, "tenderNotice"))]}
    if kind == "answer":
        tender["hasEnquiries"] = True
    if kind == "amendment":
        if what.fact["closes_at"]:
            tender["tenderPeriod"] = {"endDate": date(what.fact["closes_at"])}
        tender["amendments"] = [
            {"id": what.fact["notice_id"], "date": date(what.fact["published_at"]), "rationale": what.fact["title"]}
        ]
        return ["tenderAmendment"], {"tender": tender}
    return ["tenderUpdate"], {"tender": tender}


def deadline_moved(what: Happening, compiled: Compiled) -> Content:
    """deadline_moved: the period ends at another time."""
    ends = date(what.fact["closes_at"])
    lots = [{"id": each, "tenderPeriod": {"endDate": ends}} for each in what.fact["lot_ids"] or []]
    amendment = known(id=what.id, date=date(what.time), rationale=what.fact["because"])
    tender = known(id=tender_id(what), tenderPeriod={"endDate": ends}, lots=lots, amendments=[amendment])
    return ["tenderAmendment"], {"tender": tender}


def bids_opened(what: Happening, compiled: Compiled) -> Content | None:
    """bids_opened: who bid, at which price, where that is read out in public; else nothing before the award."""
    fact = what.fact
    if not fact["public_opening"]:
        return None
    bids = [
        known(
            id=bid["bid_id"], date=date(bid["received_at"]) if bid["received_at"] else None,
            status="pending" if bid["status"] == "opened" else "disqualified",
            tenderers=[reference(what, bid["supplier_id"], bid["supplier_name"])], value=value(bid["price"]),
            relatedLots=[fact["lot_id"]],
        )
        for bid in fact["bids"]
    ]  # fmt: skip
    found = [party(what, bid["supplier_id"], "tenderer", name=bid["supplier_name"]) for bid in fact["bids"]]
    before = compiled.get("tender", {}).get("tenderers", [])
    tenderers = {each["id"]: each for each in [*before, *(bid["tenderers"][0] for bid in bids)]}
    statistic = {
        "id": f"bids-{fact['lot_id']}", "measure": "bids", "value": len(bids), "date": date(fact["opened_at"]),
        "relatedLot": fact["lot_id"],
    }  # fmt: skip
    tender = known(id=tender_id(what), numberOfTenderers=len(tenderers), tenderers=list(tenderers.values()))
    content = known(parties=parties(*found), tender=tender, bids=known(statistics=[statistic], details=bids))
    return ["tenderUpdate"], content


def lot_failed(what: Happening, compiled: Compiled) -> Content:
    """lot_failed, evaluation_failed, lot_returned: the lot ends without a result."""
    status = "cancelled" if what.fact.get("reason") == "task_cancelled" else "unsuccessful"
    return ["tenderUpdate"], {"tender": lots_ended(what, compiled, [{"id": what.fact["lot_id"], "status": status}])}


def cancelled(what: Happening, compiled: Compiled) -> Content:
    """project_cancelled: nothing will be bought."""
    open_lots = [
        {"id": each["id"], "status": "cancelled"}
        for each in compiled.get("tender", {}).get("lots", [])
        if each.get("status") not in ("complete", "unsuccessful")
    ]
    return ["tenderCancellation"], {"tender": known(id=tender_id(what), status="cancelled", lots=open_lots)}


def _tender(what: Happening, compiled: Compiled) -> Content:
    fact = what.fact
    lots = fact["lots"] or []
    method, details = METHODS.get(_first(lots, "procedure") or fact["procedure"] or "", (None, None))
    period = known(startDate=date(fact["published_at"]), endDate=date(fact["closes_at"]) if fact["closes_at"] else None)
    budgets = [each["budget"] for each in lots if each["budget"] is not None]
    buyer = party(what, fact["purchaser_id"], "buyer", name=fact["purchaser_name"])
    runs = centre(what)
    entity = runs or buyer
    tender = known(
        id=tender_id(what), title=fact["title"], status="active",
        procuringEntity=known(id=entity["id"], name=entity["name"]) if entity else None,
        value=value(sum(budgets, Decimal(0))) if budgets else None,
        procurementMethod=method, procurementMethodDetails=details,
        mainProcurementCategory=_first(lots, "object"),
        awardCriteria="priceOnly" if _first(lots, "award_method") == "lowest_price" else "ratedCriteria",
        submissionMethod=["electronicSubmission"], tenderPeriod=period,
        items=[_item(each) for each in lots], lots=[_lot(each, period) for each in lots],
        documents=[_paper(what, "tenderNotice")],
    )  # fmt: skip
    content = known(
        parties=parties(buyer, runs), buyer=known(id=buyer["id"], name=buyer["name"]) if buyer else None, tender=tender
    )
    return ["tenderUpdate" if compiled.get("tender") else "tender"], content


def _lot(lot: dict[str, Any], period: dict[str, Any]) -> dict[str, Any]:
    return known(
        id=lot["lot_id"], title=lot["title"], status="active", value=value(lot["budget"]), tenderPeriod=period,
        mainProcurementCategory=lot["object"],
    )  # fmt: skip


def _item(lot: dict[str, Any]) -> dict[str, Any]:
    classification = known(scheme=CATEGORY_SCHEME, id=lot["category"]) if lot["category"] else None
    return known(id=lot["lot_id"], description=lot["title"], classification=classification, relatedLot=lot["lot_id"])


def _paper(what: Happening, kind: str) -> Any:
    fact = what.fact
    return document(fact["notice_id"], kind, fact["title"], fact["published_at"], f"/notices/{fact['notice_id']}")


def _first(lots: list[dict[str, Any]], name: str) -> Any:
    return next((each[name] for each in lots if each[name]), None)


