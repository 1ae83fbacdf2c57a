"""What a price sheet (开标一览表) says, read from the JSON tendering hands over.

Known members: `price` (or `figures_total`), `words` (or `sheet_words`; `words_total` where a program gives the words'
amount as a number), `detail_total`, `lines` of {name, quantity, unit_price}, `domestic`, `brand`, `maker_size`,
`small_share`, `all_partners_small`, `related_partners`. What is absent says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from services.evaluation.models import OpenedBid, Organisation
from services.evaluation.rules import capital_amounts
from services.evaluation.rules.corrections import Line, Papers
from services.evaluation.rules.deductions import Offer

FEN = Decimal("0.01")


def papers(bid: OpenedBid) -> Papers:
    """What the bid says about its price."""
    sheet = bid.sheet
    figures = _amount(sheet.get("figures_total")) or _amount(sheet.get("price")) or bid.price or Decimal("0.00")
    words = _text(sheet.get("words")) or _text(sheet.get("sheet_words"))
    said = _amount(sheet.get("words_total"))
    if words is None and said is not None:
        words = capital_amounts.write(said)
    lines = tuple(line for line in map(_line, sheet.get("lines") or ()) if line is not None)
    return Papers(figures, words, _amount(sheet.get("detail_total")), lines)


def partners(bid: OpenedBid) -> dict[str, str]:
    """Members of the bidding consortium besides its leader: supplier id → the name the bid gives, or nothing."""
    found = {}
    for each in bid.consortium:
        its_id = each.get("supplier_id") if isinstance(each, Mapping) else each
        if isinstance(its_id, str) and its_id != bid.supplier_id:
            found[its_id] = (_text(each.get("name")) or "") if isinstance(each, Mapping) else ""
    return found


def brand(bid: OpenedBid) -> str | None:
    """The brand of the (core) product offered, None where there is none."""
    return _text(bid.sheet.get("brand"))


def offer(bid: OpenedBid, price: Decimal, supplier: Organisation | None) -> Offer:
    """What counts for policy deductions, at the price that counts."""
    sheet = bid.sheet
    domestic = sheet.get("domestic")
    return Offer(
        bid_id=bid.bid_id,
        price=price,
        supplier_size=supplier.size if supplier is not None else None,
        maker_size=_text(sheet.get("maker_size")),
        domestic=domestic if isinstance(domestic, bool) else None,
        small_share=_number(sheet.get("small_share")) or Decimal(0),
        all_partners_small=sheet.get("all_partners_small") is True,
        related_partners=sheet.get("related_partners") is True,
    )


def _line(raw: Any) -> Line | None:
    if not isinstance(raw, Mapping):
        return None
    quantity, unit_price = _number(raw.get("quantity")), _number(raw.get("unit_price"))
    if quantity is None or unit_price is None:
        return None
    return Line(str(raw.get("name") or raw.get("title") or ""), quantity, unit_price)


def _text(raw: Any) -> str | None:
    return raw.strip() if isinstance(raw, str) and raw.strip() else None


def _amount(raw: Any) -> Decimal | None:
    number = _number(raw)
    fits = number is not None and number < 10**16 and number == number.quantize(FEN)
    return number.quantize(FEN) if number is not None and fits else None


def _number(raw: Any) -> Decimal | None:
    """A decimal number in text or a whole number; anything else says nothing."""
    if isinstance(raw, bool) or not isinstance(raw, str | int) or (isinstance(raw, str) and len(raw) > 30):
        return None
    try:
        number = Decimal(raw)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number >= 0 else None
