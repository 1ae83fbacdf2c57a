"""Which goods and services does the contract list, and at what prices?

The items come from the winner's price sheet. They must sum to the awarded amount to the fen; where a lawful correction
(87-59) or a lump price leaves a difference, the amount is divided among the items in proportion to their quoted
amounts and the contract says so. A sheet without items gives one item for the whole lot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.chassis.objection import Objection
from services.contracts.rules.money import allocate, is_exact, yuan
from services.contracts.rules.reasons import objection


@dataclass(frozen=True)
class Item:
    """One line of a contract. quantity: at most three places. unit_price and amount: yuan; amount is what counts."""

    no: int
    name: str
    specification: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    amount: Decimal
    service: str = ""

    def as_dict(self) -> dict[str, str | int]:
        """The item as canonical JSON allows it: numbers as text."""
        return {
            "no": self.no,
            "name": self.name,
            "specification": self.specification,
            "quantity": format(self.quantity, "f"),
            "unit": self.unit,
            "unit_price": f"{self.unit_price:.2f}",
            "amount": f"{self.amount:.2f}",
            "service": self.service,
        }


def read(raw: Mapping[str, Any]) -> Item:
    """The item back from `as_dict`."""
    return Item(
        int(raw["no"]),
        raw["name"],
        raw["specification"],
        Decimal(raw["quantity"]),
        raw["unit"],
        Decimal(raw["unit_price"]),
        Decimal(raw["amount"]),
        raw.get("service", ""),
    )


def objections(items: Sequence[Item]) -> list[Objection]:
    """Faults of single items: numbering, quantities, amounts."""
    found = []
    if [each.no for each in items] != list(range(1, len(items) + 1)):
        found.append(objection("items_misnumbered", "", "items"))
    for place, each in enumerate(items):
        if each.quantity <= 0 or each.quantity != each.quantity.quantize(Decimal("0.001")):
            found.append(objection("quantity_wrong", "", f"items.{place}.quantity", no=each.no))
        if each.amount < 0 or not is_exact(each.amount) or not is_exact(each.unit_price):
            found.append(objection("item_amount_wrong", "", f"items.{place}.amount", no=each.no))
    return found


def from_sheet(sheet: Mapping[str, Any], lot_title: str, amount: Decimal) -> tuple[list[Item], bool]:
    """The contract's items and whether the amount had to be divided anew.

    sheet["items"] (may be absent): {name, specification?, quantity, unit?, unit_price, service?}; numbers as text.
    """
    raw = sheet.get("items") or []
    if not raw:
        return [Item(1, lot_title, "", Decimal(1), "项", amount, amount, "")], False
    quoted = [yuan(Decimal(str(each["quantity"])) * Decimal(str(each["unit_price"]))) for each in raw]
    divided = sum(quoted) != amount
    amounts = allocate(amount, quoted) if divided else quoted
    items = []
    for no, (each, worth) in enumerate(zip(raw, amounts, strict=True), start=1):
        quantity = Decimal(str(each["quantity"]))
        price = yuan(worth / quantity) if divided else yuan(Decimal(str(each["unit_price"])))
        items.append(
            Item(
                no,
                str(each["name"]),
                str(each.get("specification") or each.get("spec") or ""),
                quantity,
                str(each.get("unit") or "项"),
                price,
                worth,
                str(each.get("service") or ""),
            )
        )
    return items, divided
