"""Is this the price sheet (开标一览表) of this bid, complete enough to be read out?

What is optional may be absent; words and figures may differ, evaluation corrects that. What cannot be read out is the
supplier's fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from services.chassis.objection import Objection
from services.tendering.rules.reasons import objection

_MONEY = re.compile(r"(0|[1-9]\d{0,14})\.\d{2}\Z")
_SHAPES: Mapping[str, type] = {
    "price_words": str, "items": list, "delivery_days": int, "consortium": list, "bond": dict, "contact": dict,
    "document": dict,
}  # fmt: skip


def objections(sheet: Mapping[str, Any], lot_id: str, supplier_id: str) -> list[Objection]:
    """Why the sheet cannot be read out for this bid; empty means it can."""
    found = []
    if sheet.get("lot_id") != lot_id:
        found.append(objection("sheet_of_other_lot", "87-37", "lot_id"))
    if sheet.get("supplier_id") != supplier_id:
        found.append(objection("sheet_of_other_supplier", "87-37", "supplier_id"))
    price = sheet.get("price")
    if not isinstance(price, str) or not _MONEY.match(price) or not price.strip("0."):
        found.append(objection("sheet_price_unreadable", "87-41", "price"))
    if sheet.get("currency", "CNY") != "CNY":
        found.append(objection("sheet_currency", "87-41", "currency", currency=str(sheet["currency"])[:20]))
    for name, kind in _SHAPES.items():
        value = sheet.get(name)
        if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
            found.append(objection("sheet_member_malformed", "87-41", name, member=name))
    return found


def members(sheet: Mapping[str, Any]) -> list[str]:
    """Supplier ids of the consortium the sheet names; entries are ids, or objects with `supplier_id`."""
    named = []
    for each in sheet.get("consortium") or []:
        value = each.get("supplier_id") if isinstance(each, Mapping) else each
        if isinstance(value, str):
            named.append(value)
    return named
