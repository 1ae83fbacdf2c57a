"""Who sees what of an evaluation, when?

(thing, viewer, state) → view; what is not in the table is not seen. Names are secret until the result is published
(87-47, 条例40); nobody sees a sheet of another before all have submitted, the leader only what stands out, and all
sheets only once they are closed.
"""

from __future__ import annotations

STATES = ("before", "gathering", "reviewing", "scoring", "submitted", "closed", "settled", "published")
VIEWERS = ("public", "bidder", "member", "leader", "host", "officer", "purchaser", "supervisor", "finance", "hall")

_INSIDE = STATES[2:]
_ROOM = STATES[1:]
_MARKED = ("scoring", "submitted")
_AFTER = ("closed", "settled", "published")
_DONE = ("settled", "published")

ROWS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], str], ...] = (
    # thing, viewers, states, view
    ("panel", ("public", "bidder"), ("published",), "names"),
    ("panel", ("member", "leader"), _ROOM, "names"),
    ("panel", ("member",), ("before",), "self"),
    ("panel", ("host", "supervisor"), ("before",), "pseudonyms"),
    ("panel", ("host", "supervisor"), _ROOM, "names"),
    ("panel", ("finance",), ("before", "gathering", "reviewing", "scoring", "submitted", "closed"), "pseudonyms"),
    ("panel", ("finance", "purchaser", "officer"), _DONE, "names"),
    ("panel", ("hall",), ("published",), "names"),
    ("draw", ("public", "bidder", "hall", "member", "leader", "officer", "purchaser"), ("published",), "transcript"),
    ("draw", ("host", "supervisor", "finance"), STATES, "transcript"),
    ("reviews", ("member", "leader", "host", "supervisor", "finance"), _INSIDE, "all"),
    ("reviews", ("officer", "purchaser"), _INSIDE, "progress"),
    ("reviews", ("hall",), _INSIDE, "progress"),
    ("reviews", ("bidder",), ("published",), "own"),
    ("sheets", ("member", "leader"), ("scoring",), "own"),
    ("sheets", ("member",), ("submitted",), "own"),
    ("sheets", ("leader",), ("submitted",), "outliers"),
    ("sheets", ("member", "leader", "host", "supervisor", "finance"), _AFTER, "all"),
    ("sheets", ("host", "supervisor"), _MARKED, "progress"),
    ("ranking", ("member", "leader", "host", "supervisor"), _AFTER, "all"),
    ("ranking", ("finance", "officer", "purchaser"), _DONE, "all"),
    ("ranking", ("hall", "public"), ("published",), "all"),
    ("ranking", ("bidder",), ("published",), "own"),
    ("report", ("member", "leader", "host", "supervisor"), _AFTER, "all"),
    ("report", ("finance", "officer", "purchaser"), _DONE, "all"),
    ("questions", ("member", "leader", "host", "supervisor", "finance"), _INSIDE, "all"),
    ("questions", ("bidder",), _INSIDE, "own"),
    ("findings", ("member", "leader", "host", "supervisor", "finance"), _INSIDE, "all"),
)

TABLE: dict[tuple[str, str, str], str] = {
    (thing, viewer, state): view for thing, viewers, states, view in ROWS for viewer in viewers for state in states
}


def view(thing: str, viewer: str, state: str) -> str:
    """What this viewer sees: the name of a view, or "" for nothing."""
    return TABLE.get((thing, viewer, state), "")


def widest(thing: str, viewers: set[str], state: str) -> str:
    """The view of somebody who is several viewers at once (a leader is also a member); "" for nothing."""
    order = ("all", "names", "transcript", "outliers", "own", "self", "pseudonyms", "progress")
    seen = {view(thing, viewer, state) for viewer in viewers} - {""}
    return min(seen, key=order.index) if seen else ""


def state_of(*, gathering: bool, begun: bool, stage: str, all_submitted: bool, published: bool) -> str:
    """The state of a lot as this table names it, from its stage (`stages.stage`); gathering: somebody has checked
    in."""
    if published:
        return "published"
    if stage in ("settled", "failed"):
        return "settled"
    if not begun:
        return "gathering" if gathering else "before"
    if stage == "scoring":
        return "submitted" if all_submitted else "scoring"
    return "closed" if stage in ("ranking", "signing") else "reviewing"
