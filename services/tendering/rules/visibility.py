"""What may a viewer see of a thing in its state? A pair that is absent sees nothing.

Viewers: `centre` (officer, reviewer, host), `watcher` (finance, supervisor), `purchaser` (of this project), `supplier`
(who did the thing itself), `others` (other suppliers who took part), `public`.
"""

from __future__ import annotations

from collections.abc import Mapping

VIEWERS = ("centre", "watcher", "purchaser", "supplier", "others", "public")
ALL, OWN, COUNT, UNNAMED = "all", "own", "count", "unnamed"

_UNOPENED: Mapping[str, Mapping[str, str]] = {
    "open": {"supplier": OWN},
    "closing": {"supplier": OWN},
    "closed": {"centre": COUNT, "watcher": COUNT, "purchaser": COUNT, "supplier": OWN},
    "opening": {"centre": COUNT, "watcher": COUNT, "purchaser": COUNT, "supplier": OWN},
    "failed": {"centre": COUNT, "watcher": COUNT, "purchaser": COUNT, "supplier": OWN, "public": COUNT},
}
_READ_OUT = {
    "centre": ALL, "watcher": ALL, "purchaser": ALL, "supplier": ALL, "others": ALL, "public": COUNT,
}  # fmt: skip
_NOT_READ_OUT = {"centre": ALL, "watcher": ALL, "purchaser": ALL, "supplier": OWN}

# thing → state → viewer → view
TABLE: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    # Names and number of those who took the document are secret until the closing (87-24).
    "downloads": {
        "open": {"supplier": OWN},
        "closing": {"supplier": OWN},
        "over": {"centre": ALL, "watcher": ALL, "supplier": OWN},
    },
    # Before the closing nobody learns how many bids there are or whose.
    "bids": {**_UNOPENED, "read_out": _READ_OUT, "opened": _READ_OUT},
    # Where a procedure has no public opening, nobody hears another's price.
    "bids_unread": {**_UNOPENED, "read_out": _NOT_READ_OUT, "opened": _NOT_READ_OUT},
    "bonds": {
        "open": {"supplier": OWN},
        "closing": {"supplier": OWN},
        "over": {"centre": ALL, "watcher": ALL, "supplier": OWN},
    },
    # Askers stay unnamed for everybody but themselves.
    "questions": {
        "asked": {"centre": UNNAMED, "watcher": UNNAMED, "purchaser": UNNAMED, "supplier": OWN},
        "answered": {
            "centre": UNNAMED,
            "watcher": UNNAMED,
            "purchaser": UNNAMED,
            "supplier": OWN,
            "others": UNNAMED,
            "public": UNNAMED,
        },
    },
    "document": {
        "preparing": {"centre": ALL, "watcher": ALL, "purchaser": ALL},
        "published": {"centre": ALL, "watcher": ALL, "purchaser": ALL, "supplier": ALL, "others": ALL, "public": ALL},
    },
    "challenges": {
        "open": {"centre": ALL, "watcher": ALL, "purchaser": ALL, "supplier": OWN},
        "closed": {"centre": ALL, "watcher": ALL, "purchaser": ALL, "supplier": OWN, "others": UNNAMED},
    },
}


def view(thing: str, state: str, viewer: str) -> str | None:
    """What this viewer sees: "all", "own", "count", "unnamed", or None for nothing."""
    return TABLE.get(thing, {}).get(state, {}).get(viewer)


def bid_state(lot_state: str) -> str:
    """The state of the bids' row for a lot's state: later states show what the opened lot shows."""
    if lot_state in TABLE["bids"]:
        return lot_state
    return "opened" if lot_state in ("evaluating", "ranked", "awarded", "contracted", "completed") else lot_state


def taking_state(lot_state: str) -> str:
    """The state of the downloads' and bonds' rows for a lot's state."""
    return lot_state if lot_state in ("open", "closing", "planned") else "over"
