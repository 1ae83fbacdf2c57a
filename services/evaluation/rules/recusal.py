"""Who must stand aside?

Within three years before the procurement an employee, director or supervisor, or the controlling shareholder of a
bidder; kin of its legal representative; anything else that may touch fairness (条例9). Every shareholding is
treated as touching fairness, not only a controlling one, and so is working for the purchaser: its staff sits only
as its representative (87-45).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from services.chassis.objection import Objection
from services.evaluation.rules.law import Law


@dataclass(frozen=True)
class Tie:
    """One tie of a person to an organisation.

    kind: `employed`, `director`, `supervisor`, `shareholder`, `kin` (then `relation` is one of the law's) or
    `declared`.
    until: the last day of it, None while it lasts.
    """

    kind: str
    organisation: str
    until: date | None = None
    relation: str = ""
    percent: str = ""


def years_before(day: date, years: int) -> date:
    """The same day that many years earlier; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def objections(
    law: Law, ties: Iterable[Tie], *, bidders: Collection[str], purchaser: str, began: date
) -> list[Objection]:
    """Why this person must stand aside; empty: may sit.

    began: the day the procurement began for the person (the day of the notice). `bidders` and `purchaser` are named
    as in `Tie.organisation`.
    """
    years = law.row("panel.recusal_years", began)
    since = years_before(began, years.value)
    kin = law.row("panel.recusal_kin", began)
    found = []
    for tie in ties:
        lasting = tie.until is None or tie.until >= since
        if tie.organisation == purchaser and tie.kind == "employed" and tie.until is None:
            found.append(
                Objection(
                    "recusal_purchaser_staff",
                    "Works for the purchaser, whose staff sits only as its representative.",
                    "87-45",
                    "",
                    {"organisation": tie.organisation},
                )
            )
        if tie.organisation not in bidders:
            continue
        if tie.kind in ("employed", "director", "supervisor") and lasting:
            found.append(
                Objection(
                    f"recusal_{tie.kind}",
                    f"Was {tie.kind} at the bidder {tie.organisation} within {years.value} years.",
                    years.article,
                    "",
                    {"organisation": tie.organisation, "since": str(since), "until": str(tie.until or "")},
                )
            )
        elif tie.kind == "shareholder" and lasting:
            found.append(
                Objection(
                    "recusal_shareholder",
                    f"Holds shares of the bidder {tie.organisation}.",
                    years.article,
                    "",
                    {"organisation": tie.organisation, "percent": tie.percent},
                )
            )
        elif tie.kind == "kin" and tie.relation in kin.value:
            found.append(
                Objection(
                    "recusal_kin",
                    f"Is kin of who leads the bidder {tie.organisation}.",
                    kin.article,
                    "",
                    {"organisation": tie.organisation, "relation": tie.relation},
                )
            )
        elif tie.kind == "declared":
            found.append(
                Objection(
                    "recusal_declared",
                    f"Declared a tie to the bidder {tie.organisation}.",
                    "条例9",
                    "",
                    {"organisation": tie.organisation},
                )
            )
    return found
