"""Are the contract terms a document announces lawful and complete?

What a notice says about delivery, warranty, payment and ties becomes the contract; it may not be made up afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from services.chassis.objection import Objection
from services.tendering.rules.law import Book
from services.tendering.rules.reasons import objection

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,2})?)\s*[%％]")
JOINT_RULES = ("draw", "purchaser_decides", "panel_decides")


def objections(book: Book, day: date, conditions: Mapping[str, Any], path: str = "conditions.") -> list[Objection]:
    """Everything that is missing or unlawful.

    conditions: {delivery_days, warranty_months, payment_days (whole numbers), payment_terms (list of texts),
    joint_rule, performance_bond_percent, delivery_place, acceptance_standard}. Where the payment terms name
    percentages, these come to one hundred.
    """
    found = []
    if not conditions.get("delivery_days"):
        found.append(objection("term_missing", "条例32", f"{path}delivery_days", term="delivery_days"))
    terms = conditions.get("payment_terms") or []
    if not terms:
        found.append(objection("term_missing", "条例32", f"{path}payment_terms", term="payment_terms"))
    named = [Decimal(share) for each in terms for share in _PERCENT.findall(each)]
    if named and sum(named) != 100:
        found.append(objection("payment_terms_total_wrong", "条例32", f"{path}payment_terms", total=sum(named)))
    row, days = book.find("payment", day), conditions.get("payment_days")
    if row and days and days > row.days:
        found.append(objection("payment_too_late", row.article, f"{path}payment_days", days=days, most=row.days))
    if conditions.get("joint_rule") not in JOINT_RULES:
        found.append(objection("term_missing", "87-31", f"{path}joint_rule", term="joint_rule"))
    return found


def low_price_objections(
    book: Book, day: date, raised: Mapping[str, Decimal], path: str = "abnormally_low."
) -> list[Objection]:
    """May the document raise the triggers of an abnormally low price this far? (财库〔2026〕2号: up to 65 %)"""
    row = book.find("low_price_share", day)
    found = []
    for name, share in sorted(raised.items()):
        if row is None:
            found.append(objection("low_price_share_not_in_force", "2026-2", f"{path}{name}", name=name, day=day))
        elif name not in row.value:
            found.append(
                objection(
                    "low_price_share_unknown",
                    row.article,
                    f"{path}{name}",
                    name=name,
                    known=", ".join(sorted(row.value)),
                )
            )
        else:
            least, most = (Decimal(each) for each in row.value[name])
            if not least <= share <= most:
                found.append(
                    objection(
                        "low_price_share_out_of_range",
                        row.article,
                        f"{path}{name}",
                        name=name,
                        share=share,
                        least=least,
                        most=most,
                    )
                )
    return found
