"""What did the panel decide?

What members must find together and dispute is decided by the majority (87-61). Who voted otherwise and wrote a
reason has dissented; who did not write one counts as agreeing in the report (条例41).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.chassis.objection import Objection


@dataclass(frozen=True)
class Vote:
    """One member's voice: `choice` is one of the matter's, `reason` is empty where none was written."""

    member: str
    choice: str
    reason: str = ""


@dataclass(frozen=True)
class Outcome:
    """The majority's choice, the count of each choice, and the members whose dissent is in writing."""

    choice: str
    counts: dict[str, int]
    dissent: tuple[Vote, ...]


def outcome(votes: Sequence[Vote], members: int) -> Outcome | None:
    """The choice of more than half of all members; None while nobody can have it yet, or never will with these
    votes."""
    counts: dict[str, int] = {}
    for vote in votes:
        counts[vote.choice] = counts.get(vote.choice, 0) + 1
    for choice, count in counts.items():
        if 2 * count > members:
            return Outcome(choice, counts, tuple(vote for vote in votes if vote.choice != choice and vote.reason))
    return None


def objections(vote: Vote, choices: Sequence[str], *, needs_reason: Sequence[str] = ()) -> list[Objection]:
    """Why this vote cannot be taken: an unknown choice, or a refusal without a written reason."""
    found = []
    if vote.choice not in choices:
        found.append(
            Objection(
                "vote_unknown", f"Vote one of {', '.join(choices)}.", "87-61", "choice", {"choices": "、".join(choices)}
            )
        )
    if vote.choice in needs_reason and not vote.reason:
        found.append(
            Objection("vote_needs_reason", "A vote against must be given its reason in writing.", "87-61", "reason")
        )
    return found


def leader_objections(kind: str, article: str) -> list[Objection]:
    """Why this member may not lead: the purchaser's representative may not."""
    if kind == "expert":
        return []
    return [
        Objection(
            "leader_not_expert",
            "The purchaser's representative cannot lead the panel; vote for an expert.",
            article,
            "leader",
        )
    ]
