"""Are the budget, the ceiling and the bonds of a lot within the law?"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, Decimal

from services.chassis.objection import Objection
from services.tendering.rules.law import Book, Row, Scope
from services.tendering.rules.reasons import objection

CENT = Decimal("0.01")


def objections(
    book: Book,
    day: date,
    object_: str,
    *,
    budget: Decimal | None,
    ceiling: Decimal | None,
    floor: Decimal | None,
    bid_bond: Decimal | None,
    performance_bond_percent: Decimal | None,
    path: str = "",
) -> list[Objection]:
    """Budget disclosed (条例30), ceiling within it, no floor (87-12), bonds within their shares (条例33, 48). Yuan."""
    scope = Scope(object=object_)
    found = []
    if budget is None or budget <= 0:
        found.append(objection("budget_not_disclosed", "条例30", f"{path}budget"))
        return found
    if ceiling is not None and ceiling > budget:
        found.append(
            objection(
                "ceiling_over_budget", "87-12", f"{path}ceiling", ceiling=f"{ceiling:.2f}", budget=f"{budget:.2f}"
            )
        )
    if ceiling is not None and ceiling <= 0:
        found.append(objection("ceiling_not_positive", "87-12", f"{path}ceiling", ceiling=f"{ceiling:.2f}"))
    if floor is not None:
        found.append(
            objection(
                "price_floor_forbidden",
                book.need("price_floor", day, scope).article,
                f"{path}floor",
                floor=f"{floor:.2f}",
            )
        )
    if bid_bond:
        row = book.need("bid_bond_share", day, scope)
        most = at_most(row, budget)
        if bid_bond > most:
            found.append(
                objection(
                    "bid_bond_too_high",
                    row.article,
                    f"{path}bid_bond",
                    bond=f"{bid_bond:.2f}",
                    most=f"{most:.2f}",
                    share=row.number,
                    budget=f"{budget:.2f}",
                )
            )
    if performance_bond_percent:
        row = book.need("performance_bond_share", day, scope)
        if performance_bond_percent > row.number * 100:
            found.append(
                objection(
                    "performance_bond_too_high",
                    row.article,
                    f"{path}conditions.performance_bond_percent",
                    percent=performance_bond_percent,
                    most=(row.number * 100).normalize(),
                )
            )
    return found


def at_most(row: Row, whole: Decimal) -> Decimal:
    """The largest lawful amount: the row's share of `whole`, in yuan, cut to the cent (never above the share)."""
    return (whole * row.number).quantize(CENT, ROUND_DOWN)


def bond_form_objections(book: Book, day: date, form: str) -> list[Objection]:
    """Is this form of bond lawful? Never cash (条例33)."""
    row = book.need("bond_forms", day)
    return (
        []
        if form in row.value
        else [objection("bond_form_unlawful", row.article, "form", form=form, forms=", ".join(row.value))]
    )


def bond_amount_objections(asked: str | None, given: Decimal) -> list[Objection]:
    """Does the bond reach what the document asks? asked: yuan as text, None where no bond is asked."""
    if asked is None:
        return [objection("no_bond_asked", "条例33", "amount")]
    if given < Decimal(asked):
        return [objection("bond_too_small", "条例33", "amount", given=f"{given:.2f}", asked=asked)]
    return []
