"""What the wall shows, from the board's state and its last events: openings, prices read out, calls, the latest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

REMEMBERED = 100
"""Events looked back over for prices and the latest; the board keeps all of them."""
_LATEST = 7
_TABLES = 3
_UNSPOKEN = ("board_arranged", "call_taken_down")
"""Events that change the wall and are no news."""


def view(now: Mapping[str, Any] | None, events: list[dict[str, Any]]) -> dict[str, Any]:
    """{"away", "at", "last", "openings", "calls", "readings", "latest", "hidden"}.

    now: as `board_now` says it, None where it cannot be asked. events: oldest first, as `board_events` gives them.
    """
    if now is None:
        return {
            "away": True, "at": None, "last": 0, "openings": [], "calls": [], "readings": [], "latest": [],
            "hidden": [],
        }  # fmt: skip
    spoken = [each for each in events if each["kind"] not in _UNSPOKEN]
    return {
        "away": False, "at": now["at"], "last": now["last"], "openings": now["openings"], "calls": now["calls"],
        "readings": readings(events), "latest": spoken[: -_LATEST - 1 : -1], "hidden": now["hidden"],
    }  # fmt: skip


def readings(events: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The lots whose prices were last read out, newest first: {"lot_id", "project", "lot_no", "lot", "rows", "done"}.

    rows: {"order", "supplier", "price"} as they were read; `done` once the opening is over.
    """
    found: dict[str, dict[str, Any]] = {}
    for each in events:
        shows = each["shows"]
        if each["kind"] not in ("opening_began", "price_read_out", "bids_opened"):
            continue
        if each["kind"] == "opening_began":
            found.pop(each["lot_id"], None)  # it begins anew: what was read before does not count
        lot = found.setdefault(
            each["lot_id"],
            {name: shows.get(name) for name in ("project", "lot_no", "lot")}
            | {"lot_id": each["lot_id"], "rows": [], "done": False, "number": 0},
        )
        lot["number"] = each["number"]
        if each["kind"] == "price_read_out":
            lot["rows"].append({name: shows.get(name) for name in ("order", "supplier", "price")})
        elif each["kind"] == "bids_opened":
            lot["done"] = True
            lot["rows"] = lot["rows"] or [
                {"order": order, "supplier": bid["supplier"], "price": bid["price"]}
                for order, bid in enumerate(shows.get("bids", []), 1)
            ]
    newest = sorted((each for each in found.values() if each["rows"]), key=lambda each: -int(each["number"]))
    return newest[:_TABLES]
