"""May finance suspend or exclude a supplier like this? (法77, 条例72, 条例73: one to three years)"""

from collections.abc import Sequence
from datetime import date
from typing import Final

from services.chassis.objection import Objection
from services.registry.rules.days import years_after

BAR_GROUNDS: Final = {
    # coded ground: article
    "false_material": "法77-1",
    "defaming_others": "法77-2",
    "collusion": "法77-3",
    "bribery": "法77-4",
    "negotiating_after_tender": "法77-5",
    "refusing_supervision": "法77-6",
    "false_complaint": "条例73",
    "bribing_experts": "条例72-1",
    "contract_not_concluded": "条例72-2",
    "contract_departed_from": "条例72-3",
    "subcontracted_whole": "条例72-4",
    "counterfeit_goods": "条例72-5",
    "contract_broken": "条例72-6",
}
SUSPENSION_GROUNDS: Final = ("under_investigation", "file_in_doubt", "poor_performance", "court_order")


def bar_objections(*, since: date, until: date, ground: str, others: Sequence[tuple[date, date]]) -> list[Objection]:
    """Why this exclusion may not be recorded. `until` is its last day; `others` are exclusions still in force."""
    found = _order(since, until)
    if ground not in BAR_GROUNDS:
        found.append(_unknown_ground(ground, tuple(BAR_GROUNDS)))
    if not found:
        shortest, longest = years_after(since, 1), years_after(since, 3)
        if not shortest <= until <= longest:
            message = f"An exclusion lasts one to three years: until {shortest} at least, {longest} at most."
            figures = {"least": f"{shortest}", "most": f"{longest}"}
            found.append(Objection("bar_length", message, BAR_GROUNDS[ground], "until", figures))
    if any(one <= until and since <= other for one, other in others):
        message = "Another exclusion of this supplier covers part of this time."
        found.append(Objection("bar_overlaps", message, "", "from"))
    return found


def suspension_objections(*, since: date, until: date | None, ground: str) -> list[Objection]:
    """Why this suspension may not be recorded. Without `until` it lasts until it is lifted."""
    found = _order(since, until) if until else []
    if ground not in SUSPENSION_GROUNDS:
        found.append(_unknown_ground(ground, SUSPENSION_GROUNDS))
    return found


def _order(since: date, until: date) -> list[Objection]:
    if until < since:
        return [
            Objection(
                "period_backwards",
                f"It ends on {until}, before it begins on {since}.",
                "",
                "until",
                {"since": f"{since}", "until": f"{until}"},
            )
        ]
    return []


def _unknown_ground(ground: str, known: Sequence[str]) -> Objection:
    listed = ", ".join(known)
    return Objection(
        "ground_unknown",
        f"{ground} is not a ground; the grounds are {listed}.",
        "",
        "ground",
        {"ground": ground, "known": listed},
    )
