"""Where does the evaluation of a lot stand, and what may be done there?

The stage is derived from facts, never stored. What may be done at which stage is one table.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.chassis.objection import Objection

STAGES = ("waiting", "qualification", "conformity", "prices", "scoring", "ranking", "signing", "settled", "failed")

ACTIONS: dict[str, tuple[str, ...]] = {
    "form_panel": ("waiting",),
    "begin": ("waiting",),
    "check_qualification": ("waiting", "qualification"),
    "close_qualification": ("qualification",),
    "vote_conformity": ("conformity",),
    "close_conformity": ("conformity",),
    "ask": ("conformity", "prices", "scoring"),
    "find_corrections": ("prices",),
    "examine_prices": ("prices",),
    "vote_on_price": ("prices",),
    "close_prices": ("prices",),
    "open_round": ("prices",),
    "seal_offer": ("prices",),
    "reveal_offer": ("prices",),
    "vote_rejection": ("conformity", "prices", "scoring"),
    "write_sheet": ("scoring",),
    "submit_sheet": ("scoring",),
    "judge_mark": ("scoring", "ranking", "signing"),
    "change_mark": ("scoring", "ranking", "signing"),
    "close_sheets": ("scoring",),
    "settle_ranking": ("ranking", "signing"),
    "sign": ("signing",),
    "countersign": ("signing",),
    "reopen": ("settled",),
}


@dataclass(frozen=True)
class Facts:
    """What has happened to a lot since its opening; None: not yet."""

    failed_at: datetime | None = None
    begun_at: datetime | None = None
    qualification_closed_at: datetime | None = None
    conformity_closed_at: datetime | None = None
    prices_closed_at: datetime | None = None
    scored: bool = True
    sheets_closed_at: datetime | None = None
    ranked_at: datetime | None = None
    settled_at: datetime | None = None


def stage(facts: Facts) -> str:
    """The stage these facts make."""
    if facts.failed_at:
        return "failed"
    if facts.settled_at:
        return "settled"
    ladder = (
        (facts.begun_at, "waiting"),
        (facts.qualification_closed_at, "qualification"),
        (facts.conformity_closed_at, "conformity"),
        (facts.prices_closed_at, "prices"),
        (facts.sheets_closed_at or not facts.scored, "scoring"),
        (facts.ranked_at, "ranking"),
    )
    return next((name for done, name in ladder if not done), "signing")


def objections(action: str, facts: Facts) -> list[Objection]:
    """Why this cannot be done now; names where it can."""
    now = stage(facts)
    if now in ACTIONS[action]:
        return []
    return [
        Objection(
            "wrong_stage",
            f"The evaluation stands at {now}; this is done at {', '.join(ACTIONS[action])}.",
            "",
            "",
            {"stage": now, "needed": "、".join(ACTIONS[action])},
        )
    ]
