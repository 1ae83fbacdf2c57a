"""Which goods and services does the contract list, and at what prices?

The items come from the winner's price sheet. They must sum to the awarded amount to the fen; where a lawful correction
(87-59) or a lump price leaves a difference, the amount is divided among the items in proportion to their quoted
amounts and the contract says so. A sheet without items gives one item for the whole lot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from fractions import Fraction
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

    sheet["items"] (may be absent): {name, specification?, quantity, unit?, unit_price, service?}; numbers as text or
    whole. A sheet is the supplier's: where its items cannot be read as such, the lot stands as one item.
    """
    raw = sheet.get("items")
    listed = [_readable(no, each) for no, each in enumerate(raw, start=1)] if isinstance(raw, list) else []
    quoted = [each for each in listed if each is not None]
    if not quoted or len(quoted) != len(listed) or not any(each.amount for each in quoted):
        return [Item(1, lot_title, "", Decimal(1), "项", amount, amount, "")], False
    if sum(each.amount for each in quoted) == amount:
        return quoted, False
    worth = allocate(amount, [each.amount for each in quoted])
    return [
        replace(each, amount=part, unit_price=yuan(Fraction(part) / Fraction(each.quantity)))
        for each, part in zip(quoted, worth, strict=True)
    ], True


def is_domestic(sheet: Mapping[str, Any]) -> bool:
    """Whether the sheet declares the whole offer a domestic product, or each of its items one."""
    items = sheet.get("items")
    listed = items if isinstance(items, list) else []
    declared = [isinstance(each, Mapping) and each.get("domestic") is True for each in listed]
    return sheet.get("domestic") is True or (bool(declared) and all(declared))


def _readable(no: int, raw: Any) -> Item | None:
    """One quoted item, or None where it is none."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("name"), str) or not raw["name"].strip():
        return None
    quantity, price = _number(raw.get("quantity"), "0.001"), _number(raw.get("unit_price"), "0.01")
    if quantity is None or price is None or quantity == 0:
        return None
    name, specification, unit, service = (
        _clean(raw.get(key))
        for key in ("name", "specification" if raw.get("specification") else "spec", "unit", "service")
    )
    worth = yuan(Fraction(quantity) * Fraction(price))
    return Item(no, name[:300], specification, quantity, unit[:60] or "项", price, worth, service)


def _clean(value: Any) -> str:
    """A supplier's words as papers can hold them: printable, bounded."""
    return "".join(each for each in str(value or "") if each.isprintable())[:1000]


def _number(value: Any, step: str) -> Decimal | None:
    """A number from 0 to 10^12 in steps of `step`; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int) or len(str(value)) > 24:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite() or not 0 <= number < 10**12 or number != number.quantize(Decimal(step)):
        return None
    return number
