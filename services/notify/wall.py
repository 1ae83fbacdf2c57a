"""What the board is told by each fact. Nothing secret reaches it: prices only once read out, names once opened."""

from __future__ import annotations

from typing import Any

from services.chassis.wire import moment_text
from services.notify.happening import Happening
from services.notify.queries import board


def deadline_moved(what: Happening) -> None:
    """A lot closes at another time."""
    _show(what, "deadline_moved", closes_at=moment_text(what.fact["closes_at"]))


def lot_closed(what: Happening) -> None:
    """A lot is closed; how many bids there are is not told before the opening."""
    _show(what, "lot_closed")


def opening_began(what: Happening) -> None:
    """An opening begins, where."""
    _show(what, "opening_began", room=what.fact["room"])


def seat_turned(what: Happening) -> None:
    """A seat has turned its key."""
    _show(what, "seat_turned", seat=what.fact["seat"])


def price_read_out(what: Happening) -> None:
    """A price, as it is read out."""
    price = what.fact["price"]
    _show(
        what, "price_read_out", order=what.fact["order"], supplier=what.fact["supplier_name"],
        price=None if price is None else f"{price:.2f}",
    )  # fmt: skip


def bids_opened(what: Happening) -> None:
    """The opening is done: everybody with price, where prices are read out in public."""
    bids = [
        {
            "supplier": each["supplier_name"], "status": each["status"],
            "price": None if each["price"] is None else f"{each['price']:.2f}",
        }
        for each in (what.fact["bids"] if what.fact["public_opening"] else ())
    ]  # fmt: skip
    _show(what, "bids_opened", bids=bids)


def lot_failed(what: Happening) -> None:
    """There will be no result."""
    _show(what, "lot_failed", reason=what.fact["reason"])


def result(what: Happening) -> None:
    """Who won, at which price."""
    _show(what, "result", supplier=what.fact["supplier_name"], amount=f"{what.fact['amount']:.2f}")


def _show(what: Happening, kind: str, **shows: Any) -> None:
    lot, project = what.lot, what.project
    known = {
        "project": project.title if project else None, "project_no": project.no if project else None,
        "lot": lot.title if lot else None, "lot_no": lot.no if lot else None,
    }  # fmt: skip
    board.append(
        what.db, what.id, kind, what.time, known | shows, project_id=project.id if project else None,
        lot_id=lot.id if lot else None,
    )  # fmt: skip
