"""`.run/rehearsal/summary.json`: what came of the rehearsal, in figures anybody can work out by hand.

lots: list of {no, outcome ("contracted" or "failed"), reason (of a failure), ranking, findings, contract}
    ranking: list of {supplier, evaluation_price, price_score, total, rank, recommended}; suppliers by their key in the
    input, amounts as text in yuan; findings: list of {kind, supplier, …, article}; contract: {supplier, amount, paid}
recused: list of {expert, reason, message, articles}   everybody in the pool who had to stand aside
refused: list of {step, codes, articles}
logs: department → {size, verified}
statistics: the year's figures as `contracts` publishes them, and how satisfied both sides were
"""

from __future__ import annotations

import json
from typing import Any

from deploy.rehearsal.opening import OPENED
from deploy.rehearsal.stage import Stage

NAME = "summary.json"


def write(stage: Stage, logs: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Put the summary together and write it."""
    made = {
        "lots": [_lot(stage, no) for no in sorted(stage.lots)],
        "recused": stage.facts["recused"],
        "refused": stage.refused,
        "logs": logs,
        "statistics": statistics(stage),
    }
    (stage.folder / NAME).write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
    return made


def statistics(stage: Stage) -> dict[str, Any]:
    """The year's figures, once everything is folded in."""
    year = int(stage.data["project"]["fiscal_year"])
    told = stage.until("figures with everything in them", lambda: _figures(stage, year))
    return {"year": year, **told["rows"][0], "surveys": told["surveys"], "satisfied_percent": told["satisfied_percent"]}


def _figures(stage: Stage, year: int) -> dict[str, Any] | None:
    told: dict[str, Any] = stage.call("contracts.figures", year=year)
    rows = told["rows"]
    whole = rows and rows[0]["contracts"] == len(OPENED) and rows[0]["failed_lots"] == len(stage.lots) - len(OPENED)
    return told if whole and rows[0]["paid"] == rows[0]["contract_amount"] and told["waiting"] == 0 else None


def _lot(stage: Stage, no: int) -> dict[str, Any]:
    lot = stage.call("tendering.lot", lot_id=stage.lots[no])
    if no not in OPENED:
        failure = lot["failure"]
        return {
            "no": no, "outcome": "failed", "reason": failure["reason"], "articles": failure["articles"],
            "ranking": [], "findings": [], "contract": None,
        }  # fmt: skip
    ranked = stage.files[f"report/{no}-ranking.json"]
    contract = stage.call("contracts.contract", "sun", contract_id=stage.facts[f"contract_{no}"])
    return {
        "no": no, "outcome": "contracted", "reason": None,
        "ranking": [_place(stage, each) for each in ranked["ranking"]],
        "findings": _findings(stage, no, ranked),
        "contract": {
            "supplier": stage.cast.supplier_of(contract["supplier_id"]), "amount": contract["amount"],
            "paid": contract["paid"],
        },
    }  # fmt: skip


def _place(stage: Stage, each: dict[str, Any]) -> dict[str, Any]:
    kept = {name: each[name] for name in ("evaluation_price", "price_score", "total", "rank", "recommended")}
    return {"supplier": stage.cast.supplier_of(each["supplier_id"]), **kept}


def _findings(stage: Stage, no: int, ranked: dict[str, Any]) -> list[dict[str, Any]]:
    """What the panel found: corrections, prices to be explained, withheld deductions, rejections, shared brands."""
    found: list[dict[str, Any]] = []
    by_bid = {bid_id: supplier for (lot, supplier), bid_id in stage.bids.items() if lot == no}
    for price in stage.files[f"report/{no}-body.json"]["prices"]:
        supplier = by_bid[price["bid_id"]]
        for each in price.get("corrections") or []:
            found.append({"kind": "price_correction", "supplier": supplier, **each})
        for each in price.get("triggers") or []:
            told = {("trigger" if name == "kind" else name): value for name, value in each.items() if name != "bid_id"}
            found.append({"kind": "abnormally_low", "supplier": supplier, **told})
        for each in price.get("deductions") or []:
            if not each.get("granted"):
                found.append({"kind": "deduction_withheld", "supplier": supplier, **each})
    for each in ranked["rejected"]:
        told = {name: each[name] for name in ("stage", "reason", "article")}
        found.append({"kind": "rejected", "supplier": stage.cast.supplier_of(each["supplier_id"]), **told})
    for each in ranked["ranking"]:
        if each.get("reason"):
            supplier = stage.cast.supplier_of(each["supplier_id"])
            found.append({"kind": "not_recommended", "supplier": supplier, "reason": each["reason"]})
    for each in stage.call("tendering.signals", "zheng", lot_id=stage.lots[no])["signals"]:
        suppliers = [by_bid.get(bid_id, bid_id) for bid_id in each.get("bids", [])]
        told = {name: each[name] for name in ("kind", "figures", "article") if name in each}
        found.append({"suppliers": suppliers, **told, "signal": True})
    return found
