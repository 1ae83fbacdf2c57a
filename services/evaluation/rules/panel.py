"""How large must a panel be, and of whom?

Odd, at least five (seven from ten million yuan, or where complex or of large social impact), two thirds experts
(87-47); for negotiation, inquiry and consultation odd and at least three (法38, 法40, 214-14, 74-7). The agency's
own staff never sits on it (87-45), and nobody who takes part in the opening does (87-40).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from services.chassis.objection import Objection
from services.evaluation.rules.law import Law, Row


@dataclass(frozen=True)
class Purchase:
    """What the panel will judge: `budget` is that of the whole project, its lots together."""

    procedure: str
    budget: Decimal
    notice_day: date
    complex: bool = False
    social_impact: bool = False


@dataclass(frozen=True)
class Size:
    """The least lawful panel: members in all, and the rows of law that say so."""

    members: int
    experts: int
    rows: tuple[Row, ...]


def least(law: Law, purchase: Purchase) -> Size:
    """The smallest lawful panel for this purchase. Raises `NoLaw` for a procedure that has no panel."""
    scope = {"procedure": purchase.procedure}
    basic = law.row("panel.least", purchase.notice_day, **scope)
    rows = [basic]
    members = basic.value
    large = law.find("panel.least_large", purchase.notice_day, **scope)
    large_from = law.find("panel.large_from", purchase.notice_day, **scope)
    if large and large_from:
        weighty = purchase.complex or purchase.social_impact
        tender = purchase.procedure in ("open_tender", "invited_tender")
        if purchase.budget >= Decimal(large_from.value) or (weighty and tender):
            members = large.value
            rows += [large, large_from]
    share = law.row("panel.experts", purchase.notice_day, **scope)
    return Size(members, experts_needed(members, share), (*rows, share))


def experts_needed(members: int, share: Row) -> int:
    """How many of that many members must be experts, rounded up."""
    return -(-members * Fraction(share.value).numerator // Fraction(share.value).denominator)


def objections(law: Law, purchase: Purchase, experts: int, representatives: int) -> list[Objection]:
    """Why a panel of that many drawn experts and purchaser's representatives is unlawful; empty: it is lawful."""
    size = least(law, purchase)
    members = experts + representatives
    found = []
    if members % 2 == 0:
        found.append(
            Objection(
                "panel_even",
                f"A panel of {members} is even; it must be odd.",
                size.rows[0].article,
                "experts",
                {"members": str(members)},
            )
        )
    if members < size.members:
        row = size.rows[1] if len(size.rows) > 2 else size.rows[0]
        found.append(
            Objection(
                "panel_small",
                f"A panel of {members} is too small; at least {size.members} must sit.",
                row.article,
                "experts",
                {"members": str(members), "least": str(size.members)},
            )
        )
    needed = experts_needed(members, size.rows[-1])
    if experts < needed:
        found.append(
            Objection(
                "panel_experts_few",
                f"{experts} of {members} are experts; two thirds, here {needed}, must be.",
                size.rows[-1].article,
                "representatives",
                {"experts": str(experts), "members": str(members), "least": str(needed)},
            )
        )
    return found


def representative_objections(
    law: Law, on: date, *, person_id: str, kind: str, of_purchaser: bool, at_opening: Collection[str]
) -> list[Objection]:
    """Why this person may not sit for the purchaser. `kind` is that of the organisation the person belongs to."""
    found = []
    if kind in ("centre", "finance", "hall", "agency"):
        found.append(
            Objection(
                "panel_agency_staff",
                "Staff of the centre or of a supervising body cannot sit on a panel; name one of the "
                "purchaser's own people.",
                law.row("panel.agency_staff", on).article,
                "representatives",
            )
        )
    elif not of_purchaser:
        found.append(
            Objection(
                "panel_not_purchasers",
                "A representative must belong to the purchaser of this project.",
                law.row("panel.agency_staff", on).article,
                "representatives",
            )
        )
    if person_id in at_opening:
        found.append(
            Objection(
                "panel_was_at_opening",
                "Whoever took part in the opening cannot sit on the panel; name somebody else.",
                law.row("panel.opening_apart", on).article,
                "representatives",
            )
        )
    return found
