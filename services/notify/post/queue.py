"""The queue of deliveries: put in, taken under a lease, settled.

A delivery is taken in a short transaction of its own (row locks, SKIP LOCKED, so that many instances share the work),
goes out with no transaction open, and is settled in another. Who dies in between leaves a lease that runs out; the
delivery goes out again under the same id, by which the receiver knows it (Message-ID,
Sunshine-Event-Id, the name of the file in the spool).

Waiting is measured by the machine's clock (the database's), not by the law's: a rehearsal's moved clock hurries nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text, update

from services.chassis.database import Engines
from services.notify.models import Delivery
from services.notify.rules.backoff import next_try

LEASE = timedelta(seconds=60)
TURN_SECONDS = 4.0
_MOST = 25


class DeliveryFault(Exception):
    """This delivery did not go out; `lasting`: it never will."""

    def __init__(self, why: str, *, lasting: bool = False) -> None:
        super().__init__(why)
        self.lasting = lasting


@dataclass(frozen=True)
class Taken:
    """A delivery under lease."""

    id: str
    event_id: str
    event: str
    recipient: str
    address: str
    content: dict[str, Any]
    tries: int


def send_waiting(engines: Engines, channel: str, send: Callable[[Taken], None]) -> bool:
    """Send what waits in this channel for a few seconds; answers whether more may wait.

    `send` raises DeliveryFault where it fails.
    """
    until = time.monotonic() + TURN_SECONDS
    sent = 0
    for taken in _taken(engines, channel):
        sent += 1
        try:
            send(taken)
        except DeliveryFault as fault:
            _settle_failed(engines, taken, str(fault), fault.lasting)
        else:
            _settle_sent(engines, taken)
        if time.monotonic() > until:
            return True
    return sent == _MOST


def _taken(engines: Engines, channel: str) -> Iterator[Taken]:
    """One after another, each leased just before it goes out, at most 25."""
    for _ in range(_MOST):
        with engines.writing() as session:
            waiting = (
                select(Delivery.id)
                .where(Delivery.channel == channel, Delivery.try_at <= func.clock_timestamp())
                .order_by(Delivery.try_at, Delivery.number)
                .limit(1)
                .with_for_update(skip_locked=True)
                .scalar_subquery()
            )
            row = session.execute(
                update(Delivery)
                .where(Delivery.id == waiting)
                .values(tries=Delivery.tries + 1, try_at=func.clock_timestamp() + LEASE)
                .returning(
                    Delivery.id, Delivery.event_id, Delivery.event, Delivery.recipient, Delivery.address,
                    Delivery.content, Delivery.tries,
                )
            ).first()  # fmt: skip
            session.commit()
        if row is None:
            return
        yield Taken(*row)


def _settle_sent(engines: Engines, taken: Taken) -> None:
    _settle(engines, taken, sent_at=func.clock_timestamp(), try_at=None, last_fault=None)


def _settle_failed(engines: Engines, taken: Taken, why: str, lasting: bool) -> None:
    again = None if lasting else next_try(taken.tries, datetime.now(UTC))
    given_up = {} if again else {"given_up_at": func.clock_timestamp()}
    _settle(engines, taken, try_at=again, last_fault=why[:300], **given_up)


def _settle(engines: Engines, taken: Taken, **values: Any) -> None:
    with engines.writing() as session:
        # Only the holder of the latest lease settles: `tries` is its number.
        session.execute(
            update(Delivery)
            .where(Delivery.id == taken.id, Delivery.tries == taken.tries, text("sent_at IS NULL"))
            .values(**values)
        )
        session.commit()
